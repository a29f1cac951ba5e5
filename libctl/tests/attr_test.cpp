// SPDX-License-Identifier: BSD-3-Clause
#include "attr.hpp"

#include <gtest/gtest.h>
#include <linux/netlink.h>

namespace rtwatch
{
namespace
{

using raw = std::vector<unsigned char>;

int count(attr_reader &reader)
{
	int found = 0;
	for (attr one; reader.next(one);)
		found++;
	return found;
}

TEST(attr_reader, reads_types_and_payloads_in_order)
{
	// Two attributes by hand: type 2 with 4 bytes, type 0x8003 (nested flag)
	// with 1 byte and 3 of padding.
	const raw in{8, 0, 2, 0, 0x11, 0x22, 0x33, 0x44, 5, 0, 3, 0x80, 0x55, 0, 0, 0};
	attr_reader reader{bytes(in)};
	attr one;
	ASSERT_TRUE(reader.next(one));
	EXPECT_EQ(one.type, 2);
	ASSERT_EQ(one.payload.size, 4u);
	EXPECT_EQ(one.payload.load<std::uint32_t>(), 0x44332211u);
	ASSERT_TRUE(reader.next(one));
	EXPECT_EQ(one.type, 3);
	ASSERT_EQ(one.payload.size, 1u);
	EXPECT_EQ(one.payload.data[0], 0x55);
	EXPECT_FALSE(reader.next(one));
	EXPECT_FALSE(reader.malformed());
}

TEST(attr_reader, takes_a_last_attribute_without_padding)
{
	const raw in{5, 0, 3, 0, 0x55};
	attr_reader reader{bytes(in)};
	EXPECT_EQ(count(reader), 1);
	EXPECT_FALSE(reader.malformed());
}

TEST(attr_reader, finds_no_attribute_in_nothing)
{
	attr_reader reader{bytes()};
	EXPECT_EQ(count(reader), 0);
	EXPECT_FALSE(reader.malformed());
}

struct broken {
	const char *name;
	raw in;
	int before; // attributes that are fine
};

class attr_reader_stops : public ::testing::TestWithParam<broken>
{
};

TEST_P(attr_reader_stops, and_says_malformed)
{
	attr_reader reader{bytes(GetParam().in)};
	EXPECT_EQ(count(reader), GetParam().before);
	EXPECT_TRUE(reader.malformed());
}

INSTANTIATE_TEST_SUITE_P(
	all, attr_reader_stops,
	::testing::Values(broken{"header_cut", {8, 0, 2}, 0},
			  broken{"length_below_header", {3, 0, 2, 0}, 0},
			  broken{"length_zero", {0, 0, 2, 0, 0, 0, 0, 0}, 0},
			  broken{"length_beyond_end", {9, 0, 2, 0, 1, 2, 3, 4}, 0},
			  broken{"longest_length", {0xff, 0xff, 2, 0}, 0},
			  broken{"second_is_cut", {4, 0, 2, 0, 8, 0, 3, 0, 1, 2, 3}, 1},
			  broken{"bytes_left_over", {4, 0, 2, 0, 0, 0}, 1}),
	[](const auto &one) { return one.param.name; });

TEST(attr_writer, pads_and_nests)
{
	attr_writer out;
	const auto nest = out.nest_begin(9);
	out.put_string(1, "ab");
	out.put_u32(2, 7);
	out.nest_end(nest);
	const raw expected{20, 0, 9, 0x80, 7, 0, 1, 0, 'a', 'b', 0, 0, 8, 0, 2, 0, 7, 0, 0, 0};
	const auto view = out.view();
	EXPECT_EQ(raw(view.data, view.data + view.size), expected);
}

} // namespace
} // namespace rtwatch
