// SPDX-License-Identifier: BSD-3-Clause
// Most lines of a report are frames and registers, and look alike: these few are told at a glance.
#ifndef RTWATCH_SPLAT_QUICK_HPP
#define RTWATCH_SPLAT_QUICK_HPP

#include "record.hpp"

namespace rtwatch::splat::detail
{

enum class quick_kind {
	none,
	frame,     // one function with its offset, and nothing else
	registers, // names with hexadecimal numbers, or the code bytes
};

// What the message is, when it is certainly only that.
quick_kind quick_look(view text);

// A line of one clean message behind a logger's prefix that is a frame or registers: fills out as
// split_records() would. none: the line must be read in full.
quick_kind read_quick_line(view line, std::uint64_t number, record &out);

} // namespace rtwatch::splat::detail

#endif
