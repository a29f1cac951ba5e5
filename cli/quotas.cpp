// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <unistd.h>

#include <rtwatch/client.hpp>
#include <rtwatch/quotas.hpp>

#include "clock.hpp"
#include "command.hpp"
#include "options.hpp"
#include "output.hpp"
#include "quotas_view.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

const command_line &quotas_command()
{
	static const command_line it{
		"quotas [OPTION]...",
		"For how long the CPU quotas of cgroups have held back who wanted to run, the\n"
		"longest first, and what the timer behind them took with interrupts off.\n"
		"\n"
		"  THROTTLED/s  in each second of the interval, all CPUs together: on several "
		"CPUs\n"
		"               it may be more than a second\n"
		"  THROTTLED    the same since the cgroup was made; IN ALL beside an interval\n"
		"  OF PERIODS   share of the periods in which the cgroup was throttled\n"
		"  QUOTA        CPU time for all its tasks together, in each period\n"
		"  CPUS         the same as a number of CPUs\n"
		"  BURST        unused CPU time that it may save for later\n"
		"\n"
		"What is not known is '-'. To be throttled is what a quota is for, and no\n"
		"incident; a slow timer is one. Works without the module, which knows the timer.",
		{{"interval", "SECONDS", "What so many seconds from now bring, 1 to 3600"},
		 {"all", nullptr, "Also who was never throttled; every CPU"},
		 {"root", "DIR", "Of a copy of /proc and /sys below this folder"}}};
	return it;
}

// Why the module cannot tell, empty when it can.
std::string ask_timer(std::vector<rtwatch::cpu_state> &out)
{
	auto client = rtwatch::client::connect();
	if (!client)
		return client.error().text();
	auto cpus = client->cpus();
	if (!cpus)
		return cpus.error().text();
	out = std::move(*cpus);
	if (auto sensors = client->sensors())
		for (const auto &one : *sensors)
			if (one.id == rtwatch::sensor_id::cfs_bandwidth && !one.available)
				return "the sensor cfs_bandwidth is off" +
				       (one.reason ? ", " + *one.reason : std::string());
	for (const auto &one : out)
		if (one.cfs_timer_runs)
			return "";
	return "this module does not tell it";
}

// All of it, also when a signal comes.
void wait_until(rtwatch::nanoseconds end)
{
	for (auto left = end - monotonic_now(); left.count() > 0; left = end - monotonic_now()) {
		const auto us = std::chrono::duration_cast<std::chrono::microseconds>(left);
		::usleep(static_cast<useconds_t>(std::min<std::int64_t>(us.count() + 1, 999'999)));
	}
}

rtwatch::result<quotas_seen> look(const rtwatch::host &machine,
				  const std::optional<std::uint64_t> &seconds)
{
	quotas_seen out;
	const auto begin = monotonic_now();
	auto reading = rtwatch::read_quotas(machine);
	if (reading && seconds) {
		wait_until(begin + std::chrono::seconds(*seconds));
		auto after = rtwatch::read_quotas(machine);
		if (!after)
			return after.error();
		reading = quotas_since(*reading, std::move(*after));
		out.interval = true;
	}
	if (!reading)
		return reading.error();
	out.reading = std::move(*reading);
	if (const auto why = ask_timer(out.cpus); !why.empty())
		out.unseen.push_back("how long the bandwidth timer takes is not known: " + why);
	return out;
}

} // namespace

int cmd_quotas(const globals &g, int argc, char **argv)
{
	auto given = parse(quotas_command(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(quotas_command()));
	auto seconds = given->number("interval", 1, 3600);
	if (!seconds)
		return fail(g, seconds.error());
	auto seen = look(rtwatch::host(given->text("root").value_or("")), *seconds);
	if (!seen)
		return fail(g, seen.error());
	const bool all = given->has("all");
	if (g.json)
		return show(g, quotas_json(*seen, all));
	return show(quotas_text(*seen, {g.color, all, terminal_width()}));
}

} // namespace rtwatchctl
