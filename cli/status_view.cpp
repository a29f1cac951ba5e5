// SPDX-License-Identifier: BSD-3-Clause
#include "status_view.hpp"

#include <algorithm>

#include <rtwatch/verdict.hpp>

#include "clock.hpp"
#include "table.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::cpu_flags;
using rtwatch::cpu_state;
using rtwatch::level;

bool flagged(const cpu_state &cpu, std::uint32_t flag)
{
	return cpu.flags && cpu.flags->has(flag);
}

// A newer module may not tell flags; then a CPU that answers is online.
bool offline(const cpu_state &cpu)
{
	return cpu.flags && !cpu.flags->has(cpu_flags::online);
}

std::optional<rtwatch::nanoseconds> since(const cpu_state &cpu)
{
	if (!cpu.level_since || !cpu.time || *cpu.level_since > *cpu.time)
		return {};
	return *cpu.time - *cpu.level_since;
}

paint paint_of(level value)
{
	switch (value) {
	case level::ok:
		return paint::good;
	case level::late:
		return paint::warn;
	case level::starving:
		return paint::bad;
	}
	return paint::plain;
}

cell level_cell(const cpu_state &cpu)
{
	if (offline(cpu))
		return {"offline", paint::faint};
	if (!cpu.level)
		return {unknown};
	return {std::string(to_string(*cpu.level)), paint_of(*cpu.level)};
}

// The tick stops in idle, so its age says nothing there.
cell tick_cell(const cpu_state &cpu)
{
	if (offline(cpu))
		return {unknown};
	const bool stuck = cpu.stuck && cpu.stuck->count() > 0;
	if (flagged(cpu, cpu_flags::idle) && !stuck)
		return {"idle", paint::faint};
	return {short_time(cpu.tick_age), stuck ? paint::warn : paint::plain};
}

cell touch_cell(const cpu_state &cpu)
{
	// An idle CPU is pardoned all the time; what counts is whether its age is known.
	if (!cpu.touch_age && flagged(cpu, cpu_flags::touched))
		return {"pardon", paint::faint};
	return {short_time(cpu.touch_age)};
}

cell age_cell(const std::optional<rtwatch::nanoseconds> &age)
{
	return {age && age->count() == 0 ? unknown : short_time(age)};
}

cell culprit_cell(const cpu_state &cpu)
{
	if (cpu.culprit)
		return {short_task(cpu.culprit)};
	return {cpu.culprit_pid && *cpu.culprit_pid > 0 ? "pid " + std::to_string(*cpu.culprit_pid)
							: unknown};
}

cell victim_cell(const cpu_state &cpu)
{
	if (!cpu.worst_victim)
		return {unknown};
	auto out = short_task(cpu.worst_victim);
	if (cpu.worst_victim->wait)
		out.append(" ").append(short_time(*cpu.worst_victim->wait));
	if (cpu.victims_total && *cpu.victims_total > 1)
		out.append(" +").append(std::to_string(*cpu.victims_total - 1));
	return {out};
}

const std::vector<column> &columns()
{
	static const std::vector<column> all{
		{"CPU", align::right},
		{"LEVEL"},
		{"SINCE", align::right},
		{"RT 1s", align::right},
		{"RT 10s", align::right},
		{"STREAK", align::right},
		{"CULPRIT"},
		{"WORST VICTIM"},
		{"TOUCH", align::right},
		{"TICK", align::right},
		{"GP", align::right},
	};
	return all;
}

std::vector<cell> cells(const cpu_state &cpu)
{
	return {{cpu.cpu ? std::to_string(cpu.cpu->value) : unknown},
		level_cell(cpu),
		{short_time(since(cpu))},
		{percent(cpu.rt_share_1s_ppm)},
		{percent(cpu.rt_share_10s_ppm)},
		age_cell(cpu.streak),
		culprit_cell(cpu),
		victim_cell(cpu),
		touch_cell(cpu),
		tick_cell(cpu),
		age_cell(cpu.gp_age)};
}

// Nothing that anybody would want to read about.
bool uninteresting(const cpu_state &cpu)
{
	constexpr std::uint32_t little_ppm = 10'000;
	return cpu.level == level::ok && !offline(cpu) && !cpu.worst_victim &&
	       cpu.rt_share_1s_ppm.value_or(0) < little_ppm &&
	       cpu.rt_share_10s_ppm.value_or(0) < little_ppm;
}

std::vector<const cpu_state *> ordered(const snapshot &seen, bool worst_first)
{
	std::vector<const cpu_state *> out;
	for (const auto &one : seen.cpus)
		out.push_back(&one);
	if (worst_first)
		std::stable_sort(out.begin(), out.end(), [](const auto *a, const auto *b) {
			if (a->level != b->level)
				return a->level > b->level;
			if (a->streak != b->streak)
				return a->streak > b->streak;
			return a->rt_share_10s_ppm > b->rt_share_10s_ppm;
		});
	return out;
}

