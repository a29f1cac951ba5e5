// SPDX-License-Identifier: BSD-3-Clause
// An incident as one sentence.
#include <algorithm>
#include <cstdint>

#include <rtwatch/verdict.hpp>

#include "innermost.hpp"
#include "phrase.hpp"

namespace rtwatch
{
namespace
{

// "950 ms", always in milliseconds, so that runtime and limit compare.
std::string in_ms(nanoseconds value)
{
	return value == unlimited ? "unlimited" : std::to_string(value.count() / 1'000'000) + " ms";
}

std::uint64_t victims_in_all(const incident &what)
{
	return std::max<std::uint64_t>(what.victims_total.value_or(0), what.victims.size());
}

// ": victim (pid 122) waits 3.2 s and 2 more"; the longest waiting one is named.
std::string sufferers(const incident &what)
{
	const auto total = victims_in_all(what);
	if (total == 0)
		return "";
	if (what.victims.empty())
		return ": " + std::to_string(total) + (total == 1 ? " task waits" : " tasks wait");
	const auto worst =
		std::max_element(what.victims.begin(), what.victims.end(),
				 [](const task &a, const task &b) { return a.wait < b.wait; });
	std::string out = ": " + describe(*worst);
	out.append(what.active ? " waits" : " waited");
	if (worst->wait)
		out.append(" ").append(human(*worst->wait));
	if (total > 1)
		out.append(" and ").append(std::to_string(total - 1)).append(" more");
	return out;
}

// Why the kernel's own protection did not help.
std::string protection(const incident &what)
{
	const auto period = what.rt_period.value_or(std::chrono::seconds(1));
	switch (what.cause.value_or(cause::unknown)) {
	case cause::unknown:
		return "";
	case cause::rt_unlimited:
		return "; throttling did not stop it because sched_rt_runtime_us is -1";
	case cause::rt_runtime_share: {
		std::string out =
			"; throttling did not stop it because RT_RUNTIME_SHARE lent the CPU ";
		if (what.rq_rt_runtime)
			out += in_ms(*what.rq_rt_runtime) + " of runtime per " + in_ms(period);
		else
			out += "runtime of other CPUs";
		if (what.rt_runtime)
			out += " (limit " + in_ms(*what.rt_runtime) + ")";
		if (what.donor_cpus)
			out += " taken from CPU " + printable(*what.donor_cpus);
		return out;
	}
	case cause::rt_throttled:
		return "; throttling works and leaves everyone else " +
		       (what.rt_runtime && *what.rt_runtime < period
				? in_ms(period - *what.rt_runtime) + " per " + in_ms(period)
				: std::string("a small rest"));
	case cause::fair_server_off:
		return "; nothing stopped it because the fair server of this CPU has no runtime";
	case cause::rt_full_period:
		return "; throttling did not stop it because sched_rt_runtime_us is the whole "
		       "period (" +
		       in_ms(period) + ")";
	case cause::deadline:
		return "; throttling does not stop a deadline task: only its own reservation "
		       "limits it";
	case cause::fair_server_small:
		if (!what.fair_server_runtime || !what.fair_server_period)
			return "; the fair server of this CPU gives everyone else too little";
		return "; the fair server of this CPU gives everyone else only " +
		       in_ms(*what.fair_server_runtime) + " per " + in_ms(*what.fair_server_period);
	case cause::pi_boosted:
		return "; it is an ordinary task that has inherited the priority of " +
		       (what.booster ? describe(*what.booster) + ", which" : "one that") +
		       (what.active ? " waits for " : " waited for ") +
		       (boosted_by_rcu(what) ? "its RCU read-side section to end"
					     : "a lock that it holds") +
		       (what.rt_runtime == unlimited
				? ", and sched_rt_runtime_us is -1, so nothing limits that"
				: "");
	case cause::rt_outranks:
		return "; neither throttling nor a fair server helps who is real-time itself, of "
		       "no higher priority";
	case cause::reader_preempted:
		return "; the reader does not get to run, so it cannot leave";
	case cause::gp_kthread_starved:
		return "; RCU's own thread does not get to run";
	case cause::lock_held:
	case cause::io_wait:
	case cause::bandwidth_storm:
	case cause::rcu_reader:
		return "";
	case cause::irqs_off:
		return "; no throttling works while interrupts are off";
	case cause::preempt_off:
		return "; no throttling works while preemption is off";
	}
	return "";
}

// ", 8 times in 8.0 s", with a comma where more follows; without the number, " for 8.0 s".
std::string times(const incident &what, const std::string &span, bool goes_on)
{
	if (!what.events)
		return " for " + span;
	return ", " + std::to_string(*what.events) + (*what.events == 1 ? " time" : " times") +
	       " in " + span + (goes_on ? "," : "");
}

struct words {
	const incident &what;
	std::string where = "CPU " + cpu_number(what);
	std::string who = what.culprit ? describe(*what.culprit) : std::string();
	std::string in = innermost_function(what);
	std::string span = {};

