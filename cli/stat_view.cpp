// SPDX-License-Identifier: BSD-3-Clause
#include "stat_view.hpp"

#include <algorithm>
#include <cstdio>

#include <rtwatch/fields.hpp>
#include <rtwatch/verdict.hpp>

#include "table.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::hook_id;
using rtwatch::nanoseconds;

// The sensor that goes when the hook is disarmed; the patrol has none.
std::optional<rtwatch::sensor_id> sensor_of(hook_id id)
{
	switch (id) {
	case hook_id::tick:
		return rtwatch::sensor_id::tick;
	case hook_id::sched_switch:
	case hook_id::sched_switch_rt:
		return rtwatch::sensor_id::rt;
	case hook_id::softlockup:
		return rtwatch::sensor_id::softlockup;
	case hook_id::watchdog:
		return rtwatch::sensor_id::hardlockup;
	case hook_id::cfs_timer:
		return rtwatch::sensor_id::cfs_bandwidth;
	case hook_id::patrol:
		break;
	}
	return {};
}

const rtwatch::sensor_info *unavailable(const bill &of, hook_id id)
{
	const auto wanted = sensor_of(id);
	for (const auto &one : of.sensors)
		if (wanted && one.id == wanted && !one.available)
			return &one;
	return nullptr;
}

// What all calls took, of the time that so many CPUs had since the module was loaded.
double share(const bill &of, const hook_sum &sum, std::size_t cpus)
{
	if (!of.info.loaded || cpus == 0 || of.now <= *of.info.loaded)
		return 0;
	return static_cast<double>(sum.mean().count()) * static_cast<double>(sum.calls) /
	       static_cast<double>((of.now - *of.info.loaded).count()) / static_cast<double>(cpus);
}

std::string percent_of(double part)
{
	char out[32];
	std::snprintf(out, sizeof(out), "%.4f%%", part * 100);
	return out;
}

std::vector<cell> hook_cells(const bill &of, const hook_sum &sum, std::size_t cpus)
{
	const bool timed = sum.timed != 0;
	return {{std::to_string(sum.calls)},
		{timed ? std::to_string(sum.timed) : unknown},
		{timed ? short_time(sum.mean()) : unknown},
		{timed ? short_time(sum.max) : unknown},
		{timed ? percent_of(share(of, sum, cpus)) : unknown}};
}

std::string hooks_text(const bill &of, bool color)
{
	std::vector<std::vector<cell>> rows;
	for (const auto &sum : sum_hooks(of.cpus)) {
		std::vector<cell> row{{std::string(to_string(sum.id))}};
		for (auto &one : hook_cells(of, sum, of.cpus.size()))
			row.push_back(std::move(one));
		const auto *off = unavailable(of, sum.id);
		row.push_back(off == nullptr
				      ? cell{"armed", paint::good}
				      : cell{rtwatch::printable(off->reason.value_or("disarmed")),
					     paint::warn});
		rows.push_back(std::move(row));
	}
	return render_table({{"HOOK"},
			     {"CALLS", align::right},
			     {"TIMED", align::right},
			     {"MEAN", align::right},
			     {"LONGEST", align::right},
			     {"OF CPU TIME", align::right},
			     {"STATE"}},
			    rows, color);
}

std::string cpus_text(const bill &of, bool color)
{
	std::vector<std::vector<cell>> rows;
	for (const auto &cpu : of.cpus)
		for (const auto &sum : sum_hooks({cpu})) {
			std::vector<cell> row{{std::to_string(cpu.cpu.value)},
					      {std::string(to_string(sum.id))}};
			for (auto &one : hook_cells(of, sum, 1))
				row.push_back(std::move(one));
			rows.push_back(std::move(row));
		}
	return render_table({{"CPU", align::right},
			     {"HOOK"},
			     {"CALLS", align::right},
			     {"TIMED", align::right},
			     {"MEAN", align::right},
			     {"LONGEST", align::right},
			     {"OF CPU TIME", align::right}},
			    rows, color);
}

template <class Member>
std::uint64_t total(const std::vector<rtwatch::cpu_stat> &cpus, Member which)
{
	std::uint64_t out = 0;
	for (const auto &one : cpus)
		out += (one.*which).value_or(0);
	return out;
}

std::string number(const std::optional<std::uint64_t> &value)
{
	return value ? std::to_string(*value) : unknown;
}

std::string number(const std::optional<std::uint32_t> &value)
{
	return value ? std::to_string(*value) : unknown;
}

// Those who did the most, and how many more there were.
std::string who_ran(const std::vector<rtwatch::cpu_stat> &cpus)
{
	constexpr std::size_t most = 4;
	std::vector<std::pair<std::uint64_t, std::uint32_t>> ran;
	for (const auto &one : cpus)
		if (one.patrol_rounds.value_or(0) != 0)
			ran.emplace_back(*one.patrol_rounds, one.cpu.value);
	std::stable_sort(ran.begin(), ran.end(),
			 [](const auto &a, const auto &b) { return a.first > b.first; });
	std::string out;
	for (std::size_t i = 0; i < std::min(most, ran.size()); i++)
		out.append(i == 0 ? ": CPU " : ", CPU ")
			.append(std::to_string(ran[i].second))
			.append(" ")
			.append(std::to_string(ran[i].first));
	if (ran.size() > most)
		out += " and " + std::to_string(ran.size() - most) + " more CPUs";
	return out;
}

