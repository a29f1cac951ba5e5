// SPDX-License-Identifier: BSD-3-Clause
// What every command of rtwatchctl is given, and the table that names them.
#pragma once

#include <cstddef>

namespace rtwatchctl
{

// Options that stand before the command's name.
struct globals {
	bool json = false;   // -j: machine-readable output, errors included
	bool pretty = false; // -p: indented JSON
	bool color = false;  // stdout is a terminal and NO_COLOR is not set
};

enum exit_status : int {
	exit_fine = 0,
	exit_error = 1,
	exit_condition = 2, // what --check or --until asked for is there
};

struct command {
	const char *name;
	const char *summary; // nullptr: not shown by --help
	// argv[0] is the command's name. Returns an exit_status.
	int (*run)(const globals &g, int argc, char **argv);
};

int cmd_status(const globals &g, int argc, char **argv);
int cmd_watch(const globals &g, int argc, char **argv);
int cmd_events(const globals &g, int argc, char **argv);
int cmd_samples(const globals &g, int argc, char **argv);
int cmd_sensors(const globals &g, int argc, char **argv);
int cmd_stat(const globals &g, int argc, char **argv);
int cmd_config(const globals &g, int argc, char **argv);
int cmd_backtrace(const globals &g, int argc, char **argv);
int cmd_diagnose(const globals &g, int argc, char **argv);
int cmd_doctor(const globals &g, int argc, char **argv);
int cmd_hog(const globals &g, int argc, char **argv);
int cmd_knobs(const globals &g, int argc, char **argv);
int cmd_quotas(const globals &g, int argc, char **argv);
int cmd_explain(const globals &g, int argc, char **argv);
int cmd_version(const globals &g, int argc, char **argv);
int cmd_sim(const globals &g, int argc, char **argv);

// All commands, in the order of --help; the first is the default.
extern const command commands[];
extern const std::size_t commands_count;

} // namespace rtwatchctl
