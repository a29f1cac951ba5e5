// SPDX-License-Identifier: BSD-3-Clause
// Which words of the lines below a header a text has: one look spares a search for each.
#ifndef RTWATCH_SPLAT_WORDS_HPP
#define RTWATCH_SPLAT_WORDS_HPP

#include "text.hpp"

namespace rtwatch::splat::detail
{

// A set of bits, one a word.
using word_set = std::uint32_t;

constexpr word_set word_rcu = 1U << 0;     // of a line that adds to an RCU stall
constexpr word_set word_kthread = 1U << 1; // of the grace-period kthread's dump
constexpr word_set word_foreign = 1U << 2; // of another kind of report
constexpr word_set word_task = 1U << 3;    // of a line that names a task

// Never too few: a text without the bit has none of its words.
word_set find_words(view text);

} // namespace rtwatch::splat::detail

#endif
