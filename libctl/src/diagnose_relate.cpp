// SPDX-License-Identifier: BSD-3-Clause
// Which incidents are one sickness.
#include <algorithm>

#include "diagnose_parts.hpp"

namespace rtwatch
{
namespace
{

// An effect may be noticed a little before its cause: both are looked at once in
// a while.
constexpr std::chrono::milliseconds noticed_within(1500);
// And it may begin to show only when the cause has just ended.
constexpr std::chrono::seconds shows_within(3);

bool overlap(const incident &later, const incident &root, nanoseconds now)
{
	if (!later.start || !root.start)
		return false;
	const auto end = root.end.value_or(now);
	return *later.start >= *root.start - noticed_within && *later.start <= end + shows_within;
}

bool lists_cpu(const std::optional<std::string> &list, std::optional<cpu_id> cpu)
{
	const auto cpus = list ? parse_cpu_list(*list) : std::nullopt;
	return cpus && cpu && std::find(cpus->begin(), cpus->end(), cpu->value) != cpus->end();
}

bool same_task(const std::optional<task> &a, const std::optional<task> &b)
{
	return a && b && a->pid && a->pid == b->pid;
}

bool is_victim(const std::optional<task> &who, const incident &of)
{
	return std::any_of(of.victims.begin(), of.victims.end(),
			   [&](const task &one) { return who && who->pid && one.pid == who->pid; });
}

bool has_thread(const incident &of, const char *name)
{
	return std::any_of(of.victims.begin(), of.victims.end(), [&](const task &one) {
		return one.kthread && one.comm && one.comm->rfind(name, 0) == 0;
	});
}

bool takes_a_cpu(incident_type type)
{
	return type == incident_type::rt_starvation || type == incident_type::soft_lockup ||
	       type == incident_type::irqs_off || type == incident_type::hard_lockup;
}

// An ordinary task that RCU has raised because a grace period waits for it.
bool is_boosted(const incident &what)
{
	return (what.type == incident_type::rt_starvation ||
		what.type == incident_type::rt_throttled) &&
	       what.culprit && what.culprit->policy == sched_policy::other &&
	       (!what.booster || boosted_by_rcu(what));
}

// RCU's own thread that raises a reader: while that runs on another CPU, it spins.
bool is_booster(const incident &what)
{
	return what.type == incident_type::rt_starvation && what.culprit && what.culprit->kthread &&
	       what.culprit->comm && what.culprit->comm->rfind("rcub/", 0) == 0;
}

bool contains(const std::optional<std::string> &text, const char *part)
{
	return text && text->find(part) != std::string::npos;
}

// A grace period waits for a CPU that somebody keeps, or its own thread does.
bool rcu_follows(const incident &later, const incident &root)
{
	return (root.cpu && (later.cpu == root.cpu || lists_cpu(later.holdout_cpus, root.cpu))) ||
	       same_task(later.culprit, root.culprit) || is_victim(later.holdout, root) ||
	       (!later.cpu && (has_thread(root, "rcu_preempt") || has_thread(root, "rcu_sched") ||
			       has_thread(root, "rcuog/")));
}

// Somebody sleeps until a starved task lets go or does its work.
bool hang_follows(const incident &later, const incident &root)
{
	if (root.type == incident_type::rcu_stall)
		return contains(later.wait_channel, "rcu");
	if (is_victim(later.culprit, root) || same_task(later.culprit, root.culprit))
		return true;
	return (has_thread(root, "kworker/") && contains(later.wait_channel, "flush_work")) ||
	       (has_thread(root, "jbd2/") && contains(later.wait_channel, "jbd2")) ||
	       ((has_thread(root, "rcu_preempt") || has_thread(root, "rcu_sched")) &&
		contains(later.wait_channel, "rcu"));
}

} // namespace

int distance_from_root(const incident &what) noexcept
{
	if (!what.type)
		return 9;
	if (is_boosted(what) || is_booster(what))
		return 7;
	switch (*what.type) {
	case incident_type::hard_lockup:
		return 0;
	case incident_type::irqs_off:
		return 1;
	case incident_type::soft_lockup:
		return 2;
	case incident_type::rt_starvation:
		return 3;
	case incident_type::rt_throttled:
		return 4;
	case incident_type::cfs_bandwidth:
		return 5;
	case incident_type::rcu_stall:
		return 6;
	case incident_type::hung_task:
		return 8;
	case incident_type::hook_disarmed:
		return 9;
	}
	return 9;
}

bool follows_from(const incident &later, const incident &root, nanoseconds now)
{
	if (!later.type || !root.type || !overlap(later, root, now) ||
	    distance_from_root(later) <= distance_from_root(root))
		return false;
	const bool same_cpu = later.cpu && later.cpu == root.cpu;
	switch (*later.type) {
	case incident_type::rcu_stall:
		return takes_a_cpu(*root.type) && rcu_follows(later, root);
	case incident_type::hung_task:
		return (takes_a_cpu(*root.type) || root.type == incident_type::rcu_stall) &&
		       hang_follows(later, root);
	case incident_type::rt_throttled:
	case incident_type::rt_starvation:
		// RCU itself has raised the reader that it waits for.
		if (root.type == incident_type::rcu_stall)
			return is_booster(later) ||
			       (is_boosted(later) && (same_task(later.culprit, root.holdout) ||
						      same_task(later.culprit, root.culprit)));
		if (later.type == incident_type::rt_throttled)
			return root.type == incident_type::rt_starvation && same_cpu;
		return same_cpu && takes_a_cpu(*root.type);
	case incident_type::soft_lockup:
	case incident_type::irqs_off:
		// The same hold on the CPU, seen by another sensor.
		return same_cpu && takes_a_cpu(*root.type);
	case incident_type::hard_lockup:
	case incident_type::cfs_bandwidth:
	case incident_type::hook_disarmed:
		return false;
	}
	return false;
}

bool repeats(const verdict &one, const verdict &other)
{
	const auto &a = one.what, &b = other.what;
	if (one.cause != other.cause || a.type != b.type)
		return false;
	// Locks and groups are told apart, whoever is caught there.
	if (a.lock != b.lock || a.cgroup != b.cgroup || a.hook != b.hook)
		return false;
	if (a.culprit.has_value() != b.culprit.has_value())
		return false;
	if (a.culprit)
		return a.culprit->comm == b.culprit->comm && a.culprit->policy == b.culprit->policy;
	return a.cpu == b.cpu;
}

} // namespace rtwatch
