// SPDX-License-Identifier: BSD-3-Clause
// rtwatchctl explain: read any kernel log, say what hung, and why.
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <rtwatch/splat.hpp>

#include "command.hpp"
#include "explain_input.hpp"
#include "explain_output.hpp"
#include "options.hpp"
#include "output.hpp"

namespace rtwatchctl
{
namespace
{

namespace splat = rtwatch::splat;

constexpr std::size_t most_files = 65536;

const command_line &explain_line()
{
	static const command_line it{
		"explain [OPTION]... [FILE...|-]",
		"Reads kernel log text, of any machine and kernel, and says what hung, for how\n"
		"long, where, and why. Without FILE, or with -, standard input is read. Needs no\n"
		"module; the kernel's own log needs root, CAP_SYSLOG or kernel.dmesg_restrict=0.",
		{{"k,kmsg", nullptr, "Read the kernel's log buffer"},
		 {"f,follow", nullptr,
		  "Go on with new messages of the kernel until interrupted; with -j one document a "
		  "line"}},
		0,
		most_files};
	return it;
}

// What could not be read, by every log so far.
struct losses {
	std::uint64_t records = 0;
	std::uint64_t cut_lines = 0;
};

// False: the output cannot be written any more.
bool drain(splat::parser &parser, explain_output &out)
{
	splat::incident incident;
	while (parser.next(incident)) {
		if (!out.add(incident))
			return false;
	}
	return true;
}

int explain_kmsg(const globals &g, bool follow)
{
	splat::parser parser;
	explain_output out(g, follow);
	std::uint64_t lost = 0;
	const auto done = read_kmsg(follow, lost, [&](std::string_view text) {
		if (text.empty())
			parser.settle();
		else
			parser.feed(text);
		out.set_lost(lost + parser.lost());
		return drain(parser, out);
	});
	if (!done && out.is_empty())
		return fail(g, done.error());
	if (!done)
		out.failed(done.error());
	parser.finish();
	out.set_lost(lost + parser.lost());
	static_cast<void>(drain(parser, out));
	return out.finish(parser.cut_lines());
}

int explain_files(const globals &g, const std::vector<std::string> &files)
{
	explain_output out(g, false);
	losses total;
	for (const std::string &file : files) {
		splat::parser parser;
		out.begin_log(files.size() > 1 ? file : std::string());
		const auto done = read_log(file, [&](std::string_view text) {
			parser.feed(text);
			return drain(parser, out);
		});
		parser.finish();
		if (!done && files.size() == 1 && out.is_empty() && parser.lines() == 0)
			return fail(g, done.error());
		if (!done)
			out.failed(done.error());
		total.records += parser.lost();
		total.cut_lines += parser.cut_lines();
		out.set_lost(total.records);
		if (!drain(parser, out))
			break;
	}
	return out.finish(total.cut_lines);
}

} // namespace

int cmd_explain(const globals &g, int argc, char **argv)
{
	auto given = parse(explain_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(explain_line()));
	const bool follow = given->has("follow");
	std::vector<std::string> files = given->words();
	if (follow || given->has("kmsg")) {
		if (!files.empty())
			return fail(g, {EINVAL,
					"--kmsg and --follow read the kernel's own log, not '" +
						files.front() + "'",
					"leave the files out, or the option"});
		return explain_kmsg(g, follow);
	}
	if (files.empty()) {
		if (::isatty(STDIN_FILENO) != 0)
			note("reading standard input: end it with Ctrl-D, or give a FILE or "
			     "--kmsg");
		files.emplace_back("-");
	}
	return explain_files(g, files);
}

} // namespace rtwatchctl