	const char *tense(const char *now, const char *then) const
	{
		return what.active ? now : then;
	}
	// " by WHO", or nothing when the culprit is not known.
	std::string with(const char *before) const { return who.empty() ? "" : before + who; }
	std::string inside() const { return in.empty() ? "" : " in " + in; }
};

// The module numbers only those in progress.
bool never_began(const incident &what)
{
	return !what.gp_seq && what.cause == cause::gp_kthread_starved;
}

std::string unfreed(const words &say)
{
	std::string out =
		"; memory " + std::string(say.tense("is", "was")) + " not freed meanwhile";
	if (say.what.rcu_callbacks)
		out += " (" + std::to_string(*say.what.rcu_callbacks) + " callbacks " +
		       say.tense("wait", "waited") + ")";
	return out;
}

std::string rcu_stall(const words &say)
{
	const auto &what = say.what;
	if (never_began(what))
		return "an RCU grace period " + std::string(say.tense("has been", "was")) +
		       " wanted for " + say.span + say.tense(" and does", " and did") +
		       " not begin" +
		       (what.cpu ? ": RCU's own thread " + std::string(say.tense("is", "was")) +
					   " on " + say.where
				 : "") +
		       say.with(", where the culprit is ") + unfreed(say);
	std::string out =
		what.expedited ? "an expedited RCU grace period " : "an RCU grace period ";
	if (what.gp_seq)
		out += "(number " + std::to_string(static_cast<std::int64_t>(*what.gp_seq) >> 2) +
		       ") "; // it begins below zero, and the kernel prints it so
	out += say.tense("has waited ", "waited ") + say.span;
	if (what.holdout)
		out += " for the reader " + describe(*what.holdout);
	if (what.cpu)
		out += std::string(what.holdout ? " on " : " for ") + say.where;
	else if (what.holdout_cpus)
		out += " for CPU " + printable(*what.holdout_cpus);
	return out + say.with(", where the culprit is ") + unfreed(say);
}

std::string hung_task(const words &say)
{
	const auto &what = say.what;
	const auto total = std::max<std::uint64_t>(victims_in_all(what), 1);
	std::string out = what.victims.empty() ? (total == 1 ? std::string("a task")
							     : std::to_string(total) + " tasks")
					       : describe(what.victims.front());
	if (!what.victims.empty() && total > 1)
		out += " and " + std::to_string(total - 1) + " more";
	out += total == 1 ? say.tense(" has been", " was") : say.tense(" have been", " were");
	out += " blocked for " + say.span + ", and nothing can interrupt that";
	if (what.wait_channel)
		out += ", in " + printable(*what.wait_channel);
	else
		out += say.inside();
	if (what.lock)
		out += ": " + std::string(total == 1 ? "it waits" : "they wait") + " for a " +
		       printable(*what.lock) +
		       (say.who.empty() ? ""
					: say.tense(" that ", " that ") + say.who +
						  say.tense(" holds", " held"));
	else if (what.cause == cause::io_wait)
		out += ": " + std::string(total == 1 ? "it waits" : "they wait") + " for I/O";
	return out;
}

std::string cfs_bandwidth(const words &say)
{
	const auto &what = say.what;
	std::string out = "the CFS bandwidth timer";
	if (what.cgroup)
		out += " of cgroup " + printable(*what.cgroup);
	out += say.tense(" keeps", " kept") + std::string(" interrupts off");
	if (what.cpu)
		out += " on " + say.where;
	out += " for up to " + human(what.peak.value_or(nanoseconds(0))) + " at a time";
	if (what.events)
		out += times(what, say.span, what.queues.has_value());
	if (what.queues)
		out += say.tense(" and serves up to ", " and served up to ") +
		       std::to_string(*what.queues) + " throttled run queue" +
		       (*what.queues == 1 ? "" : "s") + " in one go";
	return out + sufferers(what);
}

std::string hook_disarmed(const words &say)
{
	const auto &what = say.what;
	std::string out = "a hook of rtwatch itself ";
	if (what.hook)
		out.append("(").append(to_string(*what.hook)).append(") ");
	out += say.tense("is", "was") + std::string(" disarmed for ") + say.span + ": a call took ";
	out += what.hook_mean ? human(*what.hook_mean) : "too long";
	if (what.budget)
		out += ", its budget is " + human(*what.budget);
	return out + "; its sensor " + say.tense("sees", "saw") + " nothing";
}

std::string sentence(const words &say)
{
	const auto &what = say.what;
	if (!what.type)
		return say.where + ": an incident of an unknown type lasting " + say.span;
	switch (*what.type) {
	case incident_type::rt_starvation:
		return say.where + say.tense(" is", " was") + " starved for " + say.span +
		       say.with(" by ") + sufferers(what) + protection(what);
	case incident_type::rt_throttled:
		return say.where + say.tense(" throttles", " throttled") + " its real-time tasks" +
		       times(what, say.span, !say.who.empty()) + say.with(" because of ") +
		       sufferers(what) + protection(what);
	case incident_type::soft_lockup:
		return say.where + say.tense(" has", " had") + " not switched tasks for " +
		       say.span + ": preemption " + say.tense("is", "was") + " off" + say.inside() +
		       say.with(", run by ") + sufferers(what);
	case incident_type::hard_lockup:
		return say.where + say.tense(" has", " had") + " taken no interrupt for " +
		       say.span + ": interrupts " + say.tense("are", "were") + " off" +
		       say.inside() + say.with(", run by ") + sufferers(what);
	case incident_type::irqs_off:
		return say.where + say.tense(" has", " had") + " had no tick for " + say.span +
		       " although it " + say.tense("is", "was") + " not idle: interrupts " +
		       say.tense("are", "were") + " off" + say.inside() + say.with(", run by ") +
		       sufferers(what);
	case incident_type::rcu_stall:
		return rcu_stall(say) + sufferers(what) + protection(what);
	case incident_type::hung_task:
		return hung_task(say);
	case incident_type::cfs_bandwidth:
		return cfs_bandwidth(say);
	case incident_type::hook_disarmed:
		return hook_disarmed(say);
	}
	return say.where + ": an incident of an unknown type lasting " + say.span;
}

} // namespace

nanoseconds duration(const incident &what, nanoseconds now) noexcept
{
	if (!what.start)
		return nanoseconds(0);
	const auto end = what.end ? *what.end : now;
	return std::max(nanoseconds(0), end - *what.start);
}

std::string summary(const incident &what, nanoseconds now)
{
	words say{what};
	say.span = human(duration(what, now));
	std::string out = sentence(say) + ".";
	if (out[0] >= 'a' && out[0] <= 'z' && !(what.type == incident_type::hung_task))
		out[0] = static_cast<char>(out[0] - 'a' + 'A');
	return out;
}

} // namespace rtwatch
