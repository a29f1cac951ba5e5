// SPDX-License-Identifier: BSD-3-Clause
// The lines below an RCU stall's header.
#include "rcu.hpp"

#include <algorithm>

namespace rtwatch::splat::detail
{

namespace
{

constexpr std::size_t most_tasks = 256;
constexpr std::size_t most_listed = 4096;
constexpr std::size_t most_remarks = 64;

bool is_flag(char c)
{
	return c == '.' || c == 'O' || c == 'o' || c == 'N' || c == 'n' || c == '!' || c == '?' ||
	       c == 'D' || c == 'd' || is_digit(c);
}

// Where "(123 ticks this GP)" or "(4 GPs behind)" starts, npos if nowhere.
std::size_t find_ticks(view text, std::size_t from)
{
	for (std::size_t at = text.find('(', from); at != npos; at = text.find('(', at + 1)) {
		cursor c(text, at + 1);
		if (!c.any_integer() || c.blanks() == 0)
			continue;
		if (c.eat("ticks") || c.eat("GPs"))
			return at;
	}
	return npos;
}

// Backwards from the colon before '(': flags and the CPU's number.
bool read_cpu_and_flags(view text, std::size_t open, cpu_state &out)
{
	std::size_t to = open;
	while (to > 0 && is_blank(text[to - 1]))
		--to;
	if (to == 0 || text[to - 1] != ':')
		return false;
	--to;
	std::size_t from = to;
	while (from > 0 && is_flag(text[from - 1]))
		--from;
	std::size_t number_end = to;
	if (from > 0 && text[from - 1] == '-' && to - from <= 6) {
		out.flags = std::string(text.substr(from, to - from));
		number_end = from - 1;
	}
	std::size_t number = number_end;
	while (number > 0 && is_digit(text[number - 1]))
		--number;
	cursor c(text, number);
	const auto cpu = c.small_number();
	if (!cpu || c.at() != number_end)
		return false;
	out.cpu = *cpu;
	return true;
}

bool is_stall_word(view word)
{
	return word == "CPUs/tasks:" || word == "CPUs:" || word == "on" || word == "{";
}

} // namespace

std::optional<cpu_state> read_cpu_line(view text, std::string *rest)
{
	const std::size_t open = find_ticks(text, 0);
	if (open == npos)
		return std::nullopt;
	cpu_state cpu;
	if (!read_cpu_and_flags(text, open, cpu))
		return std::nullopt;
	cursor c(text, open + 1);
	const auto count = c.any_integer();
	c.blanks();
	if (c.eat("ticks"))
		cpu.ticks_this_gp = count;
	else
		cpu.gps_behind = count;
	const view tail = c.rest();
	const view idle = word_after(tail, "idle=");
	if (!idle.empty())
		cpu.idle = std::string(idle);
	const std::size_t softirq = tail.find("softirq=");
	if (softirq != npos) {
		cursor s(tail, softirq + 8);
		cpu.softirq_start = s.number();
		if (cpu.softirq_start && s.eat('/'))
			cpu.softirq_now = s.number();
	}
	cpu.fqs = number_after(tail, "fqs=");
	if (rest != nullptr) {
		std::size_t end = tail.find("fqs=");
		if (end != npos) {
			cursor after(tail, end + 4);
			after.eat('-');
			after.digits();
			*rest = std::string(trim(after.rest()));
		} else if (softirq != npos) {
			cursor after(tail, softirq);
			after.word();
			*rest = std::string(trim(after.rest()));
		} else if (!idle.empty()) { // before 3.15
			*rest = std::string(trim(
				tail.substr(static_cast<std::size_t>(idle.data() - tail.data()) +
					    idle.size())));
		}
	}
	return cpu;
}

std::optional<stall_footer> read_footer(view text)
{
	stall_footer f;
	const std::size_t by = text.find("(detected by ");
	std::size_t from = by;
	if (by != npos) {
		f.by_other = true;
		f.detected_by = cursor(text, by + 13).small_number();
	} else {
		from = text.find("(t=");
		if (from == npos)
			return std::nullopt;
	}
	const view body = text.substr(from, text.find(')', from) - from);
	const std::size_t t = body.find("t=");
	if (t != npos)
		f.jiffies = cursor(body, t + 2).signed_number();
	if (!f.by_other && !f.jiffies)
		return std::nullopt;
	f.gp_seq = number_after(body, " g=");
	f.completed = number_after(body, " c=");
	f.queued = number_after(body, " q=");
	f.ncpus = small_number_after(body, "ncpus=");
	return f;
}

void read_stall_list(view list, incident &into)
{
	cursor c(list);
	while (!c.end() && into.cpus.size() < most_listed) {
		c.blanks();
		if (c.peek() == '}' || c.peek() == '(')
			break;
		const std::size_t from = c.at();
		if (c.eat('P')) {
			const auto pid = c.small_number();
			if (pid && into.blocked_tasks.size() < most_tasks)
				into.blocked_tasks.push_back(*pid);
			c.word();
			continue;
		}
		const auto cpu = c.small_number();
		if (!cpu) {
			if (!is_stall_word(c.word()) || c.at() == from)
				break;
			continue;
		}
		cpu_state state;
		state.cpu = *cpu;
		// A terminal may have filled up its line in between.
		cursor flagged = c;
		flagged.blanks();
		if (flagged.peek() == '-')
			c = flagged;
		if (c.eat('-')) {
			const std::size_t flags = c.at();
			while (!c.end() && is_flag(c.peek()))
				c.move(c.at() + 1);
			state.flags = std::string(list.substr(flags, c.at() - flags));
			into.per_cpu.push_back(state);
		}
		into.cpus.push_back(*cpu);
	}
}

bool read_blocked_tasks(view text, incident &into)
{
	const std::size_t at = text.find("Tasks blocked on level-");
	if (at == npos)
		return false;
	std::size_t colon = text.find("):", at);
	if (colon == npos)
		colon = text.find(':', at);
	if (colon == npos)
		return true;
	cursor c(text, colon);
	while (!c.end() && into.blocked_tasks.size() < most_tasks) {
		c.word();
		c.blanks();
		if (!c.eat('P'))
			continue;
		const auto pid = c.small_number();
		if (pid && std::find(into.blocked_tasks.begin(), into.blocked_tasks.end(), *pid) ==
				   into.blocked_tasks.end())
			into.blocked_tasks.push_back(*pid);
	}
	return true;
}

namespace
{

// The table of CPU time from 6.3 on: a line of names, "number: 1 0 0", "cputime: 0 0 5008 ==>
// 2508(ms)".
bool read_cputime(view text, incident &into)
{
	if (contains(text, "hardirqs ") && contains(text, "csw/system"))
		return true;
	const view body = trim(text);
	for (const view row : {view("number: "), view("cputime: ")}) {
		const std::size_t at = body.find(row);
		if (at == npos || at > 8) // nothing but "rcu: " in front
			continue;
		cursor c(body, at + row.size());
		std::string values[3];
		for (std::string &value : values) {
			c.blanks();
			const auto number = c.number();
			if (!number)
				return false;
			value = std::to_string(*number);
		}
		const bool counts = row == view("number: ");
		std::string text_of =
			counts ? values[0] + " hardirqs, " + values[1] + " softirqs, " + values[2] +
					 " context switches"
			       : values[0] + " ms in hardirqs, " + values[1] + " ms in softirqs, " +
					 values[2] + " ms in the kernel";
		if (const auto sampled = small_number_after(body, "==> "))
			text_of += ", of " + std::to_string(*sampled) + " ms";
		if (into.fields.size() < most_remarks)
			into.fields.push_back({counts ? "cputime.number" : "cputime.time",
					       std::move(text_of),
					       {}});
		return true;
	}
	return false;
}

// What a remark says: behind its own words where they only announce it.
view remark_value(view remark)
{
	if (!starts_with(remark, "blocking rcu_node structures"))
		return trim(remark);
	const std::size_t colon = remark.find(':');
	const view list = colon == npos ? view() : trim(remark.substr(colon + 1));
	return list.empty() ? view("none") : list;
}

} // namespace

bool read_rcu_remark(view text, incident &into)
{
	struct remark {
		view text;
		view needs; // what makes it certain
		view name;
	};
	static constexpr remark remarks[] = {
		{"All QSes seen, last ", "kthread activity", "all_qses_seen"},
		{"Unless ", "OOM is now expected", "oom_warning"},
		{"blocking rcu_node structures", "", "rcu_node"},
		{"Possible timer handling issue", "", "timer_issue"},
		{"RCU GP kthread last ran on offline CPU", "", "gp_kthread_offline"},
		{"Offline CPU ", "blocking current GP", "offline_cpu"},
	};
	if (read_cputime(text, into))
		return true;
	for (const remark &r : remarks) {
		const std::size_t at = text.find(r.text);
		if (at == npos || !contains(text, r.needs))
			continue;
		if (into.fields.size() < most_remarks)
			into.fields.push_back({std::string(r.name),
					       std::string(remark_value(text.substr(at))),
					       {}});
		return true;
	}
	return false;
}

bool rcu_line_goes_on(view text, view next)
{
	next = trim(next);
	const std::size_t ticks = find_ticks(text, 0);
	if (ticks != npos) {
		if (!contains(text, "idle="))
			return starts_with(next, "idle=") || starts_with(next, "this GP)") ||
			       starts_with(next, "behind)");
		if (!contains(text, "fqs="))
			return starts_with(next, "softirq=") || starts_with(next, "fqs=") ||
			       contains(next, " fqs=");
		return false;
	}
	for (const view open : {view("(detected by "), view("(t=")}) {
		const std::size_t at = text.find(open);
		if (at == npos || text.find(')', at) != npos)
			continue;
		return contains(next, ")") &&
		       (contains(next, "jiffies") || contains(next, "g=") || contains(next, "q=") ||
			contains(next, "ncpus=") || contains(next, "c="));
	}
	const bool task = next.size() > 1 && next[0] == 'P' && is_digit(next[1]);
	if (contains(text, "Tasks blocked on level-"))
		return contains(text, "):") ? task : contains(next, "):") || task;
	if (contains(text, " grace period number ") && !contains(text, "jiffies"))
		return contains(next, "jiffies");
	if (contains(text, " grace period number "))
		return !contains(text, " old") && starts_with(next, "old");
	return false;
}

} // namespace rtwatch::splat::detail
