// SPDX-License-Identifier: BSD-3-Clause
// The options of one command.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <rtwatch/result.hpp>

namespace rtwatchctl
{

struct option {
	const char *name;     // long name, without dashes
	const char *argument; // what the help calls its argument; nullptr: a flag
	const char *help;
	const char *implicit = nullptr; // value when it is given without one
};

struct command_line {
	const char *usage; // "events [OPTION]..."
	const char *about; // what the command does, some lines
	std::vector<option> options;
	std::size_t words_min = 0; // arguments that are no options
	std::size_t words_max = 0;
};

class parsed
{
public:
	bool has(const char *name) const { return values_.count(name) != 0; }
	std::optional<std::string> text(const char *name) const;

	// EINVAL with the range when it is no number or outside of it.
	rtwatch::result<std::optional<std::uint64_t>> number(const char *name, std::uint64_t least,
							     std::uint64_t most) const;

	const std::vector<std::string> &words() const { return words_; }
	bool help() const { return has("help"); }

private:
	friend rtwatch::result<parsed> parse(const command_line &, int, char **);
	std::map<std::string, std::string> values_;
	std::vector<std::string> words_;
};

// argv[0] is the command's name. EINVAL for what the command does not take.
rtwatch::result<parsed> parse(const command_line &line, int argc, char **argv);

std::string help_text(const command_line &line);

// A whole number in decimal. EINVAL, `what` naming it, when it is none or outside.
rtwatch::result<std::uint64_t> to_number(const std::string &text, const std::string &what,
					 std::uint64_t least, std::uint64_t most);

} // namespace rtwatchctl
