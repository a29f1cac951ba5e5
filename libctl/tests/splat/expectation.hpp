// SPDX-License-Identifier: BSD-3-Clause
// What a fixture's label says, and how an incident compares with it.
//
// A label has one line an incident: its type, then key=value for what is to be checked; a value
// with blanks stands in double quotes, "-" means that the key must be absent. '#' starts a comment.
#pragma once

#include <rtwatch/splat.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace splat_test
{

namespace splat = rtwatch::splat;

struct expectation {
	std::string type;
	std::map<std::string, std::string> values;
};

inline std::string text_of(const splat::integer &value)
{
	return (value.negative ? "-" : "") + std::to_string(value.magnitude);
}

template <typename T>
std::string text_of(const std::optional<T> &value)
{
	if (!value)
		return "-";
	if constexpr (std::is_same_v<T, splat::integer>)
		return text_of(*value);
	else if constexpr (std::is_same_v<T, std::string>)
		return *value;
	else
		return std::to_string(*value);
}

inline std::string text_of(const std::string &value)
{
	return value.empty() ? "-" : value;
}

template <typename T>
std::string list_of(const std::vector<T> &values)
{
	std::string text;
	for (const T value : values)
		text += (text.empty() ? "" : ",") + std::to_string(value);
	return text.empty() ? "-" : text;
}

// "cpu3.ticks"
inline std::string cpu_value(const splat::incident &in, const std::string &key)
{
	const std::size_t dot = key.find('.');
	const int number = std::atoi(key.c_str() + 3);
	const std::string what = key.substr(dot + 1);
	for (const splat::cpu_state &cpu : in.per_cpu) {
		if (cpu.cpu != number)
			continue;
		if (what == "ticks")
			return text_of(cpu.ticks_this_gp);
		if (what == "behind")
			return text_of(cpu.gps_behind);
		if (what == "idle")
			return text_of(cpu.idle);
		if (what == "softirq")
			return text_of(cpu.softirq_start) + "/" + text_of(cpu.softirq_now);
		if (what == "fqs")
			return text_of(cpu.fqs);
		if (what == "flags")
			return text_of(cpu.flags);
		return "no such key";
	}
	return "-";
}

inline std::string field_value(const splat::incident &in, const std::string &name)
{
	for (const splat::field &f : in.fields) {
		if (f.name == name)
			return f.value;
	}
	return "-";
}

inline std::string trace_of(const splat::incident &in)
{
	std::string text;
	for (const splat::stack_frame &f : in.trace) {
		if (f.reliable)
			text += (text.empty() ? "" : ",") + f.function;
	}
	return text.empty() ? "-" : text;
}

inline std::string task_value(const splat::incident &in, const std::string &key)
{
	if (key == "owner")
		return in.owner ? in.owner->comm + ":" + std::to_string(in.owner->pid) : "-";
	if (key == "kthread.state")
		return in.kthread ? text_of(in.kthread->state) : "-";
	if (key == "kthread.cpu")
		return in.kthread ? text_of(in.kthread->cpu) : "-";
	if (key == "user_mode")
		return in.user_mode ? (*in.user_mode ? "yes" : "no") : "-";
	if (key == "top")
		return text_of(in.top_function);
	if (key == "trace")
		return trace_of(in);
	if (key == "comm")
		return text_of(in.comm);
	if (key == "pid")
		return text_of(in.pid);
	if (key == "blocked")
		return list_of(in.blocked_tasks);
	return "no such key";
}

inline std::string value_of(const splat::incident &in, const std::string &key)
{
	if (key == "line")
		return std::to_string(in.first_line);
	if (key == "last")
		return std::to_string(in.last_line);
	if (key == "time")
		return text_of(in.time);
	if (key == "mono")
		return in.monotonic_s ? std::to_string(*in.monotonic_s) : "-";
	if (key == "kernel")
		return text_of(in.kernel);
	if (key == "arch")
		return text_of(in.arch);
	if (key == "cpus")
		return list_of(in.cpus);
	if (key == "flavor")
		return text_of(in.flavor);
	if (key == "gp")
		return text_of(in.gp_seq);
	if (key == "q")
		return text_of(in.queued_callbacks);
	if (key == "by")
		return text_of(in.detected_by);
	if (key == "duration")
		return in.duration ? std::to_string(in.duration->value) +
					     splat::to_string(in.duration->unit)
				   : "-";
	if (key == "cause")
		return text_of(in.cause);
	if (key == "related")
		return list_of(in.related);
	if (key.rfind("field.", 0) == 0)
		return field_value(in, key.substr(6));
	if (key.rfind("cpu", 0) == 0)
		return cpu_value(in, key);
	return task_value(in, key);
}

inline std::vector<expectation> read_label(const std::string &text)
{
	std::vector<expectation> all;
	std::istringstream lines(text);
	for (std::string line; std::getline(lines, line);) {
		if (line.empty() || line[0] == '#')
			continue;
		expectation e;
		std::size_t at = line.find(' ');
		e.type = line.substr(0, at);
		while (at != std::string::npos && ++at < line.size()) {
			const std::size_t equal = line.find('=', at);
			if (equal == std::string::npos)
				break;
			const bool quoted = line[equal + 1] == '"';
			const std::size_t from = equal + (quoted ? 2 : 1);
			std::size_t to = line.find(quoted ? '"' : ' ', from);
			to = std::min(to, line.size());
			e.values[line.substr(at, equal - at)] = line.substr(from, to - from);
			at = line.find(' ', to);
		}
		all.push_back(e);
	}
	return all;
}

inline std::vector<splat::incident> parse(const std::string &text, std::size_t piece)
{
	splat::parser parser;
	std::vector<splat::incident> all;
	splat::incident incident;
	for (std::size_t at = 0; at < text.size(); at += piece) {
		parser.feed(std::string_view(text).substr(at, piece));
		while (parser.next(incident))
			all.push_back(incident);
	}
	parser.finish();
	while (parser.next(incident))
		all.push_back(incident);
	return all;
}

} // namespace splat_test
