// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/client.hpp>

#include "clock.hpp"
#include "command.hpp"
#include "options.hpp"
#include "output.hpp"
#include "stat_view.hpp"

namespace rtwatchctl
{
namespace
{

const command_line &stat_line()
{
	static const command_line it{
		"stat [--self] [--cpus]",
		"Shows what rtwatch itself costs since it was loaded: each hook with its calls,\n"
		"their mean and longest time and their share of all CPU time; memory, samples,\n"
		"incident log, notices, and who did the rounds of the patrol.\n"
		"\n"
		"One of some calls is timed (17 ticks, 127 switches of real-time tasks), so the\n"
		"longest is the longest of those. It is the hook's own time, without what the\n"
		"kernel takes to call it. Switches between ordinary tasks are only counted.",
		{{"self", nullptr, "The bill of rtwatch itself (default)"},
		 {"cpus", nullptr, "Also a row for each CPU and hook"}}};
	return it;
}

rtwatch::result<bill> ask()
{
	auto client = rtwatch::client::connect();
	if (!client)
		return client.error();
	bill out;
	auto info = client->info();
	if (!info)
		return info.error();
	auto cpus = client->stat();
	if (!cpus)
		return cpus.error();
	auto sensors = client->sensors();
	if (!sensors)
		return sensors.error();
	auto config = client->get_config();
	if (!config)
		return config.error();
	out.info = std::move(*info);
	out.cpus = std::move(*cpus);
	out.sensors = std::move(*sensors);
	out.config = *config;
	out.now = monotonic_now();
	return out;
}

} // namespace

int cmd_stat(const globals &g, int argc, char **argv)
{
	auto given = parse(stat_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(stat_line()));
	auto found = ask();
	if (!found)
		return fail(g, found.error());
	if (g.json)
		return show(g, bill_json(*found));
	return show(bill_text(*found, given->has("cpus"), g.color));
}

} // namespace rtwatchctl
