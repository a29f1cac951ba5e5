// SPDX-License-Identifier: BSD-3-Clause
#include "knobs_view.hpp"

#include <algorithm>
#include <charconv>

#include "table.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::knob;

const char *title(rtwatch::knob_group group)
{
	switch (group) {
	case rtwatch::knob_group::throttling:
		return "Throttling of real-time tasks";
	case rtwatch::knob_group::fair_server:
		return "Fair servers";
	case rtwatch::knob_group::cfs_bandwidth:
		return "Quotas of cgroups";
	case rtwatch::knob_group::lockups:
		return "Lockup detectors";
	case rtwatch::knob_group::hung_task:
		return "Hung tasks";
	case rtwatch::knob_group::rcu:
		return "RCU stalls";
	case rtwatch::knob_group::workqueue:
		return "Workqueues";
	case rtwatch::knob_group::panic:
		return "Panic and SysRq";
	}
	return "";
}

// Servers of all CPUs that are set alike share one row.
struct folded {
	knob shown;
	std::string key; // the name without its CPU
	std::size_t count = 1;
};

std::string without_cpu(const std::string &name)
{
	const auto first = name.find(".cpu"), last = name.rfind('.');
	return first == std::string::npos ? name : name.substr(0, first) + name.substr(last);
}

std::vector<folded> fold(const std::vector<knob> &knobs)
{
	std::vector<folded> out;
	for (const auto &one : knobs) {
		const auto key = without_cpu(one.name);
		bool joined = false;
		for (auto &row : out)
			if (row.key == key && row.shown.group == one.group &&
			    row.shown.value == one.value) {
				row.count++;
				joined = true;
			}
		if (!joined)
			out.push_back({one, key, 1});
	}
	for (auto &row : out) {
		if (row.count == 1)
			continue;
		std::size_t all = 0;
		for (const auto &one : knobs)
			all += without_cpu(one.name) == row.key;
		row.shown.name = row.key + " (" + std::to_string(row.count) +
				 (all == row.count ? "" : " of " + std::to_string(all)) + " CPUs)";
	}
	return out;
}

std::string in_unit(const knob &one)
{
	return *one.value + (one.unit.empty() ? "" : " " + one.unit);
}

json as_number(const std::string &text)
{
	std::int64_t number = 0;
	const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), number);
	if (code == std::errc() && stop == text.data() + text.size())
		return number;
	return text;
}

std::vector<cell> cells(const knob &one)
{
	if (!one.value)
		return {{"  " + one.name, paint::faint},
			{unknown, paint::faint},
			{one.preset.value_or(unknown), paint::faint},
			{one.absent, paint::faint}};
	return {{"  " + one.name},
		{in_unit(one), one.changed() ? paint::warn : paint::plain},
		{one.preset ? (one.changed() ? *one.preset : "same") : unknown, paint::faint},
		{one.meaning + (one.remark.empty() ? "" : " (" + one.remark + ")")}};
}

} // namespace

std::string knobs_text(const std::vector<knob> &knobs, bool color, std::size_t width)
{
	const std::vector<column> columns{{"KNOB"}, {"VALUE"}, {"DEFAULT"}, {"MEANING"}};
	const auto list = fold(knobs);
	std::vector<std::vector<cell>> rows;
	std::size_t widest[3] = {};
	for (const auto &one : list) {
		rows.push_back(cells(one.shown));
		for (std::size_t i = 0; i < 3; i++)
			widest[i] = std::max(
				{widest[i], rows.back()[i].text.size(), columns[i].header.size()});
	}
	// The last column is wrapped, where that leaves room to read.
	constexpr std::size_t least = 30;
	const auto before = widest[0] + widest[1] + widest[2] + 6;
	const auto room = width >= before + least ? width - before : 0;
	std::vector<std::vector<cell>> lines;
	for (std::size_t i = 0; i < rows.size(); i++) {
		if (i == 0 || list[i].shown.group != list[i - 1].shown.group)
			lines.push_back({{title(list[i].shown.group), paint::good}});
		const auto last = rows[i][3];
		auto rest = wrap(last.text, room, 0);
		for (auto row = rows[i]; !rest.empty(); row = {{}, {}, {}, {}}) {
			const auto end = std::min(rest.find('\n'), rest.size());
			row[3] = {rest.substr(0, end), last.paint};
			lines.push_back(std::move(row));
			rest.erase(0, end + 1);
		}
	}
	return render_table(columns, lines, color);
}

json to_json(const knob &one)
{
	json out;
	out["name"] = one.name;
	out["group"] = std::string(to_string(one.group));
	if (one.value)
		out["value"] = as_number(*one.value);
	if (one.preset)
		out["default"] = as_number(*one.preset);
	out["changed"] = one.changed();
	if (!one.unit.empty())
		out["unit"] = one.unit;
	out["writable"] = one.writable;
	out["path"] = one.path;
	out["meaning"] = one.meaning;
	if (!one.remark.empty())
		out["remark"] = one.remark;
	if (!one.value)
		out["absent"] = one.absent;
	return out;
}

std::string changes_text(const std::vector<rtwatch::knob_change> &changes, bool color)
{
	std::vector<std::vector<cell>> rows;
	for (const auto &one : changes)
		rows.push_back({{one.name},
				{one.before},
				{"->", paint::faint},
				{one.after, one.before == one.after ? paint::plain : paint::warn},
				{one.note, paint::faint}});
	return render_table({{"KNOB"}, {"BEFORE"}, {""}, {"AFTER"}, {""}}, rows, color);
}

json to_json(const rtwatch::knob_change &one)
{
	json out;
	out["name"] = one.name;
	out["before"] = as_number(one.before);
	out["after"] = as_number(one.after);
	if (!one.note.empty())
		out["note"] = one.note;
	return out;
}

std::string undo_command(const std::vector<rtwatch::knob_change> &changes)
{
	std::string out;
	for (const auto &one : changes)
		if (one.before != one.after)
			out.append(" ").append(one.name).append("=").append(one.before);
	return out.empty() ? out : "rtwatchctl knobs set" + out;
}

} // namespace rtwatchctl
