// SPDX-License-Identifier: GPL-2.0-only
/* Levels for everyone, names of tasks only for those who may look. */
#include "kselftest_harness.h"

#include "ask.h"

#include <linux/capability.h>
#include <sched.h>

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#define AGE_NS (5 * NSEC_PER_SEC)

FIXTURE(permissions)
{
	struct nl nl;
	struct kept kept;
	const struct nlattr *tb[RTWATCH_INCIDENT_A_MAX + 1];
	uint64_t id;
	pid_t spin;
};

/* An incident with a culprit, so that there is something to hide. */
FIXTURE_SETUP(permissions)
{
	self->spin = 0;
	ASSERT_EQ(0, module_reload(""));
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, getpid()));
	ASSERT_TRUE(WAIT_FOR((self->id = find_incident(&self->nl, 0,
						       RTWATCH_INCIDENT_RT_STARVATION, 1)),
			     PATROL_LIMIT_MS));
	ASSERT_TRUE(WAIT_FOR(!ask_incident(&self->nl, self->id, &self->kept, self->tb) &&
				     self->tb[RTWATCH_INCIDENT_A_CULPRIT],
			     PATROL_LIMIT_MS));
}

FIXTURE_TEARDOWN(permissions)
{
	spin_stop(self->spin);
	nl_close(&self->nl);
	module_reload("");
}

static bool cpu_names_a_task(const struct nlattr **tb)
{
	return tb[RTWATCH_F_CULPRIT_PID] || tb[RTWATCH_F_CULPRIT] || tb[RTWATCH_F_WORST_VICTIM];
}

static bool incident_names_a_task(const struct nlattr **tb)
{
	return tb[RTWATCH_INCIDENT_A_CULPRIT] || tb[RTWATCH_INCIDENT_A_VICTIM] ||
	       tb[RTWATCH_INCIDENT_A_FRAME];
}

static int take_names(const struct nl_reply *reply, void *arg)
{
	const struct nlattr *tb[RTWATCH_F_MAX + 1], *nest, *sample = NULL;
	bool *named = arg;

	nest = nl_find(reply->attrs, reply->len, RTWATCH_A_CPU_STATE, NULL);
	if (nest) {
		nl_parse_nested(nest, tb, RTWATCH_F_MAX);
		*named |= cpu_names_a_task(tb);
	}
	nest = nl_find(reply->attrs, reply->len, RTWATCH_A_INCIDENT, NULL);
	if (nest) {
		const struct nlattr *in[RTWATCH_INCIDENT_A_MAX + 1];

		nl_parse_nested(nest, in, RTWATCH_INCIDENT_A_MAX);
		*named |= incident_names_a_task(in);
	}
	while ((sample = nl_find(reply->attrs, reply->len, RTWATCH_A_SAMPLE, sample))) {
		nl_parse_nested(sample, tb, RTWATCH_F_MAX);
		*named |= cpu_names_a_task(tb);
	}
	return 0;
}

static bool dump_names_a_task(struct nl *nl, uint8_t cmd, int *err)
{
	bool named = false;
	struct nl_msg msg;

	nl_start(&msg, cmd);
	*err = nl_dump(nl, &msg, take_names, &named);
	return named;
}

static int look_as_nobody(void *arg)
{
	static const uint8_t dumps[] = { RTWATCH_CMD_CPU_GET, RTWATCH_CMD_SAMPLE_GET,
					 RTWATCH_CMD_INCIDENT_GET };
	const struct nlattr *tb[RTWATCH_F_MAX + 1];
	const struct nlattr *in[RTWATCH_INCIDENT_A_MAX + 1];
	static struct kept kept;
	uint64_t *id = arg;
	struct nl nl;
	int err;

	if (become_nobody() || nl_open(&nl))
		return 1;
	if (ask_cpu(&nl, 1, &kept, tb))
		return 2;
	if (!tb[RTWATCH_F_LEVEL] || nl_u32(tb[RTWATCH_F_LEVEL]) == RTWATCH_LEVEL_OK ||
	    !tb[RTWATCH_F_TICK_AGE_NS])
		return 3;
	if (cpu_names_a_task(tb))
		return 4;
	if (ask_incident(&nl, *id, &kept, in))
		return 5;
	if (!in[RTWATCH_INCIDENT_A_LEVEL] || !in[RTWATCH_INCIDENT_A_PEAK_NS])
		return 6;
	if (incident_names_a_task(in))
		return 7;
	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++) {
		if (dump_names_a_task(&nl, dumps[i], &err))
			return 8;
		if (err)
			return 9;
	}
	if (ask_info(&nl, &kept, in))
		return 10;
	return 0;
}

