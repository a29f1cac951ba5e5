// SPDX-License-Identifier: BSD-3-Clause
// The files of one cgroup, and where cgroups are.
#pragma once

#include <string>
#include <string_view>

#include <rtwatch/quotas.hpp>

namespace rtwatch
{

struct quota_hierarchy {
	cgroup_version version = cgroup_version::v2;
	std::string mount; // its folder
	std::string root;  // the cgroup that this folder is: "" or "/a"
};

// The hierarchy that has the CPU controller. Errors as read_quotas().
result<quota_hierarchy> find_quota_hierarchy(const host &machine);

struct quota_limit {
	bool limited = false; // else the rest is not set
	nanoseconds runtime{0};
	nanoseconds period{0};
};

// "10000 100000" or "max 100000", microseconds; empty: not understood.
std::optional<quota_limit> parse_cpu_max(std::string_view text);

// "10000" or "-1", and "100000".
std::optional<quota_limit> parse_cfs_quota(std::string_view quota, std::string_view period);

// Microseconds.
std::optional<nanoseconds> parse_quota_us(std::string_view text);

// cpu.stat. What is not there stays empty; false: something was not understood.
bool parse_cpu_stat(std::string_view text, cgroup_version version, quota_counts &out);

// The longest throttled first.
void sort_quotas(std::vector<quota> &quotas);

} // namespace rtwatch
