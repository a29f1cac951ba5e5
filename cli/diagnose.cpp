// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include <rtwatch/client.hpp>
#include <rtwatch/diagnose.hpp>

#include "clock.hpp"
#include "command.hpp"
#include "diagnose_view.hpp"
#include "options.hpp"
#include "output.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

constexpr std::uint64_t default_window_s = 3600;

const command_line &diagnose_command()
{
	static const command_line it{
		"diagnose [OPTION]...",
		"What is wrong with this machine, or was: each sickness once, in a sentence, with\n"
		"its cause, who suffers, what follows from it, what to do now and for good, and\n"
		"the evidence. Names of tasks and stacks need root, CAP_PERFMON or CAP_SYS_ADMIN.\n"
		"\n"
		"Exit status: 0 nothing is starving now, 1 error, 2 something is, as with\n"
		"status --check.",
		{{"last", "SECONDS",
		  "Incidents that ended no longer ago than this (3600); 0: only "
		  "what goes on"}}};
	return it;
}

rtwatch::result<rtwatch::situation> look_around()
{
	rtwatch::situation out;
	auto client = rtwatch::client::connect();
	if (!client)
		return client.error();
	auto cpus = client->cpus();
	if (!cpus)
		return cpus.error();
	auto log = client->incidents();
	if (!log)
		return log.error();
	auto sensors = client->sensors();
	if (!sensors)
		return sensors.error();
	out.cpus = std::move(*cpus);
	out.log = std::move(*log);
	out.sensors = std::move(*sensors);
	out.knobs = rtwatch::read_knobs(rtwatch::host());
	out.now = monotonic_now();
	return out;
}

} // namespace

int cmd_diagnose(const globals &g, int argc, char **argv)
{
	auto given = parse(diagnose_command(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(diagnose_command()));
	auto last = given->number("last", 0, 31'536'000);
	if (!last)
		return fail(g, last.error());
	auto seen = look_around();
	if (!seen)
		return fail(g, seen.error());
	const auto found =
		rtwatch::diagnose(*seen, std::chrono::seconds(last->value_or(default_window_s)));
	const bool active = std::any_of(
		found.verdicts.begin(), found.verdicts.end(), [](const rtwatch::verdict &one) {
			return one.what.active && one.what.level == rtwatch::level::starving;
		});
	const int status = active ? exit_condition : exit_fine;
	if (!g.json)
		return show(diagnosis_text(found, seen->now, g.color, terminal_width()), status);
	auto out = new_document(seen->log.lost);
	out["time_ns"] = seen->now.count();
	out["time_realtime"] = iso8601(realtime_now());
	out["looked_at"] = found.looked_at;
	out["unseen"] = found.unseen;
	out["verdicts"] = json::array();
	for (const auto &one : found.verdicts)
		out["verdicts"].push_back(to_json(one, seen->now, seen->log.lost));
	return show(g, out, status);
}

} // namespace rtwatchctl
