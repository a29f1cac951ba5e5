// SPDX-License-Identifier: BSD-3-Clause
#include "json.hpp"

#include <rtwatch/verdict.hpp>

#include "clock.hpp"
#include "output.hpp"

namespace rtwatchctl
{
namespace
{

struct leaf_value {
	template <class Number>
	json operator()(Number value) const
	{
		return value;
	}
	json operator()(std::string_view value) const { return std::string(value); }
	json operator()(rtwatch::cpu_flags flags) const
	{
		auto out = json::array();
		for (std::uint32_t flag = 1; flag != 0; flag <<= 1)
			if (flags.has(flag))
				out.push_back(std::string(rtwatch::flag_name(flag)));
		return out;
	}
	json operator()(const rtwatch::task *value) const { return to_json(*value); }
	json operator()(const std::vector<rtwatch::task> *value) const
	{
		auto out = json::array();
		for (const auto &one : *value)
			out.push_back(to_json(one));
		return out;
	}
	json operator()(const std::vector<rtwatch::frame> *value) const
	{
		auto out = json::array();
		for (const auto &one : *value)
			out.push_back(to_json(fields(one)));
		return out;
	}
};

} // namespace

json to_json(const rtwatch::field_value &value)
{
	return std::visit(leaf_value{}, value);
}

json to_json(const std::vector<rtwatch::field> &list)
{
	auto out = json::object();
	for (const auto &one : list)
		out[std::string(one.key)] = to_json(one.value);
	return out;
}

json to_json(const rtwatch::task &who)
{
	return to_json(fields(who));
}

json new_document(std::uint64_t lost)
{
	json out;
	out["schema"] = json_schema;
	out["lost"] = lost;
	return out;
}

json to_json(const rtwatch::incident &what, rtwatch::nanoseconds now, std::uint64_t lost)
{
	// The documented keys have their own order; what is left is evidence.
	json told = to_json(fields(what));
	json out = json::object();
	const auto take = [&](const char *key) {
		if (const auto found = told.find(key); found != told.end()) {
			out[key] = std::move(*found);
			told.erase(found);
		}
	};
	for (const char *key : {"id", "type", "cpu", "level", "active", "start_ns", "end_ns"})
		take(key);
	if (what.start_realtime)
		out["start_realtime"] = iso8601(*what.start_realtime);
	if (what.start)
		out["duration_ns"] = duration(what, now).count();
	take("peak_ns");
	take("culprit");
	auto victims = json::array();
	for (const auto &one : what.victims) {
		auto victim = to_json(one);
		victim["consequence"] = std::string(consequence(one));
		victims.push_back(std::move(victim));
	}
	told.erase("victims");
	out["victims"] = std::move(victims);
	take("victims_total");
	out["cause"] = std::string(to_string(what.cause.value_or(rtwatch::cause::unknown)));
	told.erase("cause");
	out["remedy"] = remedy(what);
	out["summary"] = summary(what, now);
	take("stack");
	out["lost"] = lost;
	for (auto &one : told.items())
		out[one.key()] = std::move(one.value());
	return out;
}

} // namespace rtwatchctl
