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
	trace,     // what stands around frames: the head of a trace, a mark like <IRQ>
	registers, // names with hexadecimal numbers, or the code bytes
};

// A line that was told at a glance, its text, and the parts of that when it is a frame.
struct quick_line {
	quick_kind kind{quick_kind::none};
	view text;
	view function;
	view offset;
	view module;
	bool reliable{true};
};

// What the message is, when it is certainly only that.
quick_line quick_look(view text);

// A line of one clean message behind a logger's prefix that is a frame or registers: fills out as
// split_records() would, all but the text and the time as printed. none: the line must be read in
// full, and behind is what read_prefix() says of it.
quick_line read_quick_line(view line, std::uint64_t number, record &out, prefix &behind);

} // namespace rtwatch::splat::detail

#endif
