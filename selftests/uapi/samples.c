// SPDX-License-Identifier: GPL-2.0-only
/* SAMPLE_GET: nothing is lost without being counted, nothing comes twice. */
#include "kselftest_harness.h"

#include "ask.h"

#include <sched.h>

#define CPUS_MAX 64

/* What one dump brought, a CPU each. */
struct samples {
	struct {
		uint64_t first, last, received, lost, last_time;
		unsigned int messages;
	} cpu[CPUS_MAX];
	/* Sequence numbers that did not follow, times that went back. */
	unsigned int gaps, backwards;
	unsigned int foreign, incomplete;
	/* Bit N: some sample carried field N. */
	uint64_t fields;
};

static void take_sample(struct samples *samples, uint32_t cpu, const struct nlattr *nest)
{
	const struct nlattr *tb[RTWATCH_F_MAX + 1];
	uint64_t seq, time;

	nl_parse_nested(nest, tb, RTWATCH_F_MAX);
	for (int i = 1; i <= RTWATCH_F_MAX; i++)
		samples->fields |= tb[i] ? 1ULL << i : 0;
	if (!tb[RTWATCH_F_SEQ] || !tb[RTWATCH_F_TIME_NS]) {
		samples->incomplete++;
		return;
	}
	seq = nl_u64(tb[RTWATCH_F_SEQ]);
	time = nl_u64(tb[RTWATCH_F_TIME_NS]);
	if (!samples->cpu[cpu].received)
		samples->cpu[cpu].first = seq;
	else if (seq != samples->cpu[cpu].last + 1)
		samples->gaps++;
	if (time < samples->cpu[cpu].last_time)
		samples->backwards++;
	samples->cpu[cpu].last = seq;
	samples->cpu[cpu].last_time = time;
	samples->cpu[cpu].received++;
}

static int take_samples(const struct nl_reply *reply, void *arg)
{
	const struct nlattr *attr = NULL, *cpu, *lost;
	struct samples *samples = arg;
	uint32_t id;

	cpu = nl_find(reply->attrs, reply->len, RTWATCH_A_CPU, NULL);
	lost = nl_find(reply->attrs, reply->len, RTWATCH_A_LOST, NULL);
	if (!cpu || nl_u32(cpu) >= CPUS_MAX || !lost) {
		samples->foreign++;
		return 0;
	}
	id = nl_u32(cpu);
	samples->cpu[id].messages++;
	samples->cpu[id].lost += nl_u64(lost);
	while ((attr = nl_find(reply->attrs, reply->len, RTWATCH_A_SAMPLE, attr)))
		take_sample(samples, id, attr);
	return 0;
}

static int dump_samples(struct nl *nl, int cpu, int sensor, uint64_t after, struct samples *out)
{
	struct nl_msg msg;

	memset(out, 0, sizeof(*out));
	nl_start(&msg, RTWATCH_CMD_SAMPLE_GET);
	if (cpu >= 0)
		nl_put_u32(&msg, RTWATCH_A_CPU, cpu);
	if (sensor > 0)
		nl_put_u32(&msg, RTWATCH_A_SENSOR_ID, sensor);
	if (after)
		nl_put_u64(&msg, RTWATCH_A_AFTER_SEQ, after);
	return nl_dump(nl, &msg, take_samples, out);
}

FIXTURE(samples)
{
	struct nl nl;
	struct samples got;
	pid_t spin;
};

FIXTURE_VARIANT(samples)
{
	const char *params;
	unsigned int depth;
	unsigned int wanted;
};

FIXTURE_VARIANT_ADD(samples, shallow)
{
	.params = "ring_depth=16 sample_interval_ms=10", .depth = 16, .wanted = 40,
};

FIXTURE_VARIANT_ADD(samples, deep)
{
	.params = "ring_depth=8192 sample_interval_ms=10", .depth = 8192, .wanted = 200,
};

/* A busy CPU 1, so that its tick never stops, and a ring that was used. */
FIXTURE_SETUP(samples)
{
	ASSERT_EQ(0, module_reload(variant->params));
	ASSERT_EQ(0, nl_open(&self->nl));
	self->spin = spin_start(1, SCHED_OTHER, 0, SPIN_USER);
	ASSERT_LT(0, self->spin);
	ASSERT_TRUE(WAIT_FOR(cpu_pushed(&self->nl, 1) >= variant->wanted, 15000));
}

FIXTURE_TEARDOWN(samples)
{
	spin_stop(self->spin);
	nl_close(&self->nl);
	module_reload("");
}

TEST_F(samples, have_no_gaps)
{
	ASSERT_EQ(0, dump_samples(&self->nl, -1, 0, 0, &self->got));
	EXPECT_EQ(0, self->got.foreign);
	EXPECT_EQ(0, self->got.incomplete);
	EXPECT_EQ(0, self->got.gaps);
	EXPECT_EQ(0, self->got.backwards);
	EXPECT_LT(0, self->got.cpu[1].received);
}

TEST_F(samples, lost_plus_received_is_pushed)
{
	uint64_t before, after;

	before = cpu_pushed(&self->nl, 1);
	ASSERT_EQ(0, dump_samples(&self->nl, -1, 0, 0, &self->got));
	after = cpu_pushed(&self->nl, 1);
	EXPECT_LE(before, self->got.cpu[1].last);
	EXPECT_GE(after, self->got.cpu[1].last);
	for (unsigned int cpu = 0; cpu < cpus_online(); cpu++) {
		EXPECT_EQ(self->got.cpu[cpu].last,
			  self->got.cpu[cpu].lost + self->got.cpu[cpu].received)
		{
			TH_LOG("cpu %u lost %ju received %ju", cpu,
			       (uintmax_t)self->got.cpu[cpu].lost,
			       (uintmax_t)self->got.cpu[cpu].received);
		}
	}
	if (variant->depth < variant->wanted) {
		EXPECT_LT(0, self->got.cpu[1].lost);
	} else {
		EXPECT_EQ(0, self->got.cpu[1].lost);
	}
}

