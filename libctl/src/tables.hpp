// SPDX-License-Identifier: BSD-3-Clause
// The field tables: for each nest of the uAPI, which attribute is which member
// and under which name users know it. Decoding, fields() and set() all go by
// these, so a new attribute is one row here (and its member in types.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <linux/rtwatch.h>
#include <string_view>
#include <variant>

#include <rtwatch/types.hpp>

#include "answer.hpp"

namespace rtwatch
{

// Where a value goes; its type says how it is read (see decode.cpp). Only whole
// messages have more than numbers, text, tasks and frames.
template <class T, class... More>
using member_kinds = std::variant<
	bool T::*, std::optional<std::int32_t> T::*, std::optional<std::uint32_t> T::*,
	std::optional<std::uint64_t> T::*, std::optional<nanoseconds> T::*,
	std::optional<std::string> T::*, std::optional<cpu_id> T::*, std::optional<cpu_flags> T::*,
	std::optional<level> T::*, std::optional<tier> T::*, std::optional<sensor_id> T::*,
	std::optional<incident_type> T::*, std::optional<cause> T::*,
	std::optional<sched_policy> T::*, std::optional<hook_id> T::*, std::optional<task> T::*,
	std::vector<task> T::*, std::vector<frame> T::*, More...>;

template <class T>
struct member_of {
	using type = member_kinds<T>;
};
template <>
struct member_of<cpu_stat> {
	using type = member_kinds<cpu_stat, std::vector<hook_cost> cpu_stat::*>;
};
template <>
struct member_of<answer> {
	using type =
		member_kinds<answer, std::optional<module_info> answer::*,
			     std::optional<config> answer::*, std::vector<sensor_info> answer::*,
			     std::vector<cpu_state> answer::*, std::vector<sample> answer::*,
			     std::vector<incident> answer::*, std::vector<cpu_stat> answer::*>;
};
template <class T>
using member = typename member_of<T>::type;

template <class T>
struct row {
	std::uint16_t attr;
	std::string_view key;
	member<T> where;
};

// table<T>::name is how errors call the nest, table<T>::rows are in the order
// of the uAPI.
template <class T>
struct table;

template <>
struct table<task> {
	static constexpr std::string_view name = "task";
	static constexpr std::array<row<task>, 7> rows{{
		{RTWATCH_TASK_PID, "pid", &task::pid},
		{RTWATCH_TASK_TGID, "tgid", &task::tgid},
		{RTWATCH_TASK_COMM, "comm", &task::comm},
		{RTWATCH_TASK_POLICY, "policy", &task::policy},
		{RTWATCH_TASK_PRIO, "prio", &task::prio},
		{RTWATCH_TASK_WAIT_NS, "wait_ns", &task::wait},
		{RTWATCH_TASK_KTHREAD, "kthread", &task::kthread},
	}};
};

template <>
struct table<frame> {
	static constexpr std::string_view name = "frame";
	static constexpr std::array<row<frame>, 2> rows{{
		{RTWATCH_FRAME_SYMBOL, "symbol", &frame::symbol},
		{RTWATCH_FRAME_USER_IP, "user_ip", &frame::user_ip},
	}};
};

// A sample and a CPU state share enum rtwatch_field.
template <class T>
inline constexpr std::array<row<T>, 23> sample_rows{{
	{RTWATCH_F_CPU, "cpu", &T::cpu},
	{RTWATCH_F_SEQ, "seq", &T::seq},
	{RTWATCH_F_TIME_NS, "time_ns", &T::time},
	{RTWATCH_F_FLAGS, "flags", &T::flags},
	{RTWATCH_F_LEVEL, "level", &T::level},
	{RTWATCH_F_LEVEL_SINCE_NS, "level_since_ns", &T::level_since},
	{RTWATCH_F_RT_TIME_NS, "rt_time_ns", &T::rt_time},
	{RTWATCH_F_DL_TIME_NS, "dl_time_ns", &T::dl_time},
	{RTWATCH_F_STREAK_NS, "streak_ns", &T::streak},
	{RTWATCH_F_RT_SHARE_1S_PPM, "rt_share_1s_ppm", &T::rt_share_1s_ppm},
	{RTWATCH_F_RT_SHARE_10S_PPM, "rt_share_10s_ppm", &T::rt_share_10s_ppm},
	{RTWATCH_F_TICK_AGE_NS, "tick_age_ns", &T::tick_age},
	{RTWATCH_F_STUCK_NS, "stuck_ns", &T::stuck},
	{RTWATCH_F_TICK_GAP_NS, "tick_gap_ns", &T::tick_gap},
	{RTWATCH_F_TOUCH_AGE_NS, "touch_age_ns", &T::touch_age},
	{RTWATCH_F_HRTIMER_AGE_NS, "hrtimer_age_ns", &T::hrtimer_age},
	{RTWATCH_F_GP_SEQ, "gp_seq", &T::gp_seq},
	{RTWATCH_F_GP_AGE_NS, "gp_age_ns", &T::gp_age},
	{RTWATCH_F_RQ_RT_TIME_NS, "rq_rt_time_ns", &T::rq_rt_time},
	{RTWATCH_F_RQ_RT_RUNTIME_NS, "rq_rt_runtime_ns", &T::rq_rt_runtime},
	{RTWATCH_F_NR_RUNNING, "nr_running", &T::nr_running},
	{RTWATCH_F_RT_NR_RUNNING, "rt_nr_running", &T::rt_nr_running},
	{RTWATCH_F_CULPRIT_PID, "culprit_pid", &T::culprit_pid},
}};

template <>
struct table<sample> {
	static constexpr std::string_view name = "sample";
	static constexpr const auto &rows = sample_rows<sample>;
};

// What only a CPU state has.
inline constexpr std::array<row<cpu_state>, 16> state_rows{{
	{RTWATCH_F_CULPRIT, "culprit", &cpu_state::culprit},
	{RTWATCH_F_WORST_VICTIM, "worst_victim", &cpu_state::worst_victim},
	{RTWATCH_F_VICTIMS_TOTAL, "victims_total", &cpu_state::victims_total},
	{RTWATCH_F_SAMPLES_PUSHED, "samples_pushed", &cpu_state::samples_pushed},
	{RTWATCH_F_DL_SHARE_1S_PPM, "dl_share_1s_ppm", &cpu_state::dl_share_1s_ppm},
	{RTWATCH_F_DL_SHARE_10S_PPM, "dl_share_10s_ppm", &cpu_state::dl_share_10s_ppm},
	{RTWATCH_F_RT_THROTTLED_COUNT, "rt_throttled_count", &cpu_state::rt_throttled_count},
	{RTWATCH_F_FAIR_SERVER_RUNTIME_NS, "fair_server_runtime_ns",
	 &cpu_state::fair_server_runtime},
	{RTWATCH_F_FAIR_SERVER_PERIOD_NS, "fair_server_period_ns", &cpu_state::fair_server_period},
	{RTWATCH_F_CFS_TIMER_RUNS, "cfs_timer_runs", &cpu_state::cfs_timer_runs},
	{RTWATCH_F_CFS_TIMER_MAX_NS, "cfs_timer_max_ns", &cpu_state::cfs_timer_max},
	{RTWATCH_F_CFS_TIMER_OVER_100US, "cfs_timer_over_100us", &cpu_state::cfs_timer_over_100us},
	{RTWATCH_F_CFS_TIMER_OVER_1MS, "cfs_timer_over_1ms", &cpu_state::cfs_timer_over_1ms},
	{RTWATCH_F_CFS_TIMER_OVER_10MS, "cfs_timer_over_10ms", &cpu_state::cfs_timer_over_10ms},
	{RTWATCH_F_STEAL_TIME_NS, "steal_time_ns", &cpu_state::steal_time},
	{RTWATCH_F_RCU_CALLBACKS, "rcu_callbacks", &cpu_state::rcu_callbacks},
}};

template <class T, std::size_t... I, std::size_t... J>
constexpr std::array<row<T>, sizeof...(I) + sizeof...(J)>
join_rows(const std::array<row<T>, sizeof...(I)> &first,
	  const std::array<row<T>, sizeof...(J)> &second, std::index_sequence<I...>,
	  std::index_sequence<J...>)
{
	return {{first[I]..., second[J]...}};
}

template <>
struct table<cpu_state> {
	static constexpr std::string_view name = "cpu_state";
	static constexpr auto rows =
		join_rows(sample_rows<cpu_state>, state_rows,
			  std::make_index_sequence<sample_rows<cpu_state>.size()>{},
			  std::make_index_sequence<state_rows.size()>{});
};

template <>
struct table<sensor_info> {
	static constexpr std::string_view name = "sensor";
	static constexpr std::array<row<sensor_info>, 5> rows{{
		{RTWATCH_SENSOR_A_ID, "id", &sensor_info::id},
		{RTWATCH_SENSOR_A_NAME, "name", &sensor_info::name},
		{RTWATCH_SENSOR_A_AVAILABLE, "available", &sensor_info::available},
		{RTWATCH_SENSOR_A_SOURCE, "source", &sensor_info::source},
		{RTWATCH_SENSOR_A_REASON, "reason", &sensor_info::reason},
	}};
};

template <>
struct table<module_info> {
	static constexpr std::string_view name = "info";
	static constexpr std::array<row<module_info>, 25> rows{{
		{RTWATCH_INFO_VERSION, "version", &module_info::version},
		{RTWATCH_INFO_ABI, "abi", &module_info::abi},
		{RTWATCH_INFO_TIER, "tier", &module_info::tier},
		{RTWATCH_INFO_DEBUG, "debug", &module_info::debug},
		{RTWATCH_INFO_CPUS_POSSIBLE, "cpus_possible", &module_info::cpus_possible},
		{RTWATCH_INFO_CPUS_ONLINE, "cpus_online", &module_info::cpus_online},
		{RTWATCH_INFO_RING_DEPTH, "ring_depth", &module_info::ring_depth},
		{RTWATCH_INFO_RING_BYTES, "ring_bytes", &module_info::ring_bytes},
		{RTWATCH_INFO_INCIDENTS_TOTAL, "incidents_total", &module_info::incidents_total},
		{RTWATCH_INFO_INCIDENTS_LOST, "incidents_lost", &module_info::incidents_lost},
		{RTWATCH_INFO_INCIDENTS_SUPPRESSED, "incidents_suppressed",
		 &module_info::incidents_suppressed},
		{RTWATCH_INFO_NTF_SENT, "ntf_sent", &module_info::ntf_sent},
		{RTWATCH_INFO_NTF_FAILED, "ntf_failed", &module_info::ntf_failed},
		{RTWATCH_INFO_NOTIFIERS, "notifiers", &module_info::notifiers},
		{RTWATCH_INFO_NOTIFIER_POLICY, "notifier_policy", &module_info::notifier_policy},
		{RTWATCH_INFO_TICKS_MISSED, "ticks_missed", &module_info::ticks_missed},
		{RTWATCH_INFO_PATROL_ROUNDS, "patrol_rounds", &module_info::patrol_rounds},
		{RTWATCH_INFO_LOADED_NS, "loaded_ns", &module_info::loaded},
		{RTWATCH_INFO_PAUSES, "pauses", &module_info::pauses},
		{RTWATCH_INFO_PAUSED_NS, "paused_ns", &module_info::paused},
		{RTWATCH_INFO_LOG_DEPTH, "log_depth", &module_info::log_depth},
		{RTWATCH_INFO_LOG_USED, "log_used", &module_info::log_used},
		{RTWATCH_INFO_INCIDENTS_ACTIVE, "incidents_active", &module_info::incidents_active},
		{RTWATCH_INFO_MEMORY_BYTES, "memory_bytes", &module_info::memory_bytes},
		{RTWATCH_INFO_NOTIFIER_TIME_NS, "notifier_time_ns", &module_info::notifier_time},
	}};
};

template <>
struct table<hook_cost> {
	static constexpr std::string_view name = "hook";
	static constexpr std::array<row<hook_cost>, 5> rows{{
		{RTWATCH_HOOK_A_ID, "id", &hook_cost::id},
		{RTWATCH_HOOK_A_CALLS, "calls", &hook_cost::calls},
		{RTWATCH_HOOK_A_TIMED, "timed", &hook_cost::timed},
		{RTWATCH_HOOK_A_TIME_NS, "time_ns", &hook_cost::time},
		{RTWATCH_HOOK_A_MAX_NS, "max_ns", &hook_cost::max},
	}};
};

template <>
struct table<cpu_stat> {
	static constexpr std::string_view name = "stat";
	static constexpr std::array<row<cpu_stat>, 6> rows{{
		{RTWATCH_STAT_SAMPLES_PUSHED, "samples_pushed", &cpu_stat::samples_pushed},
		{RTWATCH_STAT_SAMPLES_LOST, "samples_lost", &cpu_stat::samples_lost},
		{RTWATCH_STAT_PATROL_ROUNDS, "patrol_rounds", &cpu_stat::patrol_rounds},
		{RTWATCH_STAT_PATROL_TICKS, "patrol_ticks", &cpu_stat::patrol_ticks},
		{RTWATCH_STAT_PATROL_TIMERS, "patrol_timers", &cpu_stat::patrol_timers},
		{RTWATCH_STAT_HOOK, "hooks", &cpu_stat::hooks},
	}};
};

template <>
struct table<incident> {
	static constexpr std::string_view name = "incident";
	static constexpr std::array<row<incident>, 40> rows{{
		{RTWATCH_INCIDENT_A_ID, "id", &incident::id},
		{RTWATCH_INCIDENT_A_REVISION, "revision", &incident::revision},
		{RTWATCH_INCIDENT_A_TYPE, "type", &incident::type},
		{RTWATCH_INCIDENT_A_CPU, "cpu", &incident::cpu},
		{RTWATCH_INCIDENT_A_LEVEL, "level", &incident::level},
		{RTWATCH_INCIDENT_A_ACTIVE, "active", &incident::active},
		{RTWATCH_INCIDENT_A_START_NS, "start_ns", &incident::start},
		{RTWATCH_INCIDENT_A_DETECTED_NS, "detected_ns", &incident::detected},
		{RTWATCH_INCIDENT_A_END_NS, "end_ns", &incident::end},
		{RTWATCH_INCIDENT_A_START_REALTIME_NS, "start_realtime_ns",
		 &incident::start_realtime},
		{RTWATCH_INCIDENT_A_PEAK_NS, "peak_ns", &incident::peak},
		{RTWATCH_INCIDENT_A_CULPRIT, "culprit", &incident::culprit},
		{RTWATCH_INCIDENT_A_VICTIM, "victims", &incident::victims},
		{RTWATCH_INCIDENT_A_VICTIMS_TOTAL, "victims_total", &incident::victims_total},
		{RTWATCH_INCIDENT_A_CAUSE, "cause", &incident::cause},
		{RTWATCH_INCIDENT_A_FRAME, "stack", &incident::frames},
		{RTWATCH_INCIDENT_A_RQ_RT_RUNTIME_NS, "rq_rt_runtime_ns", &incident::rq_rt_runtime},
		{RTWATCH_INCIDENT_A_RT_RUNTIME_NS, "rt_runtime_ns", &incident::rt_runtime},
		{RTWATCH_INCIDENT_A_RT_PERIOD_NS, "rt_period_ns", &incident::rt_period},
		{RTWATCH_INCIDENT_A_GP_SEQ, "gp_seq", &incident::gp_seq},
		{RTWATCH_INCIDENT_A_EVENTS, "events", &incident::events},
		{RTWATCH_INCIDENT_A_DONOR_CPUS, "donor_cpus", &incident::donor_cpus},
		{RTWATCH_INCIDENT_A_WAIT_CHANNEL, "wait_channel", &incident::wait_channel},
		{RTWATCH_INCIDENT_A_LOCK, "lock", &incident::lock},
		{RTWATCH_INCIDENT_A_CGROUP, "cgroup", &incident::cgroup},
		{RTWATCH_INCIDENT_A_QUEUES, "queues", &incident::queues},
		{RTWATCH_INCIDENT_A_PERIODS, "periods", &incident::periods},
		{RTWATCH_INCIDENT_A_THROTTLED_PERIODS, "throttled_periods",
		 &incident::throttled_periods},
		{RTWATCH_INCIDENT_A_THROTTLED_TIME_NS, "throttled_time_ns",
		 &incident::throttled_time},
		{RTWATCH_INCIDENT_A_HOLDOUT_CPUS, "holdout_cpus", &incident::holdout_cpus},
		{RTWATCH_INCIDENT_A_HOLDOUT, "holdout", &incident::holdout},
		{RTWATCH_INCIDENT_A_GP_KTHREAD_AGE_NS, "gp_kthread_age_ns",
		 &incident::gp_kthread_age},
		{RTWATCH_INCIDENT_A_RCU_CALLBACKS, "rcu_callbacks", &incident::rcu_callbacks},
		{RTWATCH_INCIDENT_A_EXPEDITED, "expedited", &incident::expedited},
		{RTWATCH_INCIDENT_A_FAIR_SERVER_RUNTIME_NS, "fair_server_runtime_ns",
		 &incident::fair_server_runtime},
		{RTWATCH_INCIDENT_A_FAIR_SERVER_PERIOD_NS, "fair_server_period_ns",
		 &incident::fair_server_period},
		{RTWATCH_INCIDENT_A_HOOK, "hook", &incident::hook},
		{RTWATCH_INCIDENT_A_HOOK_MEAN_NS, "hook_mean_ns", &incident::hook_mean},
		{RTWATCH_INCIDENT_A_BUDGET_NS, "budget_ns", &incident::budget},
		{RTWATCH_INCIDENT_A_BOOSTER, "booster", &incident::booster},
	}};
};

template <>
struct table<config> {
	static constexpr std::string_view name = "config";
	static constexpr std::array<row<config>, 10> rows{{
		{RTWATCH_CONFIG_SAMPLE_INTERVAL_MS, "sample_interval_ms",
		 &config::sample_interval_ms},
		{RTWATCH_CONFIG_RT_STARVATION_MS, "rt_starvation_ms", &config::rt_starvation_ms},
		{RTWATCH_CONFIG_SOFT_LOCKUP_MS, "soft_lockup_ms", &config::soft_lockup_ms},
		{RTWATCH_CONFIG_IRQS_OFF_MS, "irqs_off_ms", &config::irqs_off_ms},
		{RTWATCH_CONFIG_HARD_LOCKUP_MS, "hard_lockup_ms", &config::hard_lockup_ms},
		{RTWATCH_CONFIG_RCU_STALL_MS, "rcu_stall_ms", &config::rcu_stall_ms},
		{RTWATCH_CONFIG_CLEAR_MS, "clear_ms", &config::clear_ms},
		{RTWATCH_CONFIG_HUNG_TASK_MS, "hung_task_ms", &config::hung_task_ms},
		{RTWATCH_CONFIG_CFS_BANDWIDTH_US, "cfs_bandwidth_us", &config::cfs_bandwidth_us},
		{RTWATCH_CONFIG_BUDGET_NS, "budget_ns", &config::budget_ns},
	}};
};

template <>
struct table<answer> {
	static constexpr std::string_view name = "message";
	static constexpr std::array<row<answer>, 17> rows{{
		{RTWATCH_A_CPU, "cpu", &answer::cpu},
		{RTWATCH_A_SENSOR_ID, "sensor_id", &answer::sensor},
		{RTWATCH_A_AFTER_SEQ, "after_seq", &answer::after_seq},
		{RTWATCH_A_AFTER_ID, "after_id", &answer::after_id},
		{RTWATCH_A_INCIDENT_ID, "incident_id", &answer::incident_id},
		{RTWATCH_A_LOST, "lost", &answer::lost},
		{RTWATCH_A_NTF_SEQ, "ntf_seq", &answer::ntf_seq},
		{RTWATCH_A_TIME_NS, "time_ns", &answer::time},
		{RTWATCH_A_INFO, "info", &answer::info},
		{RTWATCH_A_SENSOR, "sensor", &answer::sensors},
		{RTWATCH_A_CPU_STATE, "cpu_state", &answer::cpus},
		{RTWATCH_A_SAMPLE, "sample", &answer::samples},
		{RTWATCH_A_INCIDENT, "incident", &answer::incidents},
		{RTWATCH_A_CONFIG, "config", &answer::config},
		{RTWATCH_A_TASK, "task", &answer::task},
		{RTWATCH_A_FRAME, "frame", &answer::frames},
		{RTWATCH_A_STAT, "stat", &answer::stats},
	}};
};

} // namespace rtwatch
