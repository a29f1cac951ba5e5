// SPDX-License-Identifier: BSD-3-Clause
#include <cerrno>

#include <rtwatch/verdict.hpp>

#include "clock.hpp"
#include "command.hpp"
#include "hog_plan.hpp"
#include "hog_run.hpp"
#include "json.hpp"
#include "options.hpp"
#include "output.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

const command_line &hog_command()
{
	static const command_line it{
		"hog --cpu CPU [OPTION]...",
		"Starves a CPU for some seconds, so that you can see on your own machine what\n"
		"rtwatch says: in another terminal, rtwatchctl watch, and rtwatchctl status.\n"
		"\n"
		"A real-time task that never sleeps runs on that CPU. It changes no setting; it\n"
		"ends by itself, by Ctrl-C, and by three more ways that need nobody to log in.\n"
		"It refuses to take the last CPU that still answers. What waits on that CPU\n"
		"meanwhile - its network packets, its timers - waits.",
		{{"cpu", "CPU", "The CPU to starve; must be given"},
		 {"policy", "POLICY", "fifo (default), rr or deadline"},
		 {"prio", "PRIO", "Real-time priority, 1 to 99 (default 50); none for deadline"},
		 {"for", "SECONDS", "How long, 1 to 60 (default 10); with --force to 3600"},
		 {"force", nullptr,
		  "Also longer than 60 s, and where the kernel may panic of it"}}};
	return it;
}

rtwatch::result<hog_plan> understand_hog(const parsed &given)
{
	hog_plan out;
	out.force = given.has("force");
	auto cpu = given.number("cpu", 0, 65535);
	if (!cpu)
		return cpu.error();
	if (!*cpu)
		return rtwatch::error{EINVAL, "which CPU?",
				      "give --cpu; rtwatchctl status lists them"};
	out.cpu = static_cast<unsigned>(**cpu);
	const auto policy = given.text("policy").value_or("fifo");
	if (policy == "rr")
		out.policy = rtwatch::sched_policy::rr;
	else if (policy == "deadline")
		out.policy = rtwatch::sched_policy::deadline;
	else if (policy != "fifo")
		return rtwatch::error{EINVAL, "--policy cannot be '" + policy + "'",
				      "give fifo, rr or deadline"};
	auto prio = given.number("prio", 1, 99);
	if (!prio)
		return prio.error();
	if (*prio && out.policy == rtwatch::sched_policy::deadline)
		return rtwatch::error{EINVAL, "a deadline task has no priority",
				      "leave --prio away, or choose fifo or rr"};
	out.prio = static_cast<unsigned>(prio->value_or(50));
	auto seconds = given.number("for", 1, hog_seconds_forced_max);
	if (!seconds)
		return seconds.error();
	out.seconds = static_cast<unsigned>(seconds->value_or(10));
	if (out.seconds > hog_seconds_max && !out.force)
		return rtwatch::error{EINVAL,
				      "--for " + std::to_string(out.seconds) + " is longer than " +
					      std::to_string(hog_seconds_max) + " s",
				      "give --force if you mean it"};
	return out;
}

std::string name_of(const hog_plan &plan)
{
	auto out = std::string(to_string(plan.policy));
	if (plan.policy != rtwatch::sched_policy::deadline)
		out += " " + std::to_string(plan.prio);
	return out;
}

json hog_event(const char *event, const hog_plan &plan)
{
	auto out = new_document(0);
	out["event"] = event;
	out["time_ns"] = monotonic_now().count();
	out["time_realtime"] = iso8601(realtime_now());
	out["cpu"] = plan.cpu;
	out["policy"] = std::string(to_string(plan.policy));
	if (plan.policy != rtwatch::sched_policy::deadline)
		out["prio"] = plan.prio;
	return out;
}

int announce(const globals &g, const hog_plan &plan, pid_t pid, const std::string &forecast)
{
	if (g.json) {
		auto out = hog_event("begin", plan);
		out["pid"] = pid;
		out["for_ns"] = std::int64_t{plan.seconds} * 1'000'000'000;
		out["forecast"] = forecast;
		return show(g, out);
	}
	return show(wrap("rtwatch-hog (pid " + std::to_string(pid) + ", " + name_of(plan) +
				 ") takes CPU " + std::to_string(plan.cpu) + " for " +
				 std::to_string(plan.seconds) + " s. " + forecast +
				 " Ctrl-C ends it, and so does kill " + std::to_string(pid) + ".",
			 terminal_width(), 0) +
		    "\n");
}

std::string ended_by(const hog_end &end)
{
	if (end.by == "itself")
		return "It ended by itself";
	if (end.by == "interrupt")
		return "It was ended";
	if (end.by == "guard")
		return "It did not end by itself, so its guard ended it";
	return end.by == "limit" ? "The kernel's time limit ended it" : "Somebody killed it";
}

int conclude(const globals &g, const hog_plan &plan, const hog_end &end)
{
	const int status = end.by == "itself" || end.by == "interrupt" ? exit_fine : exit_error;
	const auto share =
		end.ran.count() > 0
			? static_cast<std::uint32_t>(std::min<double>(
				  1e6, static_cast<double>(end.cpu_time.count()) /
					       static_cast<double>(end.ran.count()) * 1e6))
			: 0U;
	if (g.json) {
		auto out = hog_event("end", plan);
		out["ended_by"] = end.by;
		out["ran_ns"] = end.ran.count();
		out["cpu_ns"] = end.cpu_time.count();
		out["share_ppm"] = share;
		out["bound"] = end.bound;
		return show(g, out, status);
	}
	return show(wrap(ended_by(end) + " after " + rtwatch::human(end.ran) + " and had " +
				 percent(share) + " of " +
				 (end.bound ? "CPU " + std::to_string(plan.cpu)
					    : std::string("a CPU (the kernel does not bind "
							  "deadline tasks to one)")) +
				 ". Nothing has to be put back. rtwatchctl diagnose tells what it "
				 "did to others.",
			 terminal_width(), 0) +
			    "\n",
		    status);
}

} // namespace

int cmd_hog(const globals &g, int argc, char **argv)
{
	auto given = parse(hog_command(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(hog_command()));
	auto plan = understand_hog(*given);
	if (!plan)
		return fail(g, plan.error());
	const rtwatch::host machine;
	auto neighbours = hog_neighbours(machine, *plan);
	if (!neighbours)
		return fail(g, neighbours.error());
	const auto knobs = rtwatch::read_knobs(machine);
	if (auto done = hog_is_bearable(knobs, *plan); !done)
		return fail(g, done.error());

	// One at a time decides, so that two cannot take the last two CPUs.
	hog_claim deciding, cpu;
	if (auto done = deciding.take("start"); !done)
		return fail(g, {done.error().code, "another hog is starting just now",
				"try again in a second"});
	if (auto done = cpu.take("CPU " + std::to_string(plan->cpu)); !done)
		return fail(g, done.error());
	const auto free = answering(*neighbours);
	if (free.empty())
		return fail(g,
			    {EBUSY,
			     "CPU " + std::to_string(plan->cpu) + " is the last one that answers",
			     "wait until the others are free; rtwatchctl status tells who has "
			     "them"});
	auto end = run_hog(*plan, free, [&](pid_t pid) {
		deciding.give();
		static_cast<void>(announce(g, *plan, pid, hog_forecast(knobs, *plan)));
	});
	return end ? conclude(g, *plan, *end) : fail(g, end.error());
}

} // namespace rtwatchctl
