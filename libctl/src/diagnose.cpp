// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "diagnose_parts.hpp"
#include "phrase.hpp"

namespace rtwatch
{
namespace
{

bool recent(const incident &one, const situation &of, nanoseconds window)
{
	return one.active || !one.end || of.now - *one.end <= window;
}

// A CPU that starves and has no incident yet, or none any more because too many
// began at once.
void add_unrecorded(const situation &of, std::vector<incident> &to)
{
	for (const auto &cpu : of.cpus) {
		if (cpu.level != level::starving || !cpu.cpu)
			continue;
		const bool known = std::any_of(to.begin(), to.end(), [&](const incident &one) {
			return one.active &&
			       (one.cpu == cpu.cpu || one.type == incident_type::hung_task);
		});
		if (known || cpu.streak.value_or(nanoseconds(0)) == nanoseconds(0))
			continue;
		incident out;
		out.type = incident_type::rt_starvation;
		out.cpu = cpu.cpu;
		out.level = cpu.level;
		out.active = true;
		out.start = of.now - *cpu.streak;
		out.culprit = cpu.culprit;
		out.rq_rt_runtime = cpu.rq_rt_runtime;
		if (cpu.worst_victim)
			out.victims.push_back(*cpu.worst_victim);
		out.victims_total = cpu.victims_total;
		to.push_back(std::move(out));
	}
}

// The words for a cause that the general sentence does not know.
std::string afterword(const std::string &cause)
{
	if (cause == "rt_outranks_kthreads")
		return " Threads of the kernel wait although they are real-time, because its "
		       "priority is above theirs.";
	if (cause == "throttling_failed")
		return " Throttling was set and nothing was borrowed, and yet it did not act.";
	if (cause == "fs_frozen")
		return " The filesystem is frozen: nobody can write to it until it is thawed.";
	if (cause == "softirq_starved")
		return " The CPU passes its quiescent states, but the softirq that reports them "
		       "does not get to run.";
	return "";
}

verdict make_verdict(const incident &of, const situation &in)
{
	verdict out;
	out.what = of;
	out.cause = name_the_cause(out.what, in);
	out.sentence =
		summary(out.what, in.now) + afterword(out.cause) + kernels_report(out.what, in);
	if (of.id)
		out.incidents.push_back(*of.id);
	return out;
}

// Each incident under that nearest to the root which it follows from.
std::vector<verdict> fold(std::vector<incident> incidents, const situation &in)
{
	std::stable_sort(incidents.begin(), incidents.end(),
			 [](const incident &a, const incident &b) {
				 return distance_from_root(a) < distance_from_root(b);
			 });
	std::vector<verdict> out;
	// Who followed may be followed: a hung task waits for the grace period.
	std::vector<std::pair<incident, std::size_t>> placed;
	for (const auto &one : incidents) {
		std::optional<std::size_t> under;
		for (const auto &[earlier, at] : placed)
			if (!under && follows_from(one, earlier, in.now))
				under = at;
		placed.emplace_back(one, under.value_or(out.size()));
		if (!under) {
			out.push_back(make_verdict(one, in));
			continue;
		}
		auto &root = out[*under];
		root.follows.push_back(summary(one, in.now));
		// A sickness lasts as long as what follows from it.
		if (one.id)
			root.incidents.push_back(*one.id);
	}
	return out;
}

// The same again: the active one speaks for all, else the latest.
std::vector<verdict> join_repeats(std::vector<verdict> list, const situation &in)
{
	std::stable_sort(list.begin(), list.end(), [](const verdict &a, const verdict &b) {
		if (a.what.active != b.what.active)
			return a.what.active;
		return a.what.start > b.what.start;
	});
	constexpr std::size_t most_told = 4;
	std::vector<verdict> out;
	for (auto &one : list) {
		const auto same = std::find_if(out.begin(), out.end(), [&](const verdict &other) {
			return repeats(one, other);
		});
		if (same == out.end()) {
			out.push_back(std::move(one));
			continue;
		}
		same->times++;
		same->incidents.insert(same->incidents.end(), one.incidents.begin(),
				       one.incidents.end());
		// Those that go on are told; of the others the number is enough.
		if (one.what.active && same->times <= most_told)
			same->follows.push_back("The same on CPU " + cpu_number(one.what) + ": " +
						summary(one.what, in.now));
	}
	return out;
}

std::string counted(std::size_t number, const char *what)
{
	return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

} // namespace

diagnosis diagnose(const situation &of, nanoseconds window)
{
	diagnosis out;
	std::vector<incident> incidents;
	for (const auto &one : of.log.incidents)
		if (recent(one, of, window))
			incidents.push_back(one);
	const auto recorded = incidents.size();
	add_unrecorded(of, incidents);
	out.verdicts = join_repeats(fold(std::move(incidents), of), of);
	for (auto &one : out.verdicts) {
		advise(one, of);
		one.grounds = grounds_of(one, of);
	}
	std::size_t seeing = 0;
	for (const auto &one : of.sensors) {
		seeing += one.available;
		if (!one.available && one.id != sensor_id::sim)
			out.unseen.push_back(
				printable(one.name.value_or(one.id ? std::string(to_string(*one.id))
								   : "?")) +
				(one.reason ? ": " + printable(*one.reason) : std::string()));
	}
	out.looked_at = counted(of.cpus.size(), "CPU") + ", " + counted(seeing, "sensor") +
			" and " + counted(recorded, "incident") + " of the last " + human(window);
	return out;
}

} // namespace rtwatch
