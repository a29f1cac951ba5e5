// SPDX-License-Identifier: BSD-3-Clause
// For each cause: what to look at next, and the setting that decides.
#include "explain.hpp"

namespace rtwatch::splat::detail
{

namespace
{

struct advice {
	cause_code code;
	view name; // "next" or "knob"
	view value;
	view meaning;
};

constexpr advice advices[] = {
	{cause_code::rt_hog, "next", "chrt -p PID",
	 "the scheduling class of the task named above and of its threads"},
	{cause_code::rt_hog, "next", "rtwatchctl status",
	 "who keeps the CPU now, since when, and who starves"},
	{cause_code::rt_hog, "knob", "kernel.sched_rt_runtime_us",
	 "-1 switches the protection off; below sched_rt_period_us it leaves time for others"},
	{cause_code::rt_hog, "knob", "sched feature RT_RUNTIME_SHARE",
	 "on (default before 5.10) lets one CPU borrow the real-time budget of all others"},
	{cause_code::rt_hog, "knob", "/sys/kernel/debug/sched/fair_server",
	 "from 6.12 the fair server is the protection; runtime 0 switches it off"},

	{cause_code::softirq_starved, "next", "/proc/softirqs",
	 "which softirqs stand still on the CPU"},
	{cause_code::softirq_starved, "next", "ps -eLo pid,cls,rtprio,psr,comm",
	 "real-time tasks on the CPU that outrank ksoftirqd"},
	{cause_code::softirq_starved, "knob", "kernel.sched_rt_runtime_us",
	 "how much of a period real-time tasks may take"},

	{cause_code::rcu_kthread_starved, "next", "ps -eLo pid,cls,rtprio,psr,comm | grep rcu",
	 "the kthread's class and CPU, and what else is on that CPU"},
	{cause_code::rcu_kthread_starved, "knob", "rcutree.kthread_prio",
	 "a real-time priority for the RCU kthreads, above that of the hog"},
	{cause_code::rcu_kthread_starved, "knob", "isolcpus, nohz_full, rcu_nocbs",
	 "housekeeping CPUs where no real-time task runs give the kthread a home"},

	{cause_code::rcu_reader_preempted, "next", "cat /proc/PID/stack",
	 "where the blocked task was preempted; chrt -p PID gives its priority"},
	{cause_code::rcu_reader_preempted, "knob", "CONFIG_RCU_BOOST, rcutree.kthread_prio",
	 "lets RCU raise the reader above whatever preempted it"},

	{cause_code::irqs_off, "next", "the function or task named above",
	 "a loop or a wait between local_irq_disable() and local_irq_enable()"},
	{cause_code::irqs_off, "next", "echo irqsoff > /sys/kernel/tracing/current_tracer",
	 "records the longest section with interrupts off, where built in"},
	{cause_code::irqs_off, "knob", "nmi_watchdog=1, kernel.hardlockup_panic",
	 "the hard-lockup detector shows the place while it lasts"},

	{cause_code::preempt_off, "next", "the function or task named above",
	 "a loop that lacks cond_resched(), or hardware that does not answer"},
	{cause_code::preempt_off, "knob", "kernel.watchdog_thresh",
	 "soft lockups are reported after twice this many seconds"},
	{cause_code::preempt_off, "knob", "preempt=full",
	 "a preemptible kernel lets others run in such a loop"},

	{cause_code::lock_owner, "next", "echo d > /proc/sysrq-trigger",
	 "all held locks, with CONFIG_LOCKDEP; echo w lists the blocked tasks"},
	{cause_code::lock_owner, "next", "the other reports of the same minute",
	 "one of them shows the holder"},
	{cause_code::lock_owner, "knob", "CONFIG_PROVE_LOCKING, CONFIG_DETECT_HUNG_TASK_BLOCKER",
	 "name the owner in the next report"},

	{cause_code::ipi_wait, "next", "the CPUs that the NMI was sent to",
	 "the one whose dump shows interrupts off holds everybody up"},
	{cause_code::ipi_wait, "knob", "csdlock_debug=1", "names the CPU that does not answer"},

	{cause_code::io_wait, "next", "dmesg of the disk, its driver and its transport",
	 "timeouts, resets, a lost path; iostat -x 1 shows whether requests complete"},
	{cause_code::io_wait, "knob", "kernel.hung_task_timeout_secs",
	 "slow but working storage may need more than the default of 120 s"},

	{cause_code::rcu_wait, "next", "the RCU stall in this log",
	 "it names the CPU or the task that the grace period waits for"},
	{cause_code::rcu_wait, "knob", "rcupdate.rcu_cpu_stall_timeout",
	 "seconds until a stall is reported"},

	{cause_code::cfs_bandwidth_storm, "next", "cat cpu.max cpu.stat of the cgroups",
	 "quotas with a short period and many CPUs; nr_throttled tells which one"},
	{cause_code::cfs_bandwidth_storm, "knob", "cpu.max (cpu.cfs_period_us)",
	 "a longer period at the same share: 100 ms and more"},

	{cause_code::timer_lost, "next", "/proc/timer_list",
	 "whether the event device of the CPU is armed, and how late its timers are"},
	{cause_code::timer_lost, "knob", "clocksource=, nohz=off, processor.max_cstate=1",
	 "tell a lost timer interrupt from one that came late"},

	{cause_code::worker_busy, "next", "the in-flight functions of the pool",
	 "the work that runs; pending ones wait behind it"},
	{cause_code::worker_busy, "knob", "workqueue.watchdog_thresh",
	 "seconds until a pool without progress is reported"},
	{cause_code::worker_busy, "knob", "WQ_UNBOUND, WQ_CPU_INTENSIVE",
	 "where long work belongs, so that others need not wait for it"},

	{cause_code::rcu_tasks_holdout, "next", "cat /proc/PID/stack",
	 "the loop that the task is in"},
	{cause_code::rcu_tasks_holdout, "knob", "rcupdate.rcu_task_stall_timeout",
	 "jiffies until such a stall is reported"},

	{cause_code::clock_unreliable, "next", "the reports around it",
	 "a hang of many seconds makes a good clock look bad"},
	{cause_code::clock_unreliable, "knob",
	 "tsc=reliable, clocksource=", "only when the machine is known to have a sound TSC"},

	{cause_code::irq_storm, "next", "/proc/interrupts",
	 "which line counts up, and on which CPU"},
	{cause_code::irq_storm, "knob", "/proc/irq/N/smp_affinity",
	 "moves the interrupt to another CPU"},

	{cause_code::unknown, "next", "rtwatchctl status",
	 "whether it still lasts, and what the CPU does"},
};

} // namespace

void add_advice(cause_code code, incident &inc)
{
	if (inc.type == incident_type::workqueue_cpu_hog) {
		inc.fields.push_back(
			{"next", "the work function named above",
			 "a loop that lacks cond_resched(), or work that belongs on an "
			 "unbound workqueue (WQ_UNBOUND)"});
		inc.fields.push_back({"knob", "workqueue.cpu_intensive_thresh_us",
				      "how long a work function may keep its CPU before it counts "
				      "as a hog (10 ms by default)"});
		return;
	}
	for (const advice &a : advices) {
		// Settings that name the owner are of no use when it is named.
		if (code == cause_code::lock_owner && inc.owner && a.name == "knob")
			continue;
		if (a.code == code)
			inc.fields.push_back({std::string(a.name), std::string(a.value),
					      std::string(a.meaning)});
	}
}

} // namespace rtwatch::splat::detail
