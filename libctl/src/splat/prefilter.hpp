// SPDX-License-Identifier: BSD-3-Clause
// Finds the few lines worth reading in gigabytes that are not.
#ifndef RTWATCH_SPLAT_PREFILTER_HPP
#define RTWATCH_SPLAT_PREFILTER_HPP

#include "text.hpp"

#include <array>

namespace rtwatch::splat::detail
{

// Looks for any of a fixed set of phrases in one pass that skips most bytes (Wu-Manber). Every
// report header has at least one phrase, and most have two, so that a header broken over two lines
// in the middle of a phrase is still found.
class prefilter
{
public:
	prefilter();

	// The offset of the first phrase at or after from; npos if none.
	[[nodiscard]] std::size_t find(view text, std::size_t from = 0) const;

private:
	static constexpr std::size_t table_size = 4096;
	static constexpr std::size_t max_phrases = 64;

	static std::size_t slot(char a, char b)
	{
		return (static_cast<std::size_t>(static_cast<unsigned char>(a)) ^
			(static_cast<std::size_t>(static_cast<unsigned char>(b)) << 5)) &
		       (table_size - 1);
	}
	[[nodiscard]] bool matches(view text, std::size_t window) const;

	std::size_t window_{};
	std::array<unsigned char, table_size> shift_{};
	std::array<std::uint64_t, table_size> candidates_{}; // phrases that end their window here
};

// Newlines in a stretch of text.
std::size_t count_lines(view text);

} // namespace rtwatch::splat::detail

#endif
