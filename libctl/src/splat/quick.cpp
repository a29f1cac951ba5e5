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
bool is_frame(view text, quick_line &out)
{
	cursor c(text);
	c.blanks();
	const bool doubtful = c.eat('?');
	if (doubtful)
		c.blanks();
	if (!is_alpha(c.peek()) && c.peek() != '_')
		return false;
	const std::size_t name = c.at();
	out.function = text.substr(name, c.pass(is_symbol));
	const std::size_t offset = c.at() + 1;
	if (!c.eat(view("+0x")) || c.hex().empty() || !c.eat(view("/0x")) || c.hex().empty())
		return false;
	out.offset = text.substr(offset, c.at() - offset);
	out.module = {};
	if (c.blanks() > 0 && c.eat('[')) {
		const std::size_t module = c.at();
		out.module = text.substr(
			module, c.pass([](char ch) { return is_symbol(ch) || ch == '-'; }));
		if (!c.eat(']'))
			return false;
		c.blanks();
	}
	out.reliable = !doubtful;
	return c.end();
}

// " <TASK>", " </IRQ>", "Call Trace:"
bool is_around_frames(view text)
{
	const view body = trim(text);
	for (const view line : {view("<TASK>"), view("</TASK>"), view("<IRQ>"), view("</IRQ>"),
				view("<NMI>"), view("</NMI>"), view("Call Trace:")}) {
		if (body == line)
			return true;
	}
	return false;
}

// "RAX: 0000000000000000 RBX: ...", "x29: ffff80008001b9c0 x28: ...", "Code: 0f 1f <80> 00"
bool is_registers(view text)
{
	const view body = trim_left(text);
	if (body.empty() || !contains("RxCP", body[0]))
		return false;
	const bool code = starts_with(body, "Code: ");
	if (!code && (body[0] == 'C' || body[0] == 'P') && !starts_with(body, "CR2: ") &&
	    !starts_with(body, "CS:  ") && !starts_with(body, "PKRU: "))
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

quick_line quick_look(view text)
{
	quick_line line;
	if (is_frame(text, line))
		line.kind = quick_kind::frame;
	else if (is_around_frames(text))
		line.kind = quick_kind::trace;
	else if (is_registers(text))
		line.kind = quick_kind::registers;
	line.text = text;
	return line;
}

quick_line read_quick_line(view line, std::uint64_t number, record &out, prefix &behind)
{
	// Behind nothing but the kernel's own stamp no more of a prefix can be taken for a frame.
	const bool plain = read_stamp(line, behind);
	if (!plain)
		behind = read_prefix(line);
	quick_line quick;
	if (behind.length > 0 && (behind.stamped || (behind.logged && behind.kernel)))
		quick = quick_look(line.substr(behind.length));
	if (quick.kind == quick_kind::none) {
		if (plain)
			behind = read_prefix(line);
		return quick;
	}
	out.first_line = out.last_line = number;
	out.time.clear();
	out.monotonic_s = behind.monotonic_s;
	out.caller = behind.caller;
	out.stamped = behind.stamped;
	out.logged = behind.logged;
	out.kernel = behind.kernel;
	out.quoted = out.full_width = false;
	return quick;
}

} // namespace rtwatch::splat::detail
