// SPDX-License-Identifier: GPL-2.0-only
/* CPU_GET: the state of CPUs, also of those that are not there. */
#include "kselftest_harness.h"

#include "ask.h"

#include <errno.h>
#include <sched.h>
#include <sys/socket.h>

FIXTURE(cpu)
{
	struct nl nl;
	struct kept kept;
	const struct nlattr *tb[RTWATCH_F_MAX + 1];
	pid_t spin;
};

FIXTURE_SETUP(cpu)
{
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(cpu)
{
	spin_stop(self->spin);
	for (unsigned int cpu = 1; cpu < 4; cpu++)
		cpu_set_online(cpu, true);
	nl_close(&self->nl);
}

struct seen {
	unsigned int messages, odd;
	uint64_t cpus;
};

static int take_cpu(const struct nl_reply *reply, void *arg)
{
	const struct nlattr *tb[RTWATCH_F_MAX + 1], *nest;
	struct seen *seen = arg;

	seen->messages++;
	nest = nl_find(reply->attrs, reply->len, RTWATCH_A_CPU_STATE, NULL);
	if (nest)
		nl_parse_nested(nest, tb, RTWATCH_F_MAX);
	if (!nest || !tb[RTWATCH_F_CPU] || nl_u32(tb[RTWATCH_F_CPU]) > 63)
		seen->odd++;
	else
		seen->cpus |= 1ULL << nl_u32(tb[RTWATCH_F_CPU]);
	return 0;
}

static struct seen dump_cpus(struct nl *nl, int *err)
{
	struct seen seen = {};
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_CPU_GET);
	*err = nl_dump(nl, &msg, take_cpu, &seen);
	return seen;
}

TEST_F(cpu, dump_has_every_cpu)
{
	int err;
	struct seen seen = dump_cpus(&self->nl, &err);

	ASSERT_EQ(0, err);
	EXPECT_EQ(0, seen.odd);
	EXPECT_EQ(cpus_online(), seen.messages);
	EXPECT_EQ((1ULL << cpus_online()) - 1, seen.cpus);
}

