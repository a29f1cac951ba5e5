// SPDX-License-Identifier: BSD-3-Clause
// Stands in for libctl/src/nl.cpp: the command talks to a fake machine.
#include <cerrno>
#include <cstdlib>
#include <linux/rtwatch.h>
#include <string_view>

#include "answer.hpp"
#include "fake_module.hpp"
#include "nl.hpp"

namespace rtwatch
{
namespace
{

using testing::fake_module;

std::shared_ptr<fake_module> many_cpus()
{
	auto out = testing::hogged_machine();
	const auto idle = out->cpus[0];
	while (out->cpus.size() < 64) {
		out->cpus.push_back(idle);
		out->cpus.back().cpu = cpu_id{static_cast<std::uint32_t>(out->cpus.size() - 1)};
	}
	return out;
}

void deny_identities(fake_module &module)
{
	module.cpus[1].culprit.reset();
	module.cpus[1].worst_victim.reset();
	module.log.incidents[0].culprit.reset();
	module.log.incidents[0].victims.clear();
	module.log.incidents[0].frames.clear();
	module.join_errno = EPERM;
	module.refusals = {{RTWATCH_CMD_BACKTRACE, EPERM, "", {}},
			   {RTWATCH_CMD_CONFIG_SET, EPERM, "", {}}};
}

// The incident changes, others are lost, and it ends.
void let_it_end(fake_module &module)
{
	answer what;
	what.incidents = module.log.incidents;
	what.ntf_seq = 1;
	module.notify(RTWATCH_CMD_INCIDENT_NTF, what); // the log has it already
	what.incidents[0].revision = 4;
	what.ntf_seq = 2;
	module.notify(RTWATCH_CMD_INCIDENT_NTF, what);
	what.incidents[0].revision = 9;
	what.incidents[0].active = false;
	what.incidents[0].end = std::chrono::seconds(1005);
	what.ntf_seq = 5;
	module.notify(RTWATCH_CMD_INCIDENT_NTF, what);
}

std::shared_ptr<fake_module> machine()
{
	const char *given = std::getenv("RTWATCH_FAKE");
	const std::string_view name = given ? given : "healthy";
	if (name == "healthy")
		return testing::healthy_machine();
	auto out = name == "64cpus" ? many_cpus() : testing::hogged_machine();
	if (name == "absent")
		out->loaded = false;
	else if (name == "denied")
		deny_identities(*out);
	else if (name == "newer")
		out->info.abi = RTWATCH_ABI + 1;
	else if (name == "older")
		out->info.abi = RTWATCH_ABI - 1;
	else if (name == "ending")
		let_it_end(*out);
	else if (name == "unloading")
		out->notify_unloaded();
	return out;
}

} // namespace

// Each socket has a machine of its own; only one that joined a group hears
// notifications.
result<std::unique_ptr<transport>> nl_open()
{
	return testing::open_fake(machine());
}

} // namespace rtwatch
