// SPDX-License-Identifier: BSD-3-Clause
#include "options.hpp"

#include <cerrno>
#include <charconv>
#include <cxxopts.hpp>

namespace rtwatchctl
{
namespace
{

rtwatch::error wrong_use(const command_line &line, std::string what)
{
	const std::string usage = line.usage;
	return {EINVAL, std::move(what),
		"see rtwatchctl " + usage.substr(0, usage.find(' ')) + " --help"};
}

// cxxopts quotes in UTF-8, which not every console shows.
std::string plain_quotes(std::string text)
{
	for (const std::string_view quote : {"\u2018", "\u2019"})
		for (std::size_t at; (at = text.find(quote)) != std::string::npos;)
			text.replace(at, quote.size(), "'");
	return text;
}

cxxopts::Options describe(const command_line &line)
{
	cxxopts::Options options("rtwatchctl");
	auto add = options.add_options();
	for (const auto &one : line.options) {
		if (!one.argument) {
			add(one.name, one.help);
			continue;
		}
		auto value = cxxopts::value<std::string>();
		if (one.implicit)
			value = value->implicit_value(one.implicit);
		add(one.name, one.help, value, one.argument);
	}
	add("h,help", "Show this help");
	add("words", "", cxxopts::value<std::vector<std::string>>());
	options.parse_positional({"words"});
	return options;
}

} // namespace

std::optional<std::string> parsed::text(const char *name) const
{
	const auto found = values_.find(name);
	if (found == values_.end())
		return {};
	return found->second;
}

rtwatch::result<std::uint64_t> to_number(const std::string &text, const std::string &what,
					 std::uint64_t least, std::uint64_t most)
{
	std::uint64_t value = 0;
	const char *end = text.data() + text.size();
	const auto [stop, code] = std::from_chars(text.data(), end, value);
	if (code != std::errc() || stop != end || value < least || value > most)
		return rtwatch::error{EINVAL, what + " cannot be '" + text + "'",
				      "give a number from " + std::to_string(least) + " to " +
					      std::to_string(most)};
	return value;
}

rtwatch::result<std::optional<std::uint64_t>> parsed::number(const char *name, std::uint64_t least,
							     std::uint64_t most) const
{
	const auto given = text(name);
	if (!given)
		return std::optional<std::uint64_t>();
	auto value = to_number(*given, std::string("--") + name, least, most);
	if (!value)
		return value.error();
	return std::optional<std::uint64_t>(*value);
}

rtwatch::result<parsed> parse(const command_line &line, int argc, char **argv)
{
	parsed out;
	// Nothing to take apart: do not pay for it.
	if (argc > 1) {
		try {
			auto options = describe(line);
			const auto got = options.parse(argc, argv);
			for (const auto &one : got.arguments()) {
				if (one.key() == "words")
					out.words_.push_back(one.value());
				else
					out.values_[one.key()] = one.value();
			}
			for (const auto &one : got.unmatched())
				out.words_.push_back(one);
		} catch (const std::exception &wrong) {
			return wrong_use(line, plain_quotes(wrong.what()));
		}
	}
	if (out.help())
		return out;
	if (out.words_.size() > line.words_max)
		return wrong_use(line, "'" + out.words_[line.words_max] + "' is one word too many");
	if (out.words_.size() < line.words_min)
		return wrong_use(line, "an argument is missing");
	return out;
}

std::string help_text(const command_line &line)
{
	auto options = describe(line);
	std::string text =
		"Usage: rtwatchctl " + std::string(line.usage) + "\n\n" + line.about + "\n";
	// Without its title, which repeats what is above.
	const auto listed = options.help({""}, false);
	const auto start = listed.find("  ");
	return text + "\nOptions:\n" + (start == std::string::npos ? "" : listed.substr(start));
}

} // namespace rtwatchctl
