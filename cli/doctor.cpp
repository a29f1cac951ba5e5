// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/client.hpp>
#include <rtwatch/doctor.hpp>

#include "command.hpp"
#include "doctor_view.hpp"
#include "options.hpp"
#include "output.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

const command_line &doctor_command()
{
	static const command_line it{
		"doctor [OPTION]...",
		"Is this machine ready for the next hang? Looks at what protects it, who would\n"
		"notice, in which order, and what would be left to read; tells what to do about\n"
		"each finding. Works without the module, and tells that it is missing.\n"
		"\n"
		"Exit status: 0 fine (notes at most), 1 warnings, 2 something critical.",
		{{"check", nullptr, "One line, for monitoring"},
		 {"root", "DIR", "Of a copy of /proc, /sys, /boot and /etc below this folder"}}};
	return it;
}

int status_of(rtwatch::severity how)
{
	switch (how) {
	case rtwatch::severity::fine:
	case rtwatch::severity::note:
		return exit_fine;
	case rtwatch::severity::warning:
		return exit_error;
	case rtwatch::severity::critical:
		return exit_condition;
	}
	return exit_error;
}

// What cannot be asked is left out: the examination then tells so.
rtwatch::module_facts ask_module()
{
	rtwatch::module_facts out;
	auto client = rtwatch::client::connect();
	if (!client)
		return out;
	if (auto info = client->info())
		out.info = std::move(*info);
	if (auto sensors = client->sensors())
		out.sensors = std::move(*sensors);
	if (auto cpus = client->cpus())
		out.cpus = std::move(*cpus);
	return out;
}

} // namespace

int cmd_doctor(const globals &g, int argc, char **argv)
{
	auto given = parse(doctor_command(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(doctor_command()));
	const rtwatch::host machine(given->text("root").value_or(""));
	const auto findings = rtwatch::examine(machine, ask_module());
	const int status = status_of(rtwatch::worst(findings));
	if (g.json)
		return show(g, doctor_json(findings), status);
	if (given->has("check"))
		return show(doctor_line(findings) + "\n", status);
	return show(doctor_text(findings, g.color, terminal_width()), status);
}

} // namespace rtwatchctl
