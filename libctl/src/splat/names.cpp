// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/splat.hpp>

namespace rtwatch::splat
{

const char *to_string(incident_type type) noexcept
{
	switch (type) {
	case incident_type::rcu_stall_self:
		return "rcu_stall_self";
	case incident_type::rcu_stall_detected:
		return "rcu_stall_detected";
	case incident_type::rcu_stall_expedited:
		return "rcu_stall_expedited";
	case incident_type::rcu_tasks_stall:
		return "rcu_tasks_stall";
	case incident_type::srcu_stall:
		return "srcu_stall";
	case incident_type::rcu_kthread_starved:
		return "rcu_kthread_starved";
	case incident_type::rcu_timer_issue:
		return "rcu_timer_issue";
	case incident_type::rcu_stall_ended:
		return "rcu_stall_ended";
	case incident_type::soft_lockup:
		return "soft_lockup";
	case incident_type::hard_lockup:
		return "hard_lockup";
	case incident_type::hung_task:
		return "hung_task";
	case incident_type::hung_task_muted:
		return "hung_task_muted";
	case incident_type::workqueue_lockup:
		return "workqueue_lockup";
	case incident_type::rt_throttled:
		return "rt_throttled";
	case incident_type::dl_replenish_lag:
		return "dl_replenish_lag";
	case incident_type::cfs_period_short:
		return "cfs_period_short";
	case incident_type::clocksource_unstable:
		return "clocksource_unstable";
	case incident_type::workqueue_cpu_hog:
		return "workqueue_cpu_hog";
	case incident_type::irq_storm:
		return "irq_storm";
	}
	return "unknown";
}

const char *to_string(duration_unit unit) noexcept
{
	switch (unit) {
	case duration_unit::jiffies:
		return "jiffies";
	case duration_unit::s:
		return "s";
	case duration_unit::ms:
		return "ms";
	case duration_unit::us:
		return "us";
	}
	return "s";
}

} // namespace rtwatch::splat
