// SPDX-License-Identifier: BSD-3-Clause
#include "json.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "fake_module.hpp"
#include "output.hpp"

namespace rtwatchctl
{
namespace
{

std::string golden(const char *name)
{
	std::ifstream file(std::string(GOLDEN_DIR) + "/" + name);
	std::stringstream text;
	text << file.rdbuf();
	return text.str();
}

globals pretty()
{
	globals g;
	g.json = g.pretty = true;
	return g;
}

// The object that other programs rely on, key by key.
TEST(incident_json, is_the_documented_object)
{
	const auto object =
		to_json(rtwatch::testing::hogged_incident(), std::chrono::seconds(1000), 4);
	EXPECT_EQ(dump(pretty(), object), golden("incident.json"));
}

TEST(incident_json, leaves_out_what_is_not_known_but_not_its_lists)
{
	rtwatch::incident what;
	what.id = 1;
	what.type = rtwatch::incident_type::rcu_stall;
	const auto object = to_json(what, std::chrono::seconds(1000), 0);
	for (const char *key :
	     {"cpu", "culprit", "end_ns", "start_realtime", "level", "duration_ns"})
		EXPECT_FALSE(object.contains(key)) << key;
	for (const char *key : {"active", "victims", "cause", "remedy", "summary", "stack", "lost"})
		EXPECT_TRUE(object.contains(key)) << key;
}

TEST(incident_json, is_utf8_whatever_a_task_calls_itself)
{
	auto what = rtwatch::testing::hogged_incident();
	what.culprit->comm = "\xff\xfe\"\\";
	const auto text = dump({}, to_json(what, std::chrono::seconds(1000), 0));
	EXPECT_NE(text.find("\"comm\":\"\xef\xbf\xbd\xef\xbf\xbd\\\"\\\\\""), std::string::npos)
		<< text;
}

TEST(json, names_flags)
{
	rtwatch::sample one;
	one.flags = rtwatch::cpu_flags{rtwatch::cpu_flags::online | rtwatch::cpu_flags::rt};
	EXPECT_EQ(dump({}, to_json(fields(one))), "{\"flags\":[\"online\",\"rt\"]}\n");
}

} // namespace
} // namespace rtwatchctl
