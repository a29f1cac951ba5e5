// SPDX-License-Identifier: BSD-3-Clause
// Values as short text for tables.
#pragma once

#include <optional>
#include <string>

#include <rtwatch/fields.hpp>
#include <rtwatch/types.hpp>

namespace rtwatchctl
{

// What stands for a value that is not known.
inline constexpr const char *unknown = "-";

// "850us", "950ms", "3.2s", "12m05s", "2h03m", "3d04h"; at most six characters.
std::string short_time(rtwatch::nanoseconds value);
std::string short_time(const std::optional<rtwatch::nanoseconds> &value);

// "0.4%", "99.9%", "100%"
std::string percent(const std::optional<std::uint32_t> &ppm);

// "surfaceflinger[121] FIFO 50": name, thread id, and policy where it is not
// the ordinary one.
std::string short_task(const std::optional<rtwatch::task> &who);

// Any field: the unit in its name decides ("_ns" is a duration or,
// where it is a moment, seconds since boot; "_ppm" is a share).
std::string short_text(const rtwatch::field &one);

// `text` in lines of at most `width` columns, each but the first indented; 0:
// as it is.
std::string wrap(const std::string &text, std::size_t width, std::size_t indent);

// Columns of the terminal on stdout, 0 when it is none.
std::size_t terminal_width();

} // namespace rtwatchctl
