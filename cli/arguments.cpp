// SPDX-License-Identifier: BSD-3-Clause
#include "arguments.hpp"

#include <cerrno>
#include <string_view>

namespace rtwatchctl
{
namespace
{

// Output options, alone or as one word of letters ("-jp"). False: it is none.
bool take_output_option(std::string_view word, arguments &out)
{
	if (word == "--json") {
		out.json = true;
		return true;
	}
	if (word == "--pretty") {
		out.json = out.pretty = true;
		return true;
	}
	if (word == "--no-color") {
		out.no_color = true;
		return true;
	}
	if (word.size() < 2 || word[0] != '-' ||
	    word.find_first_not_of("jp", 1) != std::string_view::npos)
		return false;
	out.json = true;
	out.pretty = out.pretty || word.find('p') != std::string_view::npos;
	return true;
}

} // namespace

rtwatch::result<arguments> split_arguments(int argc, const char *const *argv)
{
	arguments out;
	int i = 1;
	for (; i < argc && argv[i][0] == '-'; i++) {
		const std::string_view word = argv[i];
		if (take_output_option(word, out))
			continue;
		if (word == "-h" || word == "--help")
			out.help = true;
		else if (word == "-V" || word == "--version")
			out.version = true;
		else
			return rtwatch::error{EINVAL,
					      "no option is called '" + std::string(word) + "'",
					      "options of a command come after its name; see "
					      "rtwatchctl --help"};
	}
	if (i == argc)
		return out;
	out.command = argv[i];
	bool verbatim = false;
	for (; i < argc; i++) {
		verbatim = verbatim || std::string_view(argv[i]) == "--";
		if (verbatim || !take_output_option(argv[i], out))
			out.rest.emplace_back(argv[i]);
	}
	return out;
}

} // namespace rtwatchctl
