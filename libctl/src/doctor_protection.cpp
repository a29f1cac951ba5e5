// SPDX-License-Identifier: BSD-3-Clause
// Does everybody else get a share of every CPU, whatever real-time tasks do?
#include "doctor_parts.hpp"

namespace rtwatch
{
namespace
{

constexpr auto protection_area = doctor_area::protection;
constexpr const char *give_share = "rtwatchctl knobs set sched_rt_runtime_us=950000, and "
				   "kernel.sched_rt_runtime_us=950000 in /etc/sysctl.d";

std::string us_in_ms(std::int64_t us)
{
	return std::to_string(us / 1000) + " ms";
}

std::string on_cpus(const std::vector<unsigned> &cpus)
{
	return (cpus.size() == 1 ? "CPU " : "CPUs ") + cpu_list_text(cpus);
}

unsigned cpu_of(const std::string &name)
{
	const auto at = name.find(".cpu") + 4;
	return static_cast<unsigned>(std::atoi(name.c_str() + at));
}

struct servers {
	std::vector<unsigned> all, off, small;
	std::int64_t runtime_us = 0; // of the last
	std::int64_t period_us = 0;
};

servers fair_servers(const examination &e)
{
	servers out;
	for (const auto &one : e.knobs) {
		if (one.name.rfind("fair_server.cpu", 0) != 0 || !one.value ||
		    one.name.find(".runtime_ns") == std::string::npos)
			continue;
		const auto cpu = cpu_of(one.name);
		const auto stem = one.name.substr(0, one.name.rfind('.'));
		const auto runtime = e.number(one.name).value_or(0);
		const auto period = e.number(stem + ".period_ns").value_or(1'000'000'000);
		out.all.push_back(cpu);
		if (runtime == 0)
			out.off.push_back(cpu);
		else if (runtime < period / 100) // less than one percent
			out.small.push_back(cpu);
		else {
			out.runtime_us = runtime / 1000;
			out.period_us = period / 1000;
		}
	}
	return out;
}

void by_servers(examination &e, const servers &found)
{
	if (!found.off.empty())
		e.add(protection_area, severity::critical, "fair_server_off",
		      "the fair server is off on " + on_cpus(found.off) +
			      ": a real-time task that does not sleep takes all of it",
		      "rtwatchctl knobs set fair_server.runtime_ns=50000000");
	if (!found.small.empty())
		e.add(protection_area, severity::warning, "fair_server_small",
		      "the fair server on " + on_cpus(found.small) +
			      " guarantees less than 1 % to everybody else",
		      "rtwatchctl knobs set fair_server.runtime_ns=50000000");
	if (found.off.empty() && found.small.empty())
		e.add(protection_area, severity::fine, "fair_server",
		      "fair servers guarantee ordinary tasks " + us_in_ms(found.runtime_us) +
			      " per " + us_in_ms(found.period_us) + " on every CPU");
}

// CPUs whose limit is that of the whole period although the setting is lower.
std::vector<unsigned> borrowers(const examination &e, std::int64_t period_us)
{
	std::vector<unsigned> out;
	for (const auto &one : e.module.cpus)
		if (one.cpu && one.rq_rt_runtime &&
		    (*one.rq_rt_runtime == unlimited ||
		     one.rq_rt_runtime->count() >= period_us * 1000))
			out.push_back(one.cpu->value);
	return out;
}

void by_throttling(examination &e, std::int64_t runtime, std::int64_t period)
{
	if (runtime < 0) {
		e.add(protection_area, severity::critical, "throttling_off",
		      "sched_rt_runtime_us is -1: a real-time task that does not sleep takes all "
		      "of its CPU",
		      give_share);
		return;
	}
	if (runtime >= period) {
		e.add(protection_area, severity::critical, "throttling_full_period",
		      "sched_rt_runtime_us is the whole period (" + us_in_ms(period) +
			      "): throttling leaves nothing to everybody else",
		      give_share);
		return;
	}
	const auto *share = e.knob_named("RT_RUNTIME_SHARE");
	const bool shared = share && share->value == "on";
	const auto borrowed = borrowers(e, period);
	if (shared)
		e.add(protection_area, severity::critical, "throttling_shared",
		      "RT_RUNTIME_SHARE is on: a CPU borrows real-time runtime from the others, "
		      "so a task that does not sleep takes all of it although the limit is " +
			      us_in_ms(runtime) + " per " + us_in_ms(period),
		      "rtwatchctl knobs set RT_RUNTIME_SHARE=off, also at every boot");
	if (!borrowed.empty())
		e.add(protection_area, severity::critical, "throttling_borrowed",
		      on_cpus(borrowed) + (borrowed.size() == 1 ? " has" : " have") +
			      " borrowed real-time runtime up to the whole period" +
			      (shared ? ""
				      : std::string(borrowed.size() == 1 ? ", and keeps"
									 : ", and keep") +
						" it although RT_RUNTIME_SHARE is off"),
		      shared ? "the same; it writes the limit again, which hands it back"
			     : "rtwatchctl knobs set sched_rt_runtime_us=" +
				       std::to_string(runtime));
	if (!shared && borrowed.empty())
		e.add(protection_area, severity::fine, "throttling",
		      "real-time tasks may have " + us_in_ms(runtime) + " per " + us_in_ms(period) +
			      " of each CPU, and no CPU borrows more");
}

bool preempt_rt(const examination &e)
{
	return e.text("/sys/kernel/realtime") == "1" || e.config.value("PREEMPT_RT") == "y";
}

// There, RCU's threads are real-time tasks of the lowest priority.
void rcu_priority(examination &e)
{
	const auto priority = e.number("rcutree.kthread_prio");
	if (!preempt_rt(e) || !priority || *priority > 1)
		return;
	e.add(protection_area, severity::note, "rcu_outranked",
	      "PREEMPT_RT: RCU's threads have real-time priority " + std::to_string(*priority) +
		      ", so any higher real-time task that does not sleep stops grace periods, "
		      "throttled or not",
	      "boot with rcutree.kthread_prio= above the tasks that may spin");
}

} // namespace

void examine_protection(examination &e)
{
	const auto found = fair_servers(e);
	const auto runtime = e.number("sched_rt_runtime_us");
	const auto period = e.number("sched_rt_period_us");
	const auto *share = e.knob_named("RT_RUNTIME_SHARE");
	const bool debugfs =
		!e.machine.list("/sys/kernel/debug/sched").empty() || (share && share->value);
	if (!found.all.empty())
		by_servers(e, found);
	else if (runtime && period &&
		 (debugfs ||
		  (*runtime >= 0 && *runtime < *period && !borrowers(e, *period).empty())))
		by_throttling(e, *runtime, *period);
	else
		e.add(protection_area, severity::warning, "protection_unknown",
		      "whether real-time tasks are held back cannot be told: it depends on "
		      "settings in debugfs, which cannot be read here",
		      "run as root, and mount it: mount -t debugfs none /sys/kernel/debug");
	rcu_priority(e);
}

} // namespace rtwatch
