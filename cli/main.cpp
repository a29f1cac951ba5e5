// SPDX-License-Identifier: BSD-3-Clause
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "arguments.hpp"
#include "command.hpp"
#include "output.hpp"

namespace rtwatchctl
{
namespace
{

std::string usage()
{
	std::string out =
		"Usage: rtwatchctl [-j|--json] [-p|--pretty] [--no-color] COMMAND [ARGS]\n"
		"\n"
		"Which CPU is starved, since when, by whom, who suffers, and what to do.\n"
		"\n"
		"Commands:\n";
	for (std::size_t i = 0; i < commands_count; i++) {
		if (!commands[i].summary)
			continue;
		std::string name = commands[i].name;
		name.resize(12, ' ');
		out.append("  ").append(name).append(commands[i].summary).append("\n");
	}
	return out +
	       "\n"
	       "Options:\n"
	       "  -j, --json    JSON instead of text; errors too\n"
	       "  -p, --pretty  JSON with indentation\n"
	       "  --no-color    No colours (NO_COLOR does the same)\n"
	       "  -h, --help    Show this help; rtwatchctl COMMAND --help tells about one\n"
	       "  -V, --version Show the versions of command, library and module\n"
	       "\n"
	       "Without a command: status.\n"
	       "Exit status: 0 fine, 1 error, 2 what --check or --until asked for is there.\n";
}

bool colors_wanted(const arguments &given)
{
	if (given.no_color || given.json || ::isatty(STDOUT_FILENO) == 0)
		return false;
	const char *no_color = std::getenv("NO_COLOR");
	const char *terminal = std::getenv("TERM");
	return !(no_color && *no_color) && terminal && std::string_view(terminal) != "dumb";
}

const command *find_command(const std::string &name)
{
	for (std::size_t i = 0; i < commands_count; i++)
		if (name == commands[i].name)
			return &commands[i];
	return nullptr;
}

int run(int argc, char **argv)
{
	auto split = split_arguments(argc, argv);
	if (!split)
		return fail({}, split.error());
	globals g;
	g.json = split->json;
	g.pretty = split->pretty;
	g.color = colors_wanted(*split);
	if (split->help)
		return show(usage());
	if (split->version)
		split->command = "version";
	if (split->command.empty())
		split->command = commands[0].name;
	if (split->rest.empty())
		split->rest.push_back(split->command);

	const command *found = find_command(split->command);
	if (!found)
		return fail(g, {EINVAL, "no command is called '" + split->command + "'",
				"see rtwatchctl --help"});
	std::vector<char *> rest;
	for (auto &word : split->rest)
		rest.push_back(word.data());
	rest.push_back(nullptr);
	return found->run(g, static_cast<int>(rest.size()) - 1, rest.data());
}

} // namespace
} // namespace rtwatchctl

int main(int argc, char **argv)
{
	return rtwatchctl::finish(rtwatchctl::run(argc, argv));
}
