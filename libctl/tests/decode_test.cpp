// SPDX-License-Identifier: BSD-3-Clause
// Bytes in, values out: by hand-built attributes, not by the tables that are
// tested.
#include "decode.hpp"

#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtwatch.h>

#include <rtwatch/fields.hpp>

#include "attr.hpp"
#include "encode.hpp"
#include "fake_module.hpp"

namespace rtwatch
{
namespace
{

answer decoded(const attr_writer &in)
{
	auto out = decode(in.view());
	EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().text());
	return out ? *out : answer{};
}

void put_task(attr_writer &out, std::uint16_t type)
{
	const auto nest = out.nest_begin(type);
	out.put_s32(RTWATCH_TASK_PID, 121);
	out.put_s32(RTWATCH_TASK_TGID, 120);
	out.put_string(RTWATCH_TASK_COMM, "surfaceflinger");
	out.put_u32(RTWATCH_TASK_POLICY, 1);
	out.put_u32(RTWATCH_TASK_PRIO, 50);
	out.put_u64(RTWATCH_TASK_WAIT_NS, 3'200'000'000);
	out.put_flag(RTWATCH_TASK_KTHREAD);
	out.nest_end(nest);
}

void expect_task(const task &got)
{
	EXPECT_EQ(got.pid, 121);
	EXPECT_EQ(got.tgid, 120);
	EXPECT_EQ(got.comm, "surfaceflinger");
	EXPECT_EQ(got.policy, sched_policy::fifo);
	EXPECT_EQ(got.prio, 50u);
	EXPECT_EQ(got.wait, std::chrono::milliseconds(3200));
	EXPECT_TRUE(got.kthread);
}

TEST(decode, reads_every_field_of_a_cpu)
{
	attr_writer in;
	const auto nest = in.nest_begin(RTWATCH_A_CPU_STATE);
	in.put_u32(RTWATCH_F_CPU, 3);
	in.put_u64(RTWATCH_F_SEQ, 4);
	in.put_u64(RTWATCH_F_TIME_NS, 5);
	in.put_u32(RTWATCH_F_FLAGS, RTWATCH_FLAG_ONLINE | RTWATCH_FLAG_IDLE);
	in.put_u32(RTWATCH_F_LEVEL, RTWATCH_LEVEL_STARVING);
	in.put_u64(RTWATCH_F_LEVEL_SINCE_NS, 8);
	in.put_u64(RTWATCH_F_RT_TIME_NS, 9);
	in.put_u64(RTWATCH_F_DL_TIME_NS, 10);
	in.put_u64(RTWATCH_F_STREAK_NS, 11);
	in.put_u32(RTWATCH_F_RT_SHARE_1S_PPM, 12);
	in.put_u32(RTWATCH_F_RT_SHARE_10S_PPM, 13);
	in.put_u64(RTWATCH_F_TICK_AGE_NS, 14);
	in.put_u64(RTWATCH_F_STUCK_NS, 15);
	in.put_u64(RTWATCH_F_TICK_GAP_NS, 16);
	in.put_u64(RTWATCH_F_TOUCH_AGE_NS, 17);
	in.put_u64(RTWATCH_F_HRTIMER_AGE_NS, 18);
	in.put_u64(RTWATCH_F_GP_SEQ, 19);
	in.put_u64(RTWATCH_F_GP_AGE_NS, 20);
	in.put_u64(RTWATCH_F_RQ_RT_TIME_NS, 21);
	in.put_u64(RTWATCH_F_RQ_RT_RUNTIME_NS, ~0ULL);
	in.put_u32(RTWATCH_F_NR_RUNNING, 23);
	in.put_u32(RTWATCH_F_RT_NR_RUNNING, 24);
	in.put_s32(RTWATCH_F_CULPRIT_PID, -1);
	put_task(in, RTWATCH_F_CULPRIT);
	put_task(in, RTWATCH_F_WORST_VICTIM);
	in.put_u32(RTWATCH_F_VICTIMS_TOTAL, 28);
	in.put_u64(RTWATCH_F_SAMPLES_PUSHED, 29);
	in.nest_end(nest);

	const auto out = decoded(in);
	ASSERT_EQ(out.cpus.size(), 1u);
	const auto &cpu = out.cpus[0];
	EXPECT_EQ(cpu.cpu, cpu_id{3});
	EXPECT_EQ(cpu.seq, 4u);
	EXPECT_EQ(cpu.time, nanoseconds(5));
	EXPECT_TRUE(cpu.flags->has(cpu_flags::idle));
	EXPECT_FALSE(cpu.flags->has(cpu_flags::rt));
	EXPECT_EQ(cpu.level, level::starving);
	EXPECT_EQ(cpu.level_since, nanoseconds(8));
	EXPECT_EQ(cpu.rt_time, nanoseconds(9));
	EXPECT_EQ(cpu.dl_time, nanoseconds(10));
	EXPECT_EQ(cpu.streak, nanoseconds(11));
	EXPECT_EQ(cpu.rt_share_1s_ppm, 12u);
	EXPECT_EQ(cpu.rt_share_10s_ppm, 13u);
	EXPECT_EQ(cpu.tick_age, nanoseconds(14));
	EXPECT_EQ(cpu.stuck, nanoseconds(15));
	EXPECT_EQ(cpu.tick_gap, nanoseconds(16));
	EXPECT_EQ(cpu.touch_age, nanoseconds(17));
	EXPECT_EQ(cpu.hrtimer_age, nanoseconds(18));
	EXPECT_EQ(cpu.gp_seq, 19u);
	EXPECT_EQ(cpu.gp_age, nanoseconds(20));
	EXPECT_EQ(cpu.rq_rt_time, nanoseconds(21));
	EXPECT_EQ(cpu.rq_rt_runtime, unlimited);
	EXPECT_EQ(cpu.nr_running, 23u);
	EXPECT_EQ(cpu.rt_nr_running, 24u);
	EXPECT_EQ(cpu.culprit_pid, -1);
	ASSERT_TRUE(cpu.culprit && cpu.worst_victim);
	expect_task(*cpu.culprit);
	EXPECT_EQ(cpu.victims_total, 28u);
	EXPECT_EQ(cpu.samples_pushed, 29u);
}

TEST(decode, reads_every_field_of_an_incident)
{
	attr_writer in;
	in.put_u64(RTWATCH_A_LOST, 7);
	const auto nest = in.nest_begin(RTWATCH_A_INCIDENT);
	in.put_u64(RTWATCH_INCIDENT_A_ID, 2);
	in.put_u32(RTWATCH_INCIDENT_A_REVISION, 3);
	in.put_u32(RTWATCH_INCIDENT_A_TYPE, RTWATCH_INCIDENT_RCU_STALL);
	in.put_u32(RTWATCH_INCIDENT_A_CPU, 5);
	in.put_u32(RTWATCH_INCIDENT_A_LEVEL, RTWATCH_LEVEL_LATE);
	in.put_flag(RTWATCH_INCIDENT_A_ACTIVE);
	in.put_u64(RTWATCH_INCIDENT_A_START_NS, 8);
	in.put_u64(RTWATCH_INCIDENT_A_DETECTED_NS, 9);
	in.put_u64(RTWATCH_INCIDENT_A_END_NS, 10);
	in.put_u64(RTWATCH_INCIDENT_A_START_REALTIME_NS, 11);
	in.put_u64(RTWATCH_INCIDENT_A_PEAK_NS, 12);
	put_task(in, RTWATCH_INCIDENT_A_CULPRIT);
	put_task(in, RTWATCH_INCIDENT_A_VICTIM);
	put_task(in, RTWATCH_INCIDENT_A_VICTIM);
	in.put_u32(RTWATCH_INCIDENT_A_VICTIMS_TOTAL, 15);
	in.put_u32(RTWATCH_INCIDENT_A_CAUSE, RTWATCH_CAUSE_RT_RUNTIME_SHARE);
	const auto kernel = in.nest_begin(RTWATCH_INCIDENT_A_FRAME);
	in.put_string(RTWATCH_FRAME_SYMBOL, "spin+0x4/0x10 [sick]");
	in.nest_end(kernel);
	const auto user = in.nest_begin(RTWATCH_INCIDENT_A_FRAME);
	in.put_u64(RTWATCH_FRAME_USER_IP, 0x401136);
	in.nest_end(user);
	in.put_u64(RTWATCH_INCIDENT_A_RQ_RT_RUNTIME_NS, 19);
	in.put_u64(RTWATCH_INCIDENT_A_RT_RUNTIME_NS, ~0ULL);
	in.put_u64(RTWATCH_INCIDENT_A_RT_PERIOD_NS, 21);
	in.put_u64(RTWATCH_INCIDENT_A_GP_SEQ, 22);
	in.nest_end(nest);

	const auto out = decoded(in);
	EXPECT_EQ(out.lost, 7u);
	ASSERT_EQ(out.incidents.size(), 1u);
	const auto &one = out.incidents[0];
	EXPECT_EQ(one.id, 2u);
	EXPECT_EQ(one.revision, 3u);
	EXPECT_EQ(one.type, incident_type::rcu_stall);
	EXPECT_EQ(one.cpu, cpu_id{5});
	EXPECT_EQ(one.level, level::late);
	EXPECT_TRUE(one.active);
	EXPECT_EQ(one.start, nanoseconds(8));
	EXPECT_EQ(one.detected, nanoseconds(9));
	EXPECT_EQ(one.end, nanoseconds(10));
	EXPECT_EQ(one.start_realtime, nanoseconds(11));
	EXPECT_EQ(one.peak, nanoseconds(12));
	ASSERT_TRUE(one.culprit);
	expect_task(*one.culprit);
	ASSERT_EQ(one.victims.size(), 2u);
	expect_task(one.victims[1]);
	EXPECT_EQ(one.victims_total, 15u);
	EXPECT_EQ(one.cause, cause::rt_runtime_share);
	ASSERT_EQ(one.frames.size(), 2u);
	EXPECT_EQ(one.frames[0].symbol, "spin+0x4/0x10 [sick]");
	EXPECT_EQ(one.frames[1].user_ip, 0x401136u);
	EXPECT_EQ(one.rq_rt_runtime, nanoseconds(19));
	EXPECT_EQ(one.rt_runtime, unlimited);
	EXPECT_EQ(one.rt_period, nanoseconds(21));
	EXPECT_EQ(one.gp_seq, 22u);
}

// A message of a snapshot as the module makes it: the time, then a state that ends it, with
// the numbers of a CPU without trouble in the order of the uAPI, or backwards.
std::vector<unsigned char> snapshot_message(bool server, bool limit, bool backwards,
					    std::uint16_t wrong = 0)
{
	const auto is_u32 = [](std::uint16_t attr) {
		return attr == RTWATCH_F_CPU || attr == RTWATCH_F_FLAGS ||
		       attr == RTWATCH_F_LEVEL || attr == RTWATCH_F_NR_RUNNING ||
		       attr == RTWATCH_F_RT_NR_RUNNING || attr == RTWATCH_F_RT_SHARE_1S_PPM ||
		       attr == RTWATCH_F_RT_SHARE_10S_PPM || attr == RTWATCH_F_DL_SHARE_1S_PPM ||
		       attr == RTWATCH_F_DL_SHARE_10S_PPM;
	};
	std::vector<std::uint16_t> attrs;
	for (std::uint16_t attr = RTWATCH_F_CPU; attr <= RTWATCH_F_RCU_CALLBACKS; attr++) {
		const bool rare = attr == RTWATCH_F_SEQ || (attr >= RTWATCH_F_CULPRIT_PID &&
							    attr <= RTWATCH_F_VICTIMS_TOTAL);
		const bool of_server = attr == RTWATCH_F_FAIR_SERVER_RUNTIME_NS ||
				       attr == RTWATCH_F_FAIR_SERVER_PERIOD_NS;
		const bool of_limit =
			attr == RTWATCH_F_RQ_RT_TIME_NS || attr == RTWATCH_F_RQ_RT_RUNTIME_NS;
		if (!rare && (server || !of_server) && (limit || !of_limit))
			attrs.push_back(attr);
	}
	if (backwards)
		std::reverse(attrs.begin(), attrs.end());
	attr_writer out;
	out.put_u64(RTWATCH_A_TIME_NS, 77);
	const auto nest = out.nest_begin(RTWATCH_A_CPU_STATE);
	for (const auto attr : attrs) {
		if (is_u32(attr) != (attr == wrong))
			out.put_u32(attr, 1000U + attr);
		else
			out.put_u64(attr, attr == RTWATCH_F_STREAK_NS ? ~0ULL : 1000U + attr);
	}
	out.nest_end(nest);
	const auto view = out.view();
	return {view.data, view.data + view.size};
}

TEST(decode, a_state_is_the_same_in_whatever_order)
{
	for (const auto &[server, limit] :
	     {std::pair{false, true}, {true, true}, {true, false}, {false, false}}) {
		const auto one = decode(snapshot_message(server, limit, false));
		const auto other = decode(snapshot_message(server, limit, true));
		ASSERT_TRUE(one && other);
		ASSERT_EQ(one->cpus.size(), 1u);
		ASSERT_EQ(other->cpus.size(), 1u);
		EXPECT_EQ(one->time, nanoseconds(77));
		EXPECT_EQ(other->time, nanoseconds(77));
		const auto ordered = fields(one->cpus[0]), backwards = fields(other->cpus[0]);
		ASSERT_EQ(ordered.size(), 30u + 2 * server + 2 * limit);
		ASSERT_EQ(backwards.size(), ordered.size());
		for (std::size_t i = 0; i < ordered.size(); i++) {
			EXPECT_EQ(ordered[i].key, backwards[i].key);
			EXPECT_EQ(ordered[i].value, backwards[i].value) << ordered[i].key;
		}
		EXPECT_EQ(one->cpus[0].cpu, cpu_id{1000U + RTWATCH_F_CPU});
		EXPECT_EQ(one->cpus[0].streak, unlimited);
		EXPECT_EQ(one->cpus[0].rcu_callbacks, 1000U + RTWATCH_F_RCU_CALLBACKS);
	}
}

TEST(decode, refuses_one_wrong_size_in_a_whole_state)
{
	for (const std::uint16_t wrong :
	     {RTWATCH_F_CPU, RTWATCH_F_GP_AGE_NS, RTWATCH_F_RCU_CALLBACKS}) {
		const auto out = decode(snapshot_message(false, true, false, wrong));
		ASSERT_FALSE(out.ok()) << wrong;
		EXPECT_EQ(out.error().code, EBADMSG);
	}
}

TEST(decode, leaves_out_what_is_absent)
{
	attr_writer in;
	in.nest_end(in.nest_begin(RTWATCH_A_CPU_STATE));
	const auto out = decoded(in);
	ASSERT_EQ(out.cpus.size(), 1u);
	EXPECT_TRUE(fields(out.cpus[0]).empty());
	EXPECT_FALSE(out.lost);
	EXPECT_FALSE(out.info);
}

TEST(decode, skips_attributes_of_a_newer_module)
{
	attr_writer in;
	in.put_u64(RTWATCH_A_MAX + 40, 1);
	const auto nest = in.nest_begin(RTWATCH_A_CPU_STATE);
	in.put_string(RTWATCH_F_MAX + 9, "new");
	in.put_u32(RTWATCH_F_CPU, 3);
	in.nest_end(nest);
	EXPECT_EQ(decoded(in).cpus.at(0).cpu, cpu_id{3});
}

TEST(decode, keeps_a_number_that_it_cannot_name)
{
	attr_writer in;
	const auto nest = in.nest_begin(RTWATCH_A_INCIDENT);
	in.put_u32(RTWATCH_INCIDENT_A_TYPE, 99);
	in.nest_end(nest);
	const auto type = decoded(in).incidents.at(0).type;
	ASSERT_TRUE(type);
	EXPECT_EQ(static_cast<std::uint32_t>(*type), 99u);
	EXPECT_EQ(to_string(*type), "unknown");
}

TEST(decode, text_ends_at_its_zero_or_with_the_attribute)
{
	attr_writer in;
	auto nest = in.nest_begin(RTWATCH_A_TASK);
	in.put(RTWATCH_TASK_COMM, {"ab\0cd", 5});
	in.nest_end(nest);
	EXPECT_EQ(decoded(in).task->comm, "ab");

	attr_writer bare;
	nest = bare.nest_begin(RTWATCH_A_TASK);
	bare.put(RTWATCH_TASK_COMM, {"abc", 3});
	bare.nest_end(nest);
	EXPECT_EQ(decoded(bare).task->comm, "abc");
}

struct wrong_size {
	const char *name;
	std::uint16_t attr;
	std::size_t size;
	const char *told;
};

class decode_refuses : public ::testing::TestWithParam<wrong_size>
{
};

TEST_P(decode_refuses, a_wrong_size_and_names_the_field)
{
	const unsigned char payload[16] = {};
	attr_writer in;
	const auto nest = in.nest_begin(RTWATCH_A_CPU_STATE);
	in.put(GetParam().attr, {payload, GetParam().size});
	in.nest_end(nest);
	const auto out = decode(in.view());
	ASSERT_FALSE(out);
	EXPECT_EQ(out.error().code, EBADMSG);
	EXPECT_NE(out.error().message.find(GetParam().told), std::string::npos)
		<< out.error().message;
}

INSTANTIATE_TEST_SUITE_P(
	all, decode_refuses,
	::testing::Values(wrong_size{"u32_empty", RTWATCH_F_CPU, 0, "cpu_state.cpu has 0 bytes"},
			  wrong_size{"u32_short", RTWATCH_F_NR_RUNNING, 3, "nr_running has 3"},
			  wrong_size{"u32_long", RTWATCH_F_LEVEL, 8,
				     "level has 8 bytes instead of 4"},
			  wrong_size{"u64_short", RTWATCH_F_SEQ, 4, "seq has 4 bytes instead of 8"},
			  wrong_size{"u64_long", RTWATCH_F_STREAK_NS, 12, "streak_ns has 12"},
			  wrong_size{"s32_short", RTWATCH_F_CULPRIT_PID, 1, "culprit_pid has 1"},
			  wrong_size{"nest_cut", RTWATCH_F_CULPRIT, 2, "task has an attribute"}),
	[](const auto &one) { return one.param.name; });

TEST(decode, reads_a_family_with_its_groups)
{
	const std::uint16_t id = 31;
	attr_writer in;
	in.put(CTRL_ATTR_FAMILY_ID, {&id, sizeof(id)});
	in.put_string(CTRL_ATTR_FAMILY_NAME, "rtwatch");
	const auto groups = in.nest_begin(CTRL_ATTR_MCAST_GROUPS);
	const auto group = in.nest_begin(1);
	in.put_u32(CTRL_ATTR_MCAST_GRP_ID, 7);
	in.put_string(CTRL_ATTR_MCAST_GRP_NAME, "incidents");
	in.nest_end(group);
	in.nest_end(groups);
	const auto out = decode_family(in.view());
	ASSERT_TRUE(out);
	EXPECT_EQ(out->id, 31);
	EXPECT_EQ(out->name, "rtwatch");
	ASSERT_EQ(out->groups.size(), 1u);
	EXPECT_EQ(out->groups[0].name, "incidents");
	EXPECT_EQ(out->groups[0].id, 7u);
}

TEST(decode, refuses_a_family_with_a_cut_id)
{
	const std::uint32_t id = 31;
	attr_writer in;
	in.put(CTRL_ATTR_FAMILY_ID, {&id, sizeof(id)});
	EXPECT_FALSE(decode_family(in.view()));
}

TEST(decode_refusal, tells_text_attribute_and_range)
{
	attr_writer request;
	const auto nest = request.nest_begin(RTWATCH_A_CONFIG);
	request.put_u32(RTWATCH_CONFIG_CLEAR_MS, 2000);
	request.put_u32(RTWATCH_CONFIG_RT_STARVATION_MS, 0);
	request.nest_end(nest);
	constexpr std::size_t header = 20;
	attr_writer tlvs;
	tlvs.put_string(NLMSGERR_ATTR_MSG, "integer out of range");
	tlvs.put_u32(NLMSGERR_ATTR_OFFS, header + 4 + 8);
	const auto policy = tlvs.nest_begin(NLMSGERR_ATTR_POLICY);
	tlvs.put_u64(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, 100);
	tlvs.put_u64(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, 600'000);
	tlvs.nest_end(policy);
	const auto out = decode_refusal(ERANGE, tlvs.view(), request.view(), header);
	EXPECT_EQ(out.code, ERANGE);
	EXPECT_EQ(out.message, "integer out of range (rt_starvation_ms: 100..600000)");
}

TEST(decode_refusal, says_nothing_twice)
{
	attr_writer request;
	request.put_u32(RTWATCH_A_CPU, 9);
	attr_writer tlvs;
	tlvs.put_string(NLMSGERR_ATTR_MSG, "rtwatch: the cpu is offline");
	tlvs.put_u32(NLMSGERR_ATTR_OFFS, 20);
	EXPECT_EQ(decode_refusal(ENXIO, tlvs.view(), request.view(), 20).message,
		  "the cpu is offline");
}

TEST(decode_refusal, tells_nothing_where_the_kernel_did_not)
{
	const auto out = decode_refusal(EINVAL, {}, {}, 20);
	EXPECT_EQ(out.code, EINVAL);
	EXPECT_TRUE(out.message.empty());
}

// Every byte of a real message changed in turn, and every length: no input may
// make the decoder read beyond it (the sanitizers watch) or loop.
TEST(decode, survives_every_mutation_of_a_message)
{
	answer whole;
	whole.incidents = {testing::hogged_incident()};
	whole.cpus = testing::hogged_machine()->cpus;
	attr_writer out;
	testing::encode(out, whole);
	const std::vector<unsigned char> good(out.view().data, out.view().data + out.view().size);
	ASSERT_TRUE(decode(good));

	for (std::size_t at = 0; at < good.size(); at++) {
		for (const char value : {'\x00', '\x01', '\x03', '\x7f', '\x80', '\xff'}) {
			// On the heap and exact, so that one byte beyond is caught.
			auto bad = good;
			bad[at] = static_cast<unsigned char>(value);
			static_cast<void>(decode(bad).ok());
			static_cast<void>(decode_family(bad).ok());
			static_cast<void>(decode_refusal(1, bad, bad, at).code);
		}
		const std::vector<unsigned char> cut(
			good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at));
		static_cast<void>(decode(cut).ok());
	}
}

} // namespace
} // namespace rtwatch
