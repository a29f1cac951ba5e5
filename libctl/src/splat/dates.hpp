// SPDX-License-Identifier: BSD-3-Clause
// Clocks and dates as loggers write them. Each is passed as a whole; on false the cursor may stand
// anywhere in it.
#ifndef RTWATCH_SPLAT_DATES_HPP
#define RTWATCH_SPLAT_DATES_HPP

#include "text.hpp"

namespace rtwatch::splat::detail
{

constexpr std::size_t most_stamp_digits = 12; // of a kernel time stamp, in front of the dot

bool is_month(view word); // by its first three letters
bool eat_digits(cursor &c, std::size_t least, std::size_t most);
bool eat_clock(cursor &c);       // 22:43:47, 22:43:47.123
bool eat_iso(cursor &c);         // 2022-10-24T22:43:47.123456+02:00
bool eat_syslog_date(cursor &c); // Oct 24 22:43:47, with weekday and year where printed
bool eat_logcat_date(cursor &c); // 10-24 22:43:47.123
bool eat_slash_date(cursor &c);  // 10/24/22 22:43:47
std::optional<double> eat_seconds(cursor &c); // "  123.456789"

} // namespace rtwatch::splat::detail

#endif
