// SPDX-License-Identifier: BSD-3-Clause
// Takes the command line apart: global options, the command, its arguments.
#pragma once

#include <string>
#include <vector>

#include <rtwatch/result.hpp>

namespace rtwatchctl
{

struct arguments {
	bool json = false;
	bool pretty = false; // implies json
	bool no_color = false;
	bool help = false;
	bool version = false;
	std::string command;           // empty: none given
	std::vector<std::string> rest; // the command's own; [0] is its name
};

// argv[0] is the program. The options that concern output are also taken after
// the command's name, up to a "--". EINVAL for an unknown global option.
rtwatch::result<arguments> split_arguments(int argc, const char *const *argv);

} // namespace rtwatchctl
