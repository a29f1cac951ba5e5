// SPDX-License-Identifier: BSD-3-Clause
// Both clocks of the output.
#pragma once

#include <string>

#include <rtwatch/types.hpp>

namespace rtwatchctl
{

rtwatch::nanoseconds monotonic_now();
rtwatch::nanoseconds realtime_now();

// "2026-03-01T12:00:00.123456789Z"
std::string iso8601(rtwatch::nanoseconds realtime);

// "2026-03-01 12:00:00" in the local time zone.
std::string local_date(rtwatch::nanoseconds realtime);

// "12:00:00.123" in the local time zone.
std::string local_clock(rtwatch::nanoseconds realtime);

} // namespace rtwatchctl
