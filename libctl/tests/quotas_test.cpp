// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/quotas.hpp>

#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>

#include "fake_host.hpp"
#include "quota_parts.hpp"

namespace rtwatch
{
namespace
{

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::fake_host;

constexpr const char *mounts = "/proc/self/mountinfo";
constexpr const char *v2 = "/sys/fs/cgroup";
constexpr const char *v1 = "/sys/fs/cgroup/cpu,cpuacct";
constexpr const char *v2_line =
	"31 23 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate";
constexpr const char *v1_line =
	"33 30 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:12 - cgroup cgroup rw,cpu,cpuacct";
constexpr const char *unified_line =
	"31 30 0:27 / /sys/fs/cgroup/unified rw shared:10 - cgroup2 cgroup2 rw";
constexpr const char *no_stat = "usage_usec 5\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n"
				"nr_bursts 0\nburst_usec 0";

void add_v2(fake_host &machine, const std::string &path, const std::string &max,
	    const std::string &stat = no_stat)
{
	machine.files[v2 + path + "/cpu.max"] = max;
	machine.files[v2 + path + "/cpu.stat"] = stat;
	machine.files[v2 + path + "/cpu.max.burst"] = "0";
}

// Kubernetes in small: a busy container within a pod, both with a quota.
fake_host unified()
{
	fake_host out;
	out.files[mounts] = std::string("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n") + v2_line;
	out.files["/proc/cgroups"] = "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t0\t5\t1";
	out.files[std::string(v2) + "/cgroup.controllers"] = "cpuset cpu io memory";
	out.files[std::string(v2) + "/cpu.stat"] = "usage_usec 7";
	add_v2(out, "/pods", "max 100000");
	add_v2(out, "/pods/one", "250000 100000", "nr_periods 9\nnr_throttled 1\nthrottled_usec 4");
	add_v2(out, "/pods/one/busy", "10000 100000",
	       "usage_usec 1\nnr_periods 1000\nnr_throttled 980\nthrottled_usec 85123000\n"
	       "nr_bursts 2\nburst_usec 30");
	out.files[std::string(v2) + "/pods/one/busy/cpu.max.burst"] = "5000";
	out.files[std::string(v2) + "/user.slice/cgroup.procs"] = "";
	return out;
}

fake_host legacy()
{
	fake_host out;
	const std::string busy = std::string(v1) + "/docker/busy";
	out.files[mounts] = std::string(v1_line) + "\n" + unified_line;
	out.files["/sys/fs/cgroup/unified/cgroup.controllers"] = "";
	for (const auto &folder : {std::string(v1), std::string(v1) + "/docker", busy}) {
		out.files[folder + "/cgroup.procs"] = "";
		out.files[folder + "/cpu.cfs_quota_us"] = "-1";
		out.files[folder + "/cpu.cfs_period_us"] = "100000";
	}
	out.files[busy + "/cpu.cfs_quota_us"] = "20000";
	out.files[busy + "/cpu.cfs_period_us"] = "50000";
	out.files[busy + "/cpu.stat"] = "nr_periods 40\nnr_throttled 10\nthrottled_time 123456789\n"
					"wait_sum 77";
	return out;
}

quota_reading read(const host &machine)
{
	auto out = read_quotas(machine);
	EXPECT_TRUE(out) << out.error().text();
	return out ? *out : quota_reading{};
}

error quota_error(const host &machine)
{
	const auto out = read_quotas(machine);
	EXPECT_FALSE(out);
	return out ? error{} : out.error();
}

TEST(quotas, of_version_2)
{
	const auto seen = read(unified());
	EXPECT_EQ(seen.version, cgroup_version::v2);
	EXPECT_EQ(seen.mount, v2);
	EXPECT_EQ(seen.unreadable, 0u) << seen.unreadable_why;
	EXPECT_FALSE(seen.cut);
	EXPECT_EQ(seen.looked_at, 5u);
	ASSERT_EQ(seen.quotas.size(), 2u);
	const auto &busy = seen.quotas[0];
	EXPECT_EQ(busy.path, "/pods/one/busy");
	EXPECT_EQ(busy.runtime, milliseconds(10));
	EXPECT_EQ(busy.period, milliseconds(100));
	EXPECT_EQ(busy.burst, milliseconds(5));
	EXPECT_EQ(busy.total.periods, 1000u);
	EXPECT_EQ(busy.total.throttled_periods, 980u);
	EXPECT_EQ(busy.total.throttled_time, milliseconds(85123));
	EXPECT_EQ(busy.total.bursts, 2u);
	EXPECT_EQ(busy.total.burst_time, microseconds(30));
	EXPECT_EQ(busy.total.throttled_share_ppm(), 980'000u);
	EXPECT_GT(busy.time.count(), 0);
	EXPECT_FALSE(busy.since);
	EXPECT_EQ(seen.quotas[1].path, "/pods/one");
	EXPECT_FALSE(seen.quotas[1].total.bursts);
}

TEST(quotas, of_version_1_beside_a_unified_mount_without_the_controller)
{
	const auto seen = read(legacy());
	EXPECT_EQ(seen.version, cgroup_version::v1);
	EXPECT_EQ(seen.mount, v1);
	EXPECT_EQ(seen.unreadable, 0u) << seen.unreadable_why;
	EXPECT_EQ(seen.looked_at, 3u);
	ASSERT_EQ(seen.quotas.size(), 1u);
	const auto &busy = seen.quotas[0];
	EXPECT_EQ(busy.path, "/docker/busy");
	EXPECT_EQ(busy.runtime, milliseconds(20));
	EXPECT_EQ(busy.period, milliseconds(50));
	EXPECT_FALSE(busy.burst); // kernels before 5.14 have none
	EXPECT_EQ(busy.total.throttled_time, nanoseconds(123456789));
	EXPECT_EQ(busy.total.throttled_share_ppm(), 250'000u);
}

TEST(quotas, of_a_unified_mount_that_has_the_controller_beside_version_1)
{
	auto machine = unified();
	machine.files[mounts] = std::string("40 30 0:35 / /sys/fs/cgroup/pids rw - cgroup cgroup "
					    "rw,pids\n41 30 0:36 / /cpus rw - cgroup cgroup "
					    "rw,cpuset,cpuacct\n") +
				v2_line;
	machine.files["/cpus/cgroup.procs"] = machine.files["/sys/fs/cgroup/pids/cgroup.procs"] =
		"";
	EXPECT_EQ(read(machine).version, cgroup_version::v2);
}

TEST(quotas, prefer_the_whole_hierarchy_to_a_part_of_it)
{
	auto machine = unified();
	const std::string part = "60 23 0:27 /pods/one /mnt/a\\040part rw - cgroup2 cgroup2 rw";
	machine.files["/mnt/a part/cgroup.controllers"] = "cpu";
	machine.files["/mnt/a part/busy/cpu.max"] = "20000 100000";
	machine.files["/mnt/a part/busy/cpu.stat"] = "nr_periods 1";
	machine.files[mounts] = part + "\n" + v2_line;
	EXPECT_EQ(read(machine).mount, v2);
	machine.files[mounts] = std::string(v2_line) + "\n" + part;
	EXPECT_EQ(read(machine).mount, v2);
	// A part alone: its cgroups keep their names.
	machine.files[mounts] = part;
	const auto seen = read(machine);
	EXPECT_EQ(seen.mount, "/mnt/a part");
	ASSERT_EQ(seen.quotas.size(), 1u);
	EXPECT_EQ(seen.quotas[0].path, "/pods/one/busy");
}

TEST(quotas, of_the_mount_itself_in_a_container)
{
	auto machine = unified();
	add_v2(machine, "", "50000 100000",
	       "nr_periods 3\nnr_throttled 3\nthrottled_usec 99000000");
	ASSERT_EQ(read(machine).quotas.size(), 3u);
	EXPECT_EQ(read(machine).quotas[0].path, "/");
}

TEST(quotas, are_not_looked_for_below_a_cgroup_without_the_controller)
{
	auto machine = unified();
	// Cannot be in a kernel; the walk must not go there.
	add_v2(machine, "/user.slice/deep", "10000 100000");
	EXPECT_EQ(read(machine).quotas.size(), 2u);
	EXPECT_EQ(read(machine).looked_at, 5u);
}

TEST(quotas, leave_out_what_vanishes)
{
	for (const int code : {ENOENT, ENODEV})
		for (const char *file : {"cpu.max", "cpu.stat"}) {
			auto machine = unified();
			machine.errors[v2 + std::string("/pods/one/busy/") + file] = code;
			const auto seen = read(machine);
			EXPECT_EQ(seen.quotas.size(), 1u) << file << code;
			EXPECT_EQ(seen.unreadable, 0u) << file << code;
		}
	auto machine = unified();
	machine.errors[std::string(v2) + "/pods/one/busy"] = ENOENT; // when its folder is listed
	EXPECT_EQ(read(machine).unreadable, 0u);
	EXPECT_EQ(read(machine).quotas.size(), 2u);
	auto old = legacy();
	old.errors[std::string(v1) + "/docker/busy/cpu.cfs_period_us"] = ENODEV;
	EXPECT_EQ(read(old).unreadable, 0u);
	EXPECT_TRUE(read(old).quotas.empty());
}

TEST(quotas, count_and_tell_what_cannot_be_read)
{
	auto machine = unified();
	const std::string pod = std::string(v2) + "/pods/one";
	machine.errors[pod + "/cpu.max"] = EACCES;
	auto seen = read(machine);
	EXPECT_EQ(seen.unreadable, 1u);
	EXPECT_NE(seen.unreadable_why.find(pod + "/cpu.max"), std::string::npos);
	ASSERT_EQ(seen.quotas.size(), 1u); // what is below is seen still
	machine.errors[pod] = EACCES;
	EXPECT_EQ(read(machine).unreadable, 2u);
	EXPECT_TRUE(read(machine).quotas.empty());
}

TEST(quotas, count_and_tell_what_makes_no_sense)
{
	for (const char *max : {"", "max", "10000", "ten 100000", "10000 0", "0 100000", "10000 -5",
				"99999999999999999999 100000", "10000 100000 1"}) {
		auto machine = unified();
		machine.files[std::string(v2) + "/pods/one/busy/cpu.max"] = max;
		const auto seen = read(machine);
		EXPECT_EQ(seen.unreadable, 1u) << max;
		EXPECT_NE(seen.unreadable_why.find("busy/cpu.max: not understood"),
			  std::string::npos);
		EXPECT_EQ(seen.quotas.size(), 1u) << max;
	}
	auto machine = unified();
	machine.files[std::string(v2) + "/pods/one/busy/cpu.stat"] =
		"nr_periods many\nnr_throttled 4294967296\nthrottled_usec 18446744073709551615\n"
		"nr_bursts";
	machine.files[std::string(v2) + "/pods/one/busy/cpu.max.burst"] = "1e3";
	const auto seen = read(machine);
	EXPECT_EQ(seen.unreadable, 2u);
	ASSERT_EQ(seen.quotas.size(), 2u);
	// What is not known comes after what is.
	EXPECT_EQ(seen.quotas[1].path, "/pods/one/busy");
	EXPECT_FALSE(seen.quotas[1].total.periods);
	EXPECT_FALSE(seen.quotas[1].total.throttled_periods);
	EXPECT_FALSE(seen.quotas[1].total.throttled_time);
	EXPECT_FALSE(seen.quotas[1].total.bursts);
	EXPECT_FALSE(seen.quotas[1].burst);
	EXPECT_FALSE(seen.quotas[1].total.throttled_share_ppm());
}

TEST(quotas, know_numbers_up_to_their_ends)
{
	quota_counts out;
	EXPECT_TRUE(parse_cpu_stat("nr_periods -2147483648\nnr_throttled -1\n"
				   "throttled_usec 9223372036854775\n",
				   cgroup_version::v2, out));
	EXPECT_EQ(out.periods, 2147483648u); // an int that has turned
	EXPECT_EQ(out.throttled_periods, 4294967295u);
	EXPECT_EQ(out.throttled_time, nanoseconds(9223372036854775000));
	EXPECT_EQ(out.throttled_share_ppm(), 1'000'000u);
	EXPECT_FALSE(parse_cpu_stat("throttled_usec 9223372036854776", cgroup_version::v2, out));
	EXPECT_TRUE(parse_cpu_stat("throttled_time 9223372036854775807", cgroup_version::v1, out));
	EXPECT_FALSE(parse_cpu_stat("throttled_time 9223372036854775808", cgroup_version::v1, out));
	EXPECT_TRUE(parse_cpu_stat("", cgroup_version::v2, out));
	EXPECT_FALSE(parse_cpu_max("-1 100000")->limited);
	EXPECT_FALSE(parse_cfs_quota("-1", "100000")->limited);
	EXPECT_EQ(parse_cpu_max("1000 1000000\n")->period, seconds(1));
}

TEST(quotas, tell_why_there_are_no_cgroups)
{
	fake_host machine;
	EXPECT_EQ(quota_error(machine).code, ENOENT);
	EXPECT_NE(quota_error(machine).message.find(mounts), std::string::npos);
	machine.files[mounts] = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\nnonsense\n1 2 3 4 5 6 7 8";
	EXPECT_EQ(quota_error(machine).code, ENOENT);
	EXPECT_EQ(quota_error(machine).advice, "mount -t cgroup2 cgroup2 /sys/fs/cgroup");
	machine.files["/proc/cgroups"] =
		"#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t0\t5\t1";
	EXPECT_EQ(quota_error(machine).advice, "mount -t cgroup2 cgroup2 /sys/fs/cgroup");
	machine.files["/proc/cgroups"] = "cpuset\t0\t5\t1\ncpu\t0\t1\t0";
	EXPECT_EQ(quota_error(machine).code, EOPNOTSUPP);
	EXPECT_EQ(quota_error(machine).advice, "boot without cgroup_disable=cpu");
	machine.files["/proc/cgroups"] = "cpuset\t0\t5\t1";
	EXPECT_EQ(quota_error(machine).code, EOPNOTSUPP);
	EXPECT_NE(quota_error(machine).advice.find("CONFIG_CGROUP_SCHED"), std::string::npos);
	// A line that ends too early.
	auto short_line = unified();
	short_line.files[mounts] = "31 23 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2";
	EXPECT_EQ(quota_error(short_line).code, ENOENT);
	// Something else has been mounted above it.
	machine.files["/proc/cgroups"] = "cpu\t0\t5\t1";
	machine.files[mounts] = std::string(v1_line) + "\n" + v2_line;
	EXPECT_EQ(quota_error(machine).code, ENOENT);
}

TEST(quotas, tell_a_kernel_without_them)
{
	auto machine = testing::debian12();
	for (const auto &[path, text] : unified().files)
		if (path.find("/cpu.max") == std::string::npos)
			machine.files[path] = text;
	const std::string config = "/boot/config-6.1.0-56-amd64";
	machine.files[config] += "\nCONFIG_CFS_BANDWIDTH=y\n";
	EXPECT_TRUE(read(machine).quotas.empty());
	machine.files[config] = "# CONFIG_CFS_BANDWIDTH is not set\n";
	EXPECT_EQ(quota_error(machine).code, EOPNOTSUPP);
	EXPECT_NE(quota_error(machine).advice.find("CONFIG_CFS_BANDWIDTH"), std::string::npos);
	machine.files.erase(config); // nobody knows then
	EXPECT_TRUE(read(machine).quotas.empty());
}

// A machine with more cgroups than anybody looks at.
class endless : public host
{
public:
	explicit endless(std::size_t width) : width_(width) {}

	result<std::string> read(const std::string &path) const override
	{
		if (path == mounts)
			return std::string(v2_line);
		if (path == std::string(v2) + "/cgroup.controllers")
			return std::string("cpu");
		const auto name = path.substr(path.rfind('/') + 1);
		if (name == "cpu.max")
			return std::string("max 100000");
		return error{ENOENT, path, ""};
	}
	result<std::vector<std::string>> folders(const std::string &) const override
	{
		return std::vector<std::string>(width_, "x");
	}

private:
	std::size_t width_;
};

TEST(quotas, end_also_on_a_machine_without_end)
{
	const auto deep = read(endless(1));
	EXPECT_TRUE(deep.cut);
	EXPECT_EQ(deep.looked_at, quota_depth_max + 1u);
	const auto wide = read(endless(1000));
	EXPECT_TRUE(wide.cut);
	EXPECT_EQ(wide.looked_at, quota_cgroups_max);
}

quota make_quota(const char *path, nanoseconds time, std::uint32_t periods, std::uint32_t throttled,
		 nanoseconds throttled_time)
{
	quota out;
	out.path = path;
	out.runtime = milliseconds(10);
	out.period = milliseconds(100);
	out.time = time;
	out.total.periods = periods;
	out.total.throttled_periods = throttled;
	out.total.throttled_time = throttled_time;
	return out;
}

quota_reading of(std::vector<quota> quotas)
{
	quota_reading out;
	out.quotas = std::move(quotas);
	return out;
}

TEST(quotas, since_another_reading)
{
	const auto out =
		quotas_since(of({make_quota("/much", seconds(5), 100, 100, seconds(90)),
				 make_quota("/now", seconds(5), 100, 50, seconds(1))}),
			     of({make_quota("/new", seconds(9), 7, 7, seconds(1000)),
				 make_quota("/much", seconds(9), 100, 100, seconds(90)),
				 make_quota("/now", seconds(9), 140, 80, milliseconds(3400))}));
	ASSERT_EQ(out.quotas.size(), 3u);
	EXPECT_EQ(out.quotas[0].path, "/now"); // the worst of the interval
	ASSERT_TRUE(out.quotas[0].since);
	const auto &now = *out.quotas[0].since;
	EXPECT_EQ(now.length, seconds(4));
	EXPECT_EQ(now.periods, 40u);
	EXPECT_EQ(now.throttled_periods, 30u);
	EXPECT_EQ(now.throttled_share_ppm(), 750'000u);
	EXPECT_EQ(now.throttled_time, milliseconds(2400));
	EXPECT_EQ(now.throttled_ns_per_s(), 600'000'000u);
	EXPECT_FALSE(now.bursts);
	EXPECT_EQ(out.quotas[0].total.throttled_share_ppm(), 571'428u);
	EXPECT_EQ(out.quotas[1].path, "/much");
	EXPECT_EQ(out.quotas[1].since->throttled_ns_per_s(), 0u);
	EXPECT_FALSE(out.quotas[1].since->throttled_share_ppm());
	EXPECT_EQ(out.quotas[2].path, "/new");
	EXPECT_FALSE(out.quotas[2].since);
}

TEST(quotas, since_is_not_told_of_another_cgroup_with_the_same_name)
{
	const auto before = of({make_quota("/one", seconds(5), 100, 50, seconds(4))});
	const auto told = [&](quota now) {
		return quotas_since(before, of({std::move(now)})).quotas[0].since.has_value();
	};
	EXPECT_TRUE(told(make_quota("/one", seconds(6), 110, 50, seconds(4))));
	EXPECT_FALSE(told(make_quota("/one", seconds(6), 10, 50, seconds(4))));
	EXPECT_FALSE(told(make_quota("/one", seconds(6), 110, 5, seconds(4))));
	EXPECT_FALSE(told(make_quota("/one", seconds(6), 110, 50, seconds(1))));
	EXPECT_FALSE(told(make_quota("/one", seconds(5), 110, 50, seconds(4)))); // no time passed
}

TEST(quotas, since_goes_on_when_a_number_begins_again)
{
	const auto out = quotas_since(
		of({make_quota("/one", seconds(5), 4294967290u, 4294967295u, seconds(4))}),
		of({make_quota("/one", seconds(6), 4, 1, seconds(5))}));
	ASSERT_TRUE(out.quotas[0].since);
	EXPECT_EQ(out.quotas[0].since->periods, 10u);
	EXPECT_EQ(out.quotas[0].since->throttled_periods, 2u);
}

// The real one: folders, and nothing but folders.
TEST(host, lists_folders)
{
	const host machine;
	const auto found = machine.folders("/proc/self");
	ASSERT_TRUE(found);
	const auto has = [&](const char *name) {
		return std::find(found->begin(), found->end(), name) != found->end();
	};
	EXPECT_TRUE(has("fd"));
	EXPECT_FALSE(has("exe"));  // a symbolic link
	EXPECT_FALSE(has("root")); // one to a folder
	EXPECT_FALSE(has("stat"));
	EXPECT_FALSE(has("."));
	EXPECT_EQ(machine.folders("/proc/self/none").error().code, ENOENT);
	EXPECT_EQ(machine.folders("/proc/self/stat").error().code, ENOTDIR);
}

} // namespace
} // namespace rtwatch
