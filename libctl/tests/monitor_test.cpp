// SPDX-License-Identifier: BSD-3-Clause
#include "monitor_impl.hpp"

#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>
#include <linux/rtwatch.h>

#include "answer.hpp"
#include "fake_module.hpp"

namespace rtwatch
{
namespace
{

using namespace std::chrono_literals;
using testing::fake_module;

monitor listening(const std::shared_ptr<fake_module> &module, groups which = groups::all)
{
	auto out = make_monitor(testing::open_fake(module), which);
	EXPECT_TRUE(out.ok());
	return std::move(out).value();
}

void notify_incident(fake_module &module, std::uint64_t seq)
{
	answer what;
	what.ntf_seq = seq;
	what.incidents = {testing::hogged_incident()};
	module.notify(RTWATCH_CMD_INCIDENT_NTF, what);
}

void notify_level(fake_module &module, std::uint64_t seq)
{
	answer what;
	what.ntf_seq = seq;
	what.cpus.emplace_back().cpu = cpu_id{1};
	what.cpus[0].level = level::late;
	module.notify(RTWATCH_CMD_LEVEL_NTF, what);
}

notice next_of(monitor &from)
{
	auto got = from.next(0ms);
	EXPECT_TRUE(got.ok() && got->has_value());
	return got && *got ? **got : notice{};
}

bool joined(const fake_module &module, std::uint32_t group)
{
	return std::count(module.joined.begin(), module.joined.end(), group) != 0;
}

TEST(monitor, joins_the_groups_that_were_asked_for)
{
	auto module = testing::healthy_machine();
	auto levels = listening(module, groups::levels);
	EXPECT_TRUE(joined(*module, testing::fake_group_levels));
	EXPECT_FALSE(joined(*module, testing::fake_group_incidents));
	auto all = listening(module);
	EXPECT_TRUE(joined(*module, testing::fake_group_incidents));
}

TEST(monitor, says_which_capability_is_missing)
{
	auto module = testing::healthy_machine();
	module->join_errno = EPERM;
	const auto out = make_monitor(testing::open_fake(module), groups::all);
	ASSERT_FALSE(out);
	EXPECT_EQ(out.error().code, EPERM);
	EXPECT_NE(out.error().text().find("CAP_NET_ADMIN"), std::string::npos);
}

TEST(monitor, says_when_the_module_is_not_loaded)
{
	auto module = testing::healthy_machine();
	module->loaded = false;
	const auto out = make_monitor(testing::open_fake(module), groups::all);
	ASSERT_FALSE(out);
	EXPECT_EQ(out.error().text(), "module not loaded: run modprobe rtwatch");
}

TEST(monitor, hands_on_incidents_and_levels)
{
	auto module = testing::healthy_machine();
	auto monitor = listening(module);
	notify_incident(*module, 1);
	notify_level(*module, 1);
	const auto first = next_of(monitor);
	ASSERT_TRUE(std::holds_alternative<incident_notice>(first));
	EXPECT_EQ(std::get<incident_notice>(first).incident.id, 12u);
	const auto second = next_of(monitor);
	ASSERT_TRUE(std::holds_alternative<level_notice>(second));
	EXPECT_EQ(std::get<level_notice>(second).state.level, level::late);
	const auto nothing = monitor.next(0ms);
	ASSERT_TRUE(nothing);
	EXPECT_FALSE(nothing->has_value());
}

TEST(monitor, tells_a_gap_before_what_follows_it)
{
	auto module = testing::healthy_machine();
	auto monitor = listening(module);
	notify_incident(*module, 4);
	notify_incident(*module, 8);
	EXPECT_TRUE(std::holds_alternative<incident_notice>(next_of(monitor)))
		<< "the first number is no gap: others may have heard the earlier ones";
	const auto lost = next_of(monitor);
	ASSERT_TRUE(std::holds_alternative<loss_notice>(lost));
	EXPECT_EQ(std::get<loss_notice>(lost).group, groups::incidents);
	EXPECT_EQ(std::get<loss_notice>(lost).count, 3u);
	EXPECT_TRUE(std::holds_alternative<incident_notice>(next_of(monitor)));
}

TEST(monitor, counts_each_group_apart)
{
	auto module = testing::healthy_machine();
	auto monitor = listening(module);
	notify_incident(*module, 1);
	notify_level(*module, 50);
	notify_incident(*module, 2);
	notify_level(*module, 51);
	for (int i = 0; i < 4; i++)
		EXPECT_FALSE(std::holds_alternative<loss_notice>(next_of(monitor)));
}

TEST(monitor, tells_an_overflow_at_once_and_its_size_when_known)
{
	auto module = testing::healthy_machine();
	auto monitor = listening(module);
	notify_incident(*module, 1);
	module->notify_overflow();
	notify_incident(*module, 6);
	next_of(monitor);
	const auto overflow = next_of(monitor);
	ASSERT_TRUE(std::holds_alternative<loss_notice>(overflow));
	EXPECT_FALSE(std::get<loss_notice>(overflow).count);
	EXPECT_EQ(std::get<loss_notice>(next_of(monitor)).count, 4u);
	EXPECT_TRUE(std::holds_alternative<incident_notice>(next_of(monitor)));
}

TEST(monitor, ends_when_the_module_is_unloaded)
{
	auto module = testing::healthy_machine();
	auto monitor = listening(module);
	module->notify_unloaded();
	const auto got = monitor.next(0ms);
	ASSERT_FALSE(got);
	EXPECT_EQ(got.error().code, ENODEV);
}

TEST(monitor, goes_on_after_a_malformed_notice)
{
	auto module = testing::healthy_machine();
	auto monitor = listening(module);
	const unsigned char cut[] = {9, 0, RTWATCH_A_NTF_SEQ, 0};
	module->notifications.push_back(
		testing::compose(testing::fake_family, 0, 0, RTWATCH_CMD_INCIDENT_NTF, {cut, 4}));
	notify_incident(*module, 2);
	EXPECT_EQ(monitor.next(0ms).error().code, EBADMSG);
	EXPECT_TRUE(std::holds_alternative<incident_notice>(next_of(monitor)));
}

} // namespace
} // namespace rtwatch
