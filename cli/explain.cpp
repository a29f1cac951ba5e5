// SPDX-License-Identifier: BSD-3-Clause
// rtwatchctl explain: read any kernel log, say what hung, and why.
#include "command.hpp"
#include "explain_input.hpp"
#include "explain_json.hpp"
#include "explain_text.hpp"

#include <rtwatch/splat.hpp>

#include <cxxopts.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace rtwatchctl
{

namespace splat = rtwatch::splat;

namespace
{

struct request {
	bool json = false;
	bool pretty = false;
	bool color = false;
	bool follow = false;
	bool kmsg = false;
	std::vector<std::string> files;
};

std::size_t terminal_width()
{
	constexpr std::size_t narrow = 60, usual = 100, wide = 120;
	struct winsize size = {};
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return usual;
	return std::min(std::max<std::size_t>(size.ws_col, narrow), wide);
}

// Prints incidents as they come, so that a log full of them needs no memory.
class printer
{
public:
	explicit printer(const request &r) : request_(r), width_(terminal_width()) {}

	void begin();
	void incident(const splat::incident &incident, const std::string *file);
	// What is known to be missing so far, for the lines of --follow.
	void lost(unsigned long long records) { lost_ = records; }
	// One log has ended: the indexes of the next one's incidents go on behind it.
	void next_log() { base_ = count_; }
	void end(unsigned long long lost, unsigned long long cut);

private:
	void as_json(const splat::incident &incident, const std::string *file);

	const request &request_;
	std::size_t width_;
	std::size_t count_ = 0;
	std::size_t base_ = 0;
	unsigned long long lost_ = 0;
};

void printer::begin()
{
	if (request_.json && !request_.follow)
		std::cout << (request_.pretty ? "{\n  \"schema\": 1,\n  \"incidents\": ["
					      : "{\"schema\":1,\"incidents\":[");
}

void printer::as_json(const splat::incident &incident, const std::string *file)
{
	nlohmann::ordered_json object = to_json(incident, base_);
	if (file != nullptr)
		object["file"] = *file;
	const auto damaged = nlohmann::ordered_json::error_handler_t::replace;
	if (request_.follow) {
		nlohmann::ordered_json line = {
			{"schema", 1}, {"incidents", {object}}, {"lost", lost_}};
		std::cout << line.dump(-1, ' ', false, damaged) << std::endl;
		return;
	}
	if (count_ > 0)
		std::cout << ',';
	if (request_.pretty)
		std::cout << '\n';
	std::cout << object.dump(request_.pretty ? 2 : -1, ' ', false, damaged);
}

void printer::incident(const splat::incident &incident, const std::string *file)
{
	if (request_.json) {
		as_json(incident, file);
	} else {
		if (count_ > 0)
			std::cout << '\n';
		if (file != nullptr && count_ == base_)
			std::cout << *file << ":\n\n";
		std::cout << to_text(incident, base_ + incident.index + 1, base_ + 1,
				     request_.color, width_);
		if (request_.follow)
			std::cout.flush();
	}
	++count_;
}

void printer::end(unsigned long long lost, unsigned long long cut)
{
	if (request_.json && !request_.follow)
		std::cout << (request_.pretty ? "\n  ],\n  \"lost\": " : "],\"lost\":") << lost
			  << (request_.pretty ? "\n}\n" : "}\n");
	std::cout.flush();
	if (request_.json)
		return;
	if (count_ == 0)
		std::cout << "No stall, lockup or hung task in this log.\n";
	if (lost > 0)
		std::cerr << "rtwatchctl: " << lost
			  << " log records were dropped before they could be read; what they said "
			     "is missing above\n";
	if (cut > 0)
		std::cerr << "rtwatchctl: " << cut << " lines were longer than "
			  << splat::parser::max_line << " bytes and were read up to there\n";
}

void drain(splat::parser &parser, printer &out, const std::string *file)
{
	splat::incident incident;
	while (parser.next(incident))
		out.incident(incident, file);
}

int fail(const request &r, const std::string &message)
{
	if (r.json)
		std::cout << nlohmann::ordered_json{{"schema", 1}, {"error", message}, {"lost", 0}}
			  << '\n';
	std::cerr << "rtwatchctl: explain: " << message << '\n';
	return exit_error;
}

int explain_kmsg(const request &r)
{
	splat::parser parser;
	printer out(r);
	unsigned long long lost = 0;
	bool started = false;
	const std::string error = read_kmsg(r.follow, lost, [&](std::string_view text) {
		if (!started)
			out.begin();
		started = true;
		if (text.empty())
			parser.settle();
		else
			parser.feed(text);
		out.lost(lost + parser.lost());
		drain(parser, out, nullptr);
		return std::cout.good();
	});
	if (!error.empty())
		return fail(r, error);
	if (!started)
		out.begin();
	parser.finish();
	drain(parser, out, nullptr);
	out.end(lost + parser.lost(), parser.cut_lines());
	return exit_fine;
}

int explain_files(const request &r)
{
	printer out(r);
	unsigned long long lost = 0;
	unsigned long long cut = 0;
	int status = exit_fine;
	for (const std::string &file : r.files) {
		if (file != "-" && access(file.c_str(), R_OK) != 0 && r.files.size() == 1)
			return fail(r,
				    file + ": " + std::strerror(errno) +
					    " (give the path of a log, or - for standard input)");
	}
	out.begin();
	for (const std::string &file : r.files) {
		splat::parser parser;
		const std::string *label = r.files.size() > 1 ? &file : nullptr;
		const std::string error = read_log(file, [&](std::string_view text) {
			parser.feed(text);
			drain(parser, out, label);
			return std::cout.good();
		});
		if (!error.empty()) {
			std::cerr << "rtwatchctl: explain: " << error << '\n';
			status = exit_error;
		}
		parser.finish();
		drain(parser, out, label);
		out.next_log();
		lost += parser.lost();
		cut += parser.cut_lines();
	}
	out.end(lost, cut);
	return status;
}

cxxopts::Options make_options()
{
	cxxopts::Options options("rtwatchctl explain",
				 "Read a kernel log, say what hung, and why.\n\n"
				 "Without FILE, standard input is read.\n");
	options.positional_help("[FILE...|-]");
	options.add_options()("j,json", "print JSON")("p,pretty", "indent the JSON")(
		"k,kmsg", "read the kernel's log buffer")(
		"f,follow", "go on with new messages of /dev/kmsg until interrupted")(
		"h,help", "print this help")("files", "",
					     cxxopts::value<std::vector<std::string>>());
	options.parse_positional({"files"});
	return options;
}

} // namespace

int cmd_explain(const globals &g, int argc, char **argv)
{
	request r;
	r.json = g.json;
	r.pretty = g.pretty;
	r.color = g.color;
	cxxopts::Options options = make_options();
	try {
		const auto parsed = options.parse(argc, argv);
		if (parsed.count("help") > 0) {
			std::cout << options.help() << std::flush;
			return exit_fine;
		}
		r.json = r.json || parsed.count("json") > 0;
		r.pretty = r.pretty || parsed.count("pretty") > 0;
		r.follow = parsed.count("follow") > 0;
		r.kmsg = r.follow || parsed.count("kmsg") > 0;
		if (parsed.count("files") > 0)
			r.files = parsed["files"].as<std::vector<std::string>>();
	} catch (const cxxopts::exceptions::exception &error) {
		return fail(r, std::string(error.what()) + " (see rtwatchctl explain --help)");
	}
	if (r.kmsg && !r.files.empty())
		return fail(
			r, "--kmsg and --follow read the kernel's own log: leave the files out, or "
			   "leave the option out");
	if (r.kmsg)
		return explain_kmsg(r);
	if (r.files.empty()) {
		if (isatty(STDIN_FILENO))
			std::cerr << "rtwatchctl: explain: reading standard input; end it with "
				     "Ctrl-D, or give a FILE or --kmsg\n";
		r.files.emplace_back("-");
	}
	return explain_files(r);
}

} // namespace rtwatchctl
