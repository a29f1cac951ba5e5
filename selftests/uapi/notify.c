// SPDX-License-Identifier: GPL-2.0-only
/* The multicast groups: who may listen, what comes, what a slow reader sees. */
#include "kselftest_harness.h"

#include "ask.h"

#include <sys/socket.h>

#define AGE_NS (5 * NSEC_PER_SEC)
/* The notifier wakes up at least once a second. */
#define NOTIFY_LIMIT_MS 6000

FIXTURE(notify)
{
	struct nl nl;
	struct nl listener;
	char buf[16384];
	struct nl_reply reply;
};

FIXTURE_SETUP(notify)
{
	self->listener.fd = -1;
	ASSERT_EQ(0, module_reload(""));
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, nl_open(&self->listener));
	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_CLEAR_MS, 100));
}

FIXTURE_TEARDOWN(notify)
{
	nl_close(&self->listener);
	nl_close(&self->nl);
	module_reload("");
}

/* The next message that is of this command; 1, 0 or -errno. */
static int next_of(struct nl *listener, uint8_t cmd, char *buf, size_t size,
		   struct nl_reply *reply)
{
	uint64_t until = now_ns() + NOTIFY_LIMIT_MS * NSEC_PER_MSEC;
	int got;

	do {
		got = nl_next(listener, buf, size, NOTIFY_LIMIT_MS, reply);
	} while (got == 1 && reply->cmd != cmd && now_ns() < until);
	return got == 1 && reply->cmd != cmd ? 0 : got;
}

static uint64_t ntf_seq(const struct nl_reply *reply)
{
	const struct nlattr *attr = nl_find(reply->attrs, reply->len, RTWATCH_A_NTF_SEQ, NULL);

	return attr ? nl_u64(attr) : 0;
}

static bool parse_nest(const struct nl_reply *reply, uint16_t nest, const struct nlattr **tb,
		       int max)
{
	const struct nlattr *attr = nl_find(reply->attrs, reply->len, nest, NULL);

	if (attr)
		nl_parse_nested(attr, tb, max);
	return attr;
}

TEST_F(notify, incident_is_told_when_it_begins_and_when_it_ends)
{
	const struct nlattr *tb[RTWATCH_INCIDENT_A_MAX + 1];
	uint64_t id = 0, seq, last_seq = 0, until;
	uint32_t revision, last_revision = 0;
	bool active = true;

	ASSERT_EQ(0, nl_join(&self->listener, self->listener.group_incidents));
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0));
	ASSERT_EQ(1, next_of(&self->listener, RTWATCH_CMD_INCIDENT_NTF, self->buf,
			     sizeof(self->buf), &self->reply));
	ASSERT_TRUE(parse_nest(&self->reply, RTWATCH_A_INCIDENT, tb, RTWATCH_INCIDENT_A_MAX));
	ASSERT_TRUE(tb[RTWATCH_INCIDENT_A_ID] && tb[RTWATCH_INCIDENT_A_REVISION]);
	EXPECT_TRUE(tb[RTWATCH_INCIDENT_A_ACTIVE]);
	id = nl_u64(tb[RTWATCH_INCIDENT_A_ID]);
	last_revision = nl_u32(tb[RTWATCH_INCIDENT_A_REVISION]);
	last_seq = ntf_seq(&self->reply);
	EXPECT_NE(0, last_seq);
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, 0, 0));
	until = now_ns() + NOTIFY_LIMIT_MS * NSEC_PER_MSEC;
	while (active && now_ns() < until) {
		ASSERT_EQ(1, next_of(&self->listener, RTWATCH_CMD_INCIDENT_NTF, self->buf,
				     sizeof(self->buf), &self->reply));
		ASSERT_TRUE(parse_nest(&self->reply, RTWATCH_A_INCIDENT, tb,
				       RTWATCH_INCIDENT_A_MAX));
		EXPECT_EQ(id, nl_u64(tb[RTWATCH_INCIDENT_A_ID]));
		revision = nl_u32(tb[RTWATCH_INCIDENT_A_REVISION]);
		EXPECT_LT(last_revision, revision);
		last_revision = revision;
		seq = ntf_seq(&self->reply);
		EXPECT_EQ(last_seq + 1, seq);
		last_seq = seq;
		active = tb[RTWATCH_INCIDENT_A_ACTIVE];
	}
	EXPECT_FALSE(active);
	EXPECT_TRUE(tb[RTWATCH_INCIDENT_A_END_NS]);
}

TEST_F(notify, incident_is_not_told_more_than_once_a_second_while_nothing_changes)
{
	uint64_t until = now_ns() + 4 * NSEC_PER_SEC;
	unsigned int count = 0;

	ASSERT_EQ(0, nl_join(&self->listener, self->listener.group_incidents));
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0));
	while (now_ns() < until)
		count += nl_next(&self->listener, self->buf, sizeof(self->buf), 200,
				 &self->reply) == 1;
	EXPECT_LE(1, count);
	EXPECT_GE(6, count);
}

