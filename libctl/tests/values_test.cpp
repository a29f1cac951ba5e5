// SPDX-License-Identifier: BSD-3-Clause
// Results, names and the list of fields.
#include <cerrno>
#include <gtest/gtest.h>
#include <linux/rtwatch.h>
#include <memory>
#include <set>

#include <rtwatch/client.hpp>
#include <rtwatch/fields.hpp>
#include <rtwatch/result.hpp>

#include "fake_module.hpp"
#include "tables.hpp"

namespace rtwatch
{
namespace
{

TEST(result, is_a_value_or_an_error)
{
	const result<int> good = 7;
	ASSERT_TRUE(good.ok());
	EXPECT_EQ(*good, 7);
	const result<int> bad = error{EPERM, "no", "run as root"};
	ASSERT_FALSE(bad);
	EXPECT_EQ(bad.error().code, EPERM);
	EXPECT_EQ(bad.error().text(), "no: run as root");
	EXPECT_EQ((error{EIO, "no", ""}).text(), "no");
}

TEST(result, moves_what_cannot_be_copied)
{
	result<std::unique_ptr<int>> from = std::make_unique<int>(3);
	const auto to = std::move(from).value();
	EXPECT_EQ(*to, 3);
}

TEST(result, of_nothing_is_good_by_default)
{
	EXPECT_TRUE(result<void>().ok());
	EXPECT_FALSE(result<void>(error{EIO, "x", ""}).ok());
}

TEST(fields, list_what_is_there_in_the_order_of_the_uapi)
{
	sample one;
	one.streak = std::chrono::milliseconds(5);
	one.cpu = cpu_id{2};
	one.rq_rt_runtime = unlimited;
	one.level = level::late;
	const auto list = fields(one);
	ASSERT_EQ(list.size(), 4u);
	EXPECT_EQ(list[0].key, "cpu");
	EXPECT_EQ(std::get<std::uint64_t>(list[0].value), 2u);
	EXPECT_EQ(list[1].key, "level");
	EXPECT_EQ(std::get<std::string_view>(list[1].value), "late");
	EXPECT_EQ(list[2].key, "streak_ns");
	EXPECT_EQ(std::get<std::int64_t>(list[2].value), 5'000'000);
	EXPECT_EQ(list[3].key, "rq_rt_runtime_ns");
	EXPECT_EQ(std::get<std::int64_t>(list[3].value), -1);
}

// A table without a row for an attribute would drop it silently.
template <class T>
void expect_all_attributes(int last, const std::set<int> &padding)
{
	std::set<int> attributes;
	std::set<std::string_view> keys;
	for (const auto &row : table<T>::rows) {
		EXPECT_TRUE(attributes.insert(row.attr).second) << row.key;
		EXPECT_TRUE(keys.insert(row.key).second) << row.key;
	}
	for (int attribute = 1; attribute <= last; attribute++)
		EXPECT_EQ(attributes.count(attribute) + padding.count(attribute), 1u)
			<< table<T>::name << " attribute " << attribute;
}

TEST(tables, have_every_attribute_of_the_uapi_once)
{
	expect_all_attributes<task>(RTWATCH_TASK_MAX, {RTWATCH_TASK_PAD});
	expect_all_attributes<frame>(RTWATCH_FRAME_MAX, {RTWATCH_FRAME_PAD});
	expect_all_attributes<cpu_state>(RTWATCH_F_MAX, {RTWATCH_F_PAD});
	expect_all_attributes<sensor_info>(RTWATCH_SENSOR_A_MAX, {});
	expect_all_attributes<module_info>(RTWATCH_INFO_MAX, {RTWATCH_INFO_PAD});
	expect_all_attributes<incident>(RTWATCH_INCIDENT_A_MAX, {RTWATCH_INCIDENT_A_PAD});
	expect_all_attributes<config>(RTWATCH_CONFIG_MAX, {});
	expect_all_attributes<cpu_stat>(RTWATCH_STAT_MAX, {RTWATCH_STAT_PAD});
	expect_all_attributes<hook_cost>(RTWATCH_HOOK_A_MAX, {RTWATCH_HOOK_A_PAD});
	// SIM and ACTIVE only go to the module.
	expect_all_attributes<answer>(RTWATCH_A_MAX,
				      {RTWATCH_A_PAD, RTWATCH_A_SIM, RTWATCH_A_ACTIVE});
}

TEST(names, exist_for_all_that_the_uapi_numbers)
{
	for (std::uint32_t n = 1; n <= RTWATCH_SENSOR_MAX; n++)
		EXPECT_NE(to_string(static_cast<sensor_id>(n)), "unknown") << n;
	for (std::uint32_t n = 1; n <= RTWATCH_INCIDENT_MAX; n++)
		EXPECT_NE(to_string(static_cast<incident_type>(n)), "unknown") << n;
	for (std::uint32_t n = 1; n <= RTWATCH_CAUSE_MAX; n++)
		EXPECT_NE(to_string(static_cast<cause>(n)), "unknown") << n;
	for (std::uint32_t n = 1; n <= RTWATCH_HOOK_MAX; n++)
		EXPECT_NE(to_string(static_cast<hook_id>(n)), "unknown") << n;
	EXPECT_EQ(to_string(static_cast<sched_policy>(4)), "unknown");
}

TEST(config, is_set_by_name_and_refuses_unknown_names_with_a_list)
{
	config one;
	EXPECT_TRUE(set(one, "rt_starvation_ms", 500));
	EXPECT_EQ(one.rt_starvation_ms, 500u);
	const auto wrong = set(one, "rt_starvation", 500);
	ASSERT_FALSE(wrong);
	EXPECT_EQ(wrong.error().code, EINVAL);
	for (const auto name : config_names())
		EXPECT_NE(wrong.error().advice.find(name), std::string::npos) << name;
}

TEST(library, knows_its_version_and_abi)
{
	EXPECT_FALSE(library_version().empty());
	EXPECT_EQ(library_abi(), static_cast<std::uint32_t>(RTWATCH_ABI));
}

} // namespace
} // namespace rtwatch
