// SPDX-License-Identifier: GPL-2.0-only
/* Incidents: raised once, ended after calm, kept in order, losses counted. */
#include "kselftest_harness.h"

#include "ask.h"

#include <sched.h>

#define AGE_NS (5 * NSEC_PER_SEC)
#define LOG_DEPTH 256

FIXTURE(incident)
{
	struct nl nl;
	struct kept kept;
	const struct nlattr *tb[RTWATCH_INCIDENT_A_MAX + 1];
	uint64_t before;
};

FIXTURE_SETUP(incident)
{
	ASSERT_EQ(0, module_reload(""));
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_CLEAR_MS, 100));
	self->before = last_incident(&self->nl);
}

FIXTURE_TEARDOWN(incident)
{
	nl_close(&self->nl);
	module_reload("");
}

/* Raise one by simulation and return its id, 0 when none came. */
static uint64_t raise_one(struct nl *nl, uint32_t cpu, uint32_t type, uint64_t age_ns, int pid)
{
	uint64_t before = last_incident(nl), id = 0;

	if (set_sim(nl, cpu, type, age_ns, pid))
		return 0;
	WAIT_FOR((id = find_incident(nl, before, type, cpu)), PATROL_LIMIT_MS);
	return id;
}

static bool end_one(struct nl *nl, uint32_t cpu, uint32_t type, uint64_t id)
{
	return !set_sim(nl, cpu, type, 0, 0) &&
	       WAIT_FOR(!incident_active(nl, id), PATROL_LIMIT_MS);
}

static unsigned int count_after(struct nl *nl, uint64_t after)
{
	struct kept kept = {};
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_INCIDENT_GET);
	nl_put_u64(&msg, RTWATCH_A_AFTER_ID, after);
	return nl_dump(nl, &msg, keep, &kept) ? UINT32_MAX : kept.messages;
}

/* How many a dump tells that asks for those that last; their last id in *id. */
static unsigned int count_active(struct nl *nl, uint64_t *id)
{
	const struct nlattr *tb[RTWATCH_INCIDENT_A_MAX + 1];
	struct kept kept = {};
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_INCIDENT_GET);
	nl_put(&msg, RTWATCH_A_ACTIVE, NULL, 0);
	if (nl_dump(nl, &msg, keep, &kept))
		return UINT32_MAX;
	*id = 0;
	if (kept.messages) {
		nl_parse_nested(kept_attr(&kept, RTWATCH_A_INCIDENT), tb, RTWATCH_INCIDENT_A_MAX);
		*id = nl_u64(tb[RTWATCH_INCIDENT_A_ID]);
	}
	return kept.messages;
}

TEST_F(incident, active_asks_for_those_that_last)
{
	uint64_t over, lasts, told;

	EXPECT_EQ(0, count_active(&self->nl, &told));
	over = raise_one(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, getpid());
	ASSERT_NE(0, over);
	lasts = raise_one(&self->nl, 2, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, getpid());
	ASSERT_NE(0, lasts);
	EXPECT_EQ(2, count_active(&self->nl, &told));
	ASSERT_TRUE(end_one(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, over));
	EXPECT_EQ(1, count_active(&self->nl, &told));
	EXPECT_EQ(lasts, told);
	EXPECT_EQ(2, count_after(&self->nl, self->before));
	ASSERT_TRUE(end_one(&self->nl, 2, RTWATCH_INCIDENT_RT_STARVATION, lasts));
	EXPECT_EQ(0, count_active(&self->nl, &told));
}

TEST_F(incident, none_on_a_healthy_machine)
{
	EXPECT_EQ(0, self->before);
	EXPECT_EQ(0, count_after(&self->nl, 0));
}

TEST_F(incident, sim_rt_age_raises_incident_once)
{
	uint64_t id, start, detected;

	id = raise_one(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, getpid());
	ASSERT_NE(0, id);
	/* It goes on, and stays one. */
	EXPECT_FALSE(WAIT_FOR(count_after(&self->nl, self->before) != 1, 2500));
	EXPECT_EQ(1, count_after(&self->nl, self->before));
	ASSERT_EQ(0, ask_incident(&self->nl, id, &self->kept, self->tb));
	EXPECT_TRUE(self->tb[RTWATCH_INCIDENT_A_ACTIVE]);
	EXPECT_FALSE(self->tb[RTWATCH_INCIDENT_A_END_NS]);
	ASSERT_TRUE(self->tb[RTWATCH_INCIDENT_A_CPU]);
	EXPECT_EQ(1, nl_u32(self->tb[RTWATCH_INCIDENT_A_CPU]));
	ASSERT_TRUE(self->tb[RTWATCH_INCIDENT_A_LEVEL]);
	EXPECT_EQ(RTWATCH_LEVEL_STARVING, nl_u32(self->tb[RTWATCH_INCIDENT_A_LEVEL]));
	ASSERT_TRUE(self->tb[RTWATCH_INCIDENT_A_START_NS]);
	ASSERT_TRUE(self->tb[RTWATCH_INCIDENT_A_DETECTED_NS]);
	start = nl_u64(self->tb[RTWATCH_INCIDENT_A_START_NS]);
	detected = nl_u64(self->tb[RTWATCH_INCIDENT_A_DETECTED_NS]);
	EXPECT_LT(start, detected);
	EXPECT_GT(now_ns(), detected);
	ASSERT_TRUE(self->tb[RTWATCH_INCIDENT_A_PEAK_NS]);
	EXPECT_LE(AGE_NS, nl_u64(self->tb[RTWATCH_INCIDENT_A_PEAK_NS]));
	EXPECT_TRUE(self->tb[RTWATCH_INCIDENT_A_START_REALTIME_NS]);
	EXPECT_TRUE(self->tb[RTWATCH_INCIDENT_A_REVISION]);
	EXPECT_TRUE(self->tb[RTWATCH_INCIDENT_A_CAUSE]);
}

