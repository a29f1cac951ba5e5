// SPDX-License-Identifier: BSD-3-Clause
// Readings weighed: shares, differences, order.
#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "quota_parts.hpp"

namespace rtwatch
{
namespace
{

constexpr std::uint64_t ppm_of_all = 1'000'000;

// False when a counter went back: then it is another cgroup's. A number of
// periods goes back where it grew by 2^31 or more.
bool grown(const std::optional<std::uint32_t> &before, const std::optional<std::uint32_t> &now,
	   std::optional<std::uint32_t> &out)
{
	if (!before || !now)
		return true;
	out = *now - *before;
	return *out < 1U << 31;
}

bool grown(const std::optional<nanoseconds> &before, const std::optional<nanoseconds> &now,
	   std::optional<nanoseconds> &out)
{
	if (!before || !now)
		return true;
	out = *now - *before;
	return out->count() >= 0;
}

std::optional<quota_interval> quota_difference(const quota &before, const quota &now)
{
	quota_interval out;
	out.length = now.time - before.time;
	const auto &a = before.total, &b = now.total;
	if (out.length.count() <= 0 || !grown(a.periods, b.periods, out.periods) ||
	    !grown(a.throttled_periods, b.throttled_periods, out.throttled_periods) ||
	    !grown(a.throttled_time, b.throttled_time, out.throttled_time) ||
	    !grown(a.bursts, b.bursts, out.bursts) ||
	    !grown(a.burst_time, b.burst_time, out.burst_time))
		return {};
	return out;
}

// What sorts last is what is not known.
nanoseconds known_time(const std::optional<nanoseconds> &value)
{
	return value.value_or(nanoseconds(-1));
}

} // namespace

std::optional<std::uint32_t> quota_counts::throttled_share_ppm() const noexcept
{
	if (!throttled_periods || periods.value_or(0) == 0)
		return {};
	// Read at once, but not counted at once.
	return static_cast<std::uint32_t>(
		std::min(*throttled_periods * ppm_of_all / *periods, ppm_of_all));
}

std::optional<std::uint64_t> quota_interval::throttled_ns_per_s() const noexcept
{
	if (!throttled_time || length.count() <= 0)
		return {};
	return static_cast<std::uint64_t>(static_cast<double>(throttled_time->count()) * 1e9 /
					  static_cast<double>(length.count()));
}

void sort_quotas(std::vector<quota> &quotas)
{
	const auto weight = [](const quota &one) {
		return std::tuple(known_time(one.since ? one.since->throttled_time : std::nullopt),
				  known_time(one.total.throttled_time));
	};
	std::sort(quotas.begin(), quotas.end(), [&](const quota &a, const quota &b) {
		const auto left = weight(a), right = weight(b);
		return left != right ? left > right : a.path < b.path;
	});
}

quota_reading quotas_since(const quota_reading &before, quota_reading now)
{
	std::unordered_map<std::string_view, const quota *> known;
	for (const auto &one : before.quotas)
		known.emplace(one.path, &one);
	for (auto &one : now.quotas)
		if (const auto at = known.find(one.path); at != known.end())
			one.since = quota_difference(*at->second, one);
	sort_quotas(now.quotas);
	return now;
}

} // namespace rtwatch
