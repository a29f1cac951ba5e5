// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/splat/words.hpp"

#include <gtest/gtest.h>

#include <string>

namespace
{

using namespace rtwatch::splat::detail;

struct line {
	const char *text;
	word_set bits;
};

// What the kernel prints, one line of each that is searched for below a header.
constexpr line lines[] = {
	{"} 6003 jiffies s: 985 root: 0x2/T", word_rcu},
	{"Tasks blocked on level-0 rcu_node (CPUs 0-15): P581", word_rcu},
	{"All QSes seen, last rcu_sched kthread activity 5", word_rcu},
	{"Unless rcu_sched kthread gets sufficient CPU time, OOM is now expected", word_rcu},
	{"blocking rcu_node structures (internal RCU debug): l=1:0-15:0x2/T", word_rcu},
	{"Possible timer handling issue on cpu=3 timer-softirq=12", word_rcu},
	{"RCU GP kthread last ran on offline CPU 3.", word_rcu},
	{"Offline CPU 3 blocking current GP.", word_rcu},
	{"         hardirqs   softirqs   csw/system", word_rcu},
	{" number:     2  0  0", word_rcu},
	{"cputime:     0  0  2628   ==> 2610(ms)", word_rcu},
	{"0000000769f52cd1: .N nvcsw: 2/2 holdout: 1 idle_cpu: -1/64", word_rcu},
	{"rcu_tasks: 12 holdouts", word_rcu},
	{"RCU grace-period kthread stack dump:", word_kthread},
	{"Stack dump where RCU GP kthread last ran:", word_kthread},
	{"sh invoked oom-killer: gfp_mask=0xcc0", word_foreign},
	{"sh: page allocation failure: order:4", word_foreign},
	{"CPU: 4 PID: 581 Comm: sh Not tainted", word_task},
	{"Pid: 3261, comm: sh Not tainted 2.6.32", word_task},
	{"Process sh (pid: 123, threadinfo 0)", word_task},
};

TEST(words, are_found_wherever_they_stand)
{
	for (const line &l : lines) {
		for (std::size_t at = 0; at < 12; ++at) {
			const std::string text = std::string(at, 's') + l.text + " s";
			EXPECT_EQ(find_words(text) & l.bits, l.bits) << text;
		}
		EXPECT_EQ(find_words(l.text) & l.bits, l.bits) << l.text;
	}
}

TEST(words, of_several_kinds_are_all_found)
{
	EXPECT_EQ(find_words("cputime:  0 CPU: 1 PID: 2 Comm: sh invoked oom-killer"),
		  word_rcu | word_task | word_foreign);
}

TEST(words, are_not_seen_in_other_text)
{
	EXPECT_EQ(find_words(""), 0U);
	EXPECT_EQ(find_words("jiff"), 0U);
	EXPECT_EQ(find_words("usb 1-2: new high-speed USB device number 9 using xhci_hcd"), 0U);
	EXPECT_EQ(find_words("RAX: 0000000000000000 RBX: ffff888100000000"), 0U);
}

} // namespace
