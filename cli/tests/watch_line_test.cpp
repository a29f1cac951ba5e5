// SPDX-License-Identifier: BSD-3-Clause
#include "watch_line.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fake_module.hpp"

namespace rtwatchctl
{
namespace
{

line_style style(bool json)
{
	line_style out;
	out.g.json = json;
	out.monotonic = std::chrono::seconds(1000);
	out.realtime = std::chrono::seconds(1'767'225'600);
	out.lost = 3;
	return out;
}

TEST(watch_line, is_one_line_of_json_with_both_clocks)
{
	const auto text =
		incident_line(style(true), news::begin, rtwatch::testing::hogged_incident());
	EXPECT_EQ(text.find('\n'), text.size() - 1);
	const auto object = nlohmann::json::parse(text);
	EXPECT_EQ(object["schema"], 1);
	EXPECT_EQ(object["event"], "begin");
	EXPECT_EQ(object["time_ns"], 1'000'000'000'000);
	EXPECT_EQ(object["time_realtime"], "2026-01-01T00:00:00.000000000Z");
	EXPECT_EQ(object["lost"], 3);
	EXPECT_EQ(object["type"], "rt_starvation");
	EXPECT_EQ(object["culprit"]["pid"], 121);
}

TEST(watch_line, tells_sentence_and_remedy_at_the_begin)
{
	const auto text =
		incident_line(style(false), news::begin, rtwatch::testing::hogged_incident());
	EXPECT_NE(text.find("begin   #12  CPU 1 is starved"), std::string::npos) << text;
	EXPECT_NE(text.find("\n                           remedy: Now: "), std::string::npos)
		<< text;
	const auto later =
		incident_line(style(false), news::change, rtwatch::testing::hogged_incident());
	EXPECT_EQ(later.find("remedy"), std::string::npos);
}

TEST(watch_line, tells_losses)
{
	const rtwatch::loss_notice some{rtwatch::groups::all, {}};
	const rtwatch::loss_notice counted{rtwatch::groups::incidents, 4};
	EXPECT_NE(loss_line(style(false), some).find("some notifications (all)"),
		  std::string::npos);
	const auto object = nlohmann::json::parse(loss_line(style(true), counted));
	EXPECT_EQ(object["event"], "lost");
	EXPECT_EQ(object["count"], 4);
	EXPECT_EQ(object["group"], "incidents");
	EXPECT_FALSE(nlohmann::json::parse(loss_line(style(true), some)).contains("count"));
}

TEST(watch_line, tells_a_level)
{
	rtwatch::cpu_state state;
	state.cpu = rtwatch::cpu_id{2};
	state.level = rtwatch::level::late;
	state.level_since = std::chrono::seconds(999);
	EXPECT_NE(level_line(style(false), state).find("CPU 2 is late\n"), std::string::npos);
	const auto object = nlohmann::json::parse(level_line(style(true), state));
	EXPECT_EQ(object["level"], "late");
	EXPECT_EQ(object["level_since_ns"], 999'000'000'000);
	EXPECT_EQ(object["time_ns"], 1'000'000'000'000);
}

} // namespace
} // namespace rtwatchctl