std::string memory_text(const bill &of)
{
	if (!of.info.memory_bytes)
		return unknown;
	const auto kib = *of.info.memory_bytes / 1024;
	return std::to_string(kib) + " KiB, of them " +
	       (of.info.ring_bytes ? std::to_string(*of.info.ring_bytes / 1024) : unknown) +
	       " a CPU for samples";
}

std::string budget_text(const bill &of)
{
	if (!of.config.budget_ns)
		return unknown;
	if (*of.config.budget_ns == 0)
		return "none";
	return short_time(nanoseconds(*of.config.budget_ns)) +
	       " a call; a hook that takes longer disarms itself";
}

std::string rest_text(const bill &of)
{
	const auto &info = of.info;
	using rtwatch::cpu_stat;
	std::string policy =
		info.notifier_policy ? std::string(to_string(*info.notifier_policy)) : unknown;
	return "budget   " + budget_text(of) + "\nmemory   " + memory_text(of) + "\nsamples  " +
	       std::to_string(total(of.cpus, &cpu_stat::samples_pushed)) + " pushed, " +
	       std::to_string(total(of.cpus, &cpu_stat::samples_lost)) +
	       " of them overwritten by now\nlog      " + number(info.log_used) + " of " +
	       number(info.log_depth) + " incidents, " + number(info.incidents_active) +
	       " active; " + number(info.incidents_lost) + " overwritten, " +
	       number(info.incidents_suppressed) + " refused by the rate limit\nnotices  " +
	       number(info.ntf_sent) + " sent, " + number(info.ntf_failed) + " failed\nthreads  " +
	       number(info.notifiers) + ", " + policy + ", CPU time " +
	       short_time(info.notifier_time) + "\npatrol   " +
	       std::to_string(total(of.cpus, &cpu_stat::patrol_rounds)) + " rounds" +
	       who_ran(of.cpus) + "; " + std::to_string(total(of.cpus, &cpu_stat::patrol_ticks)) +
	       " parts in ticks, " + std::to_string(total(of.cpus, &cpu_stat::patrol_timers)) +
	       " in timers\nticks    " + number(info.ticks_missed) +
	       " not seen, because another kprobe was being handled\n";
}

json hook_json(const bill &of, const hook_sum &sum, std::size_t cpus)
{
	json out{{"id", std::string(to_string(sum.id))}, {"calls", sum.calls}};
	if (sum.timed != 0) {
		out["timed"] = sum.timed;
		out["time_ns"] = sum.time.count();
		out["mean_ns"] = sum.mean().count();
		out["max_ns"] = sum.max.count();
		out["share"] = share(of, sum, cpus);
	}
	return out;
}

} // namespace

nanoseconds hook_sum::mean() const
{
	return timed == 0 ? nanoseconds(0) : time / static_cast<std::int64_t>(timed);
}

std::vector<hook_sum> sum_hooks(const std::vector<rtwatch::cpu_stat> &cpus)
{
	std::vector<hook_sum> out;
	for (const auto &cpu : cpus)
		for (const auto &one : cpu.hooks) {
			if (!one.id)
				continue;
			auto at = std::find_if(out.begin(), out.end(), [&](const hook_sum &sum) {
				return sum.id >= *one.id;
			});
			if (at == out.end() || at->id != *one.id)
				at = out.insert(at, hook_sum{*one.id, 0, 0, {}, {}});
			at->calls += one.calls.value_or(0);
			at->timed += one.timed.value_or(0);
			at->time += one.time.value_or(nanoseconds(0));
			at->max = std::max(at->max, one.max.value_or(nanoseconds(0)));
		}
	return out;
}

std::string bill_text(const bill &of, bool each, bool color)
{
	std::string out = "rtwatch " + rtwatch::printable(of.info.version.value_or(unknown)) +
			  " on " + std::to_string(of.cpus.size()) + " CPUs";
	if (of.info.loaded)
		out += ", loaded for " + short_time(of.now - *of.info.loaded);
	out += "\n\n" + hooks_text(of, color) + "\n" + rest_text(of);
	if (each)
		out += "\n" + cpus_text(of, color);
	return out;
}

json bill_json(const bill &of)
{
	auto out = new_document(0);
	out["module"] = to_json(fields(of.info));
	if (of.config.budget_ns)
		out["budget_ns"] = *of.config.budget_ns;
	out["hooks"] = json::array();
	for (const auto &sum : sum_hooks(of.cpus)) {
		out["hooks"].push_back(hook_json(of, sum, of.cpus.size()));
		out["hooks"].back()["armed"] = unavailable(of, sum.id) == nullptr;
	}
	out["cpus"] = json::array();
	for (const auto &cpu : of.cpus) {
		json one{{"cpu", cpu.cpu.value}};
		one.update(to_json(fields(cpu)));
		one["hooks"] = json::array();
		for (const auto &sum : sum_hooks({cpu}))
			one["hooks"].push_back(hook_json(of, sum, 1));
		out["cpus"].push_back(std::move(one));
	}
	return out;
}

} // namespace rtwatchctl
