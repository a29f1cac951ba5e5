// SPDX-License-Identifier: BSD-3-Clause
#include <cerrno>
#include <unistd.h>

#include <rtwatch/client.hpp>

#include "clock.hpp"
#include "command.hpp"
#include "options.hpp"
#include "output.hpp"
#include "status_view.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

const command_line &status_line()
{
	static const command_line it{
		"status [OPTION]...",
		"Shows one row a CPU and, under the table, what is wrong in words.\n"
		"\n"
		"  LEVEL, SINCE   ok, late or starving, and for how long\n"
		"  RT 1s, RT 10s  share of SCHED_FIFO and SCHED_RR over the last seconds\n"
		"  STREAK         nothing below real time could run for so long\n"
		"  CULPRIT        who runs above the others: name, thread id, policy, priority\n"
		"  WORST VICTIM   who waits the longest, how long, and how many more wait\n"
		"  TOUCH          age of the soft-lockup timestamp (steps of 1 s, moves every 4 "
		"s)\n"
		"  TICK           age of the last tick; idle: stopped, as it should be\n"
		"  GP             age of the RCU grace period in progress\n"
		"\n"
		"What is not known is '-'. Names of tasks need root, CAP_PERFMON or "
		"CAP_SYS_ADMIN.\n"
		"With more than 16 CPUs those that are fine share one line.",
		{{"check", nullptr, "One line; exit 2 when a CPU is starving"},
		 {"worst", nullptr, "The worst CPU first"},
		 {"all", nullptr, "A row for every CPU"},
		 {"watch", "SECONDS", "Refresh in place, 1 to 3600"}}};
	return it;
}

rtwatch::result<snapshot> look(rtwatch::client &client)
{
	snapshot out;
	auto cpus = client.cpus();
	if (!cpus)
		return cpus.error();
	rtwatch::incident_filter lasting;
	lasting.active = true;
	auto log = client.incidents(lasting);
	if (!log)
		return log.error();
	out.cpus = std::move(*cpus);
	out.incidents = std::move(log->incidents);
	out.now = monotonic_now();
	// Who is well is not examined: this may run once a second.
	rtwatch::situation of;
	of.cpus = out.cpus;
	of.log.incidents = out.incidents;
	of.now = out.now;
	if (!out.incidents.empty())
		of.knobs = rtwatch::read_knobs(rtwatch::host());
	out.verdicts = rtwatch::diagnose(of, rtwatch::nanoseconds(0)).verdicts;
	return out;
}

rtwatch::result<snapshot> look()
{
	auto client = rtwatch::client::connect();
	if (!client)
		return client.error();
	return look(*client);
}

int show_check(const globals &g, const snapshot &seen)
{
	const auto found = check(seen);
	const int status = found.starving ? exit_condition : exit_fine;
	if (!g.json)
		return show(found.line + "\n", status);
	auto out = new_document(seen.lost);
	out["check"] = found.starving ? "starving" : "ok";
	out["cpus_starving"] = json::array();
	for (const auto one : found.cpus)
		out["cpus_starving"].push_back(one.value);
	out["summary"] = found.line;
	return show(g, out, status);
}

// The picture again and again until a signal; a module that goes and comes
// back is shown as that.
int refresh(const globals &g, const status_style &style, std::uint64_t seconds)
{
	const bool terminal = ::isatty(STDOUT_FILENO) != 0;
	for (bool first = true;; first = false) {
		if (!first)
			::sleep(static_cast<unsigned>(seconds));
		auto seen = look();
		int status = exit_fine;
		if (!seen && first)
			return fail(g, seen.error());
		if (g.json && !seen)
			fail(g, seen.error());
		else if (g.json)
			status = show(g, status_json(*seen, style.worst_first));
		else
			status = show(
				(terminal ? "\033[H\033[2J"
				 : first  ? ""
					  : "\n") +
				local_date(realtime_now()) + "\n" +
				(seen ? status_text(*seen, style) : seen.error().text() + "\n"));
		if (status != exit_fine)
			return status;
	}
}

} // namespace

int cmd_status(const globals &g, int argc, char **argv)
{
	auto given = parse(status_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(status_line()));
	auto seconds = given->number("watch", 1, 3600);
	if (!seconds)
		return fail(g, seconds.error());
	if (*seconds && given->has("check"))
		return fail(g,
			    {EINVAL, "--check and --watch exclude each other", "give one of them"});

	status_style style;
	style.color = g.color;
	style.worst_first = given->has("worst");
	style.all = given->has("all");
	style.width = terminal_width();
	if (*seconds)
		return refresh(g, style, **seconds);

	auto seen = look();
	if (!seen)
		return fail(g, seen.error());
	if (given->has("check"))
		return show_check(g, *seen);
	if (g.json)
		return show(g, status_json(*seen, style.worst_first));
	return show(status_text(*seen, style));
}

} // namespace rtwatchctl
