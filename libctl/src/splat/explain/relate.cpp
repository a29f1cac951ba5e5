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

bool is_rcu(incident_type type)
{
	switch (type) {
	case incident_type::rcu_stall_self:
	case incident_type::rcu_stall_detected:
	case incident_type::rcu_stall_expedited:
	case incident_type::rcu_kthread_starved:
	case incident_type::rcu_timer_issue:
	case incident_type::rcu_stall_ended:
		return true;
	default:
		return false;
	}
}

bool is_near(const incident &a, const incident &b)
{
	if (a.monotonic_s && b.monotonic_s) {
		const double apart = *b.monotonic_s - *a.monotonic_s;
		return apart >= 0 && apart <= near_s;
	}
	return b.first_line - a.first_line <= near_lines;
}

bool share_cpu(const incident &a, const incident &b)
{
	return std::any_of(a.cpus.begin(), a.cpus.end(), [&](int cpu) {
		return std::find(b.cpus.begin(), b.cpus.end(), cpu) != b.cpus.end();
	});
}

bool waits_for_rcu(const incident &inc)
{
	return std::any_of(inc.trace.begin(), inc.trace.end(), [](const stack_frame &f) {
		return f.reliable && is_rcu_wait(f.function);
	});
}

bool same_task(const incident &a, const incident &b)
{
	return a.pid && b.pid && *a.pid == *b.pid && *a.pid != 0 && a.comm == b.comm;
}

bool holds_for(const incident &owner, const incident &waiter)
{
	return waiter.owner && owner.pid && waiter.owner->pid == *owner.pid;
}

// One direction of the question; a is the earlier.
bool are_one_hang(const incident &a, const incident &b)
{
	if (!is_near(a, b))
		return false;
	if (is_rcu(a.type) && is_rcu(b.type)) {
		if (a.gp_seq && b.gp_seq)
			return a.gp_seq->magnitude == b.gp_seq->magnitude &&
			       a.gp_seq->negative == b.gp_seq->negative && a.flavor == b.flavor;
		return share_cpu(a, b) || b.type == incident_type::rcu_stall_ended ||
		       a.flavor == b.flavor;
	}
	if (share_cpu(a, b) || same_task(a, b) || holds_for(a, b) || holds_for(b, a))
		return true;
	if ((is_rcu(a.type) && waits_for_rcu(b)) || (is_rcu(b.type) && waits_for_rcu(a)))
		return true;
	// Throttling, late clocks and late refills name no CPU: whatever hung near them.
	const auto general = [](incident_type type) {
		return type == incident_type::rt_throttled ||
		       type == incident_type::clocksource_unstable ||
		       type == incident_type::dl_replenish_lag;
	};
	return (general(a.type) && a.cpus.empty() && b.type != incident_type::hung_task) ||
	       (general(b.type) && b.cpus.empty() && a.type != incident_type::hung_task) ||
	       (b.type == incident_type::hung_task_muted && a.type == incident_type::hung_task);
}

} // namespace

void relate(std::deque<report> &reports)
{
	incident &first = reports.front().inc;
	for (std::size_t i = 1; i < reports.size(); ++i) {
		incident &other = reports[i].inc;
		if (!are_one_hang(first, other))
			continue;
		first.related.push_back(other.index);
		other.related.push_back(first.index);
	}
}

} // namespace rtwatch::splat::detail
