// SPDX-License-Identifier: BSD-3-Clause
// The schema: what explain -j prints of the fixtures and what docs/explain.md says are the same.
#include "explain_json.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <nlohmann/json.hpp>
#include <rtwatch/splat.hpp>

namespace
{

namespace fs = std::filesystem;
namespace splat = rtwatch::splat;
using nlohmann::json;

std::string read_file(const fs::path &path)
{
	std::ifstream in(path, std::ios::binary);
	return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<json> printed()
{
	std::vector<json> all;
	for (const fs::directory_entry &entry : fs::directory_iterator(EXPLAIN_FIXTURES)) {
		if (entry.path().extension() != ".log")
			continue;
		splat::parser parser;
		parser.feed(read_file(entry.path()));
		parser.finish();
		splat::incident incident;
		while (parser.next(incident)) {
			std::string text;
			rtwatchctl::append_json(text, incident, 0, {});
			all.push_back(json::parse(text));
		}
	}
	return all;
}

void add_keys(const json &of, std::set<std::string> &to)
{
	for (const auto &[key, value] : of.items())
		to.insert(key);
}

// The names in the first column of the tables: "| `kernel`, `arch` | ..."
std::set<std::string> documented(const std::string &heading, const std::string &next)
{
	const std::string text = read_file(EXPLAIN_DOC);
	const std::size_t from = text.find(heading);
	const std::size_t to = text.find(next, from);
	EXPECT_NE(from, std::string::npos);
	EXPECT_NE(to, std::string::npos);
	std::set<std::string> names;
	const std::string part = text.substr(from, to - from);
	const std::regex row("(^|\n)\\|([^|]*)\\|");
	const std::regex name("`([a-z_]+)`");
	for (std::sregex_iterator it(part.begin(), part.end(), row), end; it != end; ++it) {
		const std::string column = (*it)[2];
		for (std::sregex_iterator one(column.begin(), column.end(), name); one != end;
		     ++one)
			names.insert((*one)[1]);
	}
	return names;
}

TEST(explain_json, has_the_documented_keys_and_no_others)
{
	std::set<std::string> keys;
	for (const json &incident : printed())
		add_keys(incident, keys);
	EXPECT_EQ(keys, documented("## JSON", "### Types"));
}

TEST(explain_json, has_the_documented_types_and_causes)
{
	std::set<std::string> types;
	std::set<std::string> causes;
	for (const json &incident : printed()) {
		types.insert(incident.at("type"));
		causes.insert(incident.at("cause"));
	}
	EXPECT_EQ(types, documented("### Types", "### Causes"));
	EXPECT_EQ(causes, documented("### Causes", "## How to read"));
}

TEST(explain_json, has_the_keys_of_the_schema_inside)
{
	std::set<std::string> cpu;
	std::set<std::string> kthread;
	std::set<std::string> owner;
	std::set<std::string> frame;
	std::set<std::string> duration;
	std::set<std::string> field;
	for (const json &incident : printed()) {
		for (const json &one : incident.value("per_cpu", json::array()))
			add_keys(one, cpu);
		for (const json &one : incident.value("trace", json::array()))
			add_keys(one, frame);
		for (const json &one : incident.at("fields"))
			add_keys(one, field);
		add_keys(incident.value("kthread", json::object()), kthread);
		add_keys(incident.value("owner", json::object()), owner);
		add_keys(incident.value("duration", json::object()), duration);
		EXPECT_EQ(incident.at("lines").size(), 2U);
	}
	using set = std::set<std::string>;
	EXPECT_EQ(cpu, (set{"cpu", "ticks_this_gp", "gps_behind", "idle", "softirq_start",
			    "softirq_now", "fqs", "flags"}));
	EXPECT_EQ(kthread, (set{"name", "starved_jiffies", "state", "cpu"}));
	EXPECT_EQ(owner, (set{"comm", "pid"}));
	EXPECT_EQ(frame, (set{"function", "offset", "module", "section", "reliable"}));
	EXPECT_EQ(duration, (set{"value", "unit"}));
	EXPECT_EQ(field, (set{"name", "value", "meaning"}));
}

} // namespace