/* The kernel clears a buffer of 32 KiB for each one that a dump fills. */
TEST_F(cpu, dump_ends_in_the_buffer_that_it_fits)
{
	static char buf[1 << 16];
	const struct nlmsghdr *hdr = (void *)buf;
	struct nl_msg msg;
	ssize_t left;

	nl_start(&msg, RTWATCH_CMD_CPU_GET);
	ASSERT_EQ(0, nl_send(&self->nl, &msg, NLM_F_DUMP));
	left = recv(self->nl.fd, buf, sizeof(buf), 0);
	ASSERT_LT(0, left);
	while (NLMSG_OK(hdr, left) && hdr->nlmsg_type != NLMSG_DONE)
		hdr = NLMSG_NEXT(hdr, left);
	ASSERT_TRUE(NLMSG_OK(hdr, left));
	EXPECT_EQ(-1, recv(self->nl.fd, buf, sizeof(buf), MSG_DONTWAIT));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(cpu, do_answers_with_the_fields_that_every_kernel_has)
{
	static const int must[] = {
		RTWATCH_F_CPU,		 RTWATCH_F_TIME_NS,	   RTWATCH_F_FLAGS,
		RTWATCH_F_LEVEL,	 RTWATCH_F_LEVEL_SINCE_NS, RTWATCH_F_RT_TIME_NS,
		RTWATCH_F_DL_TIME_NS,	 RTWATCH_F_STREAK_NS,	   RTWATCH_F_TICK_AGE_NS,
		RTWATCH_F_HRTIMER_AGE_NS, RTWATCH_F_GP_SEQ,	   RTWATCH_F_GP_AGE_NS,
		RTWATCH_F_SAMPLES_PUSHED,
	};

	/* The kernel's watchdog moves every four seconds. */
	WAIT_FOR(!ask_cpu(&self->nl, 1, &self->kept, self->tb) && self->tb[RTWATCH_F_HRTIMER_AGE_NS],
		 10000);
	ASSERT_EQ(0, ask_cpu(&self->nl, 1, &self->kept, self->tb));
	for (size_t i = 0; i < ARRAY_SIZE(must); i++) {
		EXPECT_TRUE(self->tb[must[i]])
		{
			TH_LOG("field %d is missing", must[i]);
		}
	}
	EXPECT_EQ(1, nl_u32(self->tb[RTWATCH_F_CPU]));
}

/* An age is computed when it is read, so its time is that of the reading. */
TEST_F(cpu, time_is_the_time_of_reading)
{
	uint64_t before, after, time;

	before = now_ns();
	ASSERT_EQ(0, ask_cpu(&self->nl, 1, &self->kept, self->tb));
	after = now_ns();
	ASSERT_TRUE(self->tb[RTWATCH_F_TIME_NS]);
	time = nl_u64(self->tb[RTWATCH_F_TIME_NS]);
	EXPECT_LE(before, time);
	EXPECT_GE(after, time);
}

TEST_F(cpu, idle_is_ok_and_online)
{
	EXPECT_TRUE(WAIT_FOR(cpu_flags(&self->nl, 1) & RTWATCH_FLAG_ONLINE, 1000));
	EXPECT_TRUE(WAIT_FOR(cpu_level(&self->nl, 1) == RTWATCH_LEVEL_OK, 10000));
}

TEST_F(cpu, do_of_absent_cpu_is_refused_with_text)
{
	static const uint32_t absent[] = { 4, 63, 4095, 8191, 0x7fffffff, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < ARRAY_SIZE(absent); i++) {
		if (absent[i] < cpus_online())
			continue;
		EXPECT_GT(0, ask_cpu(&self->nl, absent[i], &self->kept, self->tb));
		EXPECT_STRNE("", self->nl.text)
		{
			TH_LOG("cpu %u", absent[i]);
		}
	}
}

TEST_F(cpu, offline_cpu_is_told)
{
	unsigned int last = cpus_online() - 1;
	struct seen seen;
	int err;

	if (last < 1)
		SKIP(return, "needs a second CPU");
	ASSERT_EQ(0, cpu_set_online(last, false));
	EXPECT_TRUE(WAIT_FOR(!(cpu_flags(&self->nl, last) & RTWATCH_FLAG_ONLINE), 2000));
	err = ask_cpu(&self->nl, last, &self->kept, self->tb);
	/* It was online: its state is told, its being offline too. */
	EXPECT_EQ(0, err)
	{
		TH_LOG("%s", self->nl.text);
	}
	EXPECT_EQ(RTWATCH_LEVEL_OK, cpu_level(&self->nl, last));
	seen = dump_cpus(&self->nl, &err);
	EXPECT_EQ(0, err);
	EXPECT_EQ(last + 1, seen.messages);
	ASSERT_EQ(0, cpu_set_online(last, true));
	EXPECT_TRUE(WAIT_FOR(cpu_flags(&self->nl, last) & RTWATCH_FLAG_ONLINE, 2000));
}

TEST_F(cpu, samples_go_on_after_offline_and_online)
{
	unsigned int last = cpus_online() - 1;
	uint64_t before;

	if (last < 1)
		SKIP(return, "needs a second CPU");
	ASSERT_EQ(0, cpu_set_online(last, false));
	before = cpu_pushed(&self->nl, last);
	ASSERT_EQ(0, cpu_set_online(last, true));
	self->spin = spin_start(last, SCHED_OTHER, 0, SPIN_USER);
	ASSERT_LT(0, self->spin);
	EXPECT_TRUE(WAIT_FOR(cpu_pushed(&self->nl, last) > before, 5000));
}

static uint64_t rt_time(struct nl *nl, uint32_t cpu)
{
	const struct nlattr *tb[RTWATCH_F_MAX + 1];
	struct kept kept;

	if (ask_cpu(nl, cpu, &kept, tb) || !tb[RTWATCH_F_RT_TIME_NS])
		return 0;
	return nl_u64(tb[RTWATCH_F_RT_TIME_NS]);
}

/* None where it cannot be told. */
static uint64_t rt_time_since(struct nl *nl, uint32_t cpu, uint64_t before)
{
	uint64_t now = rt_time(nl, cpu);

	return now > before ? now - before : 0;
}

TEST_F(cpu, rt_time_of_a_fifo_task_is_counted_while_it_runs)
{
	uint64_t before = rt_time(&self->nl, 1);
	pid_t pid, told = 0;

	self->spin = spin_start(1, SCHED_FIFO, 10, SPIN_USER);
	ASSERT_LT(0, self->spin);
	pid = self->spin;
	EXPECT_TRUE(WAIT_FOR(rt_time_since(&self->nl, 1, before) > 500 * NSEC_PER_MSEC, 5000));
	/* The culprit is the one who runs now. */
	WAIT_FOR(!ask_cpu(&self->nl, 1, &self->kept, self->tb) &&
			 self->tb[RTWATCH_F_CULPRIT_PID] &&
			 (told = nl_u32(self->tb[RTWATCH_F_CULPRIT_PID])) == pid,
		 5000);
	EXPECT_EQ(pid, told);
}

TEST_F(cpu, share_of_a_throttled_fifo_task_is_above_half)
{
	uint32_t share = 0;

	self->spin = spin_start(1, SCHED_FIFO, 10, SPIN_USER);
	ASSERT_LT(0, self->spin);
	EXPECT_TRUE(WAIT_FOR(!ask_cpu(&self->nl, 1, &self->kept, self->tb) &&
				     self->tb[RTWATCH_F_RT_SHARE_1S_PPM] &&
				     (share = nl_u32(self->tb[RTWATCH_F_RT_SHARE_1S_PPM])) > 500000,
			     6000));
	EXPECT_GE(1000000, share);
}

TEST_F(cpu, a_cfs_task_is_not_rt_time)
{
	uint64_t before;

	/* What an earlier test did to this CPU has calmed down. */
	ASSERT_TRUE(WAIT_FOR(cpu_level(&self->nl, 1) == RTWATCH_LEVEL_OK, 10000));
	self->spin = spin_start(1, SCHED_OTHER, 0, SPIN_USER);
	ASSERT_LT(0, self->spin);
	before = rt_time(&self->nl, 1);
	/*
	 * Kernel threads above SCHED_OTHER, such as migration, take some of it. An
	 * unanswered request counts as more than any time.
	 */
	EXPECT_FALSE(WAIT_FOR(rt_time(&self->nl, 1) - before > 200 * NSEC_PER_MSEC, 500));
	EXPECT_EQ(RTWATCH_LEVEL_OK, cpu_level(&self->nl, 1));
}

TEST_HARNESS_MAIN