/* What the child of a test does as nobody: 0 when all was as it must be. */
static int listen_to_levels(void *arg)
{
	const struct nlattr *tb[RTWATCH_F_MAX + 1];
	static char buf[16384];
	struct nl_reply reply;
	struct nl nl;
	int *ready = arg;

	if (become_nobody() || nl_open(&nl))
		return 1;
	if (nl_join(&nl, nl.group_levels))
		return 2;
	if (write(*ready, "", 1) != 1)
		return 3;
	if (next_of(&nl, RTWATCH_CMD_LEVEL_NTF, buf, sizeof(buf), &reply) != 1)
		return 4;
	if (!ntf_seq(&reply))
		return 5;
	if (!parse_nest(&reply, RTWATCH_A_CPU_STATE, tb, RTWATCH_F_MAX))
		return 6;
	if (!tb[RTWATCH_F_CPU] || nl_u32(tb[RTWATCH_F_CPU]) != 1)
		return 7;
	if (!tb[RTWATCH_F_LEVEL] || nl_u32(tb[RTWATCH_F_LEVEL]) == RTWATCH_LEVEL_OK)
		return 8;
	if (!tb[RTWATCH_F_LEVEL_SINCE_NS])
		return 9;
	for (int i = 1; i <= RTWATCH_F_MAX; i++)
		if (tb[i] && i != RTWATCH_F_CPU && i != RTWATCH_F_LEVEL &&
		    i != RTWATCH_F_LEVEL_SINCE_NS && i != RTWATCH_F_PAD)
			return 10;
	return 0;
}

TEST_F(notify, level_ntf_reaches_unprivileged)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	ASSERT_EQ(0, pipe(ready));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		close(ready[0]);
		_exit(listen_to_levels(&ready[1]));
	}
	close(ready[1]);
	EXPECT_EQ(1, read(ready[0], &byte, 1));
	EXPECT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, getpid()));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status >> 8)
	{
		TH_LOG("the listener gave up at step %d", status >> 8);
	}
}

static int join_incidents(void *arg)
{
	struct nl nl;

	if (become_nobody() || nl_open(&nl))
		return 1;
	return nl_join(&nl, nl.group_incidents) == -EPERM ? 0 : 2;
}

TEST_F(notify, incident_ntf_needs_privilege)
{
	EXPECT_EQ(0, in_child(join_incidents, NULL));
}

/*
 * Makes every CPU's level change, and waits until a second listener has heard
 * of all of them: what the first one then lacks was sent and lost.
 */
static bool stir(struct nl *nl, struct nl *witness, bool ill)
{
	static char buf[16384];
	struct nl_reply reply;
	unsigned int heard = 0;

	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		set_sim(nl, cpu, RTWATCH_INCIDENT_RT_STARVATION, ill ? AGE_NS : 0, 0);
	while (heard < cpus_online() &&
	       next_of(witness, RTWATCH_CMD_LEVEL_NTF, buf, sizeof(buf), &reply) == 1)
		heard++;
	return heard == cpus_online();
}

TEST_F_TIMEOUT(notify, slow_reader_sees_enobufs_and_the_gap_in_ntf_seq, 60)
{
	uint64_t last = 0, seq, gap = 0;
	struct nl witness;
	int small = 1, got;

	ASSERT_EQ(0, nl_open(&witness));
	ASSERT_EQ(0, nl_join(&witness, witness.group_levels));
	ASSERT_EQ(0, setsockopt(self->listener.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)));
	ASSERT_EQ(0, nl_join(&self->listener, self->listener.group_levels));
	for (int round = 0; round < 4; round++)
		ASSERT_TRUE(stir(&self->nl, &witness, !(round & 1)));
	/* The socket says it once, and goes on with what it kept. */
	EXPECT_EQ(-ENOBUFS, nl_next(&self->listener, self->buf, sizeof(self->buf), 1000,
				    &self->reply));
	while (nl_next(&self->listener, self->buf, sizeof(self->buf), 100, &self->reply) == 1)
		last = ntf_seq(&self->reply);
	ASSERT_NE(0, last);
	ASSERT_TRUE(stir(&self->nl, &witness, true));
	/* The small buffer overruns again; what came before that shows the gap. */
	while ((got = nl_next(&self->listener, self->buf, sizeof(self->buf), 100,
			      &self->reply))) {
		if (got == -ENOBUFS)
			continue;
		ASSERT_EQ(1, got);
		seq = ntf_seq(&self->reply);
		EXPECT_LT(last, seq);
		gap += seq - last - 1;
		last = seq;
	}
	EXPECT_LT(0, gap);
	nl_close(&witness);
}

TEST_F(notify, each_group_counts_its_own_messages)
{
	struct nl other;

	ASSERT_EQ(0, nl_open(&other));
	ASSERT_EQ(0, nl_join(&self->listener, self->listener.group_levels));
	ASSERT_EQ(0, nl_join(&other, other.group_incidents));
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0));
	ASSERT_EQ(1, next_of(&self->listener, RTWATCH_CMD_LEVEL_NTF, self->buf,
			     sizeof(self->buf), &self->reply));
	EXPECT_EQ(1, ntf_seq(&self->reply));
	ASSERT_EQ(1, next_of(&other, RTWATCH_CMD_INCIDENT_NTF, self->buf, sizeof(self->buf),
			     &self->reply));
	EXPECT_EQ(1, ntf_seq(&self->reply));
	nl_close(&other);
}

TEST_HARNESS_MAIN
