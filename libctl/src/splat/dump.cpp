// SPDX-License-Identifier: BSD-3-Clause
#include "dump.hpp"

namespace rtwatch::splat::detail
{

namespace
{

bool starts_with_symbol(view text)
{
	cursor c(text);
	if (c.eat('?'))
		c.blanks();
	return !c.name().empty() && contains(text.substr(0, 120), "+0x");
}

bool cpu_line_goes_on(view text, view next)
{
	if (ends_with(text, "PID:"))
		return contains(next, "omm: ") || contains(next, "omm:");
	if (!contains(text, "PID: ") && !contains(text, "Pid: "))
		return false;
	if (ends_with(text, "omm:"))
		return !next.empty();
	if (!contains(text, "omm: "))
		return contains(next, "omm: ");
	std::string kernel;
	std::string taint;
	if (read_version(text, kernel, taint) && !kernel.empty())
		return false;
	if (starts_with(next, "Hardware name"))
		return false;
	return contains(next, "ainted") || contains(next, " #");
}

} // namespace

bool dump_line_goes_on(view text, view next)
{
	const view body = trim(text);
	if (cpu_line_goes_on(body, next))
		return true;
	if (starts_with(body, "RIP") || starts_with(body, "EIP is at") ||
	    starts_with(body, "NIP [") || starts_with(body, "Krnl PSW") ||
	    starts_with(body, "PC is at"))
		// "RIP: 0010:f file.c:1 [inline]" is whole: the next line is the function it is in.
		return !contains(body, "+0x") && !ends_with(body, "[inline]") &&
		       (starts_with_symbol(next) || starts_with(next, "[<") ||
			starts_with(next, "("));
	if (starts_with(body, "NMI backtrace") && body.size() < 22)
		return starts_with(next, "for cpu") || starts_with(next, "cpu ") ||
		       (ends_with(body, " cpu") && is_digit(next[0]));
	if (ends_with(body, " R  running") || ends_with(body, " R running"))
		return starts_with(next, "task ");
	// "link-timeout    R  running task        0  1669" without parent and flags
	if (!starts_with(body, "task:") && contains(body, "running task") && !next.empty() &&
	    is_digit(next[0])) {
		dump d;
		return !read_task_line(body, d) &&
		       read_task_line(std::string(body) + ' ' + std::string(next), d);
	}
	if (starts_with(body, "task:") && contains(body, " state:")) {
		dump d;
		read_task_line(body, d);
		return !d.pid &&
		       (is_digit(next.empty() ? '\0' : next[0]) || contains(next, "pid:"));
	}
	if (starts_with(body, "Tainted: ") || starts_with(body, "Not tainted")) {
		std::string kernel;
		std::string taint;
		return read_version(body, kernel, taint) && kernel.empty() &&
		       contains(next.substr(0, next.find(' ')), ".") && is_digit(next[0]);
	}
	// A frame that was broken behind its address.
	if (ends_with(body, ">]") || ends_with(body, "] ?"))
		return starts_with(body, "[<") && starts_with_symbol(next);
	return false;
}

} // namespace rtwatch::splat::detail
