// SPDX-License-Identifier: BSD-3-Clause
// What stands in the files of a cgroup.
#include <algorithm>
#include <limits>

#include "plain_text.hpp"
#include "quota_parts.hpp"

namespace rtwatch
{
namespace
{

// A time in units of so many nanoseconds; empty when it is more than 292 years.
std::optional<nanoseconds> quota_time(std::string_view text, std::int64_t unit_ns)
{
	const auto number = whole_number<std::uint64_t>(text);
	if (!number || *number > static_cast<std::uint64_t>(
					 std::numeric_limits<std::int64_t>::max() / unit_ns))
		return {};
	return nanoseconds(static_cast<std::int64_t>(*number) * unit_ns);
}

// The kernel's counter is an int, so it is printed with a sign from 2^31 on.
std::optional<std::uint32_t> quota_number(std::string_view text)
{
	const auto number = whole_number<std::int64_t>(text);
	if (!number || *number < std::numeric_limits<std::int32_t>::min() ||
	    *number > std::numeric_limits<std::uint32_t>::max())
		return {};
	return static_cast<std::uint32_t>(*number);
}

constexpr std::int64_t ns_per_us = 1000;

} // namespace

std::optional<nanoseconds> parse_quota_us(std::string_view text)
{
	return quota_time(trimmed(text), ns_per_us);
}

std::optional<quota_limit> parse_cpu_max(std::string_view text)
{
	text = trimmed(text);
	const auto blank = text.find(' ');
	if (blank == text.npos)
		return {};
	const auto first = text.substr(0, blank);
	return parse_cfs_quota(first == "max" ? "-1" : first, text.substr(blank + 1));
}

std::optional<quota_limit> parse_cfs_quota(std::string_view quota, std::string_view period)
{
	const auto number = whole_number<std::int64_t>(trimmed(quota));
	if (number && *number < 0)
		return quota_limit{};
	const auto runtime = parse_quota_us(quota);
	const auto length = parse_quota_us(period);
	if (!runtime || !length || runtime->count() == 0 || length->count() == 0)
		return {};
	return quota_limit{true, *runtime, *length};
}

bool parse_cpu_stat(std::string_view text, cgroup_version version, quota_counts &out)
{
	bool understood = true;
	const auto keep = [&](auto &where, auto what) {
		where = what;
		understood = understood && what.has_value();
	};
	const bool v1 = version == cgroup_version::v1;
	const std::int64_t unit = v1 ? 1 : ns_per_us;
	while (!text.empty()) {
		const auto line = text.substr(0, text.find('\n'));
		text.remove_prefix(std::min(line.size() + 1, text.size()));
		const auto blank = line.find(' ');
		const auto key = line.substr(0, blank);
		const auto value =
			blank == line.npos ? std::string_view() : trimmed(line.substr(blank));
		if (key == "nr_periods")
			keep(out.periods, quota_number(value));
		else if (key == "nr_throttled")
			keep(out.throttled_periods, quota_number(value));
		else if (key == (v1 ? "throttled_time" : "throttled_usec"))
			keep(out.throttled_time, quota_time(value, unit));
		else if (key == "nr_bursts")
			keep(out.bursts, quota_number(value));
		else if (key == (v1 ? "burst_time" : "burst_usec"))
			keep(out.burst_time, quota_time(value, unit));
	}
	return understood;
}

} // namespace rtwatch
