// SPDX-License-Identifier: BSD-3-Clause
#include "watch_line.hpp"

#include <rtwatch/verdict.hpp>

#include "clock.hpp"
#include "json.hpp"
#include "output.hpp"
#include "table.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::level;

std::string head(const line_style &style, const char *event, paint how)
{
	std::string word = event;
	word.resize(6, ' ');
	return local_clock(style.realtime) + "  " + painted(word, how, style.g.color) + "  ";
}

json json_head(const line_style &style, const char *event)
{
	auto out = new_document(style.lost);
	out["event"] = event;
	out["time_ns"] = style.monotonic.count();
	out["time_realtime"] = iso8601(style.realtime);
	return out;
}

paint paint_of(std::optional<level> value)
{
	if (value == level::starving)
		return paint::bad;
	return value == level::ok ? paint::good : paint::warn;
}

const char *name_of(rtwatch::groups group)
{
	switch (group) {
	case rtwatch::groups::incidents:
		return "incidents";
	case rtwatch::groups::levels:
		return "levels";
	case rtwatch::groups::all:
		return "all";
	}
	return "all";
}

} // namespace

std::string incident_line(const line_style &style, news kind, const rtwatch::incident &what)
{
	if (style.g.json) {
		auto out = json_head(style, to_string(kind));
		out.update(to_json(what, style.monotonic, style.lost));
		return dump(style.g, out);
	}
	const auto how = kind == news::end ? paint::good : paint_of(what.level);
	const auto number =
		"#" + (what.id ? std::to_string(*what.id) : std::string(unknown)) + "  ";
	std::string out =
		head(style, to_string(kind), how) + number + summary(what, style.monotonic) + "\n";
	if (kind == news::begin)
		out += std::string(22 + number.size(), ' ') + "remedy: " + remedy(what) + "\n";
	return out;
}

std::string level_line(const line_style &style, const rtwatch::cpu_state &state)
{
	if (style.g.json) {
		auto out = json_head(style, "level");
		auto told = to_json(fields(state));
		// Of the change, not of this line.
		told.erase("time_ns");
		out.update(told);
		return dump(style.g, out);
	}
	return head(style, "level", paint_of(state.level)) + "CPU " +
	       (state.cpu ? std::to_string(state.cpu->value) : unknown) + " is " +
	       (state.level ? std::string(to_string(*state.level)) : "unknown") + "\n";
}

std::string loss_line(const line_style &style, const rtwatch::loss_notice &what)
{
	if (style.g.json) {
		auto out = json_head(style, "lost");
		out["group"] = name_of(what.group);
		if (what.count)
			out["count"] = *what.count;
		return dump(style.g, out);
	}
	return head(style, "lost", paint::warn) +
	       (what.count ? std::to_string(*what.count) : std::string("some")) +
	       " notifications (" + name_of(what.group) +
	       "): this reader was too slow; the log is read to catch up\n";
}

} // namespace rtwatchctl
