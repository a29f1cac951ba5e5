// SPDX-License-Identifier: BSD-3-Clause
// What to do now and for good. Goes by the settings as they are: what is done
// already is not asked for again.
#include "diagnose_parts.hpp"
#include "phrase.hpp"

namespace rtwatch
{
namespace
{

struct two_remedies {
	std::string now;
	std::string for_good;
};

// The general remedy names both, one after the other.
two_remedies split_remedy(const std::string &text)
{
	two_remedies out;
	constexpr std::string_view later = " For good: ";
	const auto good = text.find(later);
	if (good != std::string::npos)
		out.for_good = text.substr(good + later.size());
	auto first = text.substr(0, good);
	for (const std::string_view word : {"Now: ", "now: "})
		if (const auto at = first.find(word); at != std::string::npos)
			first = first.substr(0, at) + first.substr(at + word.size());
	out.now = first;
	return out;
}

std::string free_the_cpu(const incident &what)
{
	return "chrt -o -p 0 " +
	       (what.culprit && what.culprit->pid ? std::to_string(*what.culprit->pid)
						  : std::string("PID")) +
	       " makes " + (what.culprit ? "it" : "the culprit") + " an ordinary task";
}

constexpr const char *or_sleep = ", or let the program sleep";

// The setting that leaves everyone else nothing, by its knob; "" where they get
// their share.
std::string give_a_share(const situation &of, const std::string &cpu)
{
	const auto server = "fair_server.cpu" + cpu + ".runtime_ns";
	if (knob_number(of, server) == 0)
		return "rtwatchctl knobs set " + server + "=50000000 gives everyone else a share; ";
	if (!knob_number(of, server) && knob_number(of, "sched_rt_runtime_us") == -1)
		return "rtwatchctl knobs set sched_rt_runtime_us=950000 gives everyone else a "
		       "share; ";
	return "";
}

// Remedies that go by knobs of the machine.
std::optional<two_remedies> by_knobs(const verdict &about, const situation &of)
{
	const auto &what = about.what;
	const auto cpu = cpu_number(what);
	const auto why = what.cause.value_or(cause::unknown);
	if (about.cause == "rt_outranks_kthreads")
		return two_remedies{
			free_the_cpu(what) + ", or lower its priority below that of the kernel's "
					     "threads that wait",
			"give the kernel's threads more than the program has: boot with "
			"rcutree.kthread_prio=, chrt -f -p PRIO of ksoftirqd/" +
				cpu + " and ktimers/" + cpu + or_sleep};
	if (about.cause == "throttling_failed")
		return two_remedies{free_the_cpu(what),
				    "a kernel with a fair server (6.12 and later), which protects "
				    "where throttling did not" +
					    std::string(or_sleep)};
	if (about.cause == "fs_frozen")
		return two_remedies{
			"fsfreeze -u MOUNTPOINT thaws it; who froze it may wait for its own writes",
			"find who froze it (a backup, a snapshot, xfs_freeze) and see to it that "
			"it thaws it, whatever happens"};
	if (about.cause == "softirq_starved")
		return two_remedies{free_the_cpu(what),
				    "keep real-time tasks that do not sleep off CPUs that serve "
				    "interrupts" +
					    std::string(or_sleep)};
	switch (why) {
	case cause::rt_unlimited:
		return two_remedies{
			"rtwatchctl knobs set sched_rt_runtime_us=950000 gives everyone else a "
			"share; or " +
				free_the_cpu(what),
			std::string("kernel.sched_rt_runtime_us=950000 in /etc/sysctl.d") +
				or_sleep};
	case cause::rt_full_period:
		return two_remedies{
			"rtwatchctl knobs set sched_rt_runtime_us=950000 leaves everyone "
			"else a part of each period; or " +
				free_the_cpu(what),
			std::string("kernel.sched_rt_runtime_us=950000 in "
				    "/etc/sysctl.d") +
				or_sleep};
	case cause::rt_runtime_share:
		// Off already: only the rewrite is missing.
		if (knob_text(of, "RT_RUNTIME_SHARE") == "off")
			return two_remedies{
				"RT_RUNTIME_SHARE is off by now, but what was borrowed is not "
				"back; "
				"writing the limit again hands it back: rtwatchctl knobs set "
				"sched_rt_runtime_us=" +
					knob_text(of, "sched_rt_runtime_us").value_or("950000"),
				std::string("leave it off at boot, too") + or_sleep};
		return two_remedies{
			"rtwatchctl knobs set RT_RUNTIME_SHARE=off ends the borrowing and hands "
			"back what was borrowed; or " +
				free_the_cpu(what),
			"RT_RUNTIME_SHARE=off at every boot; where the sharing is wanted, let the "
			"program sleep"};
	case cause::fair_server_off:
	case cause::fair_server_small:
		return two_remedies{
			"rtwatchctl knobs set fair_server.cpu" + cpu +
				".runtime_ns=50000000 gives everyone else a share; or " +
				free_the_cpu(what),
			"fair_server.cpu" + cpu + ".runtime_ns=50000000 at every boot" + or_sleep};
	case cause::pi_boosted: {
		auto out = split_remedy(remedy(what));
		// Once is enough, in the words of this command.
		out.now = give_a_share(of, cpu) +
			  out.now.substr(0, out.now.find(", or give everyone else a share"));
		return out;
	}
	default:
		return {};
	}
}

// "; sched_rt_runtime_us is 950000 by now": what was the cause is not any more.
std::string done_since(const verdict &about, const situation &of)
{
	const auto now = [&](const char *name, const std::string &then) -> std::string {
		const auto value = knob_text(of, name);
		if (!value || *value == then)
			return "";
		return "; " + std::string(name) + " is " + *value + " by now";
	};
	switch (about.what.cause.value_or(cause::unknown)) {
	case cause::rt_unlimited:
		return now("sched_rt_runtime_us", "-1");
	case cause::rt_runtime_share:
		return now("RT_RUNTIME_SHARE", "on");
	default:
		return "";
	}
}

} // namespace

void advise(verdict &about, const situation &of)
{
	const auto given = by_knobs(about, of);
	const auto what = given ? *given : split_remedy(remedy(about.what));
	about.for_good = what.for_good;
	if (about.what.active)
		about.now = what.now;
	else
		about.for_good += done_since(about, of);
	for (auto *text : {&about.now, &about.for_good})
		if (!text->empty() && text->back() == '.')
			text->pop_back();
}

} // namespace rtwatch
