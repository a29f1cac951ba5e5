// SPDX-License-Identifier: BSD-3-Clause
#include "command.hpp"

namespace rtwatchctl
{

const command commands[] = {
	{"status", "One row a CPU: who starves it, since when, who suffers (default)", cmd_status},
	{"diagnose", "What is wrong or was, why, and what to do now and for good", cmd_diagnose},
	{"watch", "Incidents as they happen", cmd_watch},
	{"events", "The incident log", cmd_events},
	{"samples", "What the ticks recorded", cmd_samples},
	{"backtrace", "The stack of a CPU, also with interrupts off there", cmd_backtrace},
	{"sensors", "What can be seen on this machine, and why not the rest", cmd_sensors},
	{"stat", "What rtwatch itself costs: hooks, memory, samples, patrol", cmd_stat},
	{"config", "Settings: show or change them", cmd_config},
	{"doctor", "Is this machine ready for the next hang?", cmd_doctor},
	{"knobs", "Kernel settings that decide: show, set, save, restore", cmd_knobs},
	{"quotas", "How long CPU quotas of cgroups hold back who wants to run", cmd_quotas},
	{"hog", "Starve a CPU for some seconds, to see all this at work", cmd_hog},
	{"explain", "Kernel log text about hangs, in words", cmd_explain},
	{"version", "Versions of command, library and module", cmd_version},
	{"sim", nullptr, cmd_sim},
};
const std::size_t commands_count = sizeof(commands) / sizeof(commands[0]);

} // namespace rtwatchctl
