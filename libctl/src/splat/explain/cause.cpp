// SPDX-License-Identifier: BSD-3-Clause
// Which documented cause a report fits, and why.
#include "explain.hpp"

namespace rtwatch::splat::detail
{

namespace
{

std::string in_function(const incident &inc)
{
	return inc.top_function.empty() ? std::string("in the kernel")
					: "in " + inc.top_function + "()";
}

// A CPU that spins for something is no culprit: another one is.
std::optional<verdict> waiting(const incident &inc)
{
	if (is_lock_slowpath(inc.top_function))
		return verdict{cause_code::lock_owner,
			       "the CPU spins " + in_function(inc) +
				       " for a lock: whoever holds the lock is to blame"};
	if (is_ipi_wait(inc.top_function))
		return verdict{
			cause_code::ipi_wait,
			"the CPU waits " + in_function(inc) +
				" for another CPU that does not answer: that one is to blame"};
	return std::nullopt;
}

verdict user_mode_stall(const cpu_state *cpu)
{
	if (cpu == nullptr || ran_no_softirq(*cpu))
		return {cause_code::rt_hog,
			"the CPU took its ticks in user mode, yet ran no softirq for the whole "
			"grace "
			"period: a task that outranks ksoftirqd and the RCU threads (SCHED_FIFO, "
			"SCHED_RR or SCHED_DEADLINE) keeps the CPU to itself"};
	return {cause_code::unknown,
		"the CPU was in user mode and softirqs did run: it was late, not stuck"};
}

// The last of four flags is a digit while RCU's interrupt work waits on the CPU. A CPU that found
// the stall itself takes interrupts, whatever it says.
bool serves_no_irq_work(const incident &inc, const cpu_state &cpu)
{
	return inc.type != incident_type::rcu_stall_self && cpu.flags && cpu.flags->size() == 4 &&
	       is_digit(cpu.flags->back());
}

verdict irqs_off(const incident &inc, const std::string &sign)
{
	return {cause_code::irqs_off, sign + ": interrupts are off " + in_function(inc) +
					      ", or the CPU does not run at all (firmware, a "
					      "virtual CPU that its host does not run)"};
}

// The rcuc kthreads do there what softirqs do elsewhere: the softirq counts say nothing.
bool starves_rcuc(const incident &inc, const cpu_state &cpu)
{
	const std::string name = "cpu" + std::to_string(cpu.cpu) + ".note";
	for (const field &f : inc.fields) {
		if (f.name == name && contains(f.value, "rcuc="))
			return contains(f.value, "starved");
	}
	return false;
}

// The table of CPU time, of all CPUs that have one.
bool took_no_interrupts(const incident &inc)
{
	bool none = false;
	for (const field &f : inc.fields) {
		if (f.name != "cputime.number")
			continue;
		if (!starts_with(f.value, "0 hardirqs"))
			return false;
		none = true;
	}
	return none;
}

verdict stall_of_cpu(const report &r, const incident &inc, const cpu_state &cpu)
{
	if (is_idle(cpu))
		return {cause_code::rcu_kthread_starved, "the CPU is idle, which ends its part of "
							 "a grace period: nobody looked, because "
							 "the grace-period kthread did not run"};
	const bool no_ticks = cpu.ticks_this_gp && cpu.ticks_this_gp->magnitude == 0;
	const bool few_ticks = cpu.ticks_this_gp && inc.duration &&
			       inc.duration->unit == duration_unit::jiffies &&
			       static_cast<double>(cpu.ticks_this_gp->magnitude) <
				       static_cast<double>(inc.duration->value) / 20;
	if (few_ticks && !no_ticks && inc.comm && starts_with(*inc.comm, "swapper"))
		return {cause_code::timer_lost,
			"the idle task was running, and the CPU took " +
				to_text(*cpu.ticks_this_gp) + " of " +
				std::to_string(inc.duration->value) +
				" ticks: its timer interrupts were lost or late"};
	const bool registers_off = &inc == &r.inc && r.irqs_off.value_or(false);
	if (cpu.gps_behind && registers_off)
		return irqs_off(inc, "the CPU has not noticed the grace period, and its flags "
				     "register shows interrupts off");
	if (took_no_interrupts(r.inc))
		return irqs_off(inc, "the CPU took no interrupt in the sampled part of the stall");
	if (!no_ticks && starves_rcuc(r.inc, cpu))
		return {cause_code::softirq_starved,
			"the CPU's rcuc kthread, which does RCU's work there, does not get to run: "
			"a real-time task outranks it, or the CPU does not schedule"};
	if (no_ticks || (cpu.gps_behind && ran_no_softirq(cpu)))
		return irqs_off(inc, "the CPU took no tick since the grace period began");
	if (serves_no_irq_work(inc, cpu))
		return irqs_off(inc, "the interrupt work that RCU sent to the CPU is not done");
	if (few_ticks && registers_off)
		return irqs_off(inc, "the CPU took only " + to_text(*cpu.ticks_this_gp) + " of " +
					     std::to_string(inc.duration->value) +
					     " ticks, and its flags register shows interrupts off");
	if (ran_no_softirq(cpu) && !inc.user_mode)
		return {cause_code::softirq_starved, "ticks arrive but no softirq runs, so RCU "
						     "cannot note that the CPU passed a "
						     "quiescent state"};
	return {cause_code::preempt_off, "ticks arrive, but the CPU stays " + in_function(inc) +
						 " without giving up the CPU"};
}

// Of several CPUs the one that holds the grace period up: an idle one does not, and of the others
// the one whose place is known tells most.
const cpu_state *culprit(const report &r)
{
	const cpu_state *found = nullptr;
	for (const cpu_state &cpu : r.inc.per_cpu) {
		if (is_idle(cpu))
			continue;
		if (found == nullptr || (r.dump_cpu && cpu.cpu == *r.dump_cpu))
			found = &cpu;
	}
	if (found == nullptr && !r.inc.per_cpu.empty())
		found = &r.inc.per_cpu.front();
	return found;
}

verdict stall(const report &r)
{
	const incident &all = r.inc;
	const cpu_state *cpu = culprit(r);
	if (all.cpus.empty() && !all.blocked_tasks.empty())
		return {cause_code::rcu_reader_preempted, "no CPU is late: a task was preempted "
							  "inside rcu_read_lock() and has not been "
							  "allowed to go on"};
	if (all.cpus.empty() && all.type == incident_type::rcu_stall_detected)
		return {cause_code::rcu_kthread_starved,
			"no CPU and no task holds the grace period up: the kthread that should end "
			"it "
			"does not run"};
	// Where another CPU was says nothing about this one.
	incident unseen;
	const bool elsewhere = cpu != nullptr && r.dump_cpu && *r.dump_cpu != cpu->cpu;
	if (elsewhere) {
		unseen.type = all.type;
		unseen.duration = all.duration;
	}
	const incident &inc = elsewhere ? unseen : all;
	if (inc.user_mode.value_or(false))
		return user_mode_stall(cpu);
	if (auto found = waiting(inc))
		return *found;
	if (cpu != nullptr && (cpu->ticks_this_gp || cpu->gps_behind))
		return stall_of_cpu(r, inc, *cpu);
	if (!inc.top_function.empty())
		return {cause_code::preempt_off,
			"the CPU stays " + in_function(inc) + " without passing a quiescent state"};
	return {cause_code::unknown, "the report does not say where the CPU was"};
}

verdict hung(const incident &inc)
{
	if (inc.owner)
		return {cause_code::lock_owner,
			"the kernel names the task that holds the lock: " + inc.owner->comm + ":" +
				std::to_string(inc.owner->pid)};
	for (const stack_frame &f : inc.trace) {
		if (!f.reliable)
			continue;
		if (is_rcu_wait(f.function))
			return {cause_code::rcu_wait,
				"the task waits in " + f.function +
					"() for a grace period: a consequence of an RCU stall, no "
					"fault of its own"};
		if (is_work_wait(f.function))
			return {cause_code::worker_busy,
				"the task waits in " + f.function +
					"() for queued work to be done: its worker does not get to "
					"run, or the work does not end"};
		if (is_sleeping_lock(f.function))
			return {cause_code::lock_owner,
				"the task waits in " + f.function +
					"() for a lock: look for the task that holds it"};
		if (is_io_wait(f.function))
			return {cause_code::io_wait, "the task waits in " + f.function +
							     "() for I/O that does not complete"};
	}
	return {cause_code::unknown, inc.trace.empty() ? "the log has no trace of the task"
						       : "the trace shows no known way of waiting"};
}

verdict lockup(const incident &inc)
{
	if (inc.type == incident_type::hard_lockup)
		return {cause_code::irqs_off,
			"the CPU's timer interrupt was not served for the whole watchdog period: "
			"interrupts are off " +
				in_function(inc) +
				(is_lock_slowpath(inc.top_function)
					 ? ", spinning for a lock that another CPU holds"
					 : "")};
	if (auto found = waiting(inc))
		return *found;
	if (inc.user_mode.value_or(false))
		return {cause_code::rt_hog, "the CPU was in user mode: no kernel code held it, a "
					    "task that outranks the "
					    "watchdog did"};
	return {cause_code::preempt_off, "interrupts arrive, but the CPU stays " +
						 in_function(inc) + " and does not schedule"};
}

} // namespace

const char *to_string(cause_code code)
{
	switch (code) {
	case cause_code::rt_hog:
		return "rt_hog";
	case cause_code::softirq_starved:
		return "softirq_starved";
	case cause_code::rcu_kthread_starved:
		return "rcu_kthread_starved";
	case cause_code::rcu_reader_preempted:
		return "rcu_reader_preempted";
	case cause_code::irqs_off:
		return "irqs_off";
	case cause_code::preempt_off:
		return "preempt_off";
	case cause_code::lock_owner:
		return "lock_owner";
	case cause_code::ipi_wait:
		return "ipi_wait";
	case cause_code::io_wait:
		return "io_wait";
	case cause_code::rcu_wait:
		return "rcu_wait";
	case cause_code::cfs_bandwidth_storm:
		return "cfs_bandwidth_storm";
	case cause_code::timer_lost:
		return "timer_lost";
	case cause_code::worker_busy:
		return "worker_busy";
	case cause_code::rcu_tasks_holdout:
		return "rcu_tasks_holdout";
	case cause_code::clock_unreliable:
		return "clock_unreliable";
	case cause_code::irq_storm:
		return "irq_storm";
	case cause_code::unknown:
		return "unknown";
	}
	return "unknown";
}

verdict find_cause(const report &r)
{
	const incident &inc = r.inc;
	switch (inc.type) {
	case incident_type::rcu_stall_self:
	case incident_type::rcu_stall_detected:
	case incident_type::rcu_stall_expedited:
		return stall(r);
	case incident_type::rcu_tasks_stall:
	case incident_type::srcu_stall:
		return {cause_code::rcu_tasks_holdout,
			"the listed tasks have not switched voluntarily, or not left their reader, "
			"since the grace period began"};
	case incident_type::rcu_kthread_starved:
		if (inc.kthread && inc.kthread->state &&
		    (*inc.kthread->state == "0x402" || *inc.kthread->state == "I"))
			return {cause_code::timer_lost,
				"the kthread is not even runnable: it sleeps until a timer fires, "
				"and the timer did not, or its wake-up was lost" +
					(r.kept_by.empty() ? std::string()
							   : "; its CPU was kept by " + r.kept_by +
								     ", where timer softirqs may "
								     "not have run")};
		return {cause_code::rcu_kthread_starved,
			"the kthread wants to run and is not let: its CPU is kept by " +
				(r.kept_by.empty() ? std::string("something that")
						   : r.kept_by + ", which") +
				" outranks it, or does not schedule"};
	case incident_type::rcu_timer_issue:
		return {cause_code::timer_lost, "the kthread sleeps on a timer that should have "
						"fired: the timer softirq of "
						"its CPU does not run, or its interrupt is lost"};
	case incident_type::soft_lockup:
	case incident_type::hard_lockup:
		return lockup(inc);
	case incident_type::hung_task:
		return hung(inc);
	case incident_type::workqueue_lockup:
		return {cause_code::worker_busy, "no worker of the pool made progress: one runs "
						 "without giving up the CPU, or "
						 "the CPU is kept from all of them"};
	case incident_type::workqueue_cpu_hog:
		return {cause_code::worker_busy, "the work function itself runs for too long"};
	case incident_type::rt_throttled:
		return {cause_code::rt_hog, "real-time tasks used up their whole share of a CPU, "
					    "and the kernel took it "
					    "away for the rest of the period"};
	case incident_type::dl_replenish_lag:
		return {cause_code::timer_lost,
			"the timer that refills a deadline task came more than a period late: "
			"interrupts were off, or the whole machine stood still"};
	case incident_type::cfs_period_short:
		return {cause_code::cfs_bandwidth_storm, "the period timer of a cgroup's CPU quota "
							 "expired again before its handler was "
							 "done"};
	case incident_type::clocksource_unstable:
		return {cause_code::clock_unreliable, "the clock and its watchdog disagree: a bad "
						      "clock, or a watchdog that came too "
						      "late because the CPU hung"};
	case incident_type::irq_storm:
		return {cause_code::irq_storm, "hard interrupts take most of the CPU's time"};
	case incident_type::rcu_stall_ended:
	case incident_type::hung_task_muted:
		return {cause_code::unknown, "this line only goes with other reports"};
	}
	return {};
}

} // namespace rtwatch::splat::detail
