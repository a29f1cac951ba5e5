// SPDX-License-Identifier: BSD-3-Clause
#include "quotas_view.hpp"

#include <algorithm>
#include <cstdio>

#include <rtwatch/verdict.hpp>

#include "table.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::cpu_state;
using rtwatch::nanoseconds;
using rtwatch::quota;

// More CPUs than these share one line, unless all were asked for.
constexpr std::size_t timer_rows_most = 16;

bool was_throttled(const rtwatch::quota_counts &counts)
{
	return counts.throttled_periods.value_or(0) != 0 ||
	       counts.throttled_time.value_or(nanoseconds(0)).count() != 0;
}

bool throttled_now(const quota &one)
{
	return one.since && was_throttled(*one.since);
}

bool throttled_ever(const quota &one)
{
	return was_throttled(one.total) || throttled_now(one);
}

template <class Condition>
std::size_t count_of(const quotas_seen &seen, Condition which)
{
	const auto &all = seen.reading.quotas;
	return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), which));
}

// As it was set, not rounded: "1500us", "10ms", "1s".
std::string exact_time(nanoseconds value)
{
	constexpr std::int64_t us = 1000, ms = 1000 * us, s = 1000 * ms;
	const auto ns = value.count();
	if (ns == 0)
		return "0";
	if (ns % ms != 0)
		return std::to_string(ns / us) + "us";
	return ns % s != 0 ? std::to_string(ns / ms) + "ms" : std::to_string(ns / s) + "s";
}

std::string cpus_worth(const quota &one)
{
	char out[48];
	if (one.runtime < one.period / 100)
		return "<0.01";
	std::snprintf(out, sizeof(out), "%.2f",
		      static_cast<double>(one.runtime.count()) /
			      static_cast<double>(one.period.count()));
	return out;
}

std::string per_second(const quota &one)
{
	const auto value = one.since ? one.since->throttled_ns_per_s() : std::nullopt;
	return value ? short_time(nanoseconds(*value)) : unknown;
}

bool burst_used(const quotas_seen &seen)
{
	return count_of(seen, [](const quota &one) {
		       return one.burst.value_or(nanoseconds(0)).count() != 0;
	       }) != 0;
}

std::string quotas_table(const quotas_seen &seen, const quotas_style &style)
{
	const bool burst = burst_used(seen);
	std::vector<column> columns;
	if (seen.interval)
		columns = {{"THROTTLED/s", align::right}, {"OF PERIODS", align::right}};
	columns.push_back({seen.interval ? "IN ALL" : "THROTTLED", align::right});
	columns.push_back({"OF PERIODS", align::right});
	columns.push_back({"QUOTA", align::right});
	columns.push_back({"CPUS", align::right});
	if (burst)
		columns.push_back({"BURST", align::right});
	columns.push_back({"CGROUP"});

	std::vector<std::vector<cell>> rows;
	for (const auto &one : seen.reading.quotas) {
		if (!style.all && !throttled_ever(one))
			continue;
		std::vector<cell> row;
		if (seen.interval)
			row = {{per_second(one)},
			       {percent(one.since ? one.since->throttled_share_ppm()
						  : std::nullopt)}};
		row.push_back({short_time(one.total.throttled_time)});
		row.push_back({percent(one.total.throttled_share_ppm())});
		row.push_back({exact_time(one.runtime) + "/" + exact_time(one.period)});
		row.push_back({cpus_worth(one)});
		if (burst)
			row.push_back({one.burst ? exact_time(*one.burst) : unknown});
		row.push_back({rtwatch::printable(one.path)});
		rows.push_back(std::move(row));
	}
	return rows.empty() ? "" : render_table(columns, rows, style.color) + "\n";
}

// "3 cgroups with a CPU quota", "1 cgroup with a CPU quota"
std::string with_quota(std::size_t number)
{
	return std::to_string(number) + (number == 1 ? " cgroup" : " cgroups") +
	       " with a CPU quota";
}

nanoseconds longest_interval(const quotas_seen &seen)
{
	nanoseconds out{0};
	for (const auto &one : seen.reading.quotas)
		if (one.since)
			out = std::max(out, one.since->length);
	return out;
}

std::string quotas_summary(const quotas_seen &seen, bool all)
{
	const auto &reading = seen.reading;
	const auto number = reading.quotas.size();
	const auto ever = count_of(seen, throttled_ever);
	const auto now = count_of(seen, throttled_now);
	std::string out;
	if (number == 0)
		out = "No cgroup has a CPU quota";
	else if (seen.interval)
		out = std::to_string(now) + " of " + with_quota(number) +
		      (now == 1 ? " was" : " were") + " throttled in these " +
		      rtwatch::human(longest_interval(seen)) + ", " + std::to_string(ever) +
		      (ever == 1 ? " has" : " have") + " ever been";
	else
		out = std::to_string(ever) + " of " + with_quota(number) +
		      (ever == 1 ? " has" : " have") + " ever been throttled";
	out += "; looked at " + std::to_string(reading.looked_at) +
	       (reading.looked_at == 1 ? " cgroup" : " cgroups") + " of version " +
	       std::to_string(static_cast<unsigned>(reading.version)) + ".";
	if (!all && ever < number)
		out += " --all lists all with a quota.";
	return out;
}

std::string number_of(const std::optional<std::uint64_t> &value)
{
	return value ? std::to_string(*value) : unknown;
}

