// SPDX-License-Identifier: BSD-3-Clause
// Where the hierarchy with the CPU controller is mounted.
#include <cerrno>

#include "quota_parts.hpp"

namespace rtwatch
{
namespace
{

constexpr const char *mounts_file = "/proc/self/mountinfo";
constexpr const char *controllers_file = "/proc/cgroups";

std::vector<std::string_view> split_at(std::string_view text, char mark)
{
	std::vector<std::string_view> out;
	while (!text.empty()) {
		const auto end = text.find(mark);
		out.push_back(text.substr(0, end));
		if (end == text.npos)
			break;
		text.remove_prefix(end + 1);
	}
	return out;
}

bool has_word(std::string_view text, char mark, std::string_view word)
{
	for (const auto one : split_at(text, mark))
		if (one == word)
			return true;
	return false;
}

// Blanks in a path are octal there: "\040".
std::string unescaped(std::string_view text)
{
	const auto digit = [](char c) { return c >= '0' && c <= '7'; };
	std::string out;
	for (std::size_t i = 0; i < text.size(); i++) {
		if (text[i] != '\\' || i + 3 >= text.size() || !digit(text[i + 1]) ||
		    !digit(text[i + 2]) || !digit(text[i + 3])) {
			out.push_back(text[i]);
			continue;
		}
		out.push_back(static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
						(text[i + 3] - '0')));
		i += 3;
	}
	return out;
}

// "31 23 0:27 /root /mount/point rw shared:10 - cgroup source rw,cpu,cpuacct";
// nothing for what is no cgroup hierarchy that may have the controller.
std::optional<quota_hierarchy> cgroup_mount(std::string_view line)
{
	constexpr std::size_t at_root = 3, at_mount = 4, at_optional = 6;
	const auto words = split_at(line, ' ');
	auto dash = at_optional;
	while (dash < words.size() && words[dash] != "-")
		dash++;
	if (dash + 3 >= words.size())
		return {};
	quota_hierarchy out;
	if (words[dash + 1] == "cgroup" && has_word(words[dash + 3], ',', "cpu"))
		out.version = cgroup_version::v1;
	else if (words[dash + 1] != "cgroup2")
		return {};
	out.mount = unescaped(words[at_mount]);
	if (words[at_root] != "/")
		out.root = unescaped(words[at_root]);
	return out;
}

// Another mount may lie above it, and version 2 may be without the controller.
bool usable(const host &machine, const quota_hierarchy &one)
{
	if (one.version == cgroup_version::v1)
		return machine.exists(one.mount + "/cgroup.procs");
	const auto controllers = machine.read(one.mount + "/cgroup.controllers");
	return controllers && has_word(*controllers, ' ', "cpu");
}

// "cpu<tab>hierarchy<tab>cgroups<tab>enabled"
error no_hierarchy(const host &machine)
{
	const auto text = machine.read(controllers_file);
	std::string_view enabled;
	if (text)
		for (const auto line : split_at(*text, '\n')) {
			const auto words = split_at(line, '\t');
			if (words.size() >= 4 && words[0] == "cpu")
				enabled = words[3];
		}
	if (enabled == "0")
		return {EOPNOTSUPP, "the CPU controller of cgroups is turned off",
			"boot without cgroup_disable=cpu"};
	if (text && enabled.empty())
		return {EOPNOTSUPP, "this kernel has no CPU controller of cgroups",
			"use one that is built with CONFIG_CGROUP_SCHED"};
	return {ENOENT, "no cgroup hierarchy with the CPU controller is mounted",
		"mount -t cgroup2 cgroup2 /sys/fs/cgroup"};
}

} // namespace

result<quota_hierarchy> find_quota_hierarchy(const host &machine)
{
	const auto mounts = machine.read(mounts_file);
	if (!mounts)
		return mounts.error();
	std::optional<quota_hierarchy> best;
	for (const auto line : split_at(*mounts, '\n')) {
		auto one = cgroup_mount(line);
		// All of it is better than a part of it; the controller is in one
		// version only.
		if (one && (!best || (!best->root.empty() && one->root.empty())) &&
		    usable(machine, *one))
			best = std::move(one);
	}
	if (!best)
		return no_hierarchy(machine);
	return *best;
}

} // namespace rtwatch
