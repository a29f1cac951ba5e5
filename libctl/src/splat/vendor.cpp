// SPDX-License-Identifier: BSD-3-Clause
#include "vendor.hpp"

namespace rtwatch::splat::detail
{

namespace
{

constexpr std::size_t widest = 40; // of what stands in brackets

// The text up to the closing bracket behind c, and c moved behind that; nothing when it is too
// far.
std::optional<view> inside(cursor &c, char close)
{
	const view rest = c.rest();
	const std::size_t end = rest.find(close);
	if (end == npos || end > widest)
		return std::nullopt;
	c.move(c.at() + end + 1);
	return rest.substr(0, end);
}

// "[2:  kworker/2:1:   45] ", "[c2:  kworker/2:1:   45] "; a level in front: "I[2: ...] "
bool eat_cpu_task_pid(cursor c, cursor &out)
{
	if (contains("VDIWEFA", c.peek()) && !c.end())
		c.move(c.at() + 1);
	if (!c.eat('['))
		return false;
	c.blanks();
	const bool marked = c.eat('c');
	if (!c.small_number() || !c.eat(':'))
		return false;
	const auto task = inside(c, ']');
	if (!task || (!marked && !contains(*task, ':')))
		return false;
	out = c;
	return true;
}

// "(2)[45:kworker/0:1]", "-(2)[45:kworker/0:1]" with interrupts off
bool eat_cpu_and_pid_task(cursor c, cursor &out)
{
	c.eat('-');
	if (!c.eat('(') || !c.small_number() || !c.eat(view(")[")) || !inside(c, ']'))
		return false;
	out = c;
	return true;
}

// "(CPU:1-pid:64:kworker/1:4)"
bool eat_named_cpu(cursor c, cursor &out)
{
	if (!c.eat(view("(CPU:")) || !c.small_number() || !c.eat(view("-pid:")) || !inside(c, ')'))
		return false;
	out = c;
	return true;
}

// "[pid:64,cpu1,kworker/1:4]", with the wall clock in brackets in front of it on some
bool eat_named_pid(cursor c, cursor &out)
{
	cursor date = c;
	if (date.eat(view("[20")) && inside(date, ']'))
		c = date;
	if (!c.eat(view("[pid:")) || !c.small_number() || !c.eat(view(",cpu")) || !inside(c, ']'))
		return false;
	out = c;
	return true;
}

// "c2     45 ", "c2 "
bool eat_marked_cpu(cursor c, cursor &out)
{
	if (!c.eat('c') || !c.small_number() || c.blanks() == 0)
		return false;
	cursor pid = c;
	if (pid.small_number() && pid.blanks() > 0)
		c = pid;
	out = c;
	return true;
}

// PREEMPT_RT's patches of 4.19 to 5.4: "001: "
bool eat_cpu_number(cursor c, cursor &out)
{
	if (c.digits() != 3 || !c.eat(view(": ")))
		return false;
	out = c;
	return true;
}

} // namespace

bool eat_vendor_context(cursor &c)
{
	return eat_cpu_task_pid(c, c) || eat_cpu_and_pid_task(c, c) || eat_named_cpu(c, c) ||
	       eat_named_pid(c, c) || eat_marked_cpu(c, c) || eat_cpu_number(c, c);
}

bool eat_level_word(view line, cursor &c)
{
	constexpr std::size_t width = 7;
	for (const view word :
	     {view("EMERG: "), view("ALERT: "), view("CRIT: "), view("ERR: "), view("WARN: "),
	      view("NOTICE: "), view("INFO: "), view("DEBUG: ")}) {
		const std::size_t blanks = width + 2 - word.size();
		const std::size_t at = c.at();
		if (!starts_with(c.rest(), word) || at < blanks ||
		    !trim(line.substr(at - blanks, blanks)).empty())
			continue;
		c.move(at + word.size());
		return true;
	}
	return false;
}

} // namespace rtwatch::splat::detail
