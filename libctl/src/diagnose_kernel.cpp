// SPDX-License-Identifier: BSD-3-Clause
// How far it is to the kernel's own report of the same thing.
#include "diagnose_parts.hpp"
#include "phrase.hpp"

namespace rtwatch
{
namespace
{

// Either when its detector reports, or why it does not.
struct detector {
	std::optional<nanoseconds> limit;
	std::string off;
};

bool is_zero(const situation &of, const char *name)
{
	return knob_number(of, name) == 0;
}

// Seconds of a setting, `times` over; 0 there means off.
detector by_seconds(const situation &of, const char *name, int times)
{
	const auto value = knob_number(of, name);
	if (!value)
		return {};
	if (*value <= 0)
		return {{}, std::string(name) + " is 0"};
	return {std::chrono::seconds(*value * times), ""};
}

// kernel/watchdog.c: a soft lockup after twice the threshold, a hard one after it.
detector watchdog(const situation &of, const char *half, int times)
{
	for (const char *name : {"watchdog", half})
		if (is_zero(of, name))
			return {{}, std::string(name) + " is 0"};
	return by_seconds(of, "watchdog_thresh", times);
}

detector kernels_own(const incident &what, const situation &of)
{
	switch (what.type.value_or(incident_type{})) {
	case incident_type::soft_lockup:
		return watchdog(of, "soft_watchdog", 2);
	case incident_type::irqs_off:
	case incident_type::hard_lockup:
		return watchdog(of, "nmi_watchdog", 1);
	case incident_type::rcu_stall:
		// An expedited one has a limit of its own.
		if (what.expedited)
			return {};
		if (knob_number(of, "rcu_cpu_stall_suppress").value_or(0) != 0)
			return {{}, "rcu_cpu_stall_suppress is set"};
		return by_seconds(of, "rcu_cpu_stall_timeout", 1);
	case incident_type::hung_task:
		if (is_zero(of, "hung_task_warnings"))
			return {{}, "hung_task_warnings is 0"};
		return by_seconds(of, "hung_task_timeout_secs", 1);
	case incident_type::rt_starvation:
	case incident_type::rt_throttled:
	case incident_type::cfs_bandwidth:
	case incident_type::hook_disarmed:
		return {};
	}
	return {};
}

} // namespace

std::string kernels_report(const incident &what, const situation &of)
{
	if (!what.active)
		return "";
	const auto own = kernels_own(what, of);
	if (!own.off.empty())
		return " The kernel itself does not report it: " + own.off + ".";
	const auto age = duration(what, of.now);
	if (!own.limit || age >= *own.limit)
		return "";
	return " The kernel itself would report it after " + human(*own.limit) + ", in " +
	       human(*own.limit - age) + ".";
}

} // namespace rtwatch
