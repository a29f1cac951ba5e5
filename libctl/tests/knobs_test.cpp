// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/knobs.hpp>

#include <cerrno>
#include <gtest/gtest.h>

#include "fake_host.hpp"

namespace rtwatch
{
namespace
{

using testing::debian12;
using testing::debian13;

constexpr const char *runtime_file = "/proc/sys/kernel/sched_rt_runtime_us";
constexpr const char *period_file = "/proc/sys/kernel/sched_rt_period_us";
constexpr const char *features_file = "/sys/kernel/debug/sched/features";

knob named(const host &machine, const std::string &name)
{
	for (auto &one : read_knobs(machine))
		if (one.name == name)
			return one;
	return {};
}

// "" when the wishes were granted.
std::string refusal_of(const host &machine, const std::vector<knob_value> &wishes, int code)
{
	const auto done = set_knobs(machine, wishes);
	if (done)
		return "";
	EXPECT_EQ(done.error().code, code) << done.error().text();
	return done.error().text();
}

TEST(knobs, tell_value_preset_and_meaning)
{
	const auto machine = debian12();
	const auto limit = named(machine, "sched_rt_runtime_us");
	EXPECT_EQ(limit.value, "950000");
	EXPECT_EQ(limit.preset, "950000");
	EXPECT_FALSE(limit.changed());
	EXPECT_TRUE(limit.writable);
	EXPECT_EQ(limit.path, runtime_file);
	for (const auto &one : read_knobs(machine)) {
		EXPECT_FALSE(one.meaning.empty()) << one.name;
		EXPECT_NE(one.value.has_value(), !one.absent.empty()) << one.name;
	}
}

TEST(knobs, take_presets_from_the_configuration_of_the_kernel)
{
	auto machine = debian12();
	EXPECT_EQ(named(machine, "sysrq").preset, "438");
	EXPECT_EQ(named(machine, "softlockup_panic").preset, "0");
	EXPECT_EQ(named(machine, "rcu_task_stall_timeout").preset, "150000");
	machine.files["/boot/config-6.1.0-56-amd64"] +=
		"\nCONFIG_BOOTPARAM_SOFTLOCKUP_PANIC=y\nCONFIG_RCU_BOOST=y";
	EXPECT_EQ(named(machine, "softlockup_panic").preset, "1");
	EXPECT_TRUE(named(machine, "softlockup_panic").changed());
	EXPECT_EQ(named(machine, "rcutree.kthread_prio").preset, "1");
}

TEST(knobs, say_why_they_are_absent)
{
	auto machine = debian12();
	EXPECT_EQ(named(machine, "workqueue.watchdog_thresh").absent,
		  "this kernel is built without CONFIG_WQ_WATCHDOG");
	EXPECT_EQ(named(machine, "fair_server.runtime_ns").absent,
		  "this kernel has no fair server: it throttles real-time tasks instead");
	machine.files.erase("/boot/config-6.1.0-56-amd64");
	EXPECT_EQ(named(machine, "workqueue.watchdog_thresh").absent,
		  "this kernel does not have it; it comes with CONFIG_WQ_WATCHDOG");
	machine.errors[features_file] = EACCES;
	EXPECT_NE(named(machine, "RT_RUNTIME_SHARE").absent.find("only root"), std::string::npos);
	machine.errors.clear();
	machine.files.erase(features_file);
	EXPECT_EQ(named(machine, "RT_RUNTIME_SHARE").absent, "this kernel has no debugfs");
}

TEST(knobs, know_both_places_of_the_scheduler_features)
{
	auto machine = debian12();
	EXPECT_EQ(named(machine, "RT_RUNTIME_SHARE").value, "off");
	machine.files["/sys/kernel/debug/sched_features"] = "RT_RUNTIME_SHARE";
	machine.files.erase(features_file);
	EXPECT_EQ(named(machine, "RT_RUNTIME_SHARE").value, "on");
	EXPECT_TRUE(named(machine, "RT_RUNTIME_SHARE").changed());
	EXPECT_EQ(named(machine, "RT_RUNTIME_SHARE").path, "/sys/kernel/debug/sched_features");
}

TEST(knobs, know_the_servers_of_each_cpu)
{
	const auto machine = debian13();
	EXPECT_EQ(named(machine, "fair_server.cpu1.runtime_ns").value, "50000000");
	EXPECT_NE(named(machine, "RT_RUNTIME_SHARE").remark.find("without effect here"),
		  std::string::npos);
	EXPECT_TRUE(named(debian12(), "RT_RUNTIME_SHARE").remark.empty());
}

TEST(knobs, are_set_by_any_of_their_names)
{
	const auto machine = debian12();
	const auto done = set_knobs(machine, {{"kernel.watchdog_thresh", "20"}});
	ASSERT_TRUE(done);
	EXPECT_EQ(machine.at("/proc/sys/kernel/watchdog_thresh"), "20");
	ASSERT_EQ(done->size(), 1u);
	EXPECT_EQ((*done)[0].name, "watchdog_thresh");
	EXPECT_EQ((*done)[0].before, "10");
	EXPECT_EQ((*done)[0].after, "20");
}

TEST(knobs, refuse_what_cannot_be_and_write_nothing)
{
	const auto machine = debian12();
	EXPECT_EQ(refusal_of(machine, {{"watchdog_thresh", "61"}}, EINVAL),
		  "watchdog_thresh cannot be '61': give a number from 0 to 60 (s)");
	EXPECT_EQ(refusal_of(machine, {{"rcu_cpu_stall_timeout", "2"}}, EINVAL),
		  "rcu_cpu_stall_timeout cannot be '2': give a number from 3 to 300 (s)");
	EXPECT_NE(refusal_of(machine, {{"panic", ""}}, EINVAL), "");
	EXPECT_NE(refusal_of(machine, {{"panic", "1x"}}, EINVAL), "");
	EXPECT_NE(refusal_of(machine, {{"RT_RUNTIME_SHARE", "maybe"}}, EINVAL), "");
	EXPECT_EQ(refusal_of(machine, {{"watchdog_cpumask", "0-7"}}, EINVAL),
		  "watchdog_cpumask cannot be '0-7': the CPUs here are 0-1");
	EXPECT_NE(refusal_of(machine, {{"nonsense", "1"}}, ENOENT), "");
	EXPECT_NE(refusal_of(machine, {{"workqueue.watchdog_thresh", "1"}}, ENOENT), "");
	EXPECT_EQ(refusal_of(machine, {{"rcutree.kthread_prio", "2"}}, EACCES),
		  "rcutree.kthread_prio cannot be changed at run time: give it as boot option "
		  "rcutree.kthread_prio=");
	EXPECT_NE(refusal_of(machine, {{"panic", "1"}, {"kernel.panic", "2"}}, EINVAL), "");
	EXPECT_EQ(refusal_of(machine, {{"sched_rt_period_us", "100000"}}, EINVAL),
		  "sched_rt_runtime_us=950000 is more than sched_rt_period_us=100000: a runtime "
		  "is a part of its period: give both");
	EXPECT_TRUE(machine.written.empty());
}

TEST(knobs, turning_sharing_off_hands_borrowed_runtime_back)
{
	auto machine = debian12();
	machine.files[features_file] = "GENTLE_FAIR_SLEEPERS RT_RUNTIME_SHARE";
	ASSERT_TRUE(set_knobs(machine, {{"RT_RUNTIME_SHARE", "off"}}));
	EXPECT_EQ(machine.at(features_file), "GENTLE_FAIR_SLEEPERS NO_RT_RUNTIME_SHARE");
	EXPECT_EQ(machine.written, (std::vector<std::string>{"features=NO_RT_RUNTIME_SHARE",
							     "sched_rt_runtime_us=950000"}));
	machine.written.clear();
	ASSERT_TRUE(set_knobs(machine, {{"RT_RUNTIME_SHARE", "on"}}));
	EXPECT_EQ(machine.written, std::vector<std::string>{"features=RT_RUNTIME_SHARE"});
}

TEST(knobs, are_written_in_an_order_that_the_kernel_takes)
{
	auto machine = debian12();
	ASSERT_TRUE(set_knobs(
		machine, {{"sched_rt_period_us", "100000"}, {"sched_rt_runtime_us", "95000"}}));
	EXPECT_EQ(machine.at(period_file), "100000");
	ASSERT_TRUE(set_knobs(
		machine, {{"sched_rt_runtime_us", "950000"}, {"sched_rt_period_us", "1000000"}}));
	EXPECT_EQ(machine.at(runtime_file), "950000");
}

TEST(knobs, keep_promised_bandwidth_on_the_way)
{
	auto machine = debian12();
	machine.promised = 0.5;
	ASSERT_TRUE(set_knobs(
		machine, {{"sched_rt_period_us", "100000"}, {"sched_rt_runtime_us", "95000"}}));
	EXPECT_EQ(machine.at(runtime_file), "95000");
	EXPECT_EQ(machine.at(period_file), "100000");
}

TEST(knobs, tell_that_bandwidth_is_promised_and_change_nothing)
{
	auto machine = debian12();
	machine.promised = 0.5;
	const auto text =
		refusal_of(machine, {{"watchdog", "0"}, {"sched_rt_runtime_us", "100000"}}, EBUSY);
	EXPECT_NE(text.find("nothing was changed"), std::string::npos) << text;
	EXPECT_NE(text.find("deadline tasks"), std::string::npos) << text;
	EXPECT_EQ(machine.at(runtime_file), "950000");
	EXPECT_EQ(machine.at("/proc/sys/kernel/watchdog"), "1");
}

TEST(knobs, switch_fair_servers_off_and_on_again)
{
	const auto machine = debian13();
	ASSERT_TRUE(set_knobs(machine,
			      {{"fair_server.runtime_ns", "0"}, {"sched_rt_runtime_us", "-1"}}));
	EXPECT_EQ(named(machine, "fair_server.cpu0.runtime_ns").value, "0");
	EXPECT_EQ(named(machine, "fair_server.cpu1.runtime_ns").value, "0");
	ASSERT_TRUE(set_knobs(machine, {{"sched_rt_runtime_us", "950000"},
					{"fair_server.cpu1.runtime_ns", "50000000"}}));
	EXPECT_EQ(named(machine, "fair_server.cpu0.runtime_ns").value, "0");
	EXPECT_EQ(named(machine, "fair_server.cpu1.runtime_ns").value, "50000000");
	// What the kernel admits only without a limit is set through one.
	ASSERT_TRUE(set_knobs(machine, {{"fair_server.cpu1.runtime_ns", "0"}}));
	EXPECT_EQ(machine.at(runtime_file), "950000");
}

TEST(knobs, that_the_kernel_only_shows_are_not_written)
{
	auto machine = debian12();
	machine.read_only = "/proc/sys/kernel/nmi_watchdog";
	EXPECT_EQ(refusal_of(machine, {{"nmi_watchdog", "0"}}, EACCES),
		  "nmi_watchdog cannot be changed at run time: this kernel shows it only");
	EXPECT_FALSE(named(machine, "nmi_watchdog").writable);
}

// 6.12 does so: with a server off it takes no limit any more.
TEST(knobs, leave_the_limit_as_it_was_when_a_server_cannot_be_off)
{
	auto machine = debian13();
	machine.no_limit_without_server = true;
	const auto before = machine.files;
	const auto text = refusal_of(machine, {{"fair_server.runtime_ns", "0"}}, EBUSY);
	EXPECT_NE(text.find("nothing was changed"), std::string::npos) << text;
	EXPECT_NE(text.find("give sched_rt_runtime_us=-1, too"), std::string::npos) << text;
	EXPECT_EQ(machine.files, before);
	ASSERT_TRUE(set_knobs(machine,
			      {{"fair_server.runtime_ns", "0"}, {"sched_rt_runtime_us", "-1"}}));
	std::vector<knob_value> saved;
	for (const auto &[path, value] : before)
		if (path.rfind("/sys/kernel/debug/sched/fair_server/cpu", 0) == 0 &&
		    path.find("runtime") != std::string::npos)
			saved.push_back(
				{"fair_server." + path.substr(36, 4) + ".runtime_ns", value});
	saved.push_back({"sched_rt_runtime_us", "950000"});
	ASSERT_TRUE(set_knobs(machine, saved));
	EXPECT_EQ(machine.files, before);
}

TEST(knobs, tell_a_counter_that_is_not_there)
{
	auto machine = debian12();
	machine.sysctl("nmi_watchdog", "0");
	machine.write_errors["/proc/sys/kernel/nmi_watchdog"] = 524;
	const auto text = refusal_of(machine, {{"panic", "1"}, {"nmi_watchdog", "1"}}, 524);
	EXPECT_NE(text.find("nothing was changed: this machine has no counter"), std::string::npos)
		<< text;
	EXPECT_EQ(machine.at("/proc/sys/kernel/panic"), "0");
}

TEST(knobs, tell_what_they_must_not_write)
{
	auto machine = debian12();
	machine.errors["/proc/sys/kernel/sched_rt_runtime_us"] = EACCES;
	EXPECT_NE(refusal_of(machine, {{"sched_rt_runtime_us", "1"}}, ENOENT).find("only root"),
		  std::string::npos);
}

TEST(knobs, are_the_same_after_being_saved_and_restored)
{
	const auto machine = debian13();
	const auto before = machine.files;
	const auto saved = knobs_from_text("# a comment\n\n" + knobs_to_text(read_knobs(machine)));
	ASSERT_TRUE(saved);
	ASSERT_TRUE(set_knobs(machine, {{"fair_server.runtime_ns", "0"},
					{"sched_rt_runtime_us", "-1"},
					{"sched_rt_period_us", "500000"},
					{"sysrq", "1"},
					{"rcu_cpu_stall_timeout", "5"}}));
	EXPECT_NE(machine.files, before);
	const auto done = set_knobs(machine, *saved);
	ASSERT_TRUE(done) << done.error().text();
	EXPECT_EQ(machine.files, before);
}

TEST(knobs, text_that_is_none_is_refused_with_its_line)
{
	const auto out = knobs_from_text("panic=1\nnonsense\n");
	ASSERT_FALSE(out);
	EXPECT_EQ(out.error().message, "line 2 is no NAME=VALUE");
	EXPECT_EQ((*knobs_from_text(" panic = 1 # now"))[0].value, "1");
}

TEST(cpu_lists, are_read_and_written)
{
	EXPECT_EQ(cpu_list_text(*parse_cpu_list("8,0-2,1")), "0-2,8");
	EXPECT_TRUE(parse_cpu_list("")->empty());
	for (const char *wrong : {"x", "1-", "3-1", "1,", ",1", "1 2", "-1", "99999"})
		EXPECT_FALSE(parse_cpu_list(wrong)) << wrong;
}

TEST(host, lists_by_number_and_tells_what_is_missing)
{
	const host here;
	EXPECT_FALSE(here.read("/nonexistent"));
	EXPECT_EQ(here.read("/nonexistent").error().code, ENOENT);
	EXPECT_TRUE(here.list("/nonexistent").empty());
	EXPECT_TRUE(here.exists("/proc"));
	EXPECT_FALSE(here.write("/nonexistent", "1"));
}

} // namespace
} // namespace rtwatch
