// SPDX-License-Identifier: BSD-3-Clause
// Short text, tables, user addresses.
#include "text.hpp"

#include <gtest/gtest.h>

#include "field_table.hpp"
#include "table.hpp"
#include "user_map.hpp"
#include "version_match.hpp"

#include <rtwatch/client.hpp>

namespace rtwatchctl
{
namespace
{

using namespace std::chrono_literals;

TEST(short_time, fits_six_characters)
{
	EXPECT_EQ(short_time(rtwatch::nanoseconds(0ns)), "0");
	EXPECT_EQ(short_time(rtwatch::nanoseconds(850us)), "850us");
	EXPECT_EQ(short_time(rtwatch::nanoseconds(950ms)), "950ms");
	EXPECT_EQ(short_time(rtwatch::nanoseconds(3200ms)), "3.2s");
	EXPECT_EQ(short_time(rtwatch::nanoseconds(725s)), "12m05s");
	EXPECT_EQ(short_time(rtwatch::nanoseconds(123min)), "2h03m");
	EXPECT_EQ(short_time(rtwatch::nanoseconds(76h)), "3d04h");
	for (auto value = 1ns; value < 300 * 24h; value = value * 3 + 1ns)
		EXPECT_LE(short_time(rtwatch::nanoseconds(value)).size(), 6u) << value.count();
}

TEST(short_time, shows_what_is_not_known)
{
	EXPECT_EQ(short_time(std::optional<rtwatch::nanoseconds>()), "-");
	EXPECT_EQ(short_time(rtwatch::unlimited), "none");
}

TEST(percent, has_one_digit_and_no_false_hundred)
{
	EXPECT_EQ(percent({}), "-");
	EXPECT_EQ(percent(0), "0.0%");
	EXPECT_EQ(percent(999'400), "99.9%");
	EXPECT_EQ(percent(999'700), "100%");
}

TEST(short_task, names_the_policy_only_when_it_is_special)
{
	rtwatch::task who;
	who.pid = 5;
	who.comm = "a\nb";
	who.policy = rtwatch::sched_policy::other;
	EXPECT_EQ(short_task(who), "a\\x0ab[5]");
	who.policy = rtwatch::sched_policy::rr;
	who.prio = 7;
	EXPECT_EQ(short_task(who), "a\\x0ab[5] RR 7");
}

TEST(wrap, breaks_between_words_only)
{
	EXPECT_EQ(wrap("one two three", 0, 0), "one two three");
	EXPECT_EQ(wrap("one two three", 8, 0), "one two\nthree");
	EXPECT_EQ(wrap("one two three", 9, 2), "one two\n  three");
	EXPECT_EQ(wrap("incomprehensible", 5, 0), "incomprehensible");
}

TEST(table, aligns_and_leaves_no_blanks_at_the_end)
{
	EXPECT_EQ(render_table({{"N", align::right}, {"NAME"}, {"X"}},
			       {{{"1"}, {"a"}, {"y"}}, {{"10"}, {"long"}}}, false),
		  " N  NAME  X\n"
		  " 1  a     y\n"
		  "10  long\n");
}

TEST(table, colours_do_not_shift_columns)
{
	const auto text = render_table({{"A"}, {"B"}}, {{{"x", paint::bad}, {"y"}}}, true);
	EXPECT_NE(text.find("\033[1;31mx\033[0m  y\n"), std::string::npos) << text;
}

TEST(field_table, has_a_column_for_whatever_field_comes)
{
	rtwatch::sample first, second;
	first.seq = 1;
	first.rt_time = 5ms;
	second.seq = 2;
	second.streak = 1s;
	second.rt_time = 6ms;
	EXPECT_EQ(field_table({fields(first), fields(second)}, {}, false),
		  "SEQ  RT_TIME  STREAK\n"
		  "  1      5ms       -\n"
		  "  2      6ms    1.0s\n");
}

TEST(user_map, finds_file_and_offset)
{
	const char *maps = "00400000-00401000 r--p 00000000 08:01 11  /usr/bin/hog\n"
			   "00401000-00402000 r-xp 00001000 08:01 11  /usr/bin/hog\n"
			   "7f0000000000-7f0000001000 rw-p 00000000 00:00 0\n";
	const auto at = find_in_maps(maps, 0x401136);
	ASSERT_TRUE(at);
	EXPECT_EQ(at->file, "/usr/bin/hog");
	EXPECT_EQ(at->offset, 0x1136u);
	EXPECT_FALSE(find_in_maps(maps, 0x402000)) << "the end is not in it";
	EXPECT_FALSE(find_in_maps(maps, 0x7f0000000010)) << "no file";
	EXPECT_FALSE(find_in_maps("garbage\n00400000\n", 0x400000));
	EXPECT_FALSE(find_in_maps("", 0));
}

TEST(version_match, tells_which_side_is_older)
{
	rtwatch::module_info info;
	EXPECT_NE(mismatch(info).find("does not tell"), std::string::npos);
	info.abi = rtwatch::library_abi();
	info.version = std::string(rtwatch::library_version());
	EXPECT_EQ(mismatch(info), "");
	info.abi = rtwatch::library_abi() + 1;
	EXPECT_NE(mismatch(info).find("newer than this command"), std::string::npos);
	info.abi = rtwatch::library_abi() - 1;
	EXPECT_NE(mismatch(info).find("older than this command"), std::string::npos);
	info.abi = rtwatch::library_abi();
	info.version = "9.9.9";
	EXPECT_NE(mismatch(info).find("work together"), std::string::npos);
}

} // namespace
} // namespace rtwatchctl
