// SPDX-License-Identifier: BSD-3-Clause
// The CPU quotas of cgroups, and for how long they held back who wanted to run:
// what the kernel itself counts, read from its cgroup files.
//
// Being throttled is what a quota is for, and no incident. What it costs is
// worth knowing: a task waits, though CPUs may be idle.
//
// Formats: Documentation/admin-guide/cgroup-v2.rst (cpu.max, cpu.max.burst,
// cpu.stat), Documentation/scheduler/sched-bwc.rst (cpu.cfs_quota_us,
// cpu.cfs_period_us, cpu.cfs_burst_us and cpu.stat of version 1), proc(5)
// (mountinfo); cpu_extra_stat_show() and cpu_cfs_stat_show() of
// kernel/sched/core.c print the counters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rtwatch/export.hpp>
#include <rtwatch/host.hpp>
#include <rtwatch/result.hpp>
#include <rtwatch/types.hpp>

namespace rtwatch
{

// What the kernel counts of one cgroup. Its numbers of periods are those of 32
// bits and begin again at 0 after 2^32 (at a period of 1 ms, 50 days).
struct quota_counts {
	std::optional<std::uint32_t> periods;           // that passed while it was busy
	std::optional<std::uint32_t> throttled_periods; // of them, it was throttled in
	// Of all CPUs together, so that it may grow by more than a second a second.
	// The kernel adds the time when the throttling ends, usually with the period.
	std::optional<nanoseconds> throttled_time;
	std::optional<std::uint32_t> bursts;   // periods that used saved runtime; since 5.14
	std::optional<nanoseconds> burst_time; // that it used so

	// Throttled among all periods, 0..1000000; empty without a period.
	RTWATCH_API std::optional<std::uint32_t> throttled_share_ppm() const noexcept;
};

// What was counted between two readings.
struct quota_interval : quota_counts {
	nanoseconds length{0}; // above zero

	// Throttled nanoseconds a second, of all CPUs together.
	RTWATCH_API std::optional<std::uint64_t> throttled_ns_per_s() const noexcept;
};

// A cgroup with a CPU quota.
struct quota {
	std::string path;                 // "/" or "/a/b", as in /proc/PID/cgroup; any bytes
	nanoseconds runtime{0};           // what all its tasks together may have per period
	nanoseconds period{0};            // 1 ms to 1 s
	std::optional<nanoseconds> burst; // unused runtime that it may save; kernels since 5.14
	nanoseconds time{0};              // CLOCK_MONOTONIC, when the counters were read
	quota_counts total;               // since the cgroup was made
	std::optional<quota_interval> since;
};

enum class cgroup_version : std::uint32_t { v1 = 1, v2 = 2 };

struct quota_reading {
	cgroup_version version = cgroup_version::v2;
	std::string mount;            // where the hierarchy with the CPU controller is
	std::vector<quota> quotas;    // the longest throttled first: in the interval, else in all
	std::uint64_t looked_at = 0;  // cgroups, with a quota or without
	std::uint64_t unreadable = 0; // files and folders that could not be read or understood
	std::string unreadable_why;   // of the first of them
	bool cut = false;             // there were more or deeper cgroups than are looked at
};

// More than these are not looked at, so that a machine with a leak of cgroups
// gets an answer as well.
inline constexpr std::uint64_t quota_cgroups_max = 100'000;
inline constexpr std::uint32_t quota_depth_max = 64;

// All cgroups with a CPU quota that this process sees: of the version 2
// hierarchy, or of the version 1 hierarchy that has the CPU controller. A cgroup
// that goes meanwhile is left out. Reads files only, some per cgroup; any thread.
// Errors: those of reading /proc/self/mountinfo; ENOENT no hierarchy with the
// CPU controller is mounted; EOPNOTSUPP the kernel has no quotas, or they are
// turned off.
RTWATCH_API result<quota_reading> read_quotas(const host &machine);

// `now`, with what has been counted since `before`; `since` stays empty for a
// cgroup that had no quota then, or that was made anew under the same name.
RTWATCH_API quota_reading quotas_since(const quota_reading &before, quota_reading now);

} // namespace rtwatch
