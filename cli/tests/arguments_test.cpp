// SPDX-License-Identifier: BSD-3-Clause
#include "arguments.hpp"

#include <gtest/gtest.h>

namespace rtwatchctl
{
namespace
{

rtwatch::result<arguments> split(std::vector<const char *> words)
{
	words.insert(words.begin(), "rtwatchctl");
	return split_arguments(static_cast<int>(words.size()), words.data());
}

using list = std::vector<std::string>;

TEST(arguments, without_any_there_is_no_command)
{
	const auto out = split({});
	ASSERT_TRUE(out);
	EXPECT_TRUE(out->command.empty());
	EXPECT_FALSE(out->json);
}

TEST(arguments, split_at_the_first_word)
{
	const auto out = split({"-j", "--no-color", "events", "--active", "--since-id", "7"});
	ASSERT_TRUE(out);
	EXPECT_TRUE(out->json);
	EXPECT_TRUE(out->no_color);
	EXPECT_EQ(out->command, "events");
	EXPECT_EQ(out->rest, (list{"events", "--active", "--since-id", "7"}));
}

TEST(arguments, take_output_options_behind_the_command_too)
{
	const auto out = split({"watch", "--json", "--until"});
	ASSERT_TRUE(out);
	EXPECT_TRUE(out->json);
	EXPECT_EQ(out->rest, (list{"watch", "--until"}));
}

TEST(arguments, leave_alone_what_comes_after_two_dashes)
{
	const auto out = split({"explain", "--", "-j"});
	ASSERT_TRUE(out);
	EXPECT_FALSE(out->json);
	EXPECT_EQ(out->rest, (list{"explain", "--", "-j"}));
}

TEST(arguments, pretty_means_json)
{
	for (const char *word : {"-p", "--pretty", "-jp", "-pj"}) {
		const auto out = split({word});
		ASSERT_TRUE(out) << word;
		EXPECT_TRUE(out->json && out->pretty) << word;
	}
}

TEST(arguments, refuse_an_unknown_global_option)
{
	for (const char *word : {"-x", "--jason", "-jx", "-", "--check"}) {
		const auto out = split({word});
		ASSERT_FALSE(out) << word;
		EXPECT_NE(out.error().message.find(word), std::string::npos);
		EXPECT_NE(out.error().advice.find("--help"), std::string::npos);
	}
}

} // namespace
} // namespace rtwatchctl