TEST_F(incident, the_simulated_culprit_is_named)
{
	const struct nlattr *task[RTWATCH_TASK_MAX + 1];
	uint64_t id;

	id = raise_one(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, getpid());
	ASSERT_NE(0, id);
	ASSERT_TRUE(WAIT_FOR(!ask_incident(&self->nl, id, &self->kept, self->tb) &&
				     self->tb[RTWATCH_INCIDENT_A_CULPRIT],
			     PATROL_LIMIT_MS));
	nl_parse_nested(self->tb[RTWATCH_INCIDENT_A_CULPRIT], task, RTWATCH_TASK_MAX);
	ASSERT_TRUE(task[RTWATCH_TASK_PID] && task[RTWATCH_TASK_COMM]);
	EXPECT_EQ(getpid(), (pid_t)nl_u32(task[RTWATCH_TASK_PID]));
	EXPECT_STREQ("simulated", nl_str(task[RTWATCH_TASK_COMM]));
	ASSERT_TRUE(task[RTWATCH_TASK_POLICY] && task[RTWATCH_TASK_PRIO]);
	EXPECT_EQ(SCHED_FIFO, nl_u32(task[RTWATCH_TASK_POLICY]));
	EXPECT_EQ(50, nl_u32(task[RTWATCH_TASK_PRIO]));
}

TEST_F(incident, ends_after_calm)
{
	uint64_t id, start, end;

	id = raise_one(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0);
	ASSERT_NE(0, id);
	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_CLEAR_MS, 2000));
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, 0, 0));
	/* A breath of calm is not the end. */
	EXPECT_FALSE(WAIT_FOR(!incident_active(&self->nl, id), 1000));
	EXPECT_TRUE(WAIT_FOR(!incident_active(&self->nl, id), PATROL_LIMIT_MS));
	ASSERT_EQ(0, ask_incident(&self->nl, id, &self->kept, self->tb));
	ASSERT_TRUE(self->tb[RTWATCH_INCIDENT_A_END_NS] && self->tb[RTWATCH_INCIDENT_A_START_NS]);
	start = nl_u64(self->tb[RTWATCH_INCIDENT_A_START_NS]);
	end = nl_u64(self->tb[RTWATCH_INCIDENT_A_END_NS]);
	EXPECT_LT(start, end);
	EXPECT_TRUE(WAIT_FOR(cpu_level(&self->nl, 1) == RTWATCH_LEVEL_OK, PATROL_LIMIT_MS));
}

TEST_F(incident, a_relapse_during_calm_is_the_same_incident)
{
	uint64_t id;

	id = raise_one(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0);
	ASSERT_NE(0, id);
	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_CLEAR_MS, 3000));
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, 0, 0));
	EXPECT_FALSE(WAIT_FOR(!incident_active(&self->nl, id), 1000));
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0));
	EXPECT_FALSE(WAIT_FOR(!incident_active(&self->nl, id), 4000));
	EXPECT_EQ(1, count_after(&self->nl, self->before));
}

/* The simulated age grows like a real one: late first, then starving. */
TEST_F(incident, begins_when_late_becomes_starving)
{
	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_RT_STARVATION_MS, 8000));
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0));
	EXPECT_TRUE(WAIT_FOR(cpu_level(&self->nl, 1) == RTWATCH_LEVEL_LATE, 2500));
	EXPECT_EQ(0, count_after(&self->nl, self->before));
	EXPECT_TRUE(WAIT_FOR(count_after(&self->nl, self->before) == 1, 3000 + PATROL_LIMIT_MS));
	EXPECT_EQ(RTWATCH_LEVEL_STARVING, cpu_level(&self->nl, 1));
}

TEST_F(incident, the_threshold_of_the_configuration_decides)
{
	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_RT_STARVATION_MS, 60000));
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0));
	EXPECT_FALSE(WAIT_FOR(count_after(&self->nl, self->before) != 0, 2500));
	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_RT_STARVATION_MS, 1000));
	EXPECT_TRUE(WAIT_FOR(count_after(&self->nl, self->before) == 1, PATROL_LIMIT_MS));
}

