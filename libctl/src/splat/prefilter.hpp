// SPDX-License-Identifier: BSD-3-Clause
// Finds the few lines worth reading in gigabytes that are not.
#ifndef RTWATCH_SPLAT_PREFILTER_HPP
#define RTWATCH_SPLAT_PREFILTER_HPP

#include "text.hpp"

namespace rtwatch::splat::detail
{

// The offset of the first phrase at or after from that a report may have; npos if none. Every
// header has at least one of them, and most have two, so that a header broken over two lines in the
// middle of a phrase is still found.
std::size_t find_phrase(view text, std::size_t from = 0);

// Newlines in a stretch of text.
std::size_t count_lines(view text);

} // namespace rtwatch::splat::detail

#endif
