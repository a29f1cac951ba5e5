// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/doctor.hpp>

#include <cerrno>
#include <gtest/gtest.h>
#include <rtwatch/client.hpp>

#include "fake_host.hpp"

namespace rtwatch
{
namespace
{

using namespace std::chrono_literals;
using testing::debian12;
using testing::debian13;
using testing::fake_host;

// The module, seeing all.
module_facts seeing()
{
	module_facts out;
	out.info.emplace();
	out.info->abi = library_abi();
	out.info->tier = tier::full;
	out.info->notifiers = 2;
	out.info->cpus_online = 2;
	out.info->notifier_policy = sched_policy::deadline;
	out.sensors = {{sensor_id::tick, "tick", true, "kprobe", {}},
		       {sensor_id::sim, "sim", false, {}, "not a debug build"}};
	for (std::uint32_t cpu = 0; cpu < 2; cpu++) {
		out.cpus.emplace_back().cpu = cpu_id{cpu};
		out.cpus.back().rq_rt_runtime = 950ms;
	}
	return out;
}

// A machine that is ready: nothing above a note.
fake_host ready()
{
	auto out = debian12();
	out.files["/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout"] = "15";
	out.files["/sys/module/workqueue/parameters/watchdog_thresh"] = "30";
	out.files["/sys/kernel/kexec_crash_loaded"] = "1";
	out.files["/sys/kernel/kexec_crash_size"] = "268435456";
	out.files["/sys/module/pstore/parameters/backend"] = "efi_pstore";
	out.files["/proc/consoles"] = "ttyS0                -W- (EC  p a)    4:64\n"
				      "tty0                 -WU (E   p  )    4:1";
	out.files["/proc/cmdline"] = "root=/dev/sda1 console=tty0 console=ttyS0,115200n8 quiet";
	out.files["/sys/class/watchdog/watchdog0/timeout"] = "180";
	out.files["/sys/class/watchdog/watchdog0/state"] = "active";
	out.files["/etc/modules-load.d/rtwatch.conf"] = "# see rtwatch(4)\nrtwatch";
	out.sysctl("softlockup_panic", "1");
	out.sysctl("panic", "30");
	out.sysctl("sysrq", "1");
	return out;
}

const finding *find(const std::vector<finding> &list, const std::string &code)
{
	for (const auto &one : list)
		if (one.code == code)
			return &one;
	return nullptr;
}

// The finding of this code, made by what `change` does to a ready machine.
template <class Change>
finding after(const char *code, Change change)
{
	auto machine = ready();
	auto module = seeing();
	change(machine, module);
	const auto list = examine(machine, module);
	const auto *found = find(list, code);
	EXPECT_NE(found, nullptr) << code;
	return found ? *found : finding();
}

TEST(doctor, has_nothing_to_say_against_a_ready_machine)
{
	const auto list = examine(ready(), seeing());
	EXPECT_EQ(worst(list), severity::fine);
	for (const auto &one : list)
		EXPECT_EQ(one.severity, severity::fine) << one.code << ": " << one.text;
	for (const auto area :
	     {doctor_area::protection, doctor_area::detectors, doctor_area::order,
	      doctor_area::panic, doctor_area::traces, doctor_area::console, doctor_area::rtwatch})
		EXPECT_TRUE(std::any_of(list.begin(), list.end(), [&](const finding &one) {
			return one.area == area;
		})) << to_string(area);
}

TEST(doctor, every_finding_has_a_fix_and_nothing_fine_has_one)
{
	auto bare = debian12();
	bare.sysctl("sched_rt_runtime_us", "-1");
	for (const auto &machine : {debian12(), debian13(), ready(), bare, fake_host()})
		for (const auto &one : examine(machine, {}))
			EXPECT_EQ(one.fix.empty(), one.severity == severity::fine)
				<< one.code << ": " << one.text;
}

TEST(doctor, a_stock_debian_12_is_protected_but_leaves_no_traces)
{
	const auto list = examine(debian12(), {});
	EXPECT_EQ(worst(list), severity::warning);
	EXPECT_EQ(find(list, "throttling")->severity, severity::fine);
	EXPECT_EQ(find(list, "module_absent")->severity, severity::warning);
	EXPECT_EQ(find(list, "kdump_absent")->severity, severity::warning);
	EXPECT_EQ(find(list, "pstore_absent")->severity, severity::warning);
	EXPECT_EQ(find(list, "workqueue_absent")->severity, severity::note);
	// 21 s against 20 s, and the second looks every 4 s only.
	EXPECT_EQ(find(list, "order_rcu_soft")->severity, severity::note);
}

TEST(doctor, finds_throttling_that_does_not_protect)
{
	EXPECT_EQ(after("throttling_off",
			[](auto &m, auto &) {
				m.sysctl("sched_rt_runtime_us", "-1");
			}).severity,
		  severity::critical);
	EXPECT_EQ(after("throttling_full_period",
			[](auto &m, auto &) {
				m.sysctl("sched_rt_runtime_us", "1000000");
			}).severity,
		  severity::critical);
	EXPECT_EQ(after("throttling_shared",
			[](auto &m, auto &) {
				m.files["/sys/kernel/debug/sched/features"] = "RT_RUNTIME_SHARE";
			}).severity,
		  severity::critical);
}

TEST(doctor, finds_borrowed_runtime_also_when_sharing_is_off)
{
	const auto found = after("throttling_borrowed",
				 [](auto &, auto &module) { module.cpus[1].rq_rt_runtime = 1s; });
	EXPECT_EQ(found.severity, severity::critical);
	EXPECT_EQ(found.text, "CPU 1 has borrowed real-time runtime up to the whole period, and "
			      "keeps it although RT_RUNTIME_SHARE is off");
	EXPECT_EQ(found.fix, "rtwatchctl knobs set sched_rt_runtime_us=950000");
}

TEST(doctor, judges_kernels_with_fair_servers_by_these)
{
	auto machine = debian13();
	machine.sysctl("sched_rt_runtime_us", "-1");
	auto list = examine(machine, {});
	EXPECT_EQ(find(list, "throttling_off"), nullptr);
	EXPECT_EQ(find(list, "fair_server")->text,
		  "fair servers guarantee ordinary tasks 50 ms per 1000 ms on every CPU");
	machine.files["/sys/kernel/debug/sched/fair_server/cpu1/runtime"] = "0";
	list = examine(machine, {});
	EXPECT_EQ(find(list, "fair_server_off")->severity, severity::critical);
	EXPECT_NE(find(list, "fair_server_off")->text.find("off on CPU 1:"), std::string::npos);
	EXPECT_EQ(find(list, "fair_server"), nullptr);
	machine.files["/sys/kernel/debug/sched/fair_server/cpu1/runtime"] = "9999999";
	EXPECT_EQ(find(examine(machine, {}), "fair_server_small")->severity, severity::warning);
}

TEST(doctor, does_not_guess_what_it_cannot_read)
{
	const auto found = after("protection_unknown", [](auto &m, auto &) {
		m.files.erase("/sys/kernel/debug/sched/features");
	});
	EXPECT_EQ(found.severity, severity::warning);
	EXPECT_NE(found.fix.find("debugfs"), std::string::npos);
}

TEST(doctor, knows_that_preempt_rt_outranks_rcu)
{
	EXPECT_EQ(after("rcu_outranked",
			[](auto &m, auto &) {
				m.files["/sys/kernel/realtime"] = "1";
				m.files["/sys/module/rcutree/parameters/kthread_prio"] = "1";
			}).severity,
		  severity::note);
}

TEST(doctor, finds_detectors_that_are_built_out_off_or_muted)
{
	const auto gone = [](const char *name) {
		return [name](auto &m, auto &) {
			m.files.erase(std::string("/proc/sys/kernel/") + name);
		};
	};
	const auto set = [](const char *name, const char *value) {
		return [=](auto &m, auto &) { m.sysctl(name, value); };
	};
	EXPECT_EQ(after("soft_lockup_absent", gone("soft_watchdog")).severity, severity::warning);
	EXPECT_EQ(after("soft_lockup_off", set("watchdog_thresh", "0")).severity,
		  severity::warning);
	EXPECT_EQ(after("soft_lockup_off", set("watchdog", "0")).severity, severity::warning);
	EXPECT_EQ(after("hard_lockup_absent", gone("nmi_watchdog")).severity, severity::warning);
	EXPECT_EQ(after("hard_lockup_off", set("nmi_watchdog", "0")).severity, severity::warning);
	EXPECT_EQ(after("hung_task_absent", gone("hung_task_timeout_secs")).severity,
		  severity::warning);
	EXPECT_EQ(after("hung_task_off", set("hung_task_timeout_secs", "0")).severity,
		  severity::warning);
	EXPECT_EQ(after("hung_task_muted", set("hung_task_warnings", "0")).severity,
		  severity::warning);
	EXPECT_EQ(after("rcu_suppressed",
			[](auto &m, auto &) {
				m.files["/sys/module/rcupdate/parameters/rcu_cpu_stall_suppress"] =
					"1";
			}).severity,
		  severity::warning);
	EXPECT_EQ(after("watchdog_cpumask", set("watchdog_cpumask", "0")).severity,
		  severity::warning);
}

TEST(doctor, excuses_a_virtual_machine_and_isolated_cpus)
{
	EXPECT_EQ(after("hard_lockup_off",
			[](auto &m, auto &) {
				m.sysctl("nmi_watchdog", "0");
				m.files["/proc/cpuinfo"] = "flags : fpu hypervisor lahf_lm";
			}).severity,
		  severity::note);
	EXPECT_EQ(after("watchdog_cpumask",
			[](auto &m, auto &) {
				m.sysctl("watchdog_cpumask", "0");
				m.files["/sys/devices/system/cpu/nohz_full"] = "1";
			}).severity,
		  severity::note);
}

TEST(doctor, wants_causes_told_before_effects)
{
	const auto found = after("order_rcu_soft", [](auto &m, auto &) {
		m.files["/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout"] = "60";
	});
	EXPECT_EQ(found.severity, severity::warning);
	EXPECT_EQ(found.fix, "rtwatchctl knobs set rcu_cpu_stall_timeout=15");
	EXPECT_EQ(after("order_hung_task",
			[](auto &m, auto &) {
				m.sysctl("hung_task_timeout_secs", "10");
			}).fix,
		  "rtwatchctl knobs set hung_task_timeout_secs=40");
	const auto hardware = [](const char *limit) {
		return [limit](auto &m, auto &) {
			m.files["/sys/class/watchdog/watchdog0/timeout"] = limit;
		};
	};
	EXPECT_EQ(after("order_hardware", hardware("15")).severity, severity::warning);
	EXPECT_EQ(after("order_hardware", hardware("60")).severity, severity::note);
	EXPECT_EQ(after("no_hardware_watchdog",
			[](auto &m, auto &) {
				m.files["/sys/class/watchdog/watchdog0/state"] = "inactive";
			}).severity,
		  severity::note);
}

TEST(doctor, looks_at_what_is_left_after_a_crash)
{
	EXPECT_EQ(after("kdump_not_loaded",
			[](auto &m, auto &) {
				m.files["/sys/kernel/kexec_crash_loaded"] = "0";
			}).severity,
		  severity::warning);
	EXPECT_NE(after("kdump_no_memory",
			[](auto &m, auto &) {
				m.files["/sys/kernel/kexec_crash_loaded"] = "0";
				m.files["/sys/kernel/kexec_crash_size"] = "0";
				m.files["/proc/cmdline"] = "crashkernel=256M";
			}).text.find("crashkernel=256M was asked for"),
		  std::string::npos);
	EXPECT_EQ(after("pstore_absent",
			[](auto &m, auto &) {
				m.files["/sys/module/pstore/parameters/backend"] = "(null)";
			}).severity,
		  severity::note);
	EXPECT_EQ(after("pstore_left",
			[](auto &m, auto &) {
				m.files["/sys/fs/pstore/dmesg-efi-1"] = "x";
			}).severity,
		  severity::note);
}

TEST(doctor, looks_at_panic_and_sysrq)
{
	EXPECT_EQ(after("panic_stays",
			[](auto &m, auto &) {
				m.sysctl("panic", "0");
				m.files["/sys/kernel/kexec_crash_loaded"] = "0";
			}).severity,
		  severity::warning);
	EXPECT_EQ(after("panic_on_nothing",
			[](auto &m, auto &) {
				m.sysctl("softlockup_panic", "0");
			}).severity,
		  severity::note);
	EXPECT_EQ(after("sysrq_dumps", [](auto &m, auto &) { m.sysctl("sysrq", "438"); }).fix,
		  "rtwatchctl knobs set sysrq=446, where everybody at the console may");
	EXPECT_EQ(after("sysrq_dumps", [](auto &m, auto &) { m.sysctl("sysrq", "0"); }).severity,
		  severity::warning);
}

TEST(doctor, looks_at_the_console)
{
	EXPECT_EQ(after("printk_level",
			[](auto &m, auto &) {
				m.sysctl("printk", "3\t4\t1\t7");
			}).severity,
		  severity::warning);
	EXPECT_EQ(after("console_screen",
			[](auto &m, auto &) {
				m.files["/proc/consoles"] = "tty0 -WU (EC  p  )    4:1";
			}).severity,
		  severity::note);
	EXPECT_EQ(after("console_none",
			[](auto &m, auto &) {
				m.files["/proc/consoles"] = "";
			}).severity,
		  severity::warning);
	// Without a speed it is 9600.
	EXPECT_NE(after("console_slow",
			[](auto &m, auto &) {
				m.files["/proc/cmdline"] = "console=ttyS0";
			}).text.find("9600 baud: a report of 8 KB takes 8 s"),
		  std::string::npos);
	EXPECT_EQ(after("printk_devkmsg",
			[](auto &m, auto &) {
				m.sysctl("printk_devkmsg", "ratelimit");
			}).severity,
		  severity::note);
}

TEST(doctor, looks_at_the_module)
{
	const auto off = after("sensor_off", [](auto &, auto &module) {
		module.sensors.push_back({sensor_id::rcu, "rcu", false, {}, "no symbol rcu_state"});
	});
	EXPECT_EQ(off.text, "the sensor rcu is off: no symbol rcu_state");
	EXPECT_EQ(off.severity, severity::warning);
	EXPECT_EQ(after("module_portable",
			[](auto &, auto &module) {
				module.info->tier = tier::portable;
			}).severity,
		  severity::note);
	EXPECT_EQ(after("notifier_policy",
			[](auto &, auto &module) {
				module.info->notifier_policy = sched_policy::fifo;
			}).severity,
		  severity::warning);
	EXPECT_EQ(after("module_at_boot",
			[](auto &m, auto &) {
				m.files.erase("/etc/modules-load.d/rtwatch.conf");
			}).severity,
		  severity::note);
	EXPECT_EQ(after("module_mismatch",
			[](auto &, auto &module) {
				++*module.info->abi;
			}).severity,
		  severity::note);
	EXPECT_EQ(after("incidents_lost",
			[](auto &, auto &module) {
				module.info->incidents_lost = 2;
			}).severity,
		  severity::note);
}

} // namespace
} // namespace rtwatch