std::string more_of(const rtwatch::verdict &one)
{
	if (one.incidents.size() < 2)
		return {};
	const auto more = one.incidents.size() - 1;
	return " " + std::to_string(more) +
	       (more == 1 ? " more incident belongs to it." : " more incidents belong to it.");
}

std::string verdict_lines(const snapshot &seen, const status_style &style)
{
	std::string out;
	for (const auto &one : seen.verdicts) {
		const std::string number =
			one.what.id ? "#" + std::to_string(*one.what.id) + " " : "";
		const auto how = one.what.level ? paint_of(*one.what.level) : paint::plain;
		out.append(painted(number, how, style.color));
		const auto width = style.width > number.size() ? style.width - number.size() : 0;
		// The number hangs out on the left, the sentence keeps its own margin.
		auto text = wrap(one.sentence + more_of(one), width, 0);
		for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos;
		     at += number.size() + 1)
			text.insert(at + 1, number.size(), ' ');
		out.append(text).append("\n");
	}
	return out + painted("rtwatchctl diagnose tells what to do.", paint::faint, style.color) +
	       "\n";
}

} // namespace

std::string cpu_list(const std::vector<rtwatch::cpu_id> &cpus)
{
	std::string out;
	for (std::size_t i = 0; i < cpus.size();) {
		std::size_t last = i;
		while (last + 1 < cpus.size() && cpus[last + 1].value == cpus[last].value + 1)
			last++;
		out.append(out.empty() ? "" : ",").append(std::to_string(cpus[i].value));
		if (last != i)
			out.append("-").append(std::to_string(cpus[last].value));
		i = last + 1;
	}
	return out;
}

std::string status_text(const snapshot &seen, const status_style &style)
{
	const bool fold = !style.all && seen.cpus.size() > status_fold_above;
	std::vector<std::vector<cell>> rows;
	std::vector<rtwatch::cpu_id> folded;
	for (const auto *one : ordered(seen, style.worst_first)) {
		if (fold && uninteresting(*one) && one->cpu)
			folded.push_back(*one->cpu);
		else
			rows.push_back(cells(*one));
	}
	std::string out;
	if (!rows.empty())
		out = render_table(columns(), rows, style.color);
	if (!folded.empty()) {
		std::sort(folded.begin(), folded.end());
		out.append(rows.empty() ? "all " : "")
			.append(std::to_string(folded.size()))
			.append(rows.empty() ? "" : " more")
			.append(folded.size() == 1 ? " CPU " : " CPUs ")
			.append(painted("ok", paint::good, style.color))
			.append(": ")
			.append(cpu_list(folded))
			.append(" (--all shows them)\n");
	}
	if (!seen.verdicts.empty())
		out.append("\n").append(verdict_lines(seen, style));
	return out;
}

json status_json(const snapshot &seen, bool worst_first)
{
	auto out = new_document(seen.lost);
	out["time_ns"] = seen.now.count();
	out["time_realtime"] = iso8601(realtime_now());
	out["cpus"] = json::array();
	for (const auto *one : ordered(seen, worst_first))
		out["cpus"].push_back(to_json(fields(*one)));
	out["incidents"] = json::array();
	for (const auto &one : seen.incidents)
		out["incidents"].push_back(to_json(one, seen.now, seen.lost));
	out["verdicts"] = json::array();
	for (const auto &one : seen.verdicts) {
		json told;
		told["cause"] = one.cause;
		told["sentence"] = one.sentence;
		told["incidents"] = one.incidents;
		out["verdicts"].push_back(std::move(told));
	}
	return out;
}

health check(const snapshot &seen)
{
	health out;
	for (const auto &one : seen.cpus)
		if (one.cpu && one.level == level::starving)
			out.cpus.push_back(*one.cpu);
	const rtwatch::incident *worst = nullptr;
	for (const auto &one : seen.incidents)
		if (one.level == level::starving && !worst)
			worst = &one;
	out.starving = !out.cpus.empty() || worst;
	if (!out.starving) {
		out.line = "OK: " + std::to_string(seen.cpus.size()) +
			   (seen.cpus.size() == 1 ? " CPU" : " CPUs") + ", none is starving";
		return out;
	}
	out.line = "STARVING: ";
	if (!out.cpus.empty())
		out.line += (out.cpus.size() == 1 ? "CPU " : "CPUs ") + cpu_list(out.cpus);
	if (worst)
		out.line += (out.cpus.empty() ? "" : ": ") + summary(*worst, seen.now);
	return out;
}

} // namespace rtwatchctl