TEST_F(samples, the_ring_holds_its_depth)
{
	ASSERT_EQ(0, dump_samples(&self->nl, 1, 0, 0, &self->got));
	/* While it is read, new ones may overwrite some and come themselves. */
	EXPECT_GE(variant->depth + 16, self->got.cpu[1].received);
	if (variant->depth < variant->wanted) {
		EXPECT_LE(variant->depth / 2, self->got.cpu[1].received);
	} else {
		EXPECT_EQ(self->got.cpu[1].last, self->got.cpu[1].received);
	}
}

TEST_F(samples, after_seq_brings_only_newer_ones)
{
	uint64_t last;

	ASSERT_EQ(0, dump_samples(&self->nl, 1, 0, 0, &self->got));
	last = self->got.cpu[1].last;
	ASSERT_TRUE(WAIT_FOR(cpu_pushed(&self->nl, 1) >= last + 3, 5000));
	ASSERT_EQ(0, dump_samples(&self->nl, 1, 0, last, &self->got));
	EXPECT_EQ(last + 1 + self->got.cpu[1].lost, self->got.cpu[1].first);
	EXPECT_EQ(self->got.cpu[1].last, last + self->got.cpu[1].lost + self->got.cpu[1].received);
	EXPECT_EQ(0, self->got.gaps);
}

/* A reader that comes late is told how many it missed, a reader from the future gets none. */
TEST_F(samples, after_seq_counts_only_the_losses_after_it)
{
	uint64_t base;

	ASSERT_EQ(0, dump_samples(&self->nl, 1, 0, 5, &self->got));
	EXPECT_EQ(self->got.cpu[1].last - 5, self->got.cpu[1].lost + self->got.cpu[1].received);
	base = self->got.cpu[1].last + 100000;
	ASSERT_EQ(0, dump_samples(&self->nl, 1, 0, base, &self->got));
	EXPECT_EQ(0, self->got.cpu[1].received);
	EXPECT_EQ(0, self->got.cpu[1].lost);
	ASSERT_EQ(0, dump_samples(&self->nl, 1, 0, UINT64_MAX, &self->got));
	EXPECT_EQ(0, self->got.cpu[1].received);
}

TEST_F(samples, two_reads_join_without_overlap)
{
	uint64_t received = 0, lost = 0, last = 0;

	for (int i = 0; i < 20; i++) {
		ASSERT_EQ(0, dump_samples(&self->nl, 1, 0, last, &self->got));
		received += self->got.cpu[1].received;
		lost += self->got.cpu[1].lost;
		EXPECT_EQ(0, self->got.gaps);
		if (self->got.cpu[1].received)
			last = self->got.cpu[1].last;
		EXPECT_EQ(last, received + lost);
	}
}

TEST_F(samples, filter_by_cpu)
{
	ASSERT_EQ(0, dump_samples(&self->nl, 1, 0, 0, &self->got));
	EXPECT_LT(0, self->got.cpu[1].messages);
	for (unsigned int cpu = 0; cpu < CPUS_MAX; cpu++) {
		if (cpu == 1)
			continue;
		EXPECT_EQ(0, self->got.cpu[cpu].messages);
	}
	EXPECT_GT(0, dump_samples(&self->nl, 4095, 0, 0, &self->got));
	EXPECT_STRNE("", self->nl.text);
}

TEST_F(samples, filter_by_sensor)
{
	const uint64_t rt = 1ULL << RTWATCH_F_RT_TIME_NS;
	const uint64_t rcu = 1ULL << RTWATCH_F_GP_SEQ;

	ASSERT_EQ(0, dump_samples(&self->nl, 1, 0, 0, &self->got));
	EXPECT_EQ(rt | rcu, self->got.fields & (rt | rcu));
	ASSERT_EQ(0, dump_samples(&self->nl, 1, RTWATCH_SENSOR_RT, 0, &self->got));
	EXPECT_EQ(rt, self->got.fields & (rt | rcu));
	EXPECT_EQ(0, self->got.incomplete);
	EXPECT_LT(0, self->got.cpu[1].received);
	EXPECT_GT(0, dump_samples(&self->nl, 1, RTWATCH_SENSOR_MAX + 1, 0, &self->got));
	EXPECT_STRNE("", self->nl.text);
}

TEST_F(samples, come_at_the_cadence_that_was_set)
{
	uint64_t from_seq, from_ns, seq, mean_ms;

	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_SAMPLE_INTERVAL_MS, 100));
	from_seq = cpu_pushed(&self->nl, 1);
	/* The first one after the change shows that it is in force. */
	ASSERT_TRUE(WAIT_FOR(cpu_pushed(&self->nl, 1) > from_seq + 1, 3000));
	from_seq = cpu_pushed(&self->nl, 1);
	from_ns = now_ns();
	ASSERT_TRUE(WAIT_FOR((seq = cpu_pushed(&self->nl, 1)) >= from_seq + 10, 10000));
	mean_ms = (now_ns() - from_ns) / NSEC_PER_MSEC / (seq - from_seq);
	EXPECT_LE(80, mean_ms);
	/* A machine that is shared may hold the ticks up. */
	EXPECT_GE(300, mean_ms);
}

TEST_HARNESS_MAIN
