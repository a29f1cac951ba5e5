// SPDX-License-Identifier: BSD-3-Clause
// What can be read while it hangs?
#include "doctor_parts.hpp"

namespace rtwatch
{
namespace
{

constexpr auto console_area = doctor_area::console;

void console_level(examination &e)
{
	// Reports of hangs are errors (3) or worse; a console shows what is below
	// its level.
	constexpr int shows_errors = 4;
	const auto text = e.text("/proc/sys/kernel/printk");
	if (text.empty())
		return;
	const int now = std::atoi(text.c_str());
	if (now < shows_errors)
		e.add(console_area, severity::warning, "printk_level",
		      "the console shows no errors (level " + std::to_string(now) +
			      "), so no report of a hang",
		      "sysctl -w kernel.printk=4");
	else
		e.add(console_area, severity::fine, "printk_level",
		      "the console shows reports of hangs (level " + std::to_string(now) + ")");
}

// The names of the consoles that messages go to now ("ttyS0", "tty0").
std::vector<std::string> consoles(const examination &e)
{
	std::vector<std::string> out;
	const auto list = e.text("/proc/consoles");
	for (std::size_t at = 0; at < list.size(); at = list.find('\n', at) + 1) {
		const auto end = std::min(list.find('\n', at), list.size());
		const auto line = list.substr(at, end - at);
		const auto flags = line.find('(');
		// E: enabled.
		if (flags != std::string::npos && line[flags + 1] == 'E')
			out.push_back(line.substr(0, line.find(' ')));
		if (end == list.size())
			break;
	}
	return out;
}

void console_where(examination &e, const std::vector<std::string> &names)
{
	bool away = false;
	std::string all;
	for (const auto &one : names) {
		all.append(all.empty() ? "" : ", ").append(one);
		const bool screen = one.rfind("tty", 0) == 0 && one.size() > 3 && one[3] >= '0' &&
				    one[3] <= '9';
		away = away || !screen;
	}
	if (names.empty())
		e.add(console_area, severity::warning, "console_none",
		      "no console is enabled: nothing can be read while the machine hangs",
		      "boot with console=ttyS0,115200, or load netconsole");
	else if (!away)
		e.add(console_area, severity::note, "console_screen",
		      "messages go to a screen only (" + all + ")",
		      "a serial line (console=ttyS0,115200) or netconsole keeps them where "
		      "somebody reads them");
	else
		e.add(console_area, severity::fine, "console", "messages go to " + all);
}

// A slow line is written with interrupts off on many kernels: a long report
// then is a hang of its own.
void console_speed(examination &e, const std::vector<std::string> &names)
{
	for (const auto &one : names) {
		if (one.rfind("ttyS", 0) != 0 && one.rfind("ttyAMA", 0) != 0)
			continue;
		const auto option = e.boot_option("console=" + one);
		if (!option)
			continue;
		const long given = option->empty() ? 0 : std::atol(option->c_str() + 1);
		const long baud = given == 0 ? 9600 : given;
		if (baud < 115200)
			e.add(console_area, severity::warning, "console_slow",
			      one + " runs at " + std::to_string(baud) +
				      " baud: a report of 8 KB takes " +
				      std::to_string(81920 / baud) +
				      " s to print, and other CPUs may have to wait for it",
			      "boot with console=" + one + ",115200");
	}
}

void console_limits(examination &e)
{
	if (e.text("/proc/sys/kernel/printk_devkmsg") == "ratelimit")
		e.add(console_area, severity::note, "printk_devkmsg",
		      "lines that programs write to /dev/kmsg are limited in rate, also those of "
		      "rtwatchctl watch --kmsg",
		      "sysctl -w kernel.printk_devkmsg=on");
	const auto delay = std::atoi(e.text("/proc/sys/kernel/printk_delay").c_str());
	if (delay > 0)
		e.add(console_area, severity::warning, "printk_delay",
		      "every message of the kernel takes " + std::to_string(delay) + " ms more",
		      "sysctl -w kernel.printk_delay=0");
}

} // namespace

void examine_console(examination &e)
{
	console_level(e);
	const auto names = consoles(e);
	if (e.machine.exists("/proc/consoles")) {
		console_where(e, names);
		console_speed(e, names);
	}
	console_limits(e);
}

} // namespace rtwatch
