// SPDX-License-Identifier: BSD-3-Clause
// Lines that name a task.
#include "dump.hpp"

namespace rtwatch::splat::detail
{

namespace
{

bool is_state(char c)
{
	switch (c) {
	case 'R':
	case 'S':
	case 'D':
	case 'T':
	case 't':
	case 'X':
	case 'Z':
	case 'P':
	case 'I':
	case 'K':
	case 'W':
	case 'N':
	case 'x':
	case '?':
		return true;
	default:
		return false;
	}
}

// Where a comm ends on a "Comm:" line.
std::size_t comm_end(view text, std::size_t from)
{
	std::size_t end = text.size();
	for (const view stop :
	     {view(" Tainted:"), view(" Not tainted"), view(" Kdump:"), view(" tainted"),
	      view("\t"), view(" veid: "), view(" ve: ")}) { // OpenVZ's container
		const std::size_t at = text.find(stop, from);
		if (at != npos && at < end)
			end = at;
	}
	return end;
}

// task:kworker/2:3     state:D stack:0     pid:117   tgid:117   ppid:2
bool read_new_task_line(view text, dump &out)
{
	const auto at = static_cast<std::size_t>(trim_left(text).data() - text.data());
	if (!starts_with(text.substr(at), "task:"))
		return false;
	const std::size_t state = text.find(" state:", at);
	if (state == npos || state - at > 80)
		return false;
	out.comm = std::string(trim(text.substr(at + 5, state - at - 5)));
	if (state + 7 < text.size())
		out.state = std::string(1, text[state + 7]);
	const std::size_t stack = text.find("stack:", state);
	const std::size_t pid = text.find("pid:", stack == npos ? state : stack);
	if (pid != npos) {
		cursor c(text, pid + 4);
		c.blanks();
		out.pid = c.small_number();
	}
	out.task = out.named = true;
	return true;
}

// The state letter's place in the columns of the old layout: behind a name padded to 15
std::size_t old_state_column(view text)
{
	const std::size_t first = 15;
	for (std::size_t at = first; at + 1 < text.size() && at < first + 3; ++at) {
		// A stack of five digits leaves no blank: "D29496"
		if (is_state(text[at]) && text[at - 1] == ' ' &&
		    (is_blank(text[at + 1]) || is_digit(text[at + 1])))
			return at;
	}
	// Blanks may have been squeezed: the first lone state letter.
	for (std::size_t at = 2; at + 1 < text.size() && at < 40; ++at) {
		if (is_state(text[at]) && is_blank(text[at - 1]) && is_blank(text[at + 1]))
			return at;
	}
	return npos;
}

// kworker/1:2     D ffff88026c143c38     0   154      2 0x00000000
// irqbalance      R  running task        0  1275      1 0x00000002
bool read_old_task_line(view text, dump &out)
{
	const std::size_t state = old_state_column(text);
	if (state == npos || trim(text.substr(0, state)).empty())
		return false;
	cursor c(text, state + 1);
	cursor word = c;
	word.blanks();
	if (word.eat("running")) {
		c = word;
		c.blanks();
		c.eat("task");
		cursor cpu = c; // RT kernels: "on cpu   0"
		cpu.blanks();
		if (cpu.eat("on cpu")) {
			cpu.blanks();
			cpu.small_number();
			c = cpu;
		}
	} else {
		// The saved program counter, not yet the free stack.
		cursor address = word;
		if (address.hex().size() >= 8 && (address.end() || is_blank(address.peek())))
			c = address;
	}
	// Stack, pid, parent and flags, the last possibly on the next line.
	int numbers[3] = {};
	for (int i = 0; i < 3; ++i) {
		if (c.blanks() == 0 && i > 0)
			return false;
		const auto number = c.small_number();
		if (!number)
			return false;
		numbers[i] = *number;
	}
	c.blanks();
	if (!c.end() && !c.eat("0x") && !is_digit(c.peek()) && !starts_with(c.rest(), "flags"))
		return false;
	const view name = trim(text.substr(0, state));
	if (name.size() > 24)
		return false;
	out.comm = std::string(name);
	out.pid = numbers[1];
	out.state = std::string(1, text[state]);
	out.task = out.named = true;
	return true;
}

} // namespace

bool read_version(view text, std::string &kernel, std::string &taint)
{
	std::size_t at = text.find("Not tainted");
	cursor c(text);
	if (at != npos) {
		c.move(at + 11);
	} else {
		at = text.find("Tainted: ");
		if (at == npos)
			return false;
		c.move(at + 9);
		std::string flags;
		while (!c.end()) {
			cursor word = c;
			word.blanks();
			const view letters = word.word();
			bool all = !letters.empty();
			for (const char ch : letters)
				all = all && ((ch >= 'A' && ch <= 'Z') || ch == '-');
			if (!all)
				break;
			for (const char ch : letters) {
				if (ch != '-')
					flags += ch;
			}
			c = word;
		}
		taint = flags;
	}
	c.blanks();
	c.eat('(');
	view version = c.word();
	if (!version.empty() && is_digit(version[0]) && contains(version, ".")) {
		if (version.back() == ')')
			version.remove_suffix(1);
		kernel = std::string(version);
	}
	return true;
}

bool read_cpu_and_task(view text, dump &out)
{
	// One look tells most lines.
	if (!contains(text, "omm: ") && !starts_with(trim_left(text), "Process "))
		return false;
	const std::size_t comm = text.find("Comm: ");
	if (comm != npos) {
		const std::size_t pid = text.find("PID: ");
		if (pid == npos || pid > comm)
			return false;
		const std::size_t cpu = text.rfind("CPU: ", pid);
		if (cpu != npos && !trim(text.substr(0, cpu)).empty())
			return false; // "WARNING: CPU: 3 PID: 12 at ..."
		out.cpu = small_number_after(text, "CPU: ", cpu == npos ? 0 : cpu);
		out.pid = small_number_after(text, "PID: ", pid);
		out.comm = std::string(
			trim(text.substr(comm + 6, comm_end(text, comm + 6) - comm - 6)));
		read_version(text, out.kernel, out.taint);
		out.named = true;
		return true;
	}
	const std::size_t old = text.find("comm: ");
	const std::size_t pid = text.find("Pid: ");
	if (old != npos && pid != npos && pid < old && trim(text.substr(0, pid)).empty()) {
		out.pid = small_number_after(text, "Pid: ", pid);
		out.cpu = small_number_after(text, ", CPU ", pid); // ia64
		out.comm =
			std::string(trim(text.substr(old + 6, comm_end(text, old + 6) - old - 6)));
		read_version(text, out.kernel, out.taint);
		out.named = true;
		return true;
	}
	// "Process foo (pid: 123, threadinfo ...": only where nothing better was printed
	const std::size_t process = text.find("Process ");
	if (process != npos && trim(text.substr(0, process)).empty() && out.comm.empty()) {
		const std::size_t open = text.find(" (pid: ", process);
		if (open != npos) {
			out.comm = std::string(text.substr(process + 8, open - process - 8));
			out.pid = small_number_after(text, "(pid: ");
			return true;
		}
	}
	return false;
}

bool read_task_line(view text, dump &out)
{
	return read_new_task_line(text, out) || read_old_task_line(text, out);
}

} // namespace rtwatch::splat::detail
