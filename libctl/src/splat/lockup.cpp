// SPDX-License-Identifier: BSD-3-Clause
// Soft and hard lockups: the watchdog's words since 2.6, PowerPC's own watchdog, and reports of
// which only the panic line is left.
#include "header.hpp"

namespace rtwatch::splat::detail
{

namespace
{

// "CPU#3 stuck for 23s! [comm:pid]" behind "soft lockup"
bool match_stuck(view text, std::size_t behind, header &out)
{
	cursor c(text, behind);
	c.blanks();
	c.eat('-');
	c.blanks();
	if (!c.eat("CPU"))
		return false;
	c.eat('#');
	const auto cpu = c.small_number();
	if (!cpu)
		return false;
	out.seed.cpus.push_back(*cpu);
	out.end = c.at();
	c.blanks();
	if (!c.eat("stuck for "))
		return true;
	const auto seconds = c.signed_number();
	if (!seconds || !c.eat('s'))
		return true;
	out.seed.duration = duration{*seconds, duration_unit::s};
	c.eat('!');
	out.end = c.at();
	c.blanks();
	if (auto task = bracketed_task(text, c.at())) {
		out.seed.comm = std::move(task->comm);
		out.seed.pid = task->pid;
		out.end = task->end;
		out.complete = true;
	}
	return true;
}

struct hard_form {
	view before_cpu;
	view behind_cpu;
	bool number_is_detector; // the stuck CPUs are a list behind it
};

constexpr hard_form hard_forms[] = {
	{"Watchdog detected hard LOCKUP on cpu ", "", false},
	{"Watchdog detected LOCKUP on CPU", "", false},
	{"watchdog detected LOCKUP on CPU", "", false},
	{"CPU ", " self-detected hard LOCKUP", false},
	{"CPU:", " self-detected hard LOCKUP", false},
	{"CPU ", " Hard LOCKUP", false},
	{"CPU:", " Hard LOCKUP", false},
	{"CPU:", " Self-detected Hard LOCKUP", false},
	{"CPU ", " detected hard LOCKUP on other CPUs ", true},
	{"CPU:", " detected Hard LOCKUP other CPUS:", true},
	{"CPU ", " detected hard LOCKUP other CPUS:", true},
};

bool match_hard(view text, std::size_t at, const hard_form &form, header &out)
{
	cursor c(text, at + form.before_cpu.size());
	c.blanks();
	const auto cpu = c.small_number();
	if (!cpu || !c.eat(form.behind_cpu))
		return false;
	out.begin = at;
	if (form.number_is_detector) {
		out.seed.detected_by = *cpu;
		c.blanks();
		out.seed.cpus = cpu_list(c.rest());
		c.word();
	} else {
		out.seed.cpus.push_back(*cpu);
	}
	// powerpc: "@ _raw_spin_lock_irq+0x60/0x100"
	if (c.eat(" @ ")) {
		const std::size_t from = c.at();
		while (is_name(c.peek()) || c.peek() == '.')
			c.move(c.at() + 1);
		const view symbol = text.substr(from, c.at() - from);
		if (!symbol.empty() && !is_digit(symbol[0]))
			out.seed.top_function = std::string(symbol);
		c.word();
	}
	out.end = c.at();
	out.complete = true;
	return true;
}

// The buddy detector's "CPU75: Watchdog detected hard LOCKUP on cpu 76"
void read_detector(view text, header &out)
{
	const view before = text.substr(0, out.begin);
	if (!ends_with(before, ": "))
		return;
	std::size_t from = before.size() - 2;
	while (from > 0 && is_digit(before[from - 1]))
		--from;
	if (from < 3 || before.substr(from - 3, 3) != "CPU")
		return;
	out.seed.detected_by = cursor(before, from).small_number();
	out.begin = from - 3;
}

} // namespace

bool find_soft_lockup(view text, std::size_t from, header &out)
{
	for (std::size_t at = text.find("soft lockup", from); at != npos;
	     at = text.find("soft lockup", at + 1)) {
		out = header();
		out.seed.type = incident_type::soft_lockup;
		out.begin = at;
		std::size_t behind = at + 11;
		// 2.6.22 and older: "soft lockup detected on CPU#0!"
		if (starts_with(text.substr(behind), " detected on"))
			behind += 12;
		else if (!ends_with(text.substr(0, at), "BUG: "))
			continue;
		if (match_stuck(text, behind, out))
			return true;
	}
	return false;
}

bool find_hard_lockup(view text, std::size_t from, header &out)
{
	if (text.find("LOCKUP", from) == npos)
		return false;
	bool found = false;
	for (const hard_form &form : hard_forms) {
		for (std::size_t at = text.find(form.before_cpu, from); at != npos;
		     at = text.find(form.before_cpu, at + 1)) {
			header h;
			h.seed.type = incident_type::hard_lockup;
			if (!match_hard(text, at, form, h))
				continue;
			if (!found || h.begin < out.begin)
				out = std::move(h);
			found = true;
			break;
		}
	}
	if (found)
		read_detector(text, out);
	return found;
}

bool find_panic(view text, std::size_t from, header &out)
{
	const struct {
		view text;
		incident_type type;
	} panics[] = {
		{"Kernel panic - not syncing: softlockup: hung tasks", incident_type::soft_lockup},
		{"Kernel panic - not syncing: Hard LOCKUP", incident_type::hard_lockup},
		{"Kernel panic - not syncing: hung_task: blocked tasks", incident_type::hung_task},
	};
	for (const auto &panic : panics) {
		const std::size_t at = text.find(panic.text, from);
		if (at == npos)
			continue;
		out.seed.type = panic.type;
		out.begin = at;
		out.end = at + panic.text.size();
		out.complete = out.panic = true;
		return true;
	}
	return false;
}

} // namespace rtwatch::splat::detail
