// SPDX-License-Identifier: BSD-3-Clause
// The same reports behind what every logger puts in front of them.
#include "expectation.hpp"

#include <gtest/gtest.h>

namespace
{

namespace splat = rtwatch::splat;

// Bare messages, as printk was given them.
const std::vector<std::string> messages = {
	"usb 1-2: reset high-speed USB device",
	"rcu: INFO: rcu_preempt self-detected stall on CPU",
	"rcu: \t1-....: (5249 ticks this GP) idle=4e9/1/0x4000000000000002 softirq=82/543 fqs=2624",
	"rcu: \t(t=5250 jiffies g=77 q=3 ncpus=4)",
	"CPU: 1 UID: 0 PID: 64 Comm: kworker/1:4 Not tainted 6.13.5 #1",
	"RIP: 0010:slow_copy+0x2b0/0x4f8",
	"Call Trace:",
	" <TASK>",
	" copy_all+0x50/0x60",
	" </TASK>",
	"watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [CPU 17/KVM:1815]",
	"INFO: task jbd2/sda2-8:295 blocked for more than 120 seconds.",
	"task:jbd2/sda2-8     state:D stack:0     pid:295   tgid:295   ppid:2",
	"Call Trace:",
	" __schedule+0x1/0x2",
	" jbd2_wait+0x3/0x4",
};

struct style {
	const char *name;
	const char *front; // '@' is a counter that goes up with every line
	const char *back;
};

const style styles[] = {
	{"bare", "", ""},
	{"dmesg", "[  123.45678@] ", ""},
	{"dmesg_long_uptime", "[1930092.50515@] ", ""},
	{"caller", "[  123.45678@][    C1] ", ""},
	{"caller_task", "[  123.45678@][ T1234] ", ""},
	{"dmesg_T", "[Mon Oct 24 22:43:4@ 2022] ", ""},
	{"dmesg_e", "[Oct24 22:43] ", ""},
	{"dmesg_e_relative", "[  +0.00001@] ", ""},
	{"dmesg_d", "[  123.45678@ <    0.000012>] ", ""},
	{"dmesg_x", "kern  :err   : [  123.45678@] ", ""},
	{"dmesg_iso", "2022-10-24T22:43:47,12345@+02:00 ", ""},
	{"level", "<3>[  123.45678@] ", ""},
	{"level_alone", "<3>", ""},
	{"kmsg", "3,10@,12345678@,-;", ""},
	{"kmsg_caller", "3,10@,12345678@,-,caller=C1;", ""},
	{"syslog", "Oct 24 22:43:47 host kernel: [  123.45678@] ", ""},
	{"syslog_no_stamp", "Oct  4 22:43:47 host.example.org kernel: ", ""},
	{"syslog_no_host", "Oct 24 22:43:47 kernel: [  123.45678@] ", ""},
	{"syslog_pri", "<11>Oct 24 22:43:47 host kernel: [  123.45678@] ", ""},
	{"syslog_rfc5424", "<3>1 2022-10-24T22:43:47.123456+02:00 host kernel - - - ", ""},
	{"syslog_iso", "2022-10-24T22:43:47.12345@+02:00 host kernel: [  123.45678@] ", ""},
	{"journal_short", "Oct 24 22:43:47 host kernel: ", ""},
	{"journal_precise", "Oct 24 22:43:47.12345@ host kernel: ", ""},
	{"journal_monotonic", "[  123.45678@] host kernel: ", ""},
	{"journal_full", "Mon 2022-10-24 22:43:47 UTC host kernel: ", ""},
	{"journal_iso", "2022-10-24T22:43:47+0200 host kernel: ", ""},
	{"journal_unix", "166665142@.123456 host kernel: ", ""},
	{"busybox", "Oct 24 22:43:47 host kern.err kernel: [  123.45678@] ", ""},
	{"journal_verbose", "    MESSAGE=", ""},
	{"openwrt", "Mon Oct 24 22:43:47 2022 kern.err kernel: [  123.45678@] ", ""},
	{"wall", " kernel:[  123.45678@] ", ""},
	{"logcat", "10-24 22:43:47.123   123   456 E kernel  : [  123.45678@] ", ""},
	{"logcat_brief", "10-24 22:43:47.123 E/kernel  (  123): ", ""},
	{"android_mtk", "<3>[  123.45678@]  (1)[64:kworker/1:4]", ""},
	{"android_exynos", "[  123.45678@]  [1:    kworker/1:4:   64] ", ""},
	{"android_qcom", "[  123.45678@] c1     64 ", ""},
	{"journal_delta", "[  123.45678@ <    0.000012 >] host kernel: ", ""},
	{"journal_sse", "data: {\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"", "\"}"},
	{"journal_seq", "\x1e{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"", "\"}"},
	{"netconsole_release", "6.4.0-rc1,3,10@,12345678@,-;", ""},
	{"syslog_kmsg", "May 25 07:29:42 host 3,10@,12345678@,-,caller=C0;", ""},
	{"netconsole_logged", "2022-05-25T07:29:42Z 10.0.0.7 6.1.0,3,10@,12345678@,-;", ""},
	{"level_word", "[  123.45678@]  EMERG: ", ""},
	{"level_word_in_syslog", "Oct 24 22:43:47 host kernel: [  123.45678@]    INFO: ", ""},
	{"logcat_kernel_buffer", "10-24 22:43:47.123     0     0 E         : ", ""},
	{"logcat_kernel_user", "10-24 22:43:47.123  root     0     0 I         : ", ""},
	{"preempt_rt_cpu", "[  123.45678@] 001: ", ""},
	{"preempt_rt_cpu_in_syslog", "Oct 24 22:43:47 host kernel: [  123.45678@] 001: ", ""},
	{"android_samsung_level", "<3>[  123.45678@]I[3:  kworker/1:4:   64] ", ""},
	{"android_mtk_off", "<3>[  123.45678@] -(1)[64:kworker/1:4]", ""},
	{"android_unisoc", "[  123.45678@] c1 ", ""},
	{"android_xiaomi", "[  123.45678@] (CPU:1-pid:64:kworker/1:4) ", ""},
	{"android_huawei", "[  123.45678@s][pid:64,cpu1,kworker/1:4]", ""},
	{"android_huawei_dated", "[  123.45678@s][2022:10:24 22:43:47][pid:64,cpu1,kworker/1:4]",
	 ""},
	{"docker_json", "{\"log\":\"[  123.45678@] ", "\\n\",\"stream\":\"stdout\"}"},
	{"test_farm", "- {\"dt\": \"2022-10-24T22:43:47\", \"msg\": \"[  123.45678@] ", "\"}"},
	{"test_farm_colour", "- {\"dt\": 1, \"msg\": \"[  123.45678@] \\u001b[31m",
	 "\\u001b[0m\"}"},
	{"grep_many_files", "/var/log/messages-1:Oct 24 22:43:47 host kernel: ", ""},
	{"grep_numbered", "kern.log:17:Oct 24 22:43:47 host kernel: ", ""},
	{"slash_date", "10/24/22 22:43:47 host kernel: ", ""},
	{"slash_date_half_days", "10/24/2022 10:43:47 PM [  123.45678@] ", ""},
	{"docker", "2022-10-24T22:43:47.123456789Z stderr F [  123.45678@] ", ""},
	{"compose", "node-1  | [  123.45678@] ", ""},
	{"console_server", "  21:42:17 >>> [  123.45678@] ", ""},
	{"ci_job", "2022-10-24 22:43:47,123 [  123.45678@] ", ""},
	{"ci_job_prefix", "12:01:07 DEBUG| [stdout] [  123.45678@] ", ""},
	{"mail", "> [  123.45678@] ", ""},
	{"mail_deep", "> > >> [  123.45678@] ", ""},
	{"html_mail", "&gt; [  123.45678@] ", "<br>"},
	{"colour", "\x1b[32m[  123.45678@] \x1b[0m\x1b[31m", "\x1b[0m"},
	{"crlf", "[  123.45678@] ", "\r"},
	{"trailing_blanks", "[  123.45678@] ", "   "},
	{"indented", "    [  123.45678@] ", ""},
};

std::string dressed(const style &s)
{
	std::string text;
	std::size_t count = 0;
	for (const std::string &message : messages) {
		std::string front = s.front;
		for (char &c : front) {
			if (c == '@')
				c = static_cast<char>('0' + count % 10);
		}
		count += count < 9 ? 1U : 0U;
		text += front + message + s.back + "\n";
	}
	return text;
}

class prefix : public testing::TestWithParam<style>
{
};

TEST_P(prefix, hides_nothing)
{
	const auto found = splat_test::parse(dressed(GetParam()), 4096);
	ASSERT_EQ(found.size(), 3U);
	const auto label = splat_test::read_label(
		"rcu_stall_self line=2 cpus=1 gp=77 q=3 duration=5250jiffies cpu1.softirq=82/543 "
		"cpu1.flags=.... comm=kworker/1:4 pid=64 top=slow_copy trace=copy_all "
		"kernel=6.13.5\n"
		"soft_lockup line=11 cpus=2 comm=\"CPU 17/KVM\" pid=1815 duration=22s\n"
		"hung_task line=12 comm=jbd2/sda2-8 pid=295 top=__schedule duration=120s "
		"field.blocked_in=jbd2_wait\n");
	for (std::size_t i = 0; i < label.size(); ++i) {
		EXPECT_EQ(splat::to_string(found[i].type), label[i].type);
		for (const auto &[key, value] : label[i].values)
			EXPECT_EQ(splat_test::value_of(found[i], key), value) << key;
	}
}

INSTANTIATE_TEST_SUITE_P(loggers, prefix, testing::ValuesIn(styles),
			 [](const auto &one) { return std::string(one.param.name); });

TEST(prefix, of_four_lines_a_message_as_dmesg_writes_json)
{
	std::string text = "{\n   \"dmesg\": [\n      {\n";
	for (const std::string &message : messages)
		text += "         \"pri\": 3,\n         \"time\":   123.456789,\n"
			"         \"msg\": \"" +
			message + "\"\n      },{\n";
	const auto found = splat_test::parse(text, 4096);
	ASSERT_EQ(found.size(), 3U);
	EXPECT_EQ(found[0].time, "123.456789");
	EXPECT_EQ(splat_test::value_of(found[0], "mono"), "123.456789");
	EXPECT_EQ(splat_test::value_of(found[0], "top"), "slow_copy");
	EXPECT_EQ(splat_test::value_of(found[0], "gp"), "77");
	EXPECT_EQ(splat_test::value_of(found[2], "field.blocked_in"), "jbd2_wait");
}

TEST(prefix, gives_the_time_as_printed)
{
	const auto time_of = [](const std::string &front) {
		const auto found = splat_test::parse(
			front + "watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [x:1]\n", 4096);
		return found.size() == 1
			       ? found[0].time + "|" + splat_test::value_of(found[0], "mono")
			       : std::string("none");
	};
	EXPECT_EQ(time_of("[  123.456789] "), "123.456789|123.456789");
	EXPECT_EQ(time_of("[Mon Oct 24 22:43:47 2022] "), "Mon Oct 24 22:43:47 2022|-");
	EXPECT_EQ(time_of("Oct 24 22:43:47 host kernel: [ 123.4] "), "Oct 24 22:43:47|123.400000");
	EXPECT_EQ(time_of("2022-10-24T22:43:47+0200 host kernel: "), "2022-10-24T22:43:47+0200|-");
	EXPECT_EQ(time_of("0,10,5000000,-;"), "5000000|5.000000");
	EXPECT_EQ(time_of(""), "|-");
}

} // namespace
