// SPDX-License-Identifier: BSD-3-Clause
// One-line complaints of the scheduler, and interrupt storms.
#include "header.hpp"

namespace rtwatch::splat::detail
{

namespace
{

bool match_throttled(view text, std::size_t from, header &out)
{
	const view words = "RT throttling activated";
	const std::size_t at = text.find(words, from);
	if (at == npos)
		return false;
	// A sentence about it has it neither at its start nor behind the scheduler's prefix.
	if (at != 0 && text[at - 1] != ' ' && text[at - 1] != '\t')
		return false;
	out.seed.type = incident_type::rt_throttled;
	out.begin = at;
	out.end = at + words.size();
	// Vendor kernels name the run queue's CPU.
	const view rest = text.substr(out.end);
	auto cpu = small_number_after(rest, "(cpu ");
	if (!cpu)
		cpu = small_number_after(rest, "on CPU");
	if (cpu)
		out.seed.cpus.push_back(*cpu);
	out.complete = cpu || trim(rest).empty();
	return true;
}

bool match_replenish(view text, std::size_t from, header &out)
{
	// "lagged to much" until 4.17
	for (const view words :
	     {view("DL replenish lagged too much"), view("DL replenish lagged to much")}) {
		const std::size_t at = text.find(words, from);
		if (at == npos)
			continue;
		out.seed.type = incident_type::dl_replenish_lag;
		out.begin = at;
		out.end = at + words.size();
		out.complete = true;
		return true;
	}
	return false;
}

// "cfs_period_timer[cpu3]: period too short, scaling up (new cfs_period_us = 20000, ...)"
bool match_period(view text, std::size_t from, header &out)
{
	const view words = "cfs_period_timer[cpu";
	const std::size_t at = text.find(words, from);
	if (at == npos)
		return false;
	cursor c(text, at + words.size());
	const auto cpu = c.small_number();
	if (!cpu || !c.eat("]: period too short"))
		return false;
	out.seed.type = incident_type::cfs_period_short;
	out.seed.cpus.push_back(*cpu);
	out.begin = at;
	out.end = c.at();
	const view rest = c.rest();
	for (const view key : {view("cfs_period_us"), view("cfs_quota_us")}) {
		const std::size_t value = rest.find(key);
		if (value == npos)
			continue;
		cursor v(rest, value + key.size());
		v.blanks();
		v.eat('=');
		v.blanks();
		if (const auto number = v.any_integer())
			out.seed.fields.push_back({std::string(key), to_text(*number), {}});
	}
	if (contains(rest, "cannot scale up"))
		out.seed.fields.push_back({"scaled", "no", {}});
	// Older kernels print no more than the first line.
	const std::size_t close = rest.find(')');
	out.complete = close != npos;
	if (out.complete)
		out.end += close + 1;
	return true;
}

// "CPU#3 Detect HardIRQ Time exceeds 50%. Most frequent HardIRQs:"
bool match_irq_storm(view text, std::size_t from, header &out)
{
	const view words = " Detect HardIRQ Time exceeds ";
	const std::size_t at = text.find(words, from);
	if (at == npos)
		return false;
	std::size_t number = at;
	while (number > 0 && is_digit(text[number - 1]))
		--number;
	const auto cpu = cursor(text, number).small_number();
	if (!cpu || !ends_with(text.substr(0, number), "CPU#"))
		return false;
	out.seed.type = incident_type::irq_storm;
	out.seed.cpus.push_back(*cpu);
	out.begin = number - 4;
	cursor c(text, at + words.size());
	if (const auto percent = c.number())
		out.seed.fields.push_back({"hardirq_pct", std::to_string(*percent), {}});
	out.end = c.at();
	out.complete = true;
	return true;
}

} // namespace

bool find_sched(view text, std::size_t from, header &out)
{
	return match_throttled(text, from, out) || match_replenish(text, from, out) ||
	       match_period(text, from, out) || match_irq_storm(text, from, out);
}

} // namespace rtwatch::splat::detail
