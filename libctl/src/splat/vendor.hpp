// SPDX-License-Identifier: BSD-3-Clause
// What the kernels of phones and boards print between the stamp and the message.
#ifndef RTWATCH_SPLAT_VENDOR_HPP
#define RTWATCH_SPLAT_VENDOR_HPP

#include "text.hpp"

namespace rtwatch::splat::detail
{

// The CPU and the task that printed, in one of the layouts that are known. Not moved when there is
// none. Only to be asked right behind a stamp of the kernel: elsewhere it may be text.
bool eat_vendor_context(cursor &c);

// The level as a word, right-aligned to seven characters: "  EMERG: ", "   INFO: ". line is what c
// is in: without the blanks in front it may be the message's own word.
bool eat_level_word(view line, cursor &c);

} // namespace rtwatch::splat::detail

#endif
