// SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>

#include <rtwatch/client.hpp>
#include <rtwatch/fields.hpp>

#include "command.hpp"
#include "field_table.hpp"
#include "json.hpp"
#include "options.hpp"
#include "output.hpp"

namespace rtwatchctl
{
namespace
{

const command_line &config_line()
{
	static const command_line it{
		"config [NAME=VALUE]...",
		"Shows the settings, or changes some: all of those named, or none. The unit is\n"
		"at the end of the name; the module refuses what is out of range. Changing needs\n"
		"root or CAP_SYS_ADMIN, and lasts until the module is unloaded.",
		{},
		0,
		SIZE_MAX};
	return it;
}

rtwatch::result<rtwatch::config> changes_of(const std::vector<std::string> &words)
{
	rtwatch::config out;
	for (const auto &word : words) {
		const auto equals = word.find('=');
		if (equals == std::string::npos)
			return rtwatch::error{EINVAL, "'" + word + "' is no NAME=VALUE",
					      "for example rt_starvation_ms=500"};
		const auto name = word.substr(0, equals);
		auto value = to_number(word.substr(equals + 1), name, 0, UINT32_MAX);
		if (!value)
			return value.error();
		auto done = set(out, name, static_cast<std::uint32_t>(*value));
		if (!done)
			return done.error();
	}
	return out;
}

} // namespace

int cmd_config(const globals &g, int argc, char **argv)
{
	auto given = parse(config_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help()) {
		std::string names = "\nNames:\n";
		for (const auto one : rtwatch::config_names())
			names.append("  ").append(one).append("\n");
		return show(help_text(config_line()) + names);
	}
	auto changes = changes_of(given->words());
	if (!changes)
		return fail(g, changes.error());
	auto client = rtwatch::client::connect();
	if (!client)
		return fail(g, client.error());
	auto state = given->words().empty() ? client->get_config() : client->set_config(*changes);
	if (!state)
		return fail(g, state.error());
	if (!g.json)
		return show(field_list(fields(*state), 0));
	auto out = new_document(0);
	out["config"] = to_json(fields(*state));
	return show(g, out);
}

} // namespace rtwatchctl
