// SPDX-License-Identifier: BSD-3-Clause
// One sentence an incident.
#include "explain.hpp"

namespace rtwatch::splat::detail
{

namespace
{

std::string cpu_text(const std::vector<int> &cpus)
{
	constexpr std::size_t shown = 8;
	std::string text = cpus.size() == 1 ? "CPU " : "CPUs ";
	for (std::size_t i = 0; i < cpus.size() && i < shown; ++i)
		text += (i > 0 ? ", " : "") + std::to_string(cpus[i]);
	if (cpus.size() > shown)
		text += " and " + std::to_string(cpus.size() - shown) + " more";
	return text;
}

std::string task_text(const incident &inc)
{
	if (!inc.comm)
		return {};
	return *inc.comm + (inc.pid ? ":" + std::to_string(*inc.pid) : "");
}

std::string duration_text(const incident &inc)
{
	if (!inc.duration)
		return {};
	const std::string unit = inc.duration->unit == duration_unit::jiffies
					 ? " jiffies"
					 : std::string(" ") + to_string(inc.duration->unit);
	return std::to_string(inc.duration->value) + unit;
}

std::string for_duration(const incident &inc)
{
	return inc.duration ? " for " + duration_text(inc) : std::string();
}

// " in user mode", " in foo()"
std::string place(const incident &inc)
{
	if (inc.user_mode.value_or(false))
		return " in user mode";
	return inc.top_function.empty() ? std::string() : " in " + inc.top_function + "()";
}

std::string running(const incident &inc)
{
	const std::string task = task_text(inc);
	if (task.empty() && place(inc).empty())
		return {};
	return ", running " + (task.empty() ? std::string("something") : task) + place(inc);
}

// Who sleeps or was preempted inside a reader, and what that does: "holds" or "hold".
std::string readers(const incident &inc)
{
	const std::size_t count = inc.blocked_tasks.size();
	const int first = inc.blocked_tasks.front();
	const bool named = inc.comm && inc.pid == first;
	const std::string task = named ? task_text(inc) : std::to_string(first);
	const std::string where = named ? place(inc) : std::string();
	if (count == 1)
		return "Task " + task + ", preempted inside an RCU reader" + where + ", holds";
	return std::to_string(count) + " tasks, preempted inside RCU readers (the first is " +
	       task + where + "), hold";
}

// ", running x:1 in f()"; of several CPUs, which one.
std::string running_there(const report &r)
{
	const incident &inc = r.inc;
	if (inc.cpus.size() < 2 || !r.dump_cpu)
		return running(inc);
	const std::string what = running(inc);
	return what.empty() ? what
			    : ", CPU " + std::to_string(*r.dump_cpu) + " of them" + what.substr(1);
}

std::string stall_sentence(const report &r, cause_code cause)
{
	const incident &inc = r.inc;
	const char *kind = inc.type == incident_type::rcu_stall_expedited ? " expedited" : "";
	const std::string what = std::string("an") + kind + " " +
				 (inc.flavor.empty() ? "RCU" : inc.flavor) + " grace period";
	// An idle CPU holds nothing up.
	if (cause == cause_code::rcu_kthread_starved && !inc.cpus.empty())
		return "A" + what.substr(1) + " has lasted" + for_duration(inc) +
		       (inc.cpus.size() == 1 ? ", though " : ", though all that it waits for, ") +
		       cpu_text(inc.cpus) +
		       (inc.cpus.size() == 1 ? ", all that it waits for, is idle." : ", are idle.");
	std::string who;
	if (!inc.cpus.empty())
		who = cpu_text(inc.cpus) + (inc.cpus.size() == 1 ? " holds" : " hold");
	else if (!inc.blocked_tasks.empty())
		return readers(inc) + " up " + what + for_duration(inc) + ".";
	else
		who = "Something that the report does not name holds";
	return who + " up " + what + for_duration(inc) + running_there(r) + ".";
}

std::string hung_sentence(const incident &inc)
{
	const std::string task = task_text(inc);
	std::string text = (task.empty() ? std::string("A task") : "Task " + task) +
			   " has been in uninterruptible sleep" +
			   (inc.duration ? " for more than " + duration_text(inc) : std::string());
	const std::string where = blocked_in(inc);
	if (!where.empty())
		text += ", waiting in " + where + "()";
	if (inc.owner)
		text += "; the lock it wants is held by " + inc.owner->comm + ":" +
			std::to_string(inc.owner->pid);
	return text + ".";
}

std::string on_cpus(const incident &inc)
{
	return inc.cpus.empty() ? std::string("A CPU") : cpu_text(inc.cpus);
}

std::string tasks_stall(const incident &inc)
{
	return (inc.blocked_tasks.empty()
			? std::string("Some task")
			: std::to_string(inc.blocked_tasks.size()) + " task(s), first " +
				  (inc.comm ? task_text(inc)
					    : "pid " + std::to_string(inc.blocked_tasks.front()))) +
	       " held up an " + (inc.flavor.empty() ? "RCU tasks" : inc.flavor) + " grace period" +
	       for_duration(inc) + ".";
}

} // namespace

std::string summarise(const report &r, cause_code cause)
{
	const incident &inc = r.inc;
	switch (inc.type) {
	case incident_type::rcu_stall_self:
	case incident_type::rcu_stall_detected:
	case incident_type::rcu_stall_expedited:
		return stall_sentence(r, cause);
	case incident_type::rcu_tasks_stall:
	case incident_type::srcu_stall:
		return tasks_stall(inc);
	case incident_type::rcu_kthread_starved:
		return "The grace-period kthread " +
		       (inc.kthread ? inc.kthread->name : std::string("of RCU")) +
		       " did not get to run" + for_duration(inc) +
		       (inc.cpus.empty() ? "" : " on " + cpu_text(inc.cpus)) +
		       (r.kept_by.empty() ? "" : ", which ran " + r.kept_by) +
		       "; no grace period ends and memory is not freed.";
	case incident_type::rcu_timer_issue:
		return "The timer that should wake the grace-period kthread is overdue" +
		       (inc.duration ? " by " + duration_text(inc) : std::string()) + ".";
	case incident_type::rcu_stall_ended:
		return "The RCU stall was over before its report could be written.";
	case incident_type::soft_lockup:
		return on_cpus(inc) + " has not scheduled" + for_duration(inc) + running(inc) + ".";
	case incident_type::hard_lockup:
		return on_cpus(inc) + (inc.cpus.size() > 1 ? " do" : " does") +
		       " not serve interrupts" + running(inc) +
		       (inc.detected_by ? "; CPU " + std::to_string(*inc.detected_by) + " noticed"
					: "") +
		       ".";
	case incident_type::hung_task:
		return hung_sentence(inc);
	case incident_type::hung_task_muted:
		return "The kernel reports no more hung tasks: its number of warnings is used up.";
	case incident_type::workqueue_lockup:
		return "The workers of " +
		       (inc.cpus.empty() ? std::string("a pool") : cpu_text(inc.cpus)) +
		       " made no progress" + for_duration(inc) + running(inc) + ".";
	case incident_type::rt_throttled:
		return "Real-time tasks used up their share" +
		       (inc.cpus.empty() ? std::string() : " of " + cpu_text(inc.cpus)) +
		       " and were stopped for the rest of the period" +
		       (inc.comm ? "; suspected: " + task_text(inc) : std::string()) + ".";
	case incident_type::dl_replenish_lag:
		return "A deadline task was refilled more than a period late.";
	case incident_type::cfs_period_short:
		return on_cpus(inc) + " cannot keep up with a cgroup's CPU-quota timer.";
	case incident_type::clocksource_unstable:
		return "A clocksource disagrees with its watchdog and is no longer used.";
	case incident_type::workqueue_cpu_hog:
		return "The work function " +
		       (inc.top_function.empty() ? std::string() : inc.top_function + "() ") +
		       "kept a CPU" +
		       (inc.duration ? " for more than " + duration_text(inc) : std::string()) +
		       " at a time.";
	case incident_type::irq_storm:
		return on_cpus(inc) + " spends most of its time in hard interrupts.";
	}
	return {};
}

} // namespace rtwatch::splat::detail
