// SPDX-License-Identifier: BSD-3-Clause
// Call traces: one line is one frame, except where lines were glued together.
#include "dump.hpp"

namespace rtwatch::splat::detail
{

namespace
{

constexpr std::size_t most_frames = 128;

bool is_symbol_char(char c)
{
	return is_name(c) || c == '.' || c == '$' || c == '@';
}

// <IRQ>, </IRQ>, <EOI>, <<EOE>>, <NMI>, <#DF>, <TASK>
bool read_section(cursor &c, dump &d)
{
	cursor s = c;
	if (!s.eat('<'))
		return false;
	const bool twice = s.eat('<');
	s.eat('#');
	const bool closing = s.eat('/');
	const view name = s.name();
	if (name.size() < 2 || name.size() > 20)
		return false;
	for (const char ch : name) {
		if (ch >= 'a' && ch <= 'z')
			return false;
	}
	if (!s.eat('>') || (twice && !s.eat('>')))
		return false;
	if (closing || name == "EOI" || name == "EOE")
		d.section.clear();
	else
		d.section = std::string(name);
	c = s;
	return true;
}

// "[<ffffffff8186ae25>]", "[c000000012345678]", "([<0000000000112233>]"
bool skip_address(cursor &c)
{
	cursor s = c;
	s.eat('(');
	if (!s.eat('['))
		return false;
	const bool angle = s.eat('<');
	const view address = s.hex();
	if (address.size() < 8 && (!address.empty() || angle)) // "[]": somebody took it out
		return false;
	if (angle && !s.eat('>'))
		return false;
	if (!s.eat(']'))
		return false;
	c = s;
	return true;
}

std::string module_at(cursor &c)
{
	cursor s = c;
	s.blanks();
	if (!s.eat('['))
		return {};
	const std::size_t from = s.at();
	const view rest = s.rest();
	const std::size_t close = rest.find(']');
	if (close == npos || close > 64)
		return {};
	view name = rest.substr(0, close);
	if (name == "inline")
		return {};
	const std::size_t blank = name.find(' '); // "[xfs build-id]"
	name = name.substr(0, blank);
	s.move(from + close + 1);
	c = s;
	return std::string(name);
}

// arm: "(usb_hcd_irq [usbcore]) from ..."
bool eat_module_and_paren(cursor &c, std::string &module)
{
	cursor s = c;
	std::string name = module_at(s);
	if (name.empty() || !s.eat(')'))
		return false;
	module = std::move(name);
	c = s;
	return true;
}

void add(stack_frame frame, dump &d)
{
	if (d.frames.size() < most_frames)
		d.frames.push_back(std::move(frame));
}

// arm's " from [<c0015a40>] (__irq_svc+0x40/0x50)": what was interrupted comes behind it.
void add_entry(view caller, dump &d)
{
	const std::size_t from = caller.find(" from ");
	if (from == npos)
		return;
	cursor c(caller, from + 6);
	skip_address(c);
	c.blanks();
	c.eat('(');
	const view name = c.name();
	if (is_interrupt_entry(name))
		add({std::string(name), {}, {}, d.section, true}, d);
}

// One "? func+0x1/0x2 [module]" at c
bool read_frame(cursor &c, view text, dump &d)
{
	cursor s = c;
	stack_frame frame;
	s.blanks();
	bool address = false;
	while (skip_address(s)) {
		address = true;
		s.blanks();
	}
	if (s.eat('?')) {
		frame.reliable = false;
		s.blanks();
	}
	s.eat('('); // arm: "[<c0010>] (func) from [<c0020>] (caller+0x1/0x2)"
	const std::size_t from = s.at();
	while (!s.end() && is_symbol_char(s.peek()))
		s.move(s.at() + 1);
	const view symbol = text.substr(from, s.at() - from);
	if (symbol.empty() || is_digit(symbol[0]))
		return false;
	if (s.eat("+0x")) {
		const std::size_t offset = s.at() - 2;
		s.hex();
		if (s.eat('/'))
			s.hex();
		frame.offset = std::string(text.substr(offset, s.at() - offset));
		s.eat(')');
	} else if (s.eat(')') || eat_module_and_paren(s, frame.module)) {
		// arm's function without an offset
		if (!starts_with(s.rest(), " from ") && !address)
			return false;
	} else {
		// decode_stacktrace.sh: "func (kernel/file.c:12)" or "func kernel/file.c:12
		// [inline]"
		const view rest = s.rest();
		const bool source = starts_with(rest, " (") && contains(rest, ")") &&
				    (contains(rest, ".c:") || contains(rest, ".h:") ||
				     contains(rest, ".S:") || contains(rest, ".rs:"));
		const bool from_caller = starts_with(rest, " from ") && contains(rest, "+0x");
		const bool inlined = ends_with(trim(rest), "[inline]");
		if (inlined) {
			c.move(text.size());
			return true; // not a frame of its own
		}
		if (!source && !from_caller)
			return false;
	}
	frame.function = std::string(symbol);
	const view caller = s.rest();
	if (frame.module.empty())
		frame.module = module_at(s);
	if (contains(s.rest().substr(0, 16), "(unreliable)"))
		frame.reliable = false;
	frame.section = d.section;
	add(std::move(frame), d);
	add_entry(caller, d);
	c = s;
	return true;
}

// powerpc: "--- interrupt: 900 at func+0x54/0x60", " LR = ..."
bool read_powerpc_interrupt(view text, dump &d)
{
	const view body = trim_left(text);
	if (!starts_with(body, "--- interrupt") && !starts_with(body, "--- Exception") &&
	    !starts_with(body, "--- exception"))
		return false;
	add({"--- interrupt", {}, {}, d.section, true}, d);
	if (d.arch.empty())
		d.arch = "powerpc";
	const std::size_t at = body.find(" at ");
	if (at != npos) {
		cursor c(body, at + 4);
		if (starts_with(c.rest(), "0x"))
			return true; // in user mode
		read_frame(c, body, d);
	}
	return true;
}

} // namespace

void add_frame(view function, view offset, view module, bool reliable, dump &out)
{
	if (out.frames.size() >= most_frames)
		return;
	stack_frame &frame = out.frames.emplace_back();
	frame.function = function;
	frame.offset = offset;
	frame.module = module;
	frame.section = out.section;
	frame.reliable = reliable;
}

bool read_trace(view text, dump &d)
{
	if (read_powerpc_interrupt(text, d))
		return true;
	cursor c(text);
	bool any = false;
	c.blanks();
	while (!c.end()) {
		c.blanks();
		if (read_section(c, d) || read_frame(c, text, d)) {
			any = true;
			continue;
		}
		break;
	}
	if (any)
		return true;
	// A frame without a symbol: "0xffff800014c53d68", "[<00007f12>] 0x7f12"
	cursor bare(text);
	bare.blanks();
	const bool address = skip_address(bare);
	bare.blanks();
	bare.eat('?');
	bare.blanks();
	return address || bare.hex().size() >= 8;
}

} // namespace rtwatch::splat::detail
