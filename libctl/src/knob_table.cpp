// SPDX-License-Identifier: BSD-3-Clause
// Presets are those of a kernel whose configuration says nothing else, ranges
// those that the kernel accepts (a stall time-out outside of 3 to 300 it would
// take and then silently change).
#include "knob_table.hpp"

#include <climits>

namespace rtwatch
{
namespace
{

using group = knob_group;
using kind = knob_kind;

constexpr std::int64_t int_max = INT_MAX;
// Seconds that still fit a long when they are ticks.
constexpr std::int64_t seconds_max = LONG_MAX / 1000;
// Deadline servers: 100 us to about 4 s.
constexpr std::int64_t server_least = 100'000;
constexpr std::int64_t server_most = (std::int64_t{1} << 22) * 1000;

} // namespace

const std::vector<knob_spec> &knob_specs()
{
	static const std::vector<knob_spec> all{
		{"sched_rt_runtime_us", group::throttling, kind::sysctl, -1, int_max, "", "", "",
		 "us", "real-time tasks may run so long in each period; -1: without limit"},
		{"sched_rt_period_us", group::throttling, kind::sysctl, 1, int_max, "1000000", "",
		 "", "us", "the period of that limit"},
		{"RT_RUNTIME_SHARE", group::throttling, kind::feature, 0, 1, "off", "SCHED_DEBUG",
		 "", "",
		 "a CPU may borrow real-time runtime from others and then runs nothing else"},
		{"fair_server.runtime_ns", group::fair_server, kind::server, 0, server_most,
		 "50000000", "", "", "ns",
		 "ordinary tasks get so long in each period when real-time tasks fill the CPU; 0: "
		 "nothing"},
		{"fair_server.period_ns", group::fair_server, kind::server, server_least,
		 server_most, "1000000000", "", "", "ns", "the period of that guarantee"},
		{"ext_server.runtime_ns", group::fair_server, kind::server, 0, server_most,
		 "50000000", "SCHED_CLASS_EXT", "", "ns", "the same for tasks of a BPF scheduler"},
		{"ext_server.period_ns", group::fair_server, kind::server, server_least,
		 server_most, "1000000000", "SCHED_CLASS_EXT", "", "ns",
		 "the period of that guarantee"},
		{"sched_cfs_bandwidth_slice_us", group::cfs_bandwidth, kind::sysctl, 1, int_max,
		 "5000", "CFS_BANDWIDTH", "", "us",
		 "a CPU takes so much of a cgroup's quota at a time"},
		{"watchdog", group::lockups, kind::sysctl, 0, 1, "1", "SOFTLOCKUP_DETECTOR", "", "",
		 "both lockup detectors"},
		{"soft_watchdog", group::lockups, kind::sysctl, 0, 1, "1", "SOFTLOCKUP_DETECTOR",
		 "", "", "the soft lockup detector: preemption off for too long"},
		{"nmi_watchdog", group::lockups, kind::sysctl, 0, 1, "1", "HARDLOCKUP_DETECTOR", "",
		 "", "the hard lockup detector: interrupts off for too long"},
		{"watchdog_thresh", group::lockups, kind::sysctl, 0, 60, "10",
		 "SOFTLOCKUP_DETECTOR", "", "s",
		 "a hard lockup is told after so long, a soft one after twice that; 0: never"},
		{"watchdog_cpumask", group::lockups, kind::mask, 0, 0, "", "SOFTLOCKUP_DETECTOR",
		 "", "", "the CPUs that are watched for lockups"},
		{"softlockup_panic", group::lockups, kind::sysctl, 0, int_max, "0",
		 "SOFTLOCKUP_DETECTOR", "BOOTPARAM_SOFTLOCKUP_PANIC", "", "panic at a soft lockup"},
		{"softlockup_all_cpu_backtrace", group::lockups, kind::sysctl, 0, 1, "0",
		 "SOFTLOCKUP_DETECTOR", "", "", "a soft lockup prints the stacks of all CPUs"},
		{"hardlockup_panic", group::lockups, kind::sysctl, 0, 1, "0", "HARDLOCKUP_DETECTOR",
		 "BOOTPARAM_HARDLOCKUP_PANIC", "", "panic at a hard lockup"},
		{"hardlockup_all_cpu_backtrace", group::lockups, kind::sysctl, 0, 1, "0",
		 "HARDLOCKUP_DETECTOR", "", "", "a hard lockup prints the stacks of all CPUs"},
		{"hung_task_timeout_secs", group::hung_task, kind::sysctl, 0, seconds_max, "120",
		 "DETECT_HUNG_TASK", "DEFAULT_HUNG_TASK_TIMEOUT", "s",
		 "a task that sleeps so long and cannot be interrupted is told; 0: never"},
		{"hung_task_check_interval_secs", group::hung_task, kind::sysctl, 0, seconds_max,
		 "0", "DETECT_HUNG_TASK", "", "s",
		 "how often it looks; 0: as often as the time-out"},
		{"hung_task_check_count", group::hung_task, kind::sysctl, 0, int_max, "4194304",
		 "DETECT_HUNG_TASK", "", "", "so many tasks are looked at, at most"},
		{"hung_task_warnings", group::hung_task, kind::sysctl, -1, int_max, "10",
		 "DETECT_HUNG_TASK", "", "",
		 "so many more tasks are told, then it is silent; -1: no end"},
		{"hung_task_panic", group::hung_task, kind::sysctl, 0, int_max, "0",
		 "DETECT_HUNG_TASK", "BOOTPARAM_HUNG_TASK_PANIC", "", "panic at a hung task"},
		{"hung_task_all_cpu_backtrace", group::hung_task, kind::sysctl, 0, 1, "0",
		 "DETECT_HUNG_TASK", "", "", "a hung task prints the stacks of all CPUs"},
		{"rcu_cpu_stall_timeout", group::rcu, kind::parameter, 3, 300, "21", "",
		 "RCU_CPU_STALL_TIMEOUT", "s", "a grace period that lasts so long is told"},
		{"rcu_exp_cpu_stall_timeout", group::rcu, kind::parameter, 0, 300'000, "0", "",
		 "RCU_EXP_CPU_STALL_TIMEOUT", "ms",
		 "the same for expedited grace periods; 0: as long as the others"},
		{"rcu_task_stall_timeout", group::rcu, kind::parameter, 0, int_max, "", "", "",
		 "ticks", "the same for RCU-tasks grace periods; 0: never"},
		{"rcu_cpu_stall_suppress", group::rcu, kind::parameter, 0, 1, "0", "", "", "",
		 "no grace period is told, however long it lasts"},
		{"panic_on_rcu_stall", group::rcu, kind::sysctl, 0, 1, "0", "", "", "",
		 "panic at a stalled grace period"},
		{"rcutree.kthread_prio", group::rcu, kind::boot, 0, 99, "", "", "", "",
		 "real-time priority of RCU's threads; 0: ordinary; set at boot"},
		{"rcutree.use_softirq", group::rcu, kind::boot, 0, 1, "", "", "", "",
		 "RCU works in softirqs, else in the threads rcuc/N; set at boot"},
		{"workqueue.watchdog_thresh", group::workqueue, kind::parameter, 0, seconds_max,
		 "30", "WQ_WATCHDOG", "", "s",
		 "a worker pool that does nothing for so long is told; 0: never"},
		{"panic", group::panic, kind::sysctl, INT_MIN, int_max, "0", "", "PANIC_TIMEOUT",
		 "s",
		 "after a panic the machine restarts so much later; 0: never; below 0: at once"},
		{"panic_on_oops", group::panic, kind::sysctl, 0, 1, "0", "", "PANIC_ON_OOPS", "",
		 "an oops becomes a panic"},
		{"sysrq", group::panic, kind::sysctl, 0, 511, "1", "MAGIC_SYSRQ",
		 "MAGIC_SYSRQ_DEFAULT_ENABLE", "",
		 "what the SysRq key may do: 1 all, 0 nothing, else a sum (8: dumps, 128: "
		 "restart)"},
	};
	return all;
}

std::string_view server_folder(const knob_spec &spec)
{
	return spec.name.substr(0, spec.name.find('.'));
}

std::string_view server_file(const knob_spec &spec)
{
	const auto from = spec.name.find('.') + 1;
	return spec.name.substr(from, spec.name.rfind('_') - from);
}

std::vector<std::string> knob_paths(const knob_spec &spec, std::string_view cpu)
{
	const std::string name(spec.name);
	const std::string debugfs = "/sys/kernel/debug/";
	switch (spec.kind) {
	case kind::sysctl:
	case kind::mask:
		return {"/proc/sys/kernel/" + name};
	case kind::parameter:
	case kind::boot: {
		const auto dot = name.find('.');
		if (dot == std::string::npos)
			return {"/sys/module/rcupdate/parameters/" + name};
		return {"/sys/module/" + name.substr(0, dot) + "/parameters/" +
			name.substr(dot + 1)};
	}
	case kind::feature:
		return {debugfs + "sched/features", debugfs + "sched_features"};
	case kind::server:
		return {debugfs + "sched/" + std::string(server_folder(spec)) + "/" +
			std::string(cpu) + "/" + std::string(server_file(spec))};
	}
	return {};
}

} // namespace rtwatch
