// SPDX-License-Identifier: BSD-3-Clause
#include "explain_json.hpp"

namespace rtwatchctl
{

namespace splat = rtwatch::splat;
using json = nlohmann::ordered_json;

namespace
{

json number(const splat::integer &value)
{
	if (!value.negative)
		return value.magnitude;
	return -static_cast<std::int64_t>(value.magnitude);
}

template <typename T>
void set(json &to, const char *key, const std::optional<T> &value)
{
	if (value)
		to[key] = *value;
}

void set(json &to, const char *key, const std::optional<splat::integer> &value)
{
	if (value)
		to[key] = number(*value);
}

void set(json &to, const char *key, const std::string &value)
{
	if (!value.empty())
		to[key] = value;
}

json per_cpu(const splat::cpu_state &cpu)
{
	json to;
	to["cpu"] = cpu.cpu;
	set(to, "ticks_this_gp", cpu.ticks_this_gp);
	set(to, "gps_behind", cpu.gps_behind);
	set(to, "idle", cpu.idle);
	set(to, "softirq_start", cpu.softirq_start);
	set(to, "softirq_now", cpu.softirq_now);
	set(to, "fqs", cpu.fqs);
	set(to, "flags", cpu.flags);
	return to;
}

json kthread(const splat::kthread_state &state)
{
	json to;
	to["name"] = state.name;
	set(to, "starved_jiffies", state.starved_jiffies);
	set(to, "state", state.state);
	set(to, "cpu", state.cpu);
	return to;
}

json trace(const splat::stack_frame &frame)
{
	json to;
	to["function"] = frame.function;
	set(to, "offset", frame.offset);
	set(to, "module", frame.module);
	set(to, "section", frame.section);
	to["reliable"] = frame.reliable;
	return to;
}

template <typename T, typename F>
void set_list(json &to, const char *key, const std::vector<T> &values, F convert)
{
	if (values.empty())
		return;
	json list = json::array();
	for (const T &value : values)
		list.push_back(convert(value));
	to[key] = std::move(list);
}

void set_report(json &to, const splat::incident &in)
{
	set(to, "flavor", in.flavor);
	set(to, "gp_seq", in.gp_seq);
	if (in.duration)
		to["duration"] = {{"value", in.duration->value},
				  {"unit", splat::to_string(in.duration->unit)}};
	set(to, "queued_callbacks", in.queued_callbacks);
	set(to, "detected_by", in.detected_by);
	set_list(to, "per_cpu", in.per_cpu, per_cpu);
	if (!in.blocked_tasks.empty())
		to["blocked_tasks"] = in.blocked_tasks;
	if (in.kthread)
		to["kthread"] = kthread(*in.kthread);
	if (in.owner)
		to["owner"] = {{"comm", in.owner->comm}, {"pid", in.owner->pid}};
	set(to, "top_function", in.top_function);
	set(to, "user_mode", in.user_mode);
	set_list(to, "trace", in.trace, trace);
}

} // namespace

json to_json(const splat::incident &in, std::size_t base)
{
	json to;
	to["type"] = splat::to_string(in.type);
	to["lines"] = {in.first_line, in.last_line};
	set(to, "time", in.time);
	set(to, "monotonic_s", in.monotonic_s);
	set(to, "kernel", in.kernel);
	set(to, "arch", in.arch);
	if (!in.cpus.empty())
		to["cpus"] = in.cpus;
	set(to, "comm", in.comm);
	set(to, "pid", in.pid);
	set_report(to, in);
	to["cause"] = in.cause;
	to["summary"] = in.summary;
	set_list(to, "fields", in.fields, [](const splat::field &f) {
		return json{{"name", f.name}, {"value", f.value}, {"meaning", f.meaning}};
	});
	set_list(to, "related", in.related, [base](std::size_t index) { return index + base; });
	return to;
}

} // namespace rtwatchctl
