// SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>

#include <rtwatch/client.hpp>

#include "clock.hpp"
#include "command.hpp"
#include "incident_text.hpp"
#include "json.hpp"
#include "options.hpp"
#include "output.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

const command_line &events_line()
{
	static const command_line it{
		"events [OPTION]...",
		"Shows the incident log, oldest first. Names of tasks and stacks need root,\n"
		"CAP_PERFMON or CAP_SYS_ADMIN.",
		{{"active", nullptr, "Only incidents that have not ended"},
		 {"since-id", "ID", "Only incidents with a larger id"}}};
	return it;
}

std::string as_text(const globals &g, const rtwatch::incident_log &log)
{
	const auto now = monotonic_now();
	std::string out;
	for (const auto &one : log.incidents)
		out.append(out.empty() ? "" : "\n")
			.append(incident_text(one, now, g.color, terminal_width()));
	if (log.incidents.empty())
		out = "no incidents\n";
	if (log.lost != 0)
		out.append("\n")
			.append(std::to_string(log.lost))
			.append(" older incidents were overwritten in the log\n");
	return out;
}

json as_json(const rtwatch::incident_log &log)
{
	const auto now = monotonic_now();
	auto out = new_document(log.lost);
	out["time_ns"] = now.count();
	out["time_realtime"] = iso8601(realtime_now());
	out["incidents"] = json::array();
	for (const auto &one : log.incidents)
		out["incidents"].push_back(to_json(one, now, log.lost));
	return out;
}

} // namespace

int cmd_events(const globals &g, int argc, char **argv)
{
	auto given = parse(events_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(events_line()));
	auto since = given->number("since-id", 0, UINT64_MAX);
	if (!since)
		return fail(g, since.error());

	auto client = rtwatch::client::connect();
	if (!client)
		return fail(g, client.error());
	auto log = client->incidents({since->value_or(0), given->has("active")});
	if (!log)
		return fail(g, log.error());
	if (given->has("active")) {
		std::vector<rtwatch::incident> active;
		for (auto &one : log->incidents)
			if (one.active)
				active.push_back(std::move(one));
		log->incidents = std::move(active);
	}
	if (g.json)
		return show(g, as_json(*log));
	return show(as_text(g, *log));
}

} // namespace rtwatchctl
