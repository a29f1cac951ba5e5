// SPDX-License-Identifier: BSD-3-Clause
#include "client_impl.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtwatch.h>

#include "attr.hpp"
#include "fake_module.hpp"

namespace rtwatch
{
namespace
{

using testing::fake_module;

client connected(const std::shared_ptr<fake_module> &module)
{
	auto out = make_client(testing::open_fake(module));
	EXPECT_TRUE(out.ok());
	return std::move(out).value();
}

TEST(client, says_what_to_do_when_the_module_is_not_loaded)
{
	auto module = testing::healthy_machine();
	module->loaded = false;
	const auto out = make_client(testing::open_fake(module));
	ASSERT_FALSE(out);
	EXPECT_EQ(out.error().code, ENOENT);
	EXPECT_EQ(out.error().text(), "module not loaded: run modprobe rtwatch");
}

TEST(client, says_so_too_when_the_module_goes_later)
{
	auto module = testing::healthy_machine();
	auto client = connected(module);
	module->loaded = false;
	const auto out = client.info();
	ASSERT_FALSE(out);
	EXPECT_EQ(out.error().text(), "module not loaded: run modprobe rtwatch");
}

TEST(client, reads_info_sensors_config_and_stack)
{
	auto client = connected(testing::healthy_machine());
	EXPECT_EQ(client.info()->version, "0.1.0");
	const auto sensors = client.sensors();
	ASSERT_TRUE(sensors);
	ASSERT_EQ(sensors->size(), 2u);
	EXPECT_TRUE((*sensors)[0].available);
	EXPECT_EQ((*sensors)[1].reason, "not a debug build");
	EXPECT_EQ(client.get_config()->rt_starvation_ms, 1000u);
	const auto stack = client.backtrace(cpu_id{1});
	ASSERT_TRUE(stack);
	EXPECT_EQ(stack->task->comm, "surfaceflinger");
	ASSERT_EQ(stack->frames.size(), 2u);
}

TEST(client, sorts_cpus_and_gives_each_a_time)
{
	auto module = testing::healthy_machine();
	std::swap(module->cpus[0], module->cpus[3]);
	module->cpus[1].time.reset();
	auto client = connected(module);
	const auto cpus = client.cpus();
	ASSERT_TRUE(cpus);
	ASSERT_EQ(cpus->size(), 4u);
	for (std::uint32_t i = 0; i < 4; i++) {
		EXPECT_EQ((*cpus)[i].cpu, cpu_id{i});
		EXPECT_TRUE((*cpus)[i].time);
	}
}

TEST(client, asks_for_one_cpu)
{
	auto client = connected(testing::hogged_machine());
	const auto cpu = client.cpu(cpu_id{1});
	ASSERT_TRUE(cpu);
	EXPECT_EQ(cpu->level, level::starving);
	EXPECT_EQ(client.cpu(cpu_id{77}).error().code, ENODEV);
}

TEST(client, reads_a_list_again_that_changed_meanwhile)
{
	auto module = testing::hogged_machine();
	module->interrupted_dumps = 3;
	auto client = connected(module);
	const auto cpus = client.cpus();
	ASSERT_TRUE(cpus);
	EXPECT_EQ(cpus->size(), 4u) << "nothing may count twice";
	EXPECT_EQ(module->requests.size(), 4u);
}

TEST(client, gives_up_on_a_list_that_never_stands_still)
{
	auto module = testing::hogged_machine();
	module->interrupted_dumps = 1000;
	auto client = connected(module);
	const auto log = client.incidents();
	ASSERT_FALSE(log);
	EXPECT_EQ(log.error().code, EINTR);
	EXPECT_EQ(module->requests.size(), static_cast<std::size_t>(dump_attempts));
}

TEST(client, asks_again_when_the_socket_overflowed)
{
	auto module = testing::healthy_machine();
	auto client = connected(module);
	module->receive_errno = ENOBUFS;
	const auto cpus = client.cpus();
	ASSERT_TRUE(cpus);
	EXPECT_EQ(cpus->size(), 4u);
	EXPECT_EQ(module->requests.size(), 2u);
}

TEST(client, puts_samples_of_several_messages_together)
{
	auto client = connected(testing::healthy_machine());
	const auto all = client.samples();
	ASSERT_TRUE(all);
	ASSERT_EQ(all->size(), 2u);
	EXPECT_EQ((*all)[0].samples.size(), 3u);
	EXPECT_EQ((*all)[0].lost, 37u) << "told in the first message only";
	EXPECT_EQ((*all)[1].samples.size(), 1u);
}

TEST(client, sends_the_sample_filter)
{
	auto module = testing::healthy_machine();
	auto client = connected(module);
	sample_filter filter;
	filter.cpu = cpu_id{0};
	filter.sensor = sensor_id::rcu;
	filter.after_seq = 39;
	const auto all = client.samples(filter);
	ASSERT_TRUE(all);
	ASSERT_EQ(all->size(), 1u);
	EXPECT_EQ((*all)[0].samples.at(0).seq, 40u);
	const auto sent = decode(module->requests.back().attributes);
	ASSERT_TRUE(sent);
	EXPECT_EQ(sent->cpu, cpu_id{0});
	EXPECT_EQ(sent->sensor, sensor_id::rcu);
	EXPECT_EQ(sent->after_seq, 39u);
}

TEST(client, reads_the_log_after_an_id)
{
	auto module = testing::hogged_machine();
	module->log.lost = 5;
	auto client = connected(module);
	const auto log = client.incidents();
	ASSERT_TRUE(log);
	ASSERT_EQ(log->incidents.size(), 1u);
	EXPECT_EQ(log->lost, 5u);
	EXPECT_EQ(client.incidents({12})->incidents.size(), 0u);
	EXPECT_EQ(client.incident(12)->culprit->pid, 121);
}

TEST(client, asks_for_those_that_last_only)
{
	auto module = testing::hogged_machine();
	auto over = testing::hogged_incident();
	over.id = 13;
	over.active = false;
	module->log.incidents.push_back(over);
	module->log.lost = 5;
	auto client = connected(module);
	const auto log = client.incidents({0, true});
	ASSERT_TRUE(log);
	ASSERT_EQ(log->incidents.size(), 1u);
	EXPECT_EQ(log->incidents[0].id, 12u);
	EXPECT_EQ(log->lost, 0u);
	EXPECT_EQ(client.incidents()->incidents.size(), 2u);
}

// ABI 3 refuses an attribute that it does not know.
TEST(client, finds_those_that_last_in_an_older_module)
{
	auto module = testing::hogged_machine();
	auto over = testing::hogged_incident();
	over.active = false;
	module->log.incidents.push_back(over);
	module->knows_active = false;
	auto client = connected(module);
	const auto log = client.incidents({0, true});
	ASSERT_TRUE(log);
	ASSERT_EQ(log->incidents.size(), 1u);
	EXPECT_TRUE(log->incidents[0].active);
	EXPECT_EQ(log->lost, 0u);
}

TEST(client, reads_the_bill)
{
	auto module = testing::healthy_machine();
	std::swap(module->stats[0], module->stats[3]);
	auto client = connected(module);
	const auto bill = client.stat();
	ASSERT_TRUE(bill);
	ASSERT_EQ(bill->size(), 4u);
	EXPECT_EQ((*bill)[3].cpu, cpu_id{3});
	EXPECT_EQ((*bill)[3].patrol_rounds, 9u);
	ASSERT_EQ((*bill)[0].hooks.size(), 2u);
	EXPECT_EQ((*bill)[0].hooks[0].id, hook_id::tick);
	EXPECT_EQ((*bill)[0].hooks[0].time, nanoseconds(80'000));
	EXPECT_EQ((*bill)[0].hooks[1].calls, 5000u);
	EXPECT_FALSE((*bill)[0].hooks[1].timed);
}

TEST(client, changes_only_what_was_named)
{
	auto module = testing::healthy_machine();
	auto client = connected(module);
	config changes;
	changes.rt_starvation_ms = 500;
	const auto state = client.set_config(changes);
	ASSERT_TRUE(state);
	EXPECT_EQ(state->rt_starvation_ms, 500u);
	EXPECT_EQ(state->sample_interval_ms, 100u);
	const auto sent = decode(module->requests.back().attributes);
	EXPECT_FALSE(sent->config->sample_interval_ms);
}

TEST(client, tells_the_kernels_words_and_the_range)
{
	auto module = testing::healthy_machine();
	attr_writer more;
	// nlmsghdr 16, genlmsghdr 4, then the nest and its first attribute.
	more.put_u32(NLMSGERR_ATTR_OFFS, 16 + 4 + 4);
	module->refusals = {{RTWATCH_CMD_CONFIG_SET,
			     ERANGE,
			     "integer out of range",
			     {more.view().data, more.view().data + more.view().size}}};
	auto client = connected(module);
	config changes;
	changes.clear_ms = 1;
	const auto out = client.set_config(changes);
	ASSERT_FALSE(out);
	EXPECT_EQ(out.error().code, ERANGE);
	EXPECT_EQ(out.error().message, "integer out of range (clear_ms)");
}

struct refused {
	const char *name;
	std::uint8_t command;
	int code;
	const char *told;
};

class client_advises : public ::testing::TestWithParam<refused>
{
};

TEST_P(client_advises, what_to_do)
{
	auto module = testing::healthy_machine();
	module->refusals = {{GetParam().command, GetParam().code, "", {}}};
	auto client = connected(module);
	std::string told;
	if (GetParam().command == RTWATCH_CMD_BACKTRACE)
		told = client.backtrace(cpu_id{0}).error().text();
	else if (GetParam().command == RTWATCH_CMD_SIM_SET)
		told = client.sim_set(cpu_id{0}, {}).error().text();
	else
		told = client.set_config({}).error().text();
	EXPECT_NE(told.find(GetParam().told), std::string::npos) << told;
}

INSTANTIATE_TEST_SUITE_P(
	all, client_advises,
	::testing::Values(refused{"backtrace_eperm", RTWATCH_CMD_BACKTRACE, EPERM, "CAP_PERFMON"},
			  refused{"config_eperm", RTWATCH_CMD_CONFIG_SET, EPERM,
				  "needs CAP_SYS_ADMIN"},
			  refused{"sim_unknown", RTWATCH_CMD_SIM_SET, EOPNOTSUPP, "debug build"},
			  refused{"backtrace_busy", RTWATCH_CMD_BACKTRACE, EBUSY, "try again"},
			  refused{"config_unknown", RTWATCH_CMD_CONFIG_SET, EOPNOTSUPP,
				  "older than this program"}),
	[](const auto &one) { return one.param.name; });

TEST(client, does_not_repeat_the_kernel)
{
	auto module = testing::healthy_machine();
	module->refusals = {{RTWATCH_CMD_BACKTRACE, EPERM, "a backtrace needs CAP_PERFMON", {}}};
	auto client = connected(module);
	EXPECT_EQ(client.backtrace(cpu_id{0}).error().text(),
		  "a backtrace needs CAP_PERFMON: run as root");
}

TEST(client, sends_a_simulation)
{
	auto module = testing::healthy_machine();
	auto client = connected(module);
	simulation what;
	what.type = incident_type::hard_lockup;
	what.age = std::chrono::seconds(11);
	what.culprit_pid = 9;
	ASSERT_TRUE(client.sim_set(cpu_id{2}, what));
	const auto &sent = module->requests.back();
	EXPECT_EQ(sent.command, RTWATCH_CMD_SIM_SET);
	const std::vector<unsigned char> expected{
		8,  0, 2,  0,    2, 0,    0,    0,                // CPU
		32, 0, 18, 0x80, 8, 0,    2,    0,    4, 0, 0, 0, // type
		12, 0, 3,  0,    0, 0xae, 0xa6, 0x8f, 2, 0, 0, 0,
		8,  0, 4,  0,    9, 0,    0,    0}; // age, pid
	EXPECT_EQ(sent.attributes, expected);
}

TEST(client, is_not_moved_by_an_answer_of_another_request)
{
	auto module = testing::healthy_machine();
	auto client = connected(module);
	// The end of another dump would end this answer before it began.
	module->left_over.push_back(testing::compose(NLMSG_DONE, 0, 9999, 0, {}));
	EXPECT_EQ(client.info()->version, "0.1.0");
}

} // namespace
} // namespace rtwatch
