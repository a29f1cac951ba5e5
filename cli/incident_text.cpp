// SPDX-License-Identifier: BSD-3-Clause
#include "incident_text.hpp"

#include <cstdio>

#include <rtwatch/fields.hpp>
#include <rtwatch/verdict.hpp>

#include "clock.hpp"
#include "field_table.hpp"
#include "table.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

constexpr std::size_t margin = 14;

std::string entry(const char *name, const std::string &text, std::size_t width)
{
	std::string head = "    ";
	head.append(name);
	head.resize(margin, ' ');
	const auto room = width > margin ? width - margin : 0;
	auto body = wrap(text, room, 0);
	for (std::size_t at = 0; (at = body.find('\n', at)) != std::string::npos; at += margin + 1)
		body.insert(at + 1, margin, ' ');
	return head + body + "\n";
}

std::string victim_text(const rtwatch::task &who)
{
	auto out = short_task(who);
	if (who.wait)
		out += " waits " + rtwatch::human(*who.wait);
	return out.append(": ").append(rtwatch::consequence(who));
}

std::string victims(const rtwatch::incident &what, std::size_t width)
{
	std::string out;
	for (const auto &one : what.victims)
		out += entry(out.empty() ? "victims" : "", victim_text(one), width);
	const auto total = what.victims_total.value_or(0);
	if (total > what.victims.size())
		out += entry(out.empty() ? "victims" : "",
			     std::to_string(total - what.victims.size()) + " more", width);
	return out;
}

std::string stack(const rtwatch::incident &what)
{
	std::string out;
	for (const auto &one : what.frames) {
		char address[24];
		std::snprintf(address, sizeof(address), "0x%llx",
			      static_cast<unsigned long long>(one.user_ip.value_or(0)));
		out += entry(out.empty() ? "stack" : "",
			     one.symbol ? rtwatch::printable(*one.symbol) : address, 0);
	}
	return out;
}

// Every field that the lines above do not show, whatever it is.
std::string evidence(const rtwatch::incident &what)
{
	std::string out;
	for (const auto &one : fields(what)) {
		// What is not so is no evidence.
		const auto *flag = std::get_if<bool>(&one.value);
		bool shown = flag && !*flag;
		for (const auto *key :
		     {"id", "revision", "type", "cpu", "level", "active", "start_ns", "detected_ns",
		      "end_ns", "start_realtime_ns", "peak_ns", "culprit", "victims",
		      "victims_total", "cause", "stack"})
			shown = shown || one.key == key;
		if (!shown)
			out.append(out.empty() ? "" : ", ")
				.append(without_unit(one.key))
				.append(" ")
				.append(short_text(one));
	}
	return out;
}

paint paint_of(const rtwatch::incident &what)
{
	if (!what.active)
		return paint::faint;
	return what.level == rtwatch::level::starving ? paint::bad : paint::warn;
}

} // namespace

std::string incident_text(const rtwatch::incident &what, rtwatch::nanoseconds now, bool color,
			  std::size_t width)
{
	std::string head = "#" + (what.id ? std::to_string(*what.id) : std::string(unknown));
	if (what.type)
		head.append("  ").append(to_string(*what.type));
	if (what.cpu)
		head.append("  CPU ").append(std::to_string(what.cpu->value));
	if (what.level)
		head.append("  ").append(to_string(*what.level));
	std::string out = painted(head, paint_of(what), color);
	if (what.start_realtime)
		out.append("  ").append(local_date(*what.start_realtime));
	out.append(what.active ? "  active for " : "  ended after ")
		.append(rtwatch::human(duration(what, now)));
	if (what.peak)
		out.append(", peak ").append(rtwatch::human(*what.peak));
	out.append("\n");

	out += entry("summary", summary(what, now), width);
	if (what.culprit)
		out += entry("culprit", short_task(what.culprit), width);
	out += victims(what, width);
	out += entry("cause", std::string(to_string(what.cause.value_or(rtwatch::cause::unknown))),
		     width);
	out += entry("remedy", remedy(what), width);
	if (const auto more = evidence(what); !more.empty())
		out += entry("evidence", more, width);
	return out + stack(what);
}

} // namespace rtwatchctl
