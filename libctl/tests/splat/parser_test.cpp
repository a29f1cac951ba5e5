// SPDX-License-Identifier: BSD-3-Clause
// The parser's promises: order, bounds, losses, live logs.
#include "expectation.hpp"

#include <gtest/gtest.h>

namespace
{

namespace splat = rtwatch::splat;

const std::string lockup =
	"[  100.000000] watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [x:1]\n";

std::string ordinary(std::size_t lines)
{
	std::string text;
	for (std::size_t i = 0; i < lines; ++i)
		text += "[  100.000000] usb 1-2: new high-speed USB device number 3\n";
	return text;
}

TEST(parser, counts_lines_that_it_skips)
{
	const std::size_t before = 30000;
	const auto found = splat_test::parse(ordinary(before) + lockup + ordinary(10), 5000);
	ASSERT_EQ(found.size(), 1U);
	EXPECT_EQ(found[0].first_line, before + 1);
}

TEST(parser, reads_a_last_line_without_a_newline)
{
	const auto found = splat_test::parse(lockup.substr(0, lockup.size() - 1), 4096);
	ASSERT_EQ(found.size(), 1U);
	EXPECT_EQ(found[0].comm.value_or(""), "x");
}

TEST(parser, gives_incidents_after_a_pause_and_goes_on)
{
	splat::parser parser;
	splat::incident incident;
	parser.feed(lockup);
	EXPECT_FALSE(parser.next(incident));
	parser.settle();
	ASSERT_TRUE(parser.next(incident));
	EXPECT_EQ(incident.index, 0U);
	EXPECT_FALSE(parser.next(incident));
	parser.feed(ordinary(3) + lockup);
	parser.finish();
	ASSERT_TRUE(parser.next(incident));
	EXPECT_EQ(incident.index, 1U);
	EXPECT_EQ(incident.first_line, 5U);
}

TEST(parser, counts_what_the_kernel_dropped)
{
	splat::parser parser;
	parser.feed("** 17 printk messages dropped ** [  100.000000] usb 1-2: reset\n"
		    "Oct 24 22:43:47 host systemd-journald[1]: Missed 12 kernel messages\n"
		    "we lost 5 kernel messages\n");
	parser.finish();
	EXPECT_EQ(parser.lost(), 29U);
}

TEST(parser, cuts_lines_without_an_end)
{
	splat::parser parser;
	const std::string block(100000, 'x');
	for (int i = 0; i < 40; ++i)
		parser.feed(block);
	parser.feed("\n" + lockup);
	parser.finish();
	EXPECT_EQ(parser.cut_lines(), 1U);
	EXPECT_EQ(parser.lines(), 2U);
	splat::incident incident;
	ASSERT_TRUE(parser.next(incident));
	EXPECT_EQ(incident.first_line, 2U);
}

TEST(parser, cuts_a_long_line_that_it_reads)
{
	splat::parser parser;
	parser.feed("[  1.000000] watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [x:1] " +
		    std::string(splat::parser::max_line, 'y') + "\n");
	parser.finish();
	EXPECT_EQ(parser.cut_lines(), 1U);
	splat::incident incident;
	EXPECT_TRUE(parser.next(incident));
}

TEST(parser, keeps_few_of_many_incidents)
{
	splat::parser parser;
	splat::incident incident;
	std::size_t taken = 0;
	for (int i = 0; i < 5000; ++i) {
		parser.feed(lockup);
		while (parser.next(incident))
			EXPECT_EQ(incident.index, taken++);
	}
	parser.finish();
	while (parser.next(incident))
		EXPECT_EQ(incident.index, taken++);
	EXPECT_EQ(taken, 5000U);
}

TEST(parser, bounds_the_lists_of_an_incident)
{
	std::string text = "rcu: INFO: rcu_sched detected stalls on CPUs/tasks:\n";
	for (int cpu = 0; cpu < 9000; ++cpu)
		text += "rcu: \t" + std::to_string(cpu) +
			"-...0: (3 GPs behind) idle=1/1/0x1 softirq=1/1 fqs=1\n";
	text += "Call Trace:\n";
	for (int i = 0; i < 3000; ++i)
		text += " function+0x1/0x2\n";
	const auto found = splat_test::parse(text, 65536);
	ASSERT_EQ(found.size(), 1U);
	EXPECT_EQ(found[0].cpus.size(), 4096U);
	EXPECT_LE(found[0].trace.size(), 128U);
	EXPECT_LE(found[0].fields.size(), 200U);
}

TEST(parser, may_be_moved)
{
	splat::parser first;
	first.feed(lockup);
	splat::parser second = std::move(first);
	second.finish();
	splat::incident incident;
	EXPECT_TRUE(second.next(incident));
}

TEST(parser, separates_hangs_that_are_far_apart)
{
	const auto found = splat_test::parse(
		lockup + "[ 9000.000000] watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [x:1]\n",
		4096);
	ASSERT_EQ(found.size(), 2U);
	EXPECT_TRUE(found[0].related.empty());
	EXPECT_TRUE(found[1].related.empty());
}

TEST(parser, names_every_type_and_unit)
{
	EXPECT_STREQ(splat::to_string(splat::incident_type::rcu_stall_self), "rcu_stall_self");
	EXPECT_STREQ(splat::to_string(splat::incident_type::irq_storm), "irq_storm");
	EXPECT_STREQ(splat::to_string(splat::duration_unit::jiffies), "jiffies");
	EXPECT_STREQ(splat::to_string(splat::duration_unit::us), "us");
}

} // namespace
