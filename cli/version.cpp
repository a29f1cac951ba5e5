// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/client.hpp>

#include "command.hpp"
#include "field_table.hpp"
#include "json.hpp"
#include "options.hpp"
#include "output.hpp"
#include "version_match.hpp"

namespace rtwatchctl
{
namespace
{

const command_line &version_line()
{
	static const command_line it{
		"version",
		"Shows the versions of command, library and module, whether they fit, and the\n"
		"module's counters. Exit 1 when the module cannot be asked.",
		{}};
	return it;
}

int show_text(const rtwatch::result<rtwatch::module_info> &info)
{
	const std::string library(rtwatch::library_version());
	std::string out = "rtwatchctl " + library + "\nlibrtwatch " + library + ", ABI " +
			  std::to_string(rtwatch::library_abi()) + "\n";
	if (!info)
		return show(out + "module     -\n", exit_error);
	out += "module     " + info->version.value_or("-") + ", ABI " +
	       (info->abi ? std::to_string(*info->abi) : "-") + "\n";
	if (const auto wrong = mismatch(*info); !wrong.empty())
		out += "mismatch   " + wrong + "\n";
	return show(out + "\n" + field_list(fields(*info), 0));
}

int show_json(const globals &g, const rtwatch::result<rtwatch::module_info> &info)
{
	auto out = new_document(0);
	const std::string library(rtwatch::library_version());
	out["rtwatchctl"] = library;
	out["library"] = {{"version", library}, {"abi", rtwatch::library_abi()}};
	if (!info) {
		out["error"] = {{"errno", info.error().code},
				{"message", info.error().message},
				{"advice", info.error().advice}};
		return show(g, out, exit_error);
	}
	out["module"] = to_json(fields(*info));
	const auto wrong = mismatch(*info);
	out["match"] = wrong.empty();
	if (!wrong.empty())
		out["mismatch"] = wrong;
	return show(g, out);
}

} // namespace

std::string mismatch(const rtwatch::module_info &info)
{
	const auto ours = rtwatch::library_abi();
	if (!info.abi)
		return "the module does not tell its ABI; install module and command of one "
		       "version";
	if (*info.abi > ours)
		return "the module (ABI " + std::to_string(*info.abi) +
		       ") is newer than this command (ABI " + std::to_string(ours) +
		       "): what it added is not shown; update the command";
	if (*info.abi < ours)
		return "the module (ABI " + std::to_string(*info.abi) +
		       ") is older than this command (ABI " + std::to_string(ours) +
		       "): some fields and requests are missing; update the module";
	if (info.version && *info.version != rtwatch::library_version())
		return "the versions differ, the ABI is the same: both work together";
	return {};
}

int cmd_version(const globals &g, int argc, char **argv)
{
	auto given = parse(version_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(version_line()));
	auto client = rtwatch::client::connect();
	auto info = client ? client->info() : rtwatch::result<rtwatch::module_info>(client.error());
	if (!info && !g.json)
		note(info.error().text());
	return g.json ? show_json(g, info) : show_text(info);
}

} // namespace rtwatchctl
