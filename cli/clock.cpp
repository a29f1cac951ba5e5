// SPDX-License-Identifier: BSD-3-Clause
#include "clock.hpp"

#include <cstdio>
#include <ctime>

namespace rtwatchctl
{
namespace
{

using rtwatch::nanoseconds;

nanoseconds now(clockid_t clock)
{
	timespec value{};
	::clock_gettime(clock, &value);
	return std::chrono::seconds(value.tv_sec) + nanoseconds(value.tv_nsec);
}

std::string format(nanoseconds realtime, bool utc, const char *pattern)
{
	const std::time_t seconds =
		std::chrono::duration_cast<std::chrono::seconds>(realtime).count();
	std::tm fields{};
	utc ? ::gmtime_r(&seconds, &fields) : ::localtime_r(&seconds, &fields);
	char out[64];
	const auto length = std::strftime(out, sizeof(out), pattern, &fields);
	return {out, length};
}

std::string fraction(nanoseconds realtime, int digits)
{
	char out[16];
	std::snprintf(out, sizeof(out), ".%09lld",
		      static_cast<long long>(realtime.count() % 1'000'000'000));
	return std::string(out, static_cast<std::size_t>(digits) + 1);
}

} // namespace

nanoseconds monotonic_now()
{
	return now(CLOCK_MONOTONIC);
}
nanoseconds realtime_now()
{
	return now(CLOCK_REALTIME);
}

std::string iso8601(nanoseconds realtime)
{
	return format(realtime, true, "%Y-%m-%dT%H:%M:%S") + fraction(realtime, 9) + "Z";
}

std::string local_date(nanoseconds realtime)
{
	return format(realtime, false, "%Y-%m-%d %H:%M:%S");
}

std::string local_clock(nanoseconds realtime)
{
	return format(realtime, false, "%H:%M:%S") + fraction(realtime, 3);
}

} // namespace rtwatchctl
