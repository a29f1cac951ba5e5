// SPDX-License-Identifier: BSD-3-Clause
#include "diagnose_view.hpp"

#include <charconv>
#include <cstdio>

#include <rtwatch/verdict.hpp>

#include "clock.hpp"
#include "table.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::verdict;

constexpr std::size_t verdict_margin = 12;

std::string row(const char *name, const std::string &text, std::size_t width)
{
	std::string head = "  ";
	head.append(name);
	head.resize(verdict_margin, ' ');
	auto body = wrap(text, width > verdict_margin ? width - verdict_margin : 0, 0);
	for (std::size_t at = 0; (at = body.find('\n', at)) != std::string::npos;
	     at += verdict_margin + 1)
		body.insert(at + 1, verdict_margin, ' ');
	return head + body + "\n";
}

// Several lines under one name.
class rows
{
public:
	rows(const char *name, std::size_t width) : name_(name), width_(width) {}
	void add(const std::string &text) { out_ += row(out_.empty() ? name_ : "", text, width_); }
	const std::string &text() const { return out_; }

private:
	const char *name_;
	std::size_t width_;
	std::string out_;
};

bool is_time(const std::string &name)
{
	return name.size() > 3 && name.compare(name.size() - 3, 3, "_ns") == 0;
}

std::optional<std::int64_t> whole_number(const std::string &text)
{
	std::int64_t out = 0;
	const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), out);
	if (code != std::errc() || stop != text.data() + text.size())
		return {};
	return out;
}

// "streak 3.2s", "rt share 1s 99.9%": what people read.
std::string reading(const rtwatch::evidence &one)
{
	const auto number = whole_number(one.value);
	if (one.source == "setting" || !number)
		return one.name + " " + rtwatch::printable(one.value);
	const auto stem = one.name.substr(0, one.name.rfind('_'));
	if (is_time(one.name))
		return stem + " " +
		       (*number == -1 ? "unlimited" : short_time(rtwatch::nanoseconds(*number)));
	if (one.name.size() > 4 && one.name.compare(one.name.size() - 4, 4, "_ppm") == 0)
		return stem + " " + percent(static_cast<std::uint32_t>(*number));
	return one.name + " " + one.value;
}

std::string grounds(const verdict &one, std::size_t width)
{
	rows out("evidence", width);
	for (const char *source : {"incident", "setting", "cpu"}) {
		std::string line;
		for (const auto &each : one.grounds)
			if (each.source == source)
				line.append(line.empty() ? "" : ", ").append(reading(each));
		const std::string_view name(source);
		if (!line.empty())
			out.add((name == "incident"  ? "then: "
				 : name == "setting" ? "settings now: "
						     : "the CPU now: ") +
				line);
	}
	return out.text();
}

std::string when(const verdict &one, rtwatch::nanoseconds now)
{
	const auto &what = one.what;
	std::string out;
	if (what.start_realtime)
		out = local_date(*what.start_realtime) + ", ";
	out += (what.active ? "for " : "ended after ") + rtwatch::human(duration(what, now));
	if (!what.active && what.end && now > *what.end)
		out += ", " + rtwatch::human(now - *what.end) + " ago";
	if (one.times > 1)
		out += "; " + std::to_string(one.times) + " times in the log";
	std::string ids;
	for (const auto id : one.incidents)
		ids.append(ids.empty() ? "" : ", ").append("#").append(std::to_string(id));
	return ids.empty() ? out : out + " (" + ids + ")";
}

std::string frame_text(const rtwatch::frame &one)
{
	if (one.symbol)
		return rtwatch::printable(*one.symbol);
	char address[24];
	std::snprintf(address, sizeof(address), "0x%llx",
		      static_cast<unsigned long long>(one.user_ip.value_or(0)));
	return address;
}

std::string block(const verdict &one, rtwatch::nanoseconds now, bool color, std::size_t width)
{
	const auto &what = one.what;
	const auto how = !what.active                             ? paint::plain
			 : what.level == rtwatch::level::starving ? paint::bad
								  : paint::warn;
	auto out = painted(wrap(one.sentence, width, 0), how, color) + "\n\n";
	out += row(what.active ? "since" : "when", when(one, now), width);
	out += row("cause", one.cause, width);
	rows victims("suffers", width);
	for (const auto &each : what.victims)
		victims.add(short_task(each) +
			    (each.wait ? (what.active ? " waits " : " waited ") +
						 rtwatch::human(*each.wait)
				       : "") +
			    ": " + std::string(consequence(each)));
	if (what.victims_total.value_or(0) > what.victims.size())
		victims.add(std::to_string(*what.victims_total - what.victims.size()) + " more");
	out += victims.text();
	rows follows("follows", width);
	for (const auto &each : one.follows)
		follows.add(each);
	out += follows.text();
	if (!one.now.empty())
		out += row("now", one.now, width);
	out += row("for good", one.for_good, width);
	out += grounds(one, width);
	rows stack("stack", 0);
	for (const auto &each : what.frames)
		stack.add(frame_text(each));
	return out + stack.text();
}

std::string unseen(const rtwatch::diagnosis &found)
{
	std::string out;
	for (const auto &one : found.unseen)
		out.append(out.empty() ? "" : "; ").append(one);
	return out.empty() ? out : ". Not seen: " + out;
}

} // namespace

std::string diagnosis_text(const rtwatch::diagnosis &found, rtwatch::nanoseconds now, bool color,
			   std::size_t width)
{
	std::string active, past;
	for (const auto &one : found.verdicts) {
		auto &to = one.what.active ? active : past;
		to.append(to.empty() ? "" : "\n").append(block(one, now, color, width));
	}
	const auto looked = "looked at " + found.looked_at + unseen(found) + ".\n";
	if (active.empty() && past.empty())
		return painted("Nothing is wrong", paint::good, color) + ": " + looked;
	if (active.empty())
		active = painted("Nothing is wrong now", paint::good, color) +
			 (found.verdicts.size() == 1 ? ". What was:\n"
						     : ". What was, the latest first:\n");
	else if (!past.empty())
		past = "What was before:\n\n" + past;
	return active + (past.empty() ? "" : "\n" + past) + "\n" +
	       painted("(" + looked.substr(0, looked.size() - 2) + ")", paint::faint, color) + "\n";
}

json to_json(const verdict &one, rtwatch::nanoseconds now, std::uint64_t lost)
{
	json out;
	out["cause"] = one.cause;
	out["active"] = one.what.active;
	out["sentence"] = one.sentence;
	if (!one.now.empty())
		out["now"] = one.now;
	out["for_good"] = one.for_good;
	out["times"] = one.times;
	out["incidents"] = one.incidents;
	out["follows"] = one.follows;
	out["incident"] = to_json(one.what, now, lost);
	out["evidence"] = json::array();
	for (const auto &each : one.grounds) {
		json item;
		item["source"] = each.source;
		item["name"] = each.name;
		const auto number = whole_number(each.value);
		item["value"] = number ? json(*number) : json(each.value);
		out["evidence"].push_back(std::move(item));
	}
	return out;
}

} // namespace rtwatchctl
