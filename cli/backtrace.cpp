// SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>
#include <cstdio>

#include <rtwatch/client.hpp>
#include <rtwatch/verdict.hpp>

#include "command.hpp"
#include "json.hpp"
#include "options.hpp"
#include "output.hpp"
#include "text.hpp"
#include "user_map.hpp"

namespace rtwatchctl
{
namespace
{

const command_line &backtrace_line()
{
	static const command_line it{
		"backtrace CPU",
		"Shows the stack of whatever runs on a CPU now, also while interrupts are off\n"
		"there: the kernel's frames, then the program's. The file of a program's frame is\n"
		"looked up in /proc/PID/maps. Needs root, CAP_PERFMON or CAP_SYS_ADMIN.",
		{},
		1,
		1};
	return it;
}

std::string hex(std::uint64_t value)
{
	char out[24];
	std::snprintf(out, sizeof(out), "0x%llx", static_cast<unsigned long long>(value));
	return out;
}

// The map is read only when there is a user frame to look up.
std::string maps_for(const rtwatch::backtrace &stack)
{
	for (const auto &one : stack.frames)
		if (one.user_ip && stack.task && stack.task->pid)
			return read_maps(*stack.task->pid);
	return {};
}

std::string as_text(const rtwatch::backtrace &stack)
{
	const auto maps = maps_for(stack);
	std::string out =
		"CPU " + std::to_string(stack.cpu.value) + ": " + short_task(stack.task) + "\n";
	for (const auto &one : stack.frames) {
		if (one.symbol)
			out += "  kernel  " + rtwatch::printable(*one.symbol) + "\n";
		if (!one.user_ip)
			continue;
		out += "  user    " + hex(*one.user_ip);
		if (const auto at = find_in_maps(maps, *one.user_ip))
			out += "  " + rtwatch::printable(at->file) + "+" + hex(at->offset);
		out += "\n";
	}
	if (stack.frames.empty())
		out += "  no frames\n";
	return out;
}

json as_json(const rtwatch::backtrace &stack)
{
	const auto maps = maps_for(stack);
	auto out = new_document(0);
	out["cpu"] = stack.cpu.value;
	if (stack.task)
		out["task"] = to_json(*stack.task);
	out["stack"] = json::array();
	for (const auto &one : stack.frames) {
		auto frame = to_json(fields(one));
		if (one.user_ip)
			if (const auto at = find_in_maps(maps, *one.user_ip)) {
				frame["file"] = at->file;
				frame["file_offset"] = at->offset;
			}
		out["stack"].push_back(std::move(frame));
	}
	return out;
}

} // namespace

int cmd_backtrace(const globals &g, int argc, char **argv)
{
	auto given = parse(backtrace_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(backtrace_line()));
	auto cpu = to_number(given->words()[0], "CPU", 0, 65535);
	if (!cpu)
		return fail(g, cpu.error());
	auto client = rtwatch::client::connect();
	if (!client)
		return fail(g, client.error());
	auto stack = client->backtrace({static_cast<std::uint32_t>(*cpu)});
	if (!stack)
		return fail(g, stack.error());
	if (g.json)
		return show(g, as_json(*stack));
	return show(as_text(*stack));
}

} // namespace rtwatchctl
