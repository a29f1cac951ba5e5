// SPDX-License-Identifier: BSD-3-Clause
// Every NAME.log in the fixture folder against its NAME.label. To add one, drop the two files in.
#include "expectation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

namespace
{

namespace fs = std::filesystem;
namespace splat = rtwatch::splat;

std::string read_file(const fs::path &path)
{
	std::ifstream in(path, std::ios::binary);
	return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> fixtures()
{
	std::vector<fs::path> logs;
	for (const fs::directory_entry &entry : fs::directory_iterator(RTWATCH_SPLAT_FIXTURES)) {
		if (entry.path().extension() == ".log")
			logs.push_back(entry.path());
	}
	std::sort(logs.begin(), logs.end());
	return logs;
}

void expect_label(const std::vector<splat::incident> &found, const std::string &label_text)
{
	const auto label = splat_test::read_label(label_text);
	EXPECT_EQ(found.size(), label.size());
	for (std::size_t i = 0; i < std::min(found.size(), label.size()); ++i) {
		EXPECT_EQ(splat::to_string(found[i].type), label[i].type) << "incident " << i;
		EXPECT_EQ(found[i].index, i);
		for (const auto &[key, value] : label[i].values)
			EXPECT_EQ(splat_test::value_of(found[i], key), value)
				<< "incident " << i << ", " << key;
	}
}

class fixture : public testing::TestWithParam<fs::path>
{
};

TEST_P(fixture, gives_what_its_label_says)
{
	const fs::path log = GetParam();
	const fs::path label = fs::path(log).replace_extension(".label");
	ASSERT_TRUE(fs::exists(label)) << "write the label file " << label;
	expect_label(splat_test::parse(read_file(log), 65536), read_file(label));
}

TEST_P(fixture, gives_the_same_however_it_is_cut)
{
	const std::string text = read_file(GetParam());
	const std::string label = read_file(fs::path(GetParam()).replace_extension(".label"));
	for (const std::size_t piece : {1U, 7U, 80U, 4096U})
		expect_label(splat_test::parse(text, piece), label);
}

TEST_P(fixture, gives_the_same_with_carriage_returns)
{
	const std::string text = read_file(GetParam());
	std::string serial;
	for (const char c : text) {
		if (c == '\n')
			serial += '\r';
		serial += c;
	}
	expect_label(splat_test::parse(serial, 4096),
		     read_file(fs::path(GetParam()).replace_extension(".label")));
}

// As mail does it: at the last blank in front of the column, without a mark.
std::string broken_at(const std::string &text, std::size_t column)
{
	std::string broken;
	std::istringstream lines(text);
	for (std::string line; std::getline(lines, line);) {
		while (line.size() > column) {
			std::size_t at = line.rfind(' ', column);
			if (at == std::string::npos || at == 0 || line.find_first_not_of(' ') >= at)
				at = line.find(' ', column);
			if (at == std::string::npos)
				break;
			broken += line.substr(0, at) + '\n';
			line.erase(0, at + 1);
		}
		broken += line + '\n';
	}
	return broken;
}

// As a console of 80 columns does it: anywhere.
std::string cut_at(const std::string &text, std::size_t column)
{
	std::string broken;
	std::istringstream lines(text);
	for (std::string line; std::getline(lines, line);) {
		for (std::size_t at = 0; at == 0 || at < line.size(); at += column)
			broken += line.substr(at, column) + '\n';
	}
	return broken;
}

// Without what breaking lines changes.
std::string label_without_lines(const fs::path &log)
{
	std::string label;
	std::istringstream lines(read_file(fs::path(log).replace_extension(".label")));
	const std::regex of_the_file(" (line|last)=[0-9]+");
	for (std::string line; std::getline(lines, line);)
		label += std::regex_replace(line, of_the_file, "") + '\n';
	return label;
}

// As a kernel printed it: not broken already, or damaged.
class real_fixture : public testing::TestWithParam<fs::path>
{
};

TEST_P(real_fixture, gives_the_same_when_a_mailer_breaks_it)
{
	for (const std::size_t column : {72U, 76U, 100U})
		expect_label(splat_test::parse(broken_at(read_file(GetParam()), column), 4096),
			     label_without_lines(GetParam()));
}

TEST_P(real_fixture, gives_the_same_when_a_console_breaks_it)
{
	expect_label(splat_test::parse(cut_at(read_file(GetParam()), 80), 4096),
		     label_without_lines(GetParam()));
}

TEST_P(fixture, explains_every_incident)
{
	for (const splat::incident &in : splat_test::parse(read_file(GetParam()), 65536)) {
		EXPECT_FALSE(in.summary.empty());
		EXPECT_FALSE(in.cause.empty());
		EXPECT_NE(splat_test::value_of(in, "field.cause"), "-");
		EXPECT_LE(in.first_line, in.last_line);
		for (const splat::field &f : in.fields)
			EXPECT_FALSE(f.meaning.empty()) << f.name << " " << f.value;
		for (const std::size_t other : in.related)
			EXPECT_NE(other, in.index);
	}
}

TEST(fixtures, are_there)
{
	EXPECT_GT(fixtures().size(), 20U);
}

// What the documentation promises must be in some fixture.
class all_fixtures : public testing::Test
{
protected:
	static const std::vector<splat::incident> &incidents()
	{
		static const std::vector<splat::incident> all = [] {
			std::vector<splat::incident> found;
			for (const fs::path &log : fixtures()) {
				for (splat::incident &in : splat_test::parse(read_file(log), 65536))
					found.push_back(std::move(in));
			}
			return found;
		}();
		return all;
	}

	static bool any(bool (*wanted)(const splat::incident &))
	{
		return std::any_of(incidents().begin(), incidents().end(), wanted);
	}

	static bool any_value(const std::string &key, const std::string &value)
	{
		return std::any_of(incidents().begin(), incidents().end(), [&](const auto &in) {
			return splat_test::value_of(in, key) == value;
		});
	}
};

TEST_F(all_fixtures, have_every_type)
{
	for (int type = 0; type <= static_cast<int>(splat::incident_type::irq_storm); ++type) {
		const char *name = splat::to_string(static_cast<splat::incident_type>(type));
		EXPECT_TRUE(std::any_of(incidents().begin(), incidents().end(),
					[&](const auto &in) {
						return splat::to_string(in.type) ==
						       std::string(name);
					}))
			<< name;
	}
}

TEST_F(all_fixtures, have_every_architecture)
{
	for (const char *arch :
	     {"x86_64", "i386", "arm64", "arm", "riscv", "powerpc", "s390", "mips", "loongarch"})
		EXPECT_TRUE(any_value("arch", arch)) << arch;
}

TEST_F(all_fixtures, have_every_cause)
{
	for (const char *cause :
	     {"rt_hog", "softirq_starved", "rcu_kthread_starved", "rcu_reader_preempted",
	      "irqs_off", "preempt_off", "lock_owner", "ipi_wait", "io_wait", "rcu_wait",
	      "cfs_bandwidth_storm", "timer_lost", "worker_busy", "rcu_tasks_holdout",
	      "clock_unreliable", "irq_storm", "unknown"})
		EXPECT_TRUE(any_value("cause", cause)) << cause;
}

TEST_F(all_fixtures, have_every_unit_and_flavor)
{
	for (const auto unit :
	     {splat::duration_unit::jiffies, splat::duration_unit::s, splat::duration_unit::us})
		EXPECT_TRUE(std::any_of(
			incidents().begin(), incidents().end(),
			[&](const auto &in) { return in.duration && in.duration->unit == unit; }))
			<< splat::to_string(unit);
	for (const char *flavor : {"rcu_sched", "rcu_bh", "rcu_preempt", "rcu_tasks",
				   "rcu_tasks_rude", "rcu_tasks_trace"})
		EXPECT_TRUE(any_value("flavor", flavor)) << flavor;
}

// Fields of one kind of line, which only few kernels print.
TEST_F(all_fixtures, have_every_remark)
{
	for (const char *name : {"completed",
				 "ncpus",
				 "s",
				 "root",
				 "gp_state",
				 "blocked",
				 "lock",
				 "pool.node",
				 "pool.flags",
				 "pool.nice",
				 "in_flight",
				 "pool",
				 "times",
				 "cfs_period_us",
				 "cfs_quota_us",
				 "scaled",
				 "hardirq_pct",
				 "clocksource",
				 "all_qses_seen",
				 "oom_warning",
				 "rcu_node",
				 "timer_issue",
				 "gp_kthread_offline",
				 "offline_cpu",
				 "cputime.number",
				 "panic",
				 "coredump",
				 "interrupts",
				 "kthread_cpu_task",
				 "blocked_in",
				 "owner_in",
				 "workqueue",
				 "taint",
				 "hardware",
				 "user_mode",
				 "cut",
				 "kthread.state"})
		EXPECT_TRUE(std::any_of(
			incidents().begin(), incidents().end(),
			[&](const auto &in) { return splat_test::field_value(in, name) != "-"; }))
			<< name;
}

TEST_F(all_fixtures, have_every_section)
{
	for (const char *section : {"IRQ", "NMI", "TASK"})
		EXPECT_TRUE(std::any_of(incidents().begin(), incidents().end(),
					[&](const auto &in) {
						return std::any_of(in.trace.begin(), in.trace.end(),
								   [&](const auto &f) {
									   return f.section ==
										  section;
								   });
					}))
			<< section;
	EXPECT_TRUE(any([](const splat::incident &in) {
		return std::any_of(in.trace.begin(), in.trace.end(),
				   [](const auto &f) { return !f.module.empty(); });
	}));
}

std::string name_of(const testing::TestParamInfo<fs::path> &info)
{
	std::string name = info.param.stem().string();
	std::replace_if(
		name.begin(), name.end(),
		[](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
	return name;
}

std::vector<fs::path> real_fixtures()
{
	std::vector<fs::path> real;
	for (const fs::path &log : fixtures()) {
		if (log.stem().string().find("real_") != std::string::npos)
			real.push_back(log);
	}
	return real;
}

INSTANTIATE_TEST_SUITE_P(printed, real_fixture, testing::ValuesIn(real_fixtures()), name_of);
INSTANTIATE_TEST_SUITE_P(hand_written, fixture, testing::ValuesIn(fixtures()), name_of);

} // namespace
