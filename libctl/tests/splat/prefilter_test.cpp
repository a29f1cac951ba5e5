// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/splat/prefilter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace
{

using namespace rtwatch::splat::detail;

TEST(prefilter, finds_a_phrase_at_every_offset)
{
	for (std::size_t at = 0; at < 70; ++at) {
		const std::string text = std::string(at, 'e') + "soft lockup" + std::string(3, 'd');
		EXPECT_EQ(find_phrase(text), at);
	}
}

TEST(prefilter, finds_the_first_phrase_of_a_long_text)
{
	for (std::size_t at = 0; at < 20000; at += 131) {
		std::string text(30000, 'k');
		text.replace(at, 11, "soft lockup");
		text.replace(20100, 11, "hard LOCKUP");
		text.replace(29989, 11, "GPs behind)");
		EXPECT_EQ(find_phrase(text), at);
		EXPECT_EQ(find_phrase(text, at + 1), 20100U);
		EXPECT_EQ(find_phrase(text, 20101), 29989U);
		EXPECT_EQ(find_phrase(text, 29990), npos);
	}
}

TEST(prefilter, finds_a_phrase_that_ends_the_text)
{
	EXPECT_EQ(find_phrase("xx soft lockup"), 3U);
	EXPECT_EQ(find_phrase("xx soft locku"), npos);
}

TEST(prefilter, goes_on_from_an_offset)
{
	const std::string text = "DL replenish lagged, DL replenish lagged";
	EXPECT_EQ(find_phrase(text, 0), 0U);
	EXPECT_EQ(find_phrase(text, 1), 21U);
	EXPECT_EQ(find_phrase(text, 22), npos);
}

TEST(prefilter, passes_over_ordinary_text)
{
	EXPECT_EQ(find_phrase("usb 1-2: new high-speed USB device number 9 using xhci_hcd\n"
			      "detected a stalled disk, unlocked, hogging\n"),
		  npos);
	EXPECT_EQ(find_phrase(""), npos);
}

TEST(count_lines, equals_a_plain_count)
{
	for (std::size_t size = 0; size < 5000; size += 37) {
		std::string text;
		for (std::size_t i = 0; i < size; ++i)
			text += "\n\x8a\xff\x0b\x09 a"[(i * i + size) % 7];
		const auto plain =
			static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
		EXPECT_EQ(count_lines(text), plain) << size;
	}
}

} // namespace