static bool cpu_has_culprit(struct nl *nl, struct kept *kept)
{
	const struct nlattr *tb[RTWATCH_F_MAX + 1];

	return !ask_cpu(nl, 1, kept, tb) && tb[RTWATCH_F_CULPRIT_PID] && tb[RTWATCH_F_CULPRIT];
}

TEST_F(permissions, unprivileged_sees_levels_not_identities)
{
	int step, err;

	/* A simulated incident has a culprit, its CPU has none: that takes a real one. */
	self->spin = spin_start(1, SCHED_FIFO, 10, SPIN_USER);
	ASSERT_LT(0, self->spin);
	ASSERT_TRUE(WAIT_FOR(cpu_has_culprit(&self->nl, &self->kept), 5000));
	ASSERT_TRUE(WAIT_FOR(dump_names_a_task(&self->nl, RTWATCH_CMD_SAMPLE_GET, &err), 5000));
	ASSERT_TRUE(WAIT_FOR(dump_names_a_task(&self->nl, RTWATCH_CMD_CPU_GET, &err), 5000));
	step = in_child(look_as_nobody, &self->id);
	EXPECT_EQ(0, step);
}

static int look_with_perfmon(void *arg)
{
	const struct nlattr *in[RTWATCH_INCIDENT_A_MAX + 1];
	static struct kept kept;
	uint64_t *id = arg;
	struct nl nl;

	if (become_nobody_with(CAP_PERFMON) || nl_open(&nl))
		return 1;
	if (ask_incident(&nl, *id, &kept, in))
		return 2;
	return in[RTWATCH_INCIDENT_A_CULPRIT] ? 0 : 3;
}

TEST_F(permissions, cap_perfmon_is_enough_to_see_identities)
{
	EXPECT_EQ(0, in_child(look_with_perfmon, &self->id));
}

/* The same dump, asked for through a socket that root opened. */
static int look_through_an_old_socket(void *arg)
{
	const struct nlattr *in[RTWATCH_INCIDENT_A_MAX + 1];
	static struct kept kept;
	uint64_t *id = arg;
	struct nl nl;

	if (nl_open(&nl) || become_nobody())
		return 1;
	if (ask_incident(&nl, *id, &kept, in))
		return 2;
	return incident_names_a_task(in) ? 3 : 0;
}

TEST_F(permissions, a_socket_that_root_opened_does_not_help)
{
	EXPECT_EQ(0, in_child(look_through_an_old_socket, &self->id));
}

static int change_as_nobody(void *arg)
{
	struct nl nl;

	(void)arg;
	if (become_nobody() || nl_open(&nl))
		return 1;
	if (set_config(&nl, RTWATCH_CONFIG_CLEAR_MS, 500) != -EPERM)
		return 2;
	if (!nl.text[0])
		return 3;
	if (set_sim(&nl, 0, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0) != -EPERM)
		return 4;
	if (!nl.text[0])
		return 5;
	return 0;
}

TEST_F(permissions, changes_by_unprivileged_are_eperm_with_text)
{
	uint32_t before[RTWATCH_CONFIG_MAX + 1], after[RTWATCH_CONFIG_MAX + 1];

	ASSERT_EQ(0, ask_config(&self->nl, before));
	EXPECT_EQ(0, in_child(change_as_nobody, NULL));
	ASSERT_EQ(0, ask_config(&self->nl, after));
	EXPECT_EQ(before[RTWATCH_CONFIG_CLEAR_MS], after[RTWATCH_CONFIG_CLEAR_MS]);
}

static int change_with_perfmon(void *arg)
{
	struct nl nl;

	(void)arg;
	if (become_nobody_with(CAP_PERFMON) || nl_open(&nl))
		return 1;
	return set_config(&nl, RTWATCH_CONFIG_CLEAR_MS, 500) == -EPERM ? 0 : 2;
}

TEST_F(permissions, cap_perfmon_may_not_change_anything)
{
	EXPECT_EQ(0, in_child(change_with_perfmon, NULL));
}

TEST_HARNESS_MAIN