std::string other_cpus(const std::vector<const cpu_state *> &rest)
{
	std::uint64_t runs = 0;
	nanoseconds longest{0};
	for (const auto *one : rest) {
		runs += *one->cfs_timer_runs;
		longest = std::max(longest, one->cfs_timer_max.value_or(nanoseconds(0)));
	}
	std::string out =
		std::to_string(rest.size()) + " more CPU" + (rest.size() == 1 ? "" : "s") + ": ";
	if (runs == 0)
		return out + "no run\n";
	return out + std::to_string(runs) + (runs == 1 ? " run" : " runs, the longest") + " " +
	       short_time(longest) + "\n";
}

// By CPU; when there are many, those with the longest runs first.
std::string timer_table(const quotas_seen &seen, const quotas_style &style)
{
	std::vector<const cpu_state *> known;
	for (const auto &one : seen.cpus)
		if (one.cpu && one.cfs_timer_runs)
			known.push_back(&one);
	if (known.empty())
		return "";
	auto shown = known.end();
	if (!style.all) {
		shown = std::stable_partition(known.begin(), known.end(), [](const auto *one) {
			return *one->cfs_timer_runs != 0;
		});
		if (shown - known.begin() > static_cast<std::ptrdiff_t>(timer_rows_most)) {
			std::stable_sort(known.begin(), shown, [](const auto *a, const auto *b) {
				return a->cfs_timer_max > b->cfs_timer_max;
			});
			shown = known.begin() + static_cast<std::ptrdiff_t>(timer_rows_most);
		}
	}

	std::string out = "The bandwidth timer, which hands out quotas with interrupts off:\n";
	std::vector<std::vector<cell>> rows;
	for (auto at = known.begin(); at != shown; ++at)
		rows.push_back({{std::to_string((*at)->cpu->value)},
				{number_of((*at)->cfs_timer_runs)},
				{short_time((*at)->cfs_timer_max)},
				{number_of((*at)->cfs_timer_over_100us)},
				{number_of((*at)->cfs_timer_over_1ms)},
				{number_of((*at)->cfs_timer_over_10ms)}});
	if (!rows.empty())
		out += render_table({{"CPU", align::right},
				     {"RUNS", align::right},
				     {"LONGEST", align::right},
				     {">=100us", align::right},
				     {">=1ms", align::right},
				     {">=10ms", align::right}},
				    rows, style.color);
	if (shown != known.end())
		out += other_cpus({shown, known.end()});
	return "\n" + out;
}

std::vector<std::string> remarks(const quotas_seen &seen)
{
	const auto &reading = seen.reading;
	std::vector<std::string> out;
	if (reading.unreadable != 0)
		out.push_back(std::to_string(reading.unreadable) +
			      (reading.unreadable == 1 ? " file" : " files") +
			      " could not be read, the first is " + reading.unreadable_why);
	if (reading.cut)
		out.push_back("there are more than " + std::to_string(rtwatch::quota_cgroups_max) +
			      " cgroups, or some are deeper than " +
			      std::to_string(rtwatch::quota_depth_max) +
			      ": the others were not looked at");
	out.insert(out.end(), seen.unseen.begin(), seen.unseen.end());
	return out;
}

template <class Value>
void put(json &out, const char *key, const std::optional<Value> &value)
{
	if (value)
		out[key] = *value;
}

void put(json &out, const char *key, const std::optional<nanoseconds> &value)
{
	if (value)
		out[key] = value->count();
}

void put_counts(json &out, const rtwatch::quota_counts &counts)
{
	put(out, "periods", counts.periods);
	put(out, "throttled_periods", counts.throttled_periods);
	put(out, "throttled_share_ppm", counts.throttled_share_ppm());
	put(out, "throttled_time_ns", counts.throttled_time);
	put(out, "bursts", counts.bursts);
	put(out, "burst_time_ns", counts.burst_time);
}

json quota_json(const quota &one)
{
	json out;
	out["cgroup"] = one.path;
	out["quota_ns"] = one.runtime.count();
	out["period_ns"] = one.period.count();
	put(out, "burst_ns", one.burst);
	put_counts(out, one.total);
	if (one.since) {
		json since;
		since["length_ns"] = one.since->length.count();
		put(since, "throttled_ns_per_s", one.since->throttled_ns_per_s());
		put_counts(since, *one.since);
		out["interval"] = std::move(since);
	}
	return out;
}

json timer_json(const cpu_state &one)
{
	json out{{"cpu", one.cpu->value}};
	for (const auto &field : fields(one))
		if (field.key.rfind("cfs_timer_", 0) == 0)
			out[std::string(field.key)] = to_json(field.value);
	return out;
}

} // namespace

std::string quotas_text(const quotas_seen &seen, const quotas_style &style)
{
	auto out = quotas_table(seen, style) +
		   wrap(quotas_summary(seen, style.all), style.width, 0) + "\n" +
		   timer_table(seen, style);
	for (const auto &one : remarks(seen))
		out += "\n" + wrap("note: " + rtwatch::printable(one), style.width, 6) + "\n";
	return out;
}

json quotas_json(const quotas_seen &seen, bool all)
{
	auto out = new_document(seen.reading.unreadable);
	out["cgroup_version"] = static_cast<unsigned>(seen.reading.version);
	out["mount"] = seen.reading.mount;
	out["cgroups"] = seen.reading.looked_at;
	out["with_quota"] = seen.reading.quotas.size();
	out["throttled"] = count_of(seen, throttled_ever);
	if (seen.interval)
		out["throttled_in_interval"] = count_of(seen, throttled_now);
	out["quotas"] = json::array();
	for (const auto &one : seen.reading.quotas)
		if (all || throttled_ever(one))
			out["quotas"].push_back(quota_json(one));
	out["timers"] = json::array();
	for (const auto &one : seen.cpus)
		if (one.cpu && one.cfs_timer_runs)
			out["timers"].push_back(timer_json(one));
	out["unseen"] = remarks(seen);
	return out;
}

} // namespace rtwatchctl
