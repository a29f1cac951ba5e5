// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/types.hpp>

#include <linux/rtwatch.h>
#include <linux/sched.h>

namespace rtwatch
{

// The enumerators repeat the uAPI header's numbers, so that users of the
// library need not include it; here both meet.
static_assert(static_cast<int>(level::starving) == RTWATCH_LEVEL_STARVING);
static_assert(static_cast<int>(tier::full) == RTWATCH_TIER_FULL);
static_assert(static_cast<int>(sensor_id::tick) == RTWATCH_SENSOR_TICK);
static_assert(static_cast<int>(sensor_id::fair_server) == RTWATCH_SENSOR_MAX);
static_assert(static_cast<int>(incident_type::rt_starvation) == RTWATCH_INCIDENT_RT_STARVATION);
static_assert(static_cast<int>(incident_type::hook_disarmed) == RTWATCH_INCIDENT_MAX);
static_assert(static_cast<int>(hook_id::tick) == RTWATCH_HOOK_TICK);
static_assert(static_cast<int>(hook_id::patrol) == RTWATCH_HOOK_MAX);
static_assert(static_cast<int>(cause::unknown) == RTWATCH_CAUSE_UNKNOWN);
static_assert(static_cast<int>(cause::rt_outranks) == RTWATCH_CAUSE_MAX);
static_assert(static_cast<int>(sched_policy::deadline) == SCHED_DEADLINE);
static_assert(cpu_flags::online == RTWATCH_FLAG_ONLINE);
static_assert(cpu_flags::user == RTWATCH_FLAG_USER);
static_assert(cpu_flags::idle == RTWATCH_FLAG_IDLE);
static_assert(cpu_flags::rt == RTWATCH_FLAG_RT);
static_assert(cpu_flags::rt_throttled == RTWATCH_FLAG_RT_THROTTLED);
static_assert(cpu_flags::touched == RTWATCH_FLAG_TOUCHED);
static_assert(cpu_flags::nohz_full == RTWATCH_FLAG_NOHZ_FULL);
static_assert(cpu_flags::fair_server == RTWATCH_FLAG_FAIR_SERVER);

std::string_view to_string(level value) noexcept
{
	switch (value) {
	case level::ok:
		return "ok";
	case level::late:
		return "late";
	case level::starving:
		return "starving";
	}
	return "unknown";
}

std::string_view to_string(tier value) noexcept
{
	switch (value) {
	case tier::portable:
		return "portable";
	case tier::full:
		return "full";
	}
	return "unknown";
}

std::string_view to_string(sensor_id value) noexcept
{
	switch (value) {
	case sensor_id::tick:
		return "tick";
	case sensor_id::rt:
		return "rt";
	case sensor_id::softlockup:
		return "softlockup";
	case sensor_id::hardlockup:
		return "hardlockup";
	case sensor_id::rcu:
		return "rcu";
	case sensor_id::victims:
		return "victims";
	case sensor_id::backtrace:
		return "backtrace";
	case sensor_id::sim:
		return "sim";
	case sensor_id::hung_task:
		return "hung_task";
	case sensor_id::cfs_bandwidth:
		return "cfs_bandwidth";
	case sensor_id::rt_throttled:
		return "rt_throttled";
	case sensor_id::fair_server:
		return "fair_server";
	}
	return "unknown";
}

std::string_view to_string(incident_type value) noexcept
{
	switch (value) {
	case incident_type::rt_starvation:
		return "rt_starvation";
	case incident_type::rt_throttled:
		return "rt_throttled";
	case incident_type::soft_lockup:
		return "soft_lockup";
	case incident_type::hard_lockup:
		return "hard_lockup";
	case incident_type::irqs_off:
		return "irqs_off";
	case incident_type::rcu_stall:
		return "rcu_stall";
	case incident_type::hung_task:
		return "hung_task";
	case incident_type::cfs_bandwidth:
		return "cfs_bandwidth";
	case incident_type::hook_disarmed:
		return "hook_disarmed";
	}
	return "unknown";
}

std::string_view to_string(hook_id value) noexcept
{
	switch (value) {
	case hook_id::tick:
		return "tick";
	case hook_id::sched_switch:
		return "switch";
	case hook_id::sched_switch_rt:
		return "switch_rt";
	case hook_id::softlockup:
		return "softlockup";
	case hook_id::watchdog:
		return "watchdog";
	case hook_id::cfs_timer:
		return "cfs_timer";
	case hook_id::patrol:
		return "patrol";
	}
	return "unknown";
}

std::string_view to_string(cause value) noexcept
{
	switch (value) {
	case cause::unknown:
		return "unknown";
	case cause::rt_unlimited:
		return "rt_unlimited";
	case cause::rt_runtime_share:
		return "rt_runtime_share";
	case cause::rt_throttled:
		return "rt_throttled";
	case cause::fair_server_off:
		return "fair_server_off";
	case cause::rt_full_period:
		return "rt_full_period";
	case cause::irqs_off:
		return "irqs_off";
	case cause::preempt_off:
		return "preempt_off";
	case cause::deadline:
		return "deadline";
	case cause::lock_held:
		return "lock_held";
	case cause::io_wait:
		return "io_wait";
	case cause::bandwidth_storm:
		return "bandwidth_storm";
	case cause::reader_preempted:
		return "reader_preempted";
	case cause::gp_kthread_starved:
		return "gp_kthread_starved";
	case cause::rcu_reader:
		return "rcu_reader";
	case cause::fair_server_small:
		return "fair_server_small";
	case cause::pi_boosted:
		return "pi_boosted";
	case cause::rt_outranks:
		return "rt_outranks";
	}
	return "unknown";
}

std::string_view to_string(sched_policy value) noexcept
{
	switch (value) {
	case sched_policy::other:
		return "SCHED_OTHER";
	case sched_policy::fifo:
		return "SCHED_FIFO";
	case sched_policy::rr:
		return "SCHED_RR";
	case sched_policy::batch:
		return "SCHED_BATCH";
	case sched_policy::idle:
		return "SCHED_IDLE";
	case sched_policy::deadline:
		return "SCHED_DEADLINE";
	case sched_policy::ext:
		return "SCHED_EXT";
	}
	return "unknown";
}

std::string_view flag_name(std::uint32_t flag) noexcept
{
	switch (flag) {
	case cpu_flags::online:
		return "online";
	case cpu_flags::user:
		return "user";
	case cpu_flags::idle:
		return "idle";
	case cpu_flags::rt:
		return "rt";
	case cpu_flags::rt_throttled:
		return "rt_throttled";
	case cpu_flags::touched:
		return "touched";
	case cpu_flags::nohz_full:
		return "nohz_full";
	case cpu_flags::fair_server:
		return "fair_server";
	}
	return "unknown";
}

} // namespace rtwatch
