// SPDX-License-Identifier: BSD-3-Clause
// The walk over all cgroups.
#include <cerrno>

#include "monotonic.hpp"
#include "quota_parts.hpp"

namespace rtwatch
{
namespace
{

class quota_walk
{
public:
	quota_walk(const host &machine, quota_hierarchy where)
		: machine_(machine), where_(std::move(where))
	{
		out_.version = where_.version;
		out_.mount = where_.mount;
	}

	quota_reading run()
	{
		std::vector<place> pending{{"", 0}};
		while (!pending.empty()) {
			const auto here = std::move(pending.back());
			pending.pop_back();
			out_.looked_at++;
			if (look(here))
				descend(here, pending);
		}
		sort_quotas(out_.quotas);
		return std::move(out_);
	}

private:
	struct place {
		std::string path; // below the mount; "" is the mount
		std::uint32_t depth;
	};

	// Nobody has to know of a cgroup that has gone: then its files are not
	// there (ENOENT) or give nothing any more (ENODEV).
	void missed(const error &why)
	{
		if (why.code == ENOENT || why.code == ENODEV)
			return;
		if (out_.unreadable++ == 0)
			out_.unreadable_why = why.message;
	}

	void not_understood(const std::string &path)
	{
		missed({EBADMSG, path + ": not understood", ""});
	}

	std::string file(const place &here, const char *name) const
	{
		return where_.mount + here.path + "/" + name;
	}

	// Whether there may be quotas below.
	bool look(const place &here)
	{
		const bool v1 = where_.version == cgroup_version::v1;
		const auto name = file(here, v1 ? "cpu.cfs_quota_us" : "cpu.max");
		const auto text = machine_.read(name);
		if (!text) {
			missed(text.error());
			// A cgroup of version 2 without the controller cannot give it to
			// those below; but the root has it without having the file.
			return text.error().code != ENOENT || here.depth == 0;
		}
		auto limit = v1 ? read_v1_limit(here, *text) : parse_cpu_max(*text);
		if (!limit)
			not_understood(name);
		else if (limit->limited)
			add(here, *limit);
		return true;
	}

	std::optional<quota_limit> read_v1_limit(const place &here, const std::string &text)
	{
		const auto period = machine_.read(file(here, "cpu.cfs_period_us"));
		if (period)
			return parse_cfs_quota(text, *period);
		missed(period.error());
		return quota_limit{};
	}

	void add(const place &here, const quota_limit &limit)
	{
		const auto name = file(here, "cpu.stat");
		const auto stat = machine_.read(name);
		if (!stat)
			return missed(stat.error());
		quota one;
		one.time = monotonic_now();
		one.path = where_.root + here.path;
		if (one.path.empty())
			one.path = "/";
		one.runtime = limit.runtime;
		one.period = limit.period;
		if (!parse_cpu_stat(*stat, where_.version, one.total))
			not_understood(name);
		add_burst(here, one);
		out_.quotas.push_back(std::move(one));
	}

	void add_burst(const place &here, quota &one)
	{
		const auto name =
			file(here, where_.version == cgroup_version::v1 ? "cpu.cfs_burst_us"
									: "cpu.max.burst");
		const auto text = machine_.read(name);
		if (!text)
			return missed(text.error());
		one.burst = parse_quota_us(*text);
		if (!one.burst)
			not_understood(name);
	}

	void descend(const place &here, std::vector<place> &pending)
	{
		auto names = machine_.folders(where_.mount + here.path);
		if (!names)
			return missed(names.error());
		for (auto &name : *names) {
			if (here.depth >= quota_depth_max ||
			    out_.looked_at + pending.size() >= quota_cgroups_max) {
				out_.cut = true;
				return;
			}
			pending.push_back({here.path + "/" + name, here.depth + 1});
		}
	}

	const host &machine_;
	quota_hierarchy where_;
	quota_reading out_;
};

} // namespace

result<quota_reading> read_quotas(const host &machine)
{
	auto where = find_quota_hierarchy(machine);
	if (!where)
		return where.error();
	auto out = quota_walk(machine, std::move(*where)).run();
	if (out.quotas.empty() && kernel_config::of(machine).value("CFS_BANDWIDTH") == "n")
		return error{EOPNOTSUPP, "this kernel has no CPU quotas",
			     "use one that is built with CONFIG_CFS_BANDWIDTH"};
	return out;
}

} // namespace rtwatch
