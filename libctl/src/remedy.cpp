// SPDX-License-Identifier: BSD-3-Clause
// What to do about an incident. Never moralises: some people want their hog.
#include <rtwatch/verdict.hpp>

#include "innermost.hpp"
#include "phrase.hpp"

namespace rtwatch
{
namespace
{

// The way that always helps against a task that will not let go.
std::string lower_the_hog(const incident &what)
{
	if (!what.culprit || !what.culprit->pid)
		return "lower the culprit's policy: chrt -o -p 0 PID";
	return "lower the culprit's policy: chrt -o -p 0 " + std::to_string(*what.culprit->pid);
}

// Writing the value that is there already hands the borrowed runtime back.
constexpr const char *rewrite_runtime =
	"sysctl -w kernel.sched_rt_runtime_us=$(cat /proc/sys/kernel/sched_rt_runtime_us)";

// It is an ordinary task already; what helps is that it lets the lock go.
std::string against_boost(const incident &what)
{
	std::string out = "Now: see what keeps it from going on (rtwatchctl backtrace " +
			  cpu_number(what) + ")";
	if (boosted_by_rcu(what))
		return out + ". For good: shorten that RCU read-side section, or lower "
			     "rcutree.kthread_prio, whose priority it inherits.";
	if (what.booster && what.booster->pid)
		out += ", or lower who waits for its lock: chrt -o -p 0 " +
		       std::to_string(*what.booster->pid);
	if (what.rt_runtime == unlimited)
		out += ", or give everyone else a share: sysctl -w "
		       "kernel.sched_rt_runtime_us=950000";
	return out + ". For good: hold locks that real-time tasks take for a short time only, or "
		     "let no ordinary task take them.";
}

std::string against_rt(const incident &what)
{
	switch (what.cause.value_or(cause::unknown)) {
	case cause::rt_unlimited:
		return "Now: " + lower_the_hog(what) +
		       ". For good: give everyone else a share, sysctl -w "
		       "kernel.sched_rt_runtime_us=950000, also in /etc/sysctl.d.";
	case cause::rt_runtime_share:
		return "Now: echo NO_RT_RUNTIME_SHARE > /sys/kernel/debug/sched/features "
		       "(sched_features before 5.13), then hand the borrowed runtime back, which "
		       "that "
		       "alone does not: " +
		       std::string(rewrite_runtime) + ". Or " + lower_the_hog(what) +
		       ". For good: the same at boot, or let the program sleep.";
	case cause::rt_throttled:
		return "Throttling works, nobody starves. If what it leaves is too little for "
		       "the rest, now: " +
		       lower_the_hog(what) +
		       ". For good: let the program sleep, or lower kernel.sched_rt_runtime_us.";
	case cause::fair_server_off:
		return "Now: give the fair server of this CPU runtime, echo 50000000 > "
		       "/sys/kernel/debug/sched/fair_server/cpu" +
		       cpu_number(what) + "/runtime. Or " + lower_the_hog(what) +
		       ". For good: the same at boot.";
	case cause::rt_full_period:
		return "Now: leave a part of each period to others, sysctl -w "
		       "kernel.sched_rt_runtime_us=950000 (it is the whole period). Or " +
		       lower_the_hog(what) + ". For good: set it in /etc/sysctl.d.";
	case cause::deadline:
		return "Now: take its reservation away, " + lower_the_hog(what) +
		       ". For good: reserve less runtime per period (chrt -d -T), and keep "
		       "kernel.sched_rt_runtime_us below the period, which is what admission of "
		       "deadline tasks goes by.";
	case cause::fair_server_small:
		return "Now: give the fair server of this CPU more runtime, or a shorter period: "
		       "echo 50000000 > /sys/kernel/debug/sched/fair_server/cpu" +
		       cpu_number(what) +
		       "/runtime and echo 1000000000 > .../period (the defaults). Or " +
		       lower_the_hog(what) + ". For good: the same at boot.";
	case cause::pi_boosted:
		return against_boost(what);
	case cause::rt_outranks:
		return "Now: " + lower_the_hog(what) +
		       ". For good: give who waits a higher priority (chrt -f -p), or let the "
		       "program sleep.";
	case cause::unknown:
	case cause::irqs_off:
	case cause::preempt_off:
	case cause::lock_held:
	case cause::io_wait:
	case cause::bandwidth_storm:
	case cause::reader_preempted:
	case cause::gp_kthread_starved:
	case cause::rcu_reader:
		break;
	}
	return "Now: " + lower_the_hog(what) +
	       ". For good: let the program sleep, or check kernel.sched_rt_runtime_us.";
}

std::string in_kernel(const incident &what, const char *doing)
{
	const auto function = innermost_function(what);
	return std::string("The kernel itself ") + doing +
	       ": no setting ends that. Now: save the " + "stack (rtwatchctl backtrace " +
	       cpu_number(what) + "). For good: report " +
	       (function.empty() ? std::string("the function at its top") : function) +
	       " to whoever maintains it.";
}

std::string against_rcu_stall(const incident &what)
{
	const auto why = what.cause.value_or(cause::unknown);
	if (why == cause::reader_preempted)
		return "The reader would leave if it ran. Now: " + lower_the_hog(what) +
		       ". For good: a kernel with RCU_BOOST and a kthread_prio above the hog, or "
		       "let "
		       "the hog sleep.";
	if (why == cause::gp_kthread_starved)
		return "RCU's own thread would end it if it ran. Now: " + lower_the_hog(what) +
		       ", or raise the thread: chrt -f -p 99 $(pgrep -x 'rcu_preempt|rcu_sched'). "
		       "For good: rcutree.kthread_prio=, or keep hogs off the CPUs where it may "
		       "run.";
	if (why == cause::pi_boosted ||
	    (what.culprit && what.culprit->policy && *what.culprit->policy != sched_policy::other))
		return against_rt(what);
	if (!what.cpu)
		return "Some reader does not leave its read-side section. Now: the kernel's own "
		       "report names it, rtwatchctl explain --kmsg. For good: report that function "
		       "to whoever maintains it.";
	return in_kernel(what, "does not leave a read-side section");
}

std::string against_hung_task(const incident &what)
{
	const auto why = what.cause.value_or(cause::unknown);
	if (why == cause::lock_held && what.culprit && what.culprit->pid)
		return "Now: look at the owner, what keeps " + describe(*what.culprit) +
		       " from letting go (cat /proc/" + std::to_string(*what.culprit->pid) +
		       "/stack); the rest will go on when it does. For good: report it to whoever "
		       "maintains that code.";
	if (why == cause::io_wait)
		return "Now: look for errors of the disk or network filesystem (dmesg), thaw what "
		       "is frozen or suspended (fsfreeze -u, dmsetup resume), bring back what is "
		       "away. For good: find why it stopped answering.";
	return "Look at what it waits for (its stack): a disk, a network filesystem or a "
	       "lock. Now: bring that back. For good: find why it stopped answering.";
}

} // namespace

std::string remedy(const incident &what)
{
	if (!what.type)
		return "Update rtwatchctl: the module knows more than it.";
	switch (*what.type) {
	case incident_type::rt_starvation:
	case incident_type::rt_throttled:
		return against_rt(what);
	case incident_type::soft_lockup:
		return in_kernel(what, "keeps preemption off");
	case incident_type::hard_lockup:
	case incident_type::irqs_off:
		return in_kernel(what, "keeps interrupts off");
	case incident_type::rcu_stall:
		return against_rcu_stall(what);
	case incident_type::hung_task:
		return against_hung_task(what);
	case incident_type::hook_disarmed:
		return "rtwatchctl stat --self shows what its hooks take. Now: arm it again, with "
		       "a "
		       "budget that it can keep (rtwatchctl config budget_ns=N, 0: no limit). For "
		       "good: options rtwatch budget_ns=N in /etc/modprobe.d.";
	case incident_type::cfs_bandwidth:
		return "Now: give " +
		       (what.cgroup ? "the cgroup " + printable(*what.cgroup)
				    : std::string("the cgroup")) +
		       " a longer period or a larger quota (cpu.max), or none. For good: fewer "
		       "threads than CPUs under a small quota, or a cpuset instead of a quota.";
	}
	return "Update rtwatchctl: the module knows more than it.";
}

} // namespace rtwatch
