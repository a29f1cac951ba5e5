// SPDX-License-Identifier: BSD-3-Clause
#include "options.hpp"

#include <cerrno>
#include <gtest/gtest.h>

namespace rtwatchctl
{
namespace
{

const command_line try_line{"try [OPTION]... [WORD]",
			    "Tries.",
			    {{"flag", nullptr, "A flag"},
			     {"number", "N", "A number"},
			     {"until", "WHAT", "Perhaps", "begin"}},
			    0,
			    1};

rtwatch::result<parsed> try_parse(std::vector<std::string> words)
{
	words.insert(words.begin(), "try");
	std::vector<char *> argv;
	for (auto &word : words)
		argv.push_back(word.data());
	argv.push_back(nullptr);
	return parse(try_line, static_cast<int>(words.size()), argv.data());
}

TEST(options, are_all_optional)
{
	const auto out = try_parse({});
	ASSERT_TRUE(out);
	EXPECT_FALSE(out->has("flag"));
	EXPECT_FALSE(out->text("number"));
	EXPECT_FALSE(*out->number("number", 1, 9));
}

TEST(options, take_values_and_words)
{
	const auto out = try_parse({"--flag", "--number", "7", "word"});
	ASSERT_TRUE(out);
	EXPECT_TRUE(out->has("flag"));
	EXPECT_EQ(**out->number("number", 1, 9), 7u);
	EXPECT_EQ(out->words(), std::vector<std::string>{"word"});
}

TEST(options, know_an_implicit_value)
{
	EXPECT_EQ(try_parse({"--until"})->text("until"), "begin");
	EXPECT_EQ(try_parse({"--until=end"})->text("until"), "end");
}

TEST(options, refuse_what_they_do_not_know_and_say_where_to_look)
{
	for (const auto &words :
	     {std::vector<std::string>{"--nonsense"}, std::vector<std::string>{"--number"},
	      std::vector<std::string>{"a", "b"}}) {
		const auto out = try_parse(words);
		ASSERT_FALSE(out);
		EXPECT_EQ(out.error().code, EINVAL);
		EXPECT_EQ(out.error().advice, "see rtwatchctl try --help");
	}
}

TEST(options, refuse_numbers_that_are_none_or_out_of_range)
{
	for (const char *value :
	     {"0", "10", "-1", "", "x", "7x", "0x7", " 7", "1e3", "99999999999999999999999"}) {
		const auto out = try_parse({std::string("--number=") + value});
		if (!out)
			continue; // the parser itself wants a value
		const auto number = out->number("number", 1, 9);
		ASSERT_FALSE(number) << value;
		EXPECT_EQ(number.error().advice, "give a number from 1 to 9");
	}
}

TEST(options, tell_all_of_themselves)
{
	const auto text = help_text(try_line);
	for (const char *part : {"Usage: rtwatchctl try", "Tries.", "--flag", "--number N",
				 "A number", "--until", "-h, --help"})
		EXPECT_NE(text.find(part), std::string::npos) << part;
}

} // namespace
} // namespace rtwatchctl
