// SPDX-License-Identifier: BSD-3-Clause
// For the self-tests: tells the sim sensor of a debug build what to report.
#include <cstdint>

#include <rtwatch/client.hpp>

#include "command.hpp"
#include "json.hpp"
#include "options.hpp"
#include "output.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::incident_type;

const command_line &sim_line()
{
	static const command_line it{
		"sim CPU TYPE AGE_MS [PID]",
		"Makes the sensors of a CPU report an incident of this type and age (0 ends it).\n"
		"Debug builds of the module only.",
		{},
		3,
		4};
	return it;
}

rtwatch::result<incident_type> type_of(const std::string &name)
{
	std::string known;
	for (auto number = static_cast<std::uint32_t>(incident_type::rt_starvation);
	     number <= static_cast<std::uint32_t>(incident_type::cfs_bandwidth); number++) {
		const auto one = static_cast<incident_type>(number);
		if (to_string(one) == name)
			return one;
		known.append(known.empty() ? "" : ", ").append(to_string(one));
	}
	return rtwatch::error{EINVAL, "no incident type is called '" + name + "'",
			      "the types are " + known};
}

} // namespace

int cmd_sim(const globals &g, int argc, char **argv)
{
	auto given = parse(sim_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(sim_line()));
	const auto &words = given->words();
	auto cpu = to_number(words[0], "CPU", 0, 65535);
	auto type = type_of(words[1]);
	auto age_ms = to_number(words[2], "AGE_MS", 0, 86'400'000);
	if (!cpu)
		return fail(g, cpu.error());
	if (!type)
		return fail(g, type.error());
	if (!age_ms)
		return fail(g, age_ms.error());
	rtwatch::simulation what;
	what.type = *type;
	what.age = std::chrono::milliseconds(*age_ms);
	if (words.size() == 4) {
		auto pid = to_number(words[3], "PID", 0, INT32_MAX);
		if (!pid)
			return fail(g, pid.error());
		what.culprit_pid = static_cast<std::int32_t>(*pid);
	}
	auto client = rtwatch::client::connect();
	if (!client)
		return fail(g, client.error());
	auto done = client->sim_set({static_cast<std::uint32_t>(*cpu)}, what);
	if (!done)
		return fail(g, done.error());
	return g.json ? show(g, new_document(0)) : exit_fine;
}

} // namespace rtwatchctl
