// SPDX-License-Identifier: BSD-3-Clause
#include "quotas_view.hpp"

#include <gtest/gtest.h>

namespace rtwatchctl
{
namespace
{

using rtwatch::nanoseconds;
using rtwatch::quota;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

quota make_quota(const char *path, nanoseconds runtime, std::uint32_t periods,
		 std::uint32_t throttled, nanoseconds throttled_time)
{
	quota out;
	out.path = path;
	out.runtime = runtime;
	out.period = milliseconds(100);
	out.burst = nanoseconds(0);
	out.total.periods = periods;
	out.total.throttled_periods = throttled;
	out.total.throttled_time = throttled_time;
	return out;
}

rtwatch::cpu_state make_cpu(std::uint32_t number, std::uint64_t runs, nanoseconds max)
{
	rtwatch::cpu_state out;
	out.cpu = rtwatch::cpu_id{number};
	out.cfs_timer_runs = runs;
	out.cfs_timer_max = max;
	out.cfs_timer_over_100us = runs / 10;
	out.cfs_timer_over_1ms = runs / 100;
	out.cfs_timer_over_10ms = 0;
	return out;
}

quotas_seen busy()
{
	quotas_seen out;
	out.reading.mount = "/sys/fs/cgroup";
	out.reading.looked_at = 40;
	out.reading.quotas = {make_quota("/pods/busy", milliseconds(10), 1000, 980, seconds(85)),
			      make_quota("/p\x1b[1m", milliseconds(250), 4000, 3, milliseconds(4)),
			      make_quota("/calm", seconds(1), 0, 0, nanoseconds(0))};
	out.cpus = {make_cpu(0, 1200, microseconds(1500)), make_cpu(1, 0, nanoseconds(0)),
		    make_cpu(2, 30, microseconds(9))};
	// One of which the module tells nothing of this.
	out.cpus.emplace_back().cpu = rtwatch::cpu_id{3};
	return out;
}

TEST(quotas_view, shows_who_was_throttled)
{
	EXPECT_EQ(quotas_text(busy(), {}),
		  R"(THROTTLED  OF PERIODS        QUOTA  CPUS  CGROUP
    85.0s       98.0%   10ms/100ms  0.10  /pods/busy
      4ms        0.1%  250ms/100ms  2.50  /p\x1b[1m

2 of 3 cgroups with a CPU quota have ever been throttled; looked at 40 cgroups of version 2. --all lists all with a quota.

The bandwidth timer, which hands out quotas with interrupts off:
CPU  RUNS  LONGEST  >=100us  >=1ms  >=10ms
  0  1200      2ms      120     12       0
  2    30      9us        3      0       0
1 more CPU: no run
)");
}

TEST(quotas_view, shows_all_when_asked)
{
	auto seen = busy();
	seen.reading.quotas[2].burst = microseconds(500);
	seen.reading.quotas[1].runtime = microseconds(999);
	const auto text = quotas_text(seen, {false, true, 0});
	EXPECT_NE(text.find("        0           -     1s/100ms  10.00  500us  /calm\n"),
		  std::string::npos)
		<< text;
	EXPECT_NE(text.find("  999us/100ms  <0.01      0  /p"), std::string::npos) << text;
	EXPECT_NE(text.find("\n  1     0        0        0      0       0\n"), std::string::npos)
		<< text;
	EXPECT_EQ(text.find("--all"), std::string::npos);
	EXPECT_EQ(text.find("more CPU"), std::string::npos);
}

TEST(quotas_view, shows_an_interval)
{
	auto seen = busy();
	seen.interval = true;
	auto &since = seen.reading.quotas[0].since.emplace();
	since.length = seconds(2);
	since.periods = 20;
	since.throttled_periods = 10;
	since.throttled_time = milliseconds(1800);
	const auto text = quotas_text(seen, {});
	EXPECT_NE(
		text.find(R"(THROTTLED/s  OF PERIODS  IN ALL  OF PERIODS        QUOTA  CPUS  CGROUP
      900ms       50.0%   85.0s       98.0%   10ms/100ms  0.10  /pods/busy
          -           -     4ms        0.1%  250ms/100ms  2.50  /p\x1b[1m
)"),
		std::string::npos)
		<< text;
	EXPECT_NE(text.find("1 of 3 cgroups with a CPU quota was throttled in these 2.0 s, 2 have "
			    "ever been;"),
		  std::string::npos)
		<< text;
	const auto document = quotas_json(seen, false);
	EXPECT_EQ(document["throttled_in_interval"], 1);
	EXPECT_EQ(document["quotas"][0]["interval"].dump(),
		  R"({"length_ns":2000000000,"throttled_ns_per_s":900000000,"periods":20,)"
		  R"("throttled_periods":10,"throttled_share_ppm":500000,)"
		  R"("throttled_time_ns":1800000000})");
	EXPECT_FALSE(document["quotas"][1].contains("interval"));
}

TEST(quotas_view, is_json_too)
{
	auto seen = busy();
	seen.unseen = {"nothing of this"};
	seen.reading.unreadable = 2;
	seen.reading.unreadable_why = "/x: Permission denied";
	const auto document = quotas_json(seen, false);
	EXPECT_EQ(document["lost"], 2);
	EXPECT_EQ(document["cgroup_version"], 2);
	EXPECT_EQ(document["with_quota"], 3);
	EXPECT_EQ(document["throttled"], 2);
	EXPECT_EQ(document["quotas"].size(), 2u);
	EXPECT_EQ(
		document["quotas"][0].dump(),
		R"({"cgroup":"/pods/busy","quota_ns":10000000,"period_ns":100000000,"burst_ns":0,)"
		R"("periods":1000,"throttled_periods":980,"throttled_share_ppm":980000,)"
		R"("throttled_time_ns":85000000000})");
	EXPECT_EQ(document["timers"].size(), 3u);
	EXPECT_EQ(document["timers"][0].dump(),
		  R"({"cpu":0,"cfs_timer_runs":1200,"cfs_timer_max_ns":1500000,)"
		  R"("cfs_timer_over_100us":120,"cfs_timer_over_1ms":12,"cfs_timer_over_10ms":0})");
	EXPECT_EQ(document["unseen"].dump(),
		  R"(["2 files could not be read, the first is /x: Permission denied",)"
		  R"("nothing of this"])");
	EXPECT_FALSE(document.contains("throttled_in_interval"));
	EXPECT_EQ(quotas_json(seen, true)["quotas"].size(), 3u);
}

TEST(quotas_view, folds_many_cpus_to_the_longest_runs)
{
	quotas_seen seen;
	for (std::uint32_t cpu = 0; cpu < 64; cpu++)
		seen.cpus.push_back(make_cpu(cpu, cpu, microseconds(cpu)));
	const auto text = quotas_text(seen, {});
	EXPECT_NE(text.find("  >=10ms\n 63    63     63us "), std::string::npos) << text;
	EXPECT_NE(text.find("\n48 more CPUs: 1128 runs, the longest 47us\n"), std::string::npos)
		<< text;
	EXPECT_EQ(quotas_text(seen, {false, true, 0}).find("more"), std::string::npos);
}

TEST(quotas_view, tells_what_is_missing)
{
	quotas_seen seen;
	seen.reading.version = rtwatch::cgroup_version::v1;
	seen.reading.looked_at = 1;
	seen.reading.cut = true;
	seen.reading.unreadable = 1;
	seen.reading.unreadable_why = "/x: Permission denied";
	seen.unseen = {"the timer is not known: load it"};
	EXPECT_EQ(quotas_text(seen, {}),
		  "No cgroup has a CPU quota; looked at 1 cgroup of version 1.\n"
		  "\nnote: 1 file could not be read, the first is /x: Permission denied\n"
		  "\nnote: there are more than 100000 cgroups, or some are deeper than 64: the "
		  "others were not looked at\n"
		  "\nnote: the timer is not known: load it\n");
}

} // namespace
} // namespace rtwatchctl
