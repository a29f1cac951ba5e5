// SPDX-License-Identifier: BSD-3-Clause
// Which reports are of one hang.
#include "explain.hpp"

#include <algorithm>

namespace rtwatch::splat::detail
{

namespace
{

constexpr double near_s = 300;
constexpr std::uint64_t near_lines = 2000;
// How long after its end, or its report, a hang still shows.
constexpr double tail_s = 15;
constexpr double soon_s = 5;
constexpr std::uint64_t tail_lines = 400;

bool is_near(const incident &a, const incident &b)
{
	if (a.monotonic_s && b.monotonic_s) {
		const double apart = *b.monotonic_s - *a.monotonic_s;
		return apart >= 0 && apart <= near_s;
	}
	return b.first_line - a.first_line <= near_lines;
}

// Seconds that the hang had lasted when it was reported; too many rather than too few, because the
// log does not say how long a jiffy is.
double lasted_s(const incident &inc)
{
	constexpr double unknown_s = 10;
	constexpr double rt_period_s = 1; // the default
	if (inc.type == incident_type::rt_throttled)
		return rt_period_s;
	if (!inc.duration)
		return unknown_s;
	const auto value = static_cast<double>(inc.duration->value);
	switch (inc.duration->unit) {
	case duration_unit::jiffies: {
		// The usual timeouts are 21 and 60 s, the usual rates 100, 250 and 1000 Hz.
		const double hz = value < 4500 ? 100 : value < 20000 ? 250 : 1000;
		return value / hz;
	}
	case duration_unit::s:
		return value;
	case duration_unit::ms:
		return value / 1000;
	case duration_unit::us:
		return value / 1e6;
	}
	return unknown_s;
}

// Whether the later one had begun when the earlier was reported, or just after.
bool overlap(const incident &a, const incident &b, double tail = tail_s)
{
	if (a.monotonic_s && b.monotonic_s)
		return *b.monotonic_s - lasted_s(b) <= *a.monotonic_s + tail;
	return b.first_line - a.first_line <= tail_lines;
}

// Whether both are of one printing.
bool overlap_now(const incident &a, const incident &b)
{
	if (a.monotonic_s && b.monotonic_s)
		return *b.monotonic_s - *a.monotonic_s <= soon_s;
	return b.first_line - a.first_line <= tail_lines;
}

bool is_rcu_report(incident_type type)
{
	return is_stall(type) || type == incident_type::rcu_kthread_starved ||
	       type == incident_type::rcu_timer_issue || type == incident_type::rcu_stall_ended;
}

// Something keeps a CPU, or a worker, from others.
bool is_hog(incident_type type)
{
	switch (type) {
	case incident_type::rcu_stall_self:
	case incident_type::rcu_stall_detected:
	case incident_type::rcu_stall_expedited:
	case incident_type::soft_lockup:
	case incident_type::hard_lockup:
	case incident_type::workqueue_lockup:
	case incident_type::workqueue_cpu_hog:
	case incident_type::rt_throttled:
		return true;
	default:
		return false;
	}
}

bool hangs_cpu(incident_type type)
{
	return is_hog(type) || is_rcu_report(type);
}

// Their reports name no CPU: they are of whatever hung at that time.
bool is_general(const incident &inc)
{
	return inc.cpus.empty() && (inc.type == incident_type::rt_throttled ||
				    inc.type == incident_type::clocksource_unstable ||
				    inc.type == incident_type::dl_replenish_lag);
}

template <typename T>
bool share(const std::vector<T> &a, const std::vector<T> &b)
{
	return std::any_of(a.begin(), a.end(), [&](const T &one) {
		return std::find(b.begin(), b.end(), one) != b.end();
	});
}

bool waits_in(const report &r, bool (*wanted)(view), std::optional<bool> &cached)
{
	const incident &inc = r.inc;
	if (inc.type != incident_type::hung_task)
		return false;
	if (!cached)
		cached = std::any_of(inc.trace.begin(), inc.trace.end(), [&](const stack_frame &f) {
			return f.reliable && wanted(f.function);
		});
	return *cached;
}

bool waits_for_rcu(report &r)
{
	return waits_in(r, is_rcu_wait, r.waits_for_rcu);
}

bool waits_for_work(report &r)
{
	return waits_in(r, is_work_wait, r.waits_for_work);
}

bool knows_task(const incident &inc)
{
	return inc.pid && *inc.pid != 0;
}

bool same_task(const incident &a, const incident &b)
{
	return knows_task(a) && knows_task(b) && *a.pid == *b.pid && a.comm == b.comm;
}

bool holds_for(const incident &owner, const incident &waiter)
{
	return waiter.owner && owner.pid && waiter.owner->pid == *owner.pid;
}

// Of two reports about CPUs, whether they name two tasks: the kthread is named as a victim.
bool other_task(const incident &a, const incident &b)
{
	return a.pid && b.pid && !a.kthread && !b.kthread && *a.pid != *b.pid;
}

bool same_stall(const incident &a, const incident &b)
{
	if (a.gp_seq && b.gp_seq)
		return a.gp_seq->magnitude == b.gp_seq->magnitude &&
		       a.gp_seq->negative == b.gp_seq->negative && a.flavor == b.flavor;
	if (!overlap(a, b))
		return false;
	if (b.type == incident_type::rcu_stall_ended)
		return true;
	// Printed with the stall, without its number in old kernels.
	if (b.kthread && !b.gp_seq && a.type != incident_type::rcu_stall_expedited)
		return a.flavor == b.flavor && a.type != b.type && overlap_now(a, b);
	return (share(a.cpus, b.cpus) && !other_task(a, b)) ||
	       share(a.blocked_tasks, b.blocked_tasks) || same_task(a, b);
}

// The first was printed before the second.
bool are_one_hang(report &first, report &second)
{
	const incident &a = first.inc;
	const incident &b = second.inc;
	if (!is_near(a, b))
		return false;
	if (is_rcu_report(a.type) && is_rcu_report(b.type))
		return same_stall(a, b);
	if (holds_for(a, b) || holds_for(b, a) || same_task(a, b))
		return true;
	if (b.type == incident_type::hung_task_muted)
		return a.type == incident_type::hung_task;
	// A stall lasts on between its reports, which come minutes apart.
	if ((is_rcu_report(a.type) && waits_for_rcu(second)) ||
	    (is_rcu_report(b.type) && waits_for_rcu(first)))
		return true;
	if (is_general(a) || is_general(b))
		return (is_general(a) || hangs_cpu(a.type)) &&
		       (is_general(b) || hangs_cpu(b.type)) && overlap(a, b, soon_s);
	if (!overlap(a, b))
		return false;
	return share(a.cpus, b.cpus) || (is_hog(a.type) && waits_for_work(second)) ||
	       (is_hog(b.type) && waits_for_work(first));
}

// The stall's dump may have shown before what keeps the kthread's CPU.
void note_keeper_by(const incident &stall, report &of)
{
	const incident &inc = of.inc;
	if (!inc.kthread || !of.kept_by.empty() || !is_stall(stall.type) || !stall.comm ||
	    stall.cpus.size() != 1 || stall.pid.value_or(0) == 0 || !share(stall.cpus, inc.cpus))
		return;
	of.kept_by = task_and_place(*stall.comm, stall.pid, stall.top_function,
				    stall.user_mode.value_or(false));
}

} // namespace

void relate(std::deque<report> &reports)
{
	incident &first = reports.front().inc;
	for (std::size_t i = 1; i < reports.size(); ++i) {
		incident &other = reports[i].inc;
		if (!are_one_hang(reports.front(), reports[i]))
			continue;
		first.related.push_back(other.index);
		other.related.push_back(first.index);
		note_keeper_by(first, reports[i]);
	}
}

} // namespace rtwatch::splat::detail