TEST_F(incident, each_cpu_has_its_own)
{
	uint64_t one, two;

	one = raise_one(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0);
	two = raise_one(&self->nl, 2, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0);
	ASSERT_NE(0, one);
	ASSERT_NE(0, two);
	EXPECT_LT(one, two);
	EXPECT_TRUE(end_one(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, one));
	EXPECT_TRUE(incident_active(&self->nl, two));
	EXPECT_EQ(1, count_after(&self->nl, one));
}

TEST_F(incident, unknown_id_is_refused_with_text)
{
	static const uint64_t unknown[] = { 0, 1000000, UINT64_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		EXPECT_GT(0, ask_incident(&self->nl, unknown[i], &self->kept, self->tb));
		EXPECT_STRNE("", self->nl.text)
		{
			TH_LOG("id %ju", (uintmax_t)unknown[i]);
		}
	}
}

struct log {
	unsigned int count, disordered;
	uint64_t first, last, lost;
};

static int take_log(const struct nl_reply *reply, void *arg)
{
	const struct nlattr *nest, *attr;
	struct log *log = arg;
	uint64_t id;

	attr = nl_find(reply->attrs, reply->len, RTWATCH_A_LOST, NULL);
	if (attr)
		log->lost += nl_u64(attr);
	nest = nl_find(reply->attrs, reply->len, RTWATCH_A_INCIDENT, NULL);
	attr = nest ? nl_find_nested(nest, RTWATCH_INCIDENT_A_ID, NULL) : NULL;
	if (!attr)
		return 0;
	id = nl_u64(attr);
	if (!log->count)
		log->first = id;
	else if (id <= log->last)
		log->disordered++;
	log->last = id;
	log->count++;
	return 0;
}

static uint64_t info_u64(struct nl *nl, uint16_t type)
{
	const struct nlattr *tb[RTWATCH_INFO_MAX + 1];
	struct kept kept;

	return ask_info(nl, &kept, tb) || !tb[type] ? 0 : nl_u64(tb[type]);
}

/* One wave: every CPU falls ill of everything, and recovers. */
static void wave(struct nl *nl, bool ill)
{
	static const uint32_t types[] = { RTWATCH_INCIDENT_RT_STARVATION,
					  RTWATCH_INCIDENT_SOFT_LOCKUP,
					  RTWATCH_INCIDENT_IRQS_OFF };

	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		for (size_t i = 0; i < ARRAY_SIZE(types); i++)
			set_sim(nl, cpu, types[i], ill ? 15 * NSEC_PER_SEC : 0, 0);
}

static bool any_active(struct nl *nl)
{
	uint64_t last = last_incident(nl);

	for (uint64_t id = last > 40 ? last - 40 : 1; id <= last; id++)
		if (incident_active(nl, id))
			return true;
	return false;
}

TEST_F_TIMEOUT(incident, log_keeps_the_last_256_and_counts_lost, 200)
{
	uint64_t limit = now_ns() + 180 * NSEC_PER_SEC, total, last;
	struct log log = {};
	struct nl_msg msg;

	do {
		last = last_incident(&self->nl);
		wave(&self->nl, true);
		WAIT_FOR(last_incident(&self->nl) >= last + 3 * cpus_online(), PATROL_LIMIT_MS);
		wave(&self->nl, false);
		WAIT_FOR(!any_active(&self->nl), PATROL_LIMIT_MS);
		total = info_u64(&self->nl, RTWATCH_INFO_INCIDENTS_TOTAL);
	} while (total <= LOG_DEPTH + 10 && now_ns() < limit);
	ASSERT_LT(LOG_DEPTH + 10, total)
	{
		TH_LOG("refused by the rate limit: %ju",
		       (uintmax_t)info_u64(&self->nl, RTWATCH_INFO_INCIDENTS_SUPPRESSED));
	}
	total = info_u64(&self->nl, RTWATCH_INFO_INCIDENTS_TOTAL);
	nl_start(&msg, RTWATCH_CMD_INCIDENT_GET);
	ASSERT_EQ(0, nl_dump(&self->nl, &msg, take_log, &log));
	EXPECT_EQ(LOG_DEPTH, log.count);
	EXPECT_EQ(0, log.disordered);
	EXPECT_EQ(total, log.last);
	EXPECT_EQ(total, log.lost + log.count);
	EXPECT_EQ(log.lost, info_u64(&self->nl, RTWATCH_INFO_INCIDENTS_LOST));
	/* What was overwritten is gone, and says so. */
	EXPECT_GT(0, ask_incident(&self->nl, 1, &self->kept, self->tb));
	EXPECT_STRNE("", self->nl.text);
}

TEST_F(incident, after_id_brings_only_later_ones)
{
	uint64_t one, two;

	one = raise_one(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0);
	two = raise_one(&self->nl, 2, RTWATCH_INCIDENT_RT_STARVATION, AGE_NS, 0);
	ASSERT_TRUE(one && two);
	EXPECT_EQ(2, count_after(&self->nl, self->before));
	EXPECT_EQ(1, count_after(&self->nl, one));
	EXPECT_EQ(0, count_after(&self->nl, two));
	EXPECT_EQ(0, count_after(&self->nl, UINT64_MAX));
}

TEST_HARNESS_MAIN
