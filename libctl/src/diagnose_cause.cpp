// SPDX-License-Identifier: BSD-3-Clause
// Why an incident happened, told more closely than the module can: it has seen
// one CPU, here is the whole machine.
#include <algorithm>
#include <charconv>

#include "diagnose_parts.hpp"

namespace rtwatch
{
namespace
{

bool real_time(const std::optional<task> &who)
{
	return who && (who->policy == sched_policy::fifo || who->policy == sched_policy::rr);
}

// A kernel thread that is real-time itself and still waits: its priority is too
// low. On PREEMPT_RT that is how softirqs, timers and RCU starve, throttling or
// not.
bool outranks_kthreads(const incident &what)
{
	return real_time(what.culprit) &&
	       std::any_of(what.victims.begin(), what.victims.end(), [&](const task &one) {
		       return one.kthread && one.policy == sched_policy::fifo && one.prio &&
			      what.culprit->prio && *one.prio < *what.culprit->prio;
	       });
}

bool waits(const incident &what, const char *thread)
{
	return std::any_of(what.victims.begin(), what.victims.end(), [&](const task &one) {
		return one.kthread && one.comm && one.comm->rfind(thread, 0) == 0;
	});
}

// What the settings say of a hog of which the module knows no cause. Those of an
// incident that is over may have been others; then only its own evidence counts.
cause by_settings(const incident &what, const situation &of)
{
	auto runtime = what.rt_runtime, period = what.rt_period;
	if (what.active && !runtime)
		if (const auto us = knob_number(of, "sched_rt_runtime_us"))
			runtime = *us < 0 ? unlimited : nanoseconds(*us * 1000);
	if (what.active && !period)
		if (const auto us = knob_number(of, "sched_rt_period_us"))
			period = nanoseconds(*us * 1000);
	const bool servers = knob_number(of, "fair_server.cpu0.runtime_ns").has_value();
	if (!runtime || servers)
		return cause::unknown;
	if (*runtime == unlimited)
		return cause::rt_unlimited;
	if (period && *runtime >= *period)
		return cause::rt_full_period;
	if (what.rq_rt_runtime && period && *what.rq_rt_runtime >= *period)
		return cause::rt_runtime_share;
	if (what.active && knob_text(of, "RT_RUNTIME_SHARE") == "on")
		return cause::rt_runtime_share;
	return cause::unknown;
}

// The limit was there, nobody lent anything, and yet nothing else ran for longer
// than two periods.
bool throttling_failed(const incident &what, nanoseconds now)
{
	return what.rt_runtime && what.rt_period && what.rq_rt_runtime &&
	       *what.rt_runtime < *what.rt_period && *what.rq_rt_runtime < *what.rt_period &&
	       std::max(what.peak.value_or(nanoseconds(0)), duration(what, now)) >
		       2 * *what.rt_period;
}

bool begins_with(const std::string &text, std::string_view with)
{
	return text.compare(0, with.size(), with) == 0;
}

// The way in of a writer to a filesystem that is frozen: a per-CPU rw-semaphore,
// and right above it what asks to write. Its own functions are inlined.
bool waits_to_write(const incident &what)
{
	constexpr std::string_view gate[] = {"percpu_rwsem_wait", "__percpu_down_read"};
	constexpr std::string_view writers[] = {
		"vfs_",      "mnt_want_write", "sb_start_write", "file_start_write",
		"do_splice", "aio_write",      "io_write",       "iter_file_splice_write",
		"ext4_",     "xfs_",           "btrfs_",         "f2fs_"};
	const auto is_one_of = [](const frame &at, const auto &names) {
		return at.symbol &&
		       std::any_of(std::begin(names), std::end(names), [&](std::string_view name) {
			       return begins_with(*at.symbol, name);
		       });
	};
	const auto at_gate = [&](const frame &at) { return is_one_of(at, gate); };
	const auto first = std::find_if(what.frames.begin(), what.frames.end(), at_gate);
	const auto above = std::find_if_not(first, what.frames.end(), at_gate);
	return first != what.frames.end() && above != what.frames.end() &&
	       is_one_of(*above, writers);
}

} // namespace

std::optional<std::string> knob_text(const situation &of, std::string_view name)
{
	for (const auto &one : of.knobs)
		if (one.name == name)
			return one.value;
	return {};
}

std::optional<std::int64_t> knob_number(const situation &of, std::string_view name)
{
	const auto text = knob_text(of, name);
	std::int64_t out = 0;
	if (!text ||
	    std::from_chars(text->data(), text->data() + text->size(), out).ec != std::errc())
		return {};
	return out;
}

std::string name_the_cause(incident &what, const situation &of)
{
	auto known = what.cause.value_or(cause::unknown);
	const auto type = what.type.value_or(incident_type{});
	if (known == cause::unknown && type == incident_type::rt_starvation && what.culprit &&
	    what.culprit->policy == sched_policy::deadline)
		known = cause::deadline;
	if (known == cause::unknown &&
	    (type == incident_type::rt_starvation ||
	     (type == incident_type::rcu_stall && real_time(what.culprit))))
		known = by_settings(what, of);
	what.cause = known;
	const bool starved =
		type == incident_type::rt_starvation || type == incident_type::rcu_stall;
	// Neither throttling nor a fair server helps those.
	if (starved &&
	    (known == cause::rt_throttled || known == cause::rt_outranks ||
	     known == cause::unknown) &&
	    outranks_kthreads(what))
		return "rt_outranks_kthreads";
	if (type == incident_type::rt_starvation && known == cause::unknown &&
	    throttling_failed(what, of.now))
		return "throttling_failed";
	if (type == incident_type::hung_task && known == cause::unknown && waits_to_write(what))
		return "fs_frozen";
	if (type == incident_type::rcu_stall && known == cause::unknown &&
	    real_time(what.culprit) && waits(what, "ksoftirqd/"))
		return "softirq_starved";
	if (type == incident_type::rcu_stall && known == cause::unknown &&
	    (waits(what, "rcu_preempt") || waits(what, "rcu_sched"))) {
		what.cause = cause::gp_kthread_starved;
		return std::string(to_string(cause::gp_kthread_starved));
	}
	return std::string(to_string(known));
}

} // namespace rtwatch
