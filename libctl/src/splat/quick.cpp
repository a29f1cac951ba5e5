// SPDX-License-Identifier: BSD-3-Clause
#include "quick.hpp"

namespace rtwatch::splat::detail
{

namespace
{

constexpr bool is_symbol(char c)
{
	return is_name(c) || c == '.' || c == '$';
}

// " ? worker_thread+0x0/0x3b0 [module]"
bool is_frame(view text)
{
	cursor c(text);
	c.blanks();
	if (c.eat('?'))
		c.blanks();
	if (!is_alpha(c.peek()) && c.peek() != '_')
		return false;
	while (is_symbol(c.peek()))
		c.move(c.at() + 1);
	if (!c.eat("+0x") || c.hex().empty() || !c.eat("/0x") || c.hex().empty())
		return false;
	if (c.blanks() > 0 && c.eat('[')) {
		while (is_symbol(c.peek()) || c.peek() == '-')
			c.move(c.at() + 1);
		if (!c.eat(']'))
			return false;
		c.blanks();
	}
	return c.end();
}

// "RAX: 0000000000000000 RBX: ...", "x29: ffff80008001b9c0 x28: ...", "Code: 0f 1f <80> 00"
bool is_registers(view text)
{
	const view body = trim_left(text);
	const bool code = starts_with(body, "Code: ");
	if (!code && !starts_with(body, "R") && !starts_with(body, "x"))
		return false;
	cursor c(body, code ? 6 : 0);
	while (!c.end()) {
		c.blanks();
		if (!code) {
			const view name = c.name();
			if (name.empty() || name.size() > 6 || !c.eat(':') || c.blanks() == 0)
				return false;
			// The program counter and the flags are read with care.
			if (name == "RIP" || name == "RSP")
				return false;
		}
		const bool marked = c.eat('<') || c.eat('(');
		const view number = c.hex();
		if (number.empty() && !c.end())
			return false;
		if (marked && !c.eat('>') && !c.eat(')'))
			return false;
	}
	return true;
}

} // namespace

quick_kind quick_look(view text)
{
	if (is_frame(text))
		return quick_kind::frame;
	return is_registers(text) ? quick_kind::registers : quick_kind::none;
}

quick_kind read_quick_line(view line, std::uint64_t number, record &out)
{
	prefix p = read_prefix(line);
	if (p.length == 0 || (!p.stamped && !(p.logged && p.kernel)))
		return quick_kind::none;
	const view text = line.substr(p.length);
	const quick_kind kind = quick_look(text);
	if (kind == quick_kind::none)
		return kind;
	out.text.assign(text);
	out.first_line = out.last_line = number;
	out.time = std::move(p.time);
	out.monotonic_s = p.monotonic_s;
	out.caller = p.caller;
	out.stamped = p.stamped;
	out.logged = p.logged;
	out.kernel = p.kernel;
	out.quoted = out.full_width = false;
	return kind;
}

} // namespace rtwatch::splat::detail
