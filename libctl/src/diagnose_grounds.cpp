// SPDX-License-Identifier: BSD-3-Clause
// The readings that a verdict rests on.
#include <algorithm>

#include <rtwatch/fields.hpp>

#include "diagnose_parts.hpp"

namespace rtwatch
{
namespace
{

// Shown elsewhere in the verdict.
bool told_already(std::string_view key)
{
	for (const std::string_view one :
	     {"id", "revision", "type", "cpu", "level", "active", "start_ns", "detected_ns",
	      "end_ns", "start_realtime_ns", "peak_ns", "culprit", "victims", "victims_total",
	      "cause", "stack"})
		if (key == one)
			return true;
	return false;
}

bool is_false(const field_value &value)
{
	const auto *flag = std::get_if<bool>(&value);
	return flag && !*flag;
}

struct as_text {
	std::string operator()(bool value) const { return value ? "true" : "false"; }
	std::string operator()(std::int64_t value) const { return std::to_string(value); }
	std::string operator()(std::uint64_t value) const { return std::to_string(value); }
	std::string operator()(std::string_view value) const { return std::string(value); }
	std::string operator()(cpu_flags value) const
	{
		std::string out;
		for (std::uint32_t flag = 1; flag != 0; flag <<= 1)
			if (value.has(flag))
				out.append(out.empty() ? "" : ",").append(flag_name(flag));
		return out;
	}
	std::string operator()(const task *value) const { return value->comm.value_or(""); }
	std::string operator()(const std::vector<task> *) const { return {}; }
	std::string operator()(const std::vector<frame> *) const { return {}; }
};

void add_settings(const verdict &about, const situation &of, std::vector<evidence> &out)
{
	const auto add = [&](const std::string &name) {
		if (auto value = knob_text(of, name))
			out.push_back({"setting", name, std::move(*value)});
	};
	const auto type = about.what.type.value_or(incident_type{});
	const auto cpu = about.what.cpu ? std::to_string(about.what.cpu->value) : "";
	switch (type) {
	case incident_type::rt_starvation:
	case incident_type::rt_throttled:
		for (const char *name :
		     {"sched_rt_runtime_us", "sched_rt_period_us", "RT_RUNTIME_SHARE"})
			add(name);
		add("fair_server.cpu" + cpu + ".runtime_ns");
		add("fair_server.cpu" + cpu + ".period_ns");
		break;
	case incident_type::soft_lockup:
	case incident_type::hard_lockup:
	case incident_type::irqs_off:
		add("watchdog_thresh");
		break;
	case incident_type::rcu_stall:
		for (const char *name : {"rcu_cpu_stall_timeout", "rcutree.kthread_prio",
					 "sched_rt_runtime_us", "RT_RUNTIME_SHARE"})
			add(name);
		break;
	case incident_type::hung_task:
		add("hung_task_timeout_secs");
		break;
	case incident_type::cfs_bandwidth:
		add("sched_cfs_bandwidth_slice_us");
		break;
	case incident_type::hook_disarmed:
		break;
	}
}

// The CPU as it is now, as far as that is about such an incident.
void add_cpu(const verdict &about, const situation &of, std::vector<evidence> &out)
{
	constexpr std::string_view wanted[] = {
		"level",         "streak_ns",       "rt_share_1s_ppm", "rt_share_10s_ppm",
		"stuck_ns",      "tick_age_ns",     "touch_age_ns",    "gp_age_ns",
		"rq_rt_time_ns", "rq_rt_runtime_ns"};
	for (const auto &cpu : of.cpus) {
		if (!cpu.cpu || cpu.cpu != about.what.cpu)
			continue;
		for (const auto &one : fields(cpu))
			if (std::find(std::begin(wanted), std::end(wanted), one.key) !=
			    std::end(wanted))
				out.push_back({"cpu", std::string(one.key),
					       std::visit(as_text{}, one.value)});
	}
}

} // namespace

std::vector<evidence> grounds_of(const verdict &about, const situation &of)
{
	std::vector<evidence> out;
	for (const auto &one : fields(about.what))
		if (!told_already(one.key) && !is_false(one.value))
			out.push_back({"incident", std::string(one.key),
				       std::visit(as_text{}, one.value)});
	add_settings(about, of, out);
	// Of an incident that is over, the CPU's state tells nothing any more.
	if (about.what.active)
		add_cpu(about, of, out);
	return out;
}

} // namespace rtwatch
