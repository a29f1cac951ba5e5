// SPDX-License-Identifier: BSD-3-Clause
// What the facts mean, in words. Pure functions: they ask nobody, so they work
// on an incident read from a file as well as on a live one. Any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <rtwatch/export.hpp>
#include <rtwatch/types.hpp>

namespace rtwatch
{

// What it means that this task waits for a CPU ("packets and timers wait" for
// ksoftirqd). Kernel threads are told by name, so only where task.kthread is
// set; never empty. Lives as long as the program.
RTWATCH_API std::string_view consequence(const task &who) noexcept;

// How long the incident lasts: to its end, or to `now` (CLOCK_MONOTONIC) while
// it is active. Zero when its start is not known; never negative.
RTWATCH_API nanoseconds duration(const incident &what, nanoseconds now) noexcept;

// One sentence: what, where, how long, who, who suffers, and why the kernel's
// own protection did not help. Task names are cleaned of control bytes.
RTWATCH_API std::string summary(const incident &what, nanoseconds now);

// What to do now and for good.
RTWATCH_API std::string remedy(const incident &what);

// A duration for people: "950 ms", "3.2 s", "4 min 5 s", "2 d 3 h".
RTWATCH_API std::string human(nanoseconds value);

// `text` with control bytes and bytes beyond ASCII shown as \xNN: a task may
// call itself anything, and a terminal obeys escape sequences.
RTWATCH_API std::string printable(std::string_view text);

} // namespace rtwatch
