// SPDX-License-Identifier: BSD-3-Clause
// Who notices a hang?
#include <algorithm>

#include "doctor_parts.hpp"

namespace rtwatch
{
namespace
{

constexpr auto detectors_area = doctor_area::detectors;

bool virtual_machine(const examination &e)
{
	const auto info = e.text("/proc/cpuinfo");
	return info.find(" hypervisor") != std::string::npos;
}

std::string built_out(const char *what, const char *option)
{
	return std::string(what) + " is not built in (CONFIG_" + option + ")";
}

void told_soft_lockup(examination &e)
{
	if (!e.number("soft_watchdog"))
		return e.add(detectors_area, severity::warning, "soft_lockup_absent",
			     built_out("the soft lockup detector", "SOFTLOCKUP_DETECTOR"),
			     "use a kernel that has it; rtwatch tells soft lockups meanwhile");
	if (!e.is_on("watchdog") || !e.is_on("soft_watchdog") || !e.is_on("watchdog_thresh"))
		return e.add(detectors_area, severity::warning, "soft_lockup_off",
			     "the soft lockup detector is switched off",
			     "rtwatchctl knobs set watchdog=1 soft_watchdog=1 watchdog_thresh=10");
	e.add(detectors_area, severity::fine, "soft_lockup",
	      "soft lockups are told after " + std::to_string(2 * *e.number("watchdog_thresh")) +
		      " s");
}

void told_hard_lockup(examination &e)
{
	const auto on = e.number("nmi_watchdog");
	const auto *knob = e.knob_named("nmi_watchdog");
	const bool built = e.config.value("HARDLOCKUP_DETECTOR").value_or("y") == "y";
	if (!on || !built || !knob->writable)
		return e.add(detectors_area, severity::warning, "hard_lockup_absent",
			     built_out("the hard lockup detector", "HARDLOCKUP_DETECTOR"),
			     "use a kernel that has it; rtwatch tells CPUs without interrupts "
			     "meanwhile");
	if (*on == 0 && virtual_machine(e))
		return e.add(detectors_area, severity::note, "hard_lockup_off",
			     "the hard lockup detector is off: it counts by a performance counter, "
			     "which virtual machines rarely have",
			     "give the guest a virtual PMU, or rely on rtwatch");
	if (*on == 0)
		return e.add(detectors_area, severity::warning, "hard_lockup_off",
			     "the hard lockup detector is switched off",
			     "rtwatchctl knobs set nmi_watchdog=1; without nowatchdog and "
			     "nmi_watchdog=0 on the kernel's command line");
	e.add(detectors_area, severity::fine, "hard_lockup",
	      "hard lockups are told after " +
		      std::to_string(e.number("watchdog_thresh").value_or(10)) + " s");
}

void watched_cpus(examination &e)
{
	const auto *mask = e.knob_named("watchdog_cpumask");
	if (!mask || !mask->value)
		return;
	const auto watched = parse_cpu_list(*mask->value);
	const auto online = parse_cpu_list(e.text("/sys/devices/system/cpu/online"));
	if (!watched || !online)
		return;
	const auto full = parse_cpu_list(e.text("/sys/devices/system/cpu/nohz_full"))
				  .value_or(std::vector<unsigned>());
	const auto has = [](const std::vector<unsigned> &list, unsigned cpu) {
		return std::find(list.begin(), list.end(), cpu) != list.end();
	};
	std::vector<unsigned> bare;
	bool by_choice = true;
	for (const auto cpu : *online)
		if (!has(*watched, cpu)) {
			bare.push_back(cpu);
			by_choice = by_choice && has(full, cpu);
		}
	if (!bare.empty())
		e.add(detectors_area, by_choice ? severity::note : severity::warning,
		      "watchdog_cpumask",
		      "lockups of CPU " + cpu_list_text(bare) + " are not told" +
			      (by_choice ? ": that is the default for nohz_full CPUs" : ""),
		      "rtwatchctl knobs set watchdog_cpumask=" + cpu_list_text(*online));
}

void told_hung_task(examination &e)
{
	const auto limit = e.number("hung_task_timeout_secs");
	if (!limit)
		return e.add(detectors_area, severity::warning, "hung_task_absent",
			     built_out("the hung task detector", "DETECT_HUNG_TASK"),
			     "use a kernel that has it; rtwatch tells hung tasks meanwhile");
	if (*limit == 0)
		return e.add(detectors_area, severity::warning, "hung_task_off",
			     "the hung task detector is switched off",
			     "rtwatchctl knobs set hung_task_timeout_secs=120");
	if (e.number("hung_task_warnings") == 0)
		return e.add(detectors_area, severity::warning, "hung_task_muted",
			     "the hung task detector has used up its warnings and is silent",
			     "rtwatchctl knobs set hung_task_warnings=-1");
	e.add(detectors_area, severity::fine, "hung_task",
	      "hung tasks are told after " + std::to_string(*limit) + " s");
}

void told_rcu(examination &e)
{
	const auto limit = e.number("rcu_cpu_stall_timeout");
	if (!limit)
		return;
	if (e.is_on("rcu_cpu_stall_suppress"))
		return e.add(detectors_area, severity::warning, "rcu_suppressed",
			     "RCU stalls are not told: rcu_cpu_stall_suppress is 1",
			     "rtwatchctl knobs set rcu_cpu_stall_suppress=0");
	e.add(detectors_area, severity::fine, "rcu",
	      "RCU stalls are told after " + std::to_string(*limit) + " s");
}

void told_workqueue(examination &e)
{
	const auto limit = e.number("workqueue.watchdog_thresh");
	if (!limit)
		return e.add(detectors_area, severity::note, "workqueue_absent",
			     built_out("the workqueue watchdog", "WQ_WATCHDOG"),
			     "rtwatch tells starving kworkers; few distributions build it in");
	if (*limit == 0)
		return e.add(detectors_area, severity::warning, "workqueue_off",
			     "the workqueue watchdog is switched off",
			     "rtwatchctl knobs set workqueue.watchdog_thresh=30");
	e.add(detectors_area, severity::fine, "workqueue",
	      "stalled work items are told after " + std::to_string(*limit) + " s");
}

} // namespace

void examine_detectors(examination &e)
{
	told_rcu(e);
	told_soft_lockup(e);
	told_hard_lockup(e);
	watched_cpus(e);
	told_hung_task(e);
	told_workqueue(e);
}

} // namespace rtwatch
