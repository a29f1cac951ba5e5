// SPDX-License-Identifier: BSD-3-Clause
// Program counters in the register dumps of the architectures.
#include "dump.hpp"

namespace rtwatch::splat::detail
{

namespace
{

// A symbol with an offset, or with a source position where decode_stacktrace.sh was run.
bool read_symbol(view text, std::size_t from, std::string &name, std::string &offset)
{
	cursor c(text, from);
	for (int words = 0; words < 4; ++words) {
		c.blanks();
		while (c.peek() == '[' || c.peek() == '(' || c.peek() == '<') {
			// "[<ffffffff8355913a>] " and "[c000000000012340] ", but
			// "(schedule+0x1/0x2)"
			cursor inside = c;
			while (inside.eat('[') || inside.eat('<') || inside.eat('('))
				;
			const view address = inside.hex();
			if (address.size() < 8 || (inside.peek() != '>' && inside.peek() != ']')) {
				c.move(c.at() + 1);
				continue;
			}
			while (inside.eat('>') || inside.eat(']'))
				;
			inside.blanks();
			c = inside;
		}
		const std::size_t start = c.at();
		std::size_t end = start;
		while (end < text.size() &&
		       (is_name(text[end]) || text[end] == '.' || text[end] == '$'))
			++end;
		const view symbol = text.substr(start, end - start);
		if (!symbol.empty() && !is_digit(symbol[0])) {
			if (starts_with(text.substr(end), "+0x")) {
				name = std::string(symbol);
				offset = std::string(cursor(text, end + 1).word());
				while (!offset.empty() && !is_hex(offset.back()))
					offset.pop_back();
				return true;
			}
			const view behind = text.substr(end);
			if (starts_with(behind, " (") &&
			    (contains(behind, ":") || contains(behind, "/"))) {
				name = std::string(symbol);
				offset.clear();
				return true;
			}
		}
		c.word();
	}
	return false;
}

void set_kernel(view text, std::size_t from, const char *arch, dump &d)
{
	if (d.arch.empty())
		d.arch = arch;
	std::string name;
	std::string offset;
	if (d.user_pc && *d.user_pc)
		return; // the user registers were first: the interrupted context
	if (!read_symbol(text, from, name, offset))
		return;
	if (!d.pc.empty())
		return;
	d.pc = std::move(name);
	d.pc_offset = std::move(offset);
	d.user_pc = false;
}

void set_user(const char *arch, dump &d)
{
	if (d.arch.empty())
		d.arch = arch;
	if (d.user_pc)
		return;
	d.user_pc = true;
	d.user_before_trace = d.frames.empty();
}

// RIP: 0010:func+0x1/0x2, RIP: 0033:0x7f.., RIP: 0010:[<..>]  [<..>] func+0x1/0x2
bool read_x86_64(view text, dump &d)
{
	cursor c(text);
	c.blanks();
	if (!c.eat(view("RIP")))
		return false;
	const bool again = c.blanks() > 0; // "RIP  [<..>] func": printed again behind the trace
	if (!c.eat(':') && !again)
		return false;
	c.blanks();
	cursor selector = c;
	const view segment = selector.hex();
	if (segment.size() == 4 && selector.eat(':')) {
		if (segment == "0033" || segment == "0023") {
			set_user("x86_64", d);
			return true;
		}
		// Xen's guests run their kernel in ring 3 or 1.
		const bool paravirt = segment == "e033" || segment == "e030";
		set_kernel(text, selector.at(), "x86_64", d);
		if (paravirt && d.pc.empty() && segment == "e033" && !d.user_pc &&
		    starts_with(selector.rest(), "0x"))
			set_user("x86_64", d);
		return true;
	}
	set_kernel(text, c.at(), "x86_64", d);
	return true;
}

// EIP: 0060:[<..>] EFLAGS: .., EIP is at func+0x1/0x2, EIP: func+0x1/0x2, EIP: 0073:0x..
bool read_i386(view text, dump &d)
{
	cursor c(text);
	c.blanks();
	if (!c.eat(view("EIP")))
		return false;
	if (c.eat(" is at ")) {
		set_kernel(text, c.at(), "i386", d);
		return true;
	}
	if (!c.eat(':'))
		return false;
	c.blanks();
	cursor selector = c;
	const view segment = selector.hex();
	if (segment.size() == 4 && selector.eat(':')) {
		if (segment == "0073" || segment == "007b")
			set_user("i386", d);
		else
			set_kernel(text, selector.at(), "i386", d);
		return true;
	}
	set_kernel(text, c.at(), "i386", d);
	return true;
}

struct pc_form {
	view head;
	const char *arch;
};

constexpr pc_form forms[] = {
	{"pc : ", "arm64"},        {"PC is at ", "arm"}, {"pc is at ", ""},
	{"epc : ", "riscv"},       {"NIP ", "powerpc"},  {"NIP: ", "powerpc"},
	{"Krnl PSW : ", "s390"},   {"epc   : ", "mips"}, {"ERA: ", "loongarch"},
	{"era   : ", "loongarch"}, {"TPC: ", "sparc"},   {"IAOQ[0]: ", "parisc"},
	{"ip is at ", "ia64"},     {"PC: ", ""},         {"NIP:", "powerpc"},
	{"[PC is at ", "arc"},     {"pc  : ", "csky"},
};

// "0000ffff8a1b2c3d" or "[00007fff8a1b2c3d]" without a symbol: 64-bit kernels live in the upper
// half
bool is_user_address(view text, std::size_t from)
{
	cursor c(text, from);
	c.blanks();
	c.eat('[');
	const view address = c.hex();
	c.eat(']');
	c.blanks();
	return address.size() == 16 && starts_with(address, "0000") && c.end();
}

bool read_other(view text, dump &d)
{
	const view body = trim_left(text);
	for (const pc_form &form : forms) {
		if (!starts_with(body, form.head))
			continue;
		// "epc : ffffffff80001234 ra : ...": the name is on another line
		const std::size_t from =
			static_cast<std::size_t>(body.data() - text.data()) + form.head.size();
		view line = text;
		const std::size_t other = line.find(" ra : ", from);
		const std::size_t link = line.find(" lr : ", from);
		if (other != npos)
			line = line.substr(0, other);
		if (link != npos && link < line.size())
			line = line.substr(0, link);
		if (is_user_address(line, from))
			set_user(form.arch, d);
		else
			set_kernel(line, from, form.arch, d);
		return true;
	}
	if (starts_with(body, "User PSW : ") || starts_with(body, "Login PSW")) {
		set_user("s390", d);
		return true;
	}
	return false;
}

// Lines of a register dump that say nothing for us, but keep the dump going.
bool is_register_line(view text)
{
	static constexpr view heads[] = {
		"RSP:",
		"RAX:",
		"RDX:",
		"RBP:",
		"R10:",
		"R13:",
		"FS:",
		"CS:",
		"CR2:",
		"DR0:",
		"DR3:",
		"PKRU:",
		"Code:",
		"EAX:",
		"ESI:",
		"DS:",
		"CR0:",
		"lr :",
		"sp :",
		"pstate:",
		"x29:",
		"LR is at",
		"pc :",
		"psr:",
		"Flags:",
		"Control:",
		"ra :",
		"gp :",
		"status:",
		"GPR",
		"LR ",
		"MSR:",
		"CFAR:",
		"REGS:",
		"Krnl GPRS:",
		"$ ",
		"Status:",
		"Cause :",
		"BadVA",
		"PrId",
		"Hi ",
		"Lo ",
		"task:",
		"task.",
		"stack backtrace:",
		"Stack:",
		"stack:",
		"Hardware name:",
		"Modules linked in:",
		"irq event stamp",
		"hardirqs last",
		"softirqs last",
		"Instruction dump:",
		"pmr_save:",
		"ORIG_RAX",
		"KERNEL_",
	};
	for (const view head : heads) {
		if (starts_with(text, head))
			return true;
	}
	if (text.size() > 3 && (text[0] == 'x' || text[0] == 'r' || text[0] == 'R') &&
	    is_digit(text[1]) && contains(text.substr(0, 6), ":"))
		return true;
	return false;
}

// The flags behind key as a number: hexadecimal and a word of its own.
std::optional<std::uint64_t> flags_after(view text, view key)
{
	constexpr std::size_t most_digits = 16;
	const std::size_t at = text.find(key);
	if (at == npos)
		return std::nullopt;
	cursor c(text, at + key.size());
	c.blanks();
	const view digits = c.hex();
	if (digits.empty() || digits.size() > most_digits || (!c.end() && !is_blank(c.peek())))
		return std::nullopt;
	std::uint64_t value = 0;
	for (const char digit : digits)
		value = value << 4 |
			static_cast<std::uint64_t>(is_digit(digit) ? digit - '0'
								   : (digit | 0x20) - 'a' + 10);
	return value;
}

struct irq_flag {
	view line; // how the line begins
	view key;
	std::uint64_t bit;
	bool off_when_set;
};

// Where each architecture keeps its interrupt mask.
constexpr irq_flag irq_flags[] = {
	{"RSP: ", "EFLAGS:", 0x200, false}, // x86_64: IF
	{"EIP: ", "EFLAGS:", 0x200, false}, // i386
	{"DS: ", "EFLAGS:", 0x200, false},  // i386, newer
	{"pstate:", "pstate:", 0x80, true}, // arm64: PSTATE.I
	{"pc : ", "pstate:", 0x80, true},   // arm64, before 4.20
	{"pc : ", "psr:", 0x80, true},      // arm: CPSR.I
	{"MSR:", "MSR:", 0x8000, false},    // powerpc: MSR[EE]
	{"REGS:", "MSR:", 0x8000, false},
	{"status:", "status:", 0x20, false}, // riscv: SPIE, what was before the trap
};

// The first set of registers is where the CPU was.
void read_irq_flag(view text, dump &d)
{
	if (!d.frames.empty())
		return;
	const view body = trim_left(text);
	// 64-bit powerpc only notes that it wants no interrupts: this counts more than MSR[EE].
	const std::size_t mask = starts_with(body, "CFAR:") || starts_with(body, "GPR00:")
					 ? body.find("IRQMASK: ")
					 : npos;
	if (mask != npos)
		d.irqs_off = body.substr(mask + 9, 1) != "0";
	if (d.irqs_off)
		return;
	if (starts_with(body, "R:") && contains(body, " EX:")) // s390's PSW
		d.irqs_off = contains(body, " EX:0");
	for (const irq_flag &flag : irq_flags) {
		if (!starts_with(body, flag.line))
			continue;
		if (const auto value = flags_after(body, flag.key)) {
			d.irqs_off = ((*value & flag.bit) != 0) == flag.off_when_set;
			return;
		}
	}
}

} // namespace

bool read_registers(view text, dump &d)
{
	read_irq_flag(text, d);
	if (read_x86_64(text, d) || read_i386(text, d) || read_other(text, d))
		return true;
	return is_register_line(trim_left(text));
}

} // namespace rtwatch::splat::detail
