// SPDX-License-Identifier: GPL-2.0-only
/* STAT_GET: what rtwatch itself costs; and hooks that take longer than their budget. */
#include "kselftest_harness.h"

#include "ask.h"

#include <sched.h>

#define CPUS_MAX 64

struct cost {
	bool there;
	uint64_t calls, timed, time_ns, max_ns;
};

/* One answer to STAT_GET, by CPU. */
struct bill {
	unsigned int messages;
	bool incomplete;
	bool seen[CPUS_MAX];
	uint64_t pushed[CPUS_MAX];
	uint64_t lost[CPUS_MAX];
	uint64_t rounds, parts;
	struct cost hook[CPUS_MAX][RTWATCH_HOOK_MAX + 1];
};

static uint64_t u64_or_0(const struct nlattr *attr)
{
	return attr ? nl_u64(attr) : 0;
}

static int add_cpu(const struct nl_reply *reply, void *arg)
{
	const struct nlattr *tb[RTWATCH_A_MAX + 1], *st[RTWATCH_STAT_MAX + 1], *hook = NULL;
	struct bill *bill = arg;
	uint32_t cpu;

	nl_parse(reply->attrs, reply->len, tb, RTWATCH_A_MAX);
	bill->messages++;
	if (!tb[RTWATCH_A_CPU] || !tb[RTWATCH_A_STAT] || nl_u32(tb[RTWATCH_A_CPU]) >= CPUS_MAX) {
		bill->incomplete = true;
		return 0;
	}
	cpu = nl_u32(tb[RTWATCH_A_CPU]);
	nl_parse_nested(tb[RTWATCH_A_STAT], st, RTWATCH_STAT_MAX);
	for (int i = RTWATCH_STAT_SAMPLES_PUSHED; i <= RTWATCH_STAT_PATROL_TIMERS; i++)
		bill->incomplete = bill->incomplete || !st[i];
	bill->seen[cpu] = true;
	bill->pushed[cpu] = u64_or_0(st[RTWATCH_STAT_SAMPLES_PUSHED]);
	bill->lost[cpu] = u64_or_0(st[RTWATCH_STAT_SAMPLES_LOST]);
	bill->rounds += u64_or_0(st[RTWATCH_STAT_PATROL_ROUNDS]);
	bill->parts += u64_or_0(st[RTWATCH_STAT_PATROL_TICKS]) +
		       u64_or_0(st[RTWATCH_STAT_PATROL_TIMERS]);
	while ((hook = nl_find_nested(tb[RTWATCH_A_STAT], RTWATCH_STAT_HOOK, hook))) {
		const struct nlattr *at[RTWATCH_HOOK_A_MAX + 1];

		nl_parse_nested(hook, at, RTWATCH_HOOK_A_MAX);
		if (!at[RTWATCH_HOOK_A_ID] || !at[RTWATCH_HOOK_A_CALLS] ||
		    nl_u32(at[RTWATCH_HOOK_A_ID]) > RTWATCH_HOOK_MAX) {
			bill->incomplete = true;
			continue;
		}
		bill->hook[cpu][nl_u32(at[RTWATCH_HOOK_A_ID])] = (struct cost){
			.there = true,
			.calls = nl_u64(at[RTWATCH_HOOK_A_CALLS]),
			.timed = u64_or_0(at[RTWATCH_HOOK_A_TIMED]),
			.time_ns = u64_or_0(at[RTWATCH_HOOK_A_TIME_NS]),
			.max_ns = u64_or_0(at[RTWATCH_HOOK_A_MAX_NS]),
		};
	}
	return 0;
}

static int ask_bill(struct nl *nl, struct bill *bill)
{
	struct nl_msg msg;

	memset(bill, 0, sizeof(*bill));
	nl_start(&msg, RTWATCH_CMD_STAT_GET);
	return nl_dump(nl, &msg, add_cpu, bill);
}

static uint64_t calls(struct nl *nl, uint32_t cpu, uint32_t hook)
{
	static struct bill bill;

	return ask_bill(nl, &bill) ? 0 : bill.hook[cpu][hook].calls;
}

struct sensor {
	uint32_t id;
	bool available;
	char reason[128];
};

static int find_sensor(const struct nl_reply *reply, void *arg)
{
	const struct nlattr *tb[RTWATCH_A_MAX + 1], *at[RTWATCH_SENSOR_A_MAX + 1];
	struct sensor *wanted = arg;

	nl_parse(reply->attrs, reply->len, tb, RTWATCH_A_MAX);
	nl_parse_nested(tb[RTWATCH_A_SENSOR], at, RTWATCH_SENSOR_A_MAX);
	if (nl_u32(at[RTWATCH_SENSOR_A_ID]) != wanted->id)
		return 0;
	wanted->available = at[RTWATCH_SENSOR_A_AVAILABLE];
	snprintf(wanted->reason, sizeof(wanted->reason), "%s",
		 at[RTWATCH_SENSOR_A_REASON] ? nl_str(at[RTWATCH_SENSOR_A_REASON]) : "");
	return 0;
}

static bool available(struct nl *nl, struct sensor *wanted)
{
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_SENSOR_GET);
	return !nl_dump(nl, &msg, find_sensor, wanted) && wanted->available;
}

FIXTURE(stat)
{
	struct nl nl;
	struct bill bill, later;
	pid_t spin;
};

FIXTURE_SETUP(stat)
{
	self->spin = 0;
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, ask_bill(&self->nl, &self->bill));
}

FIXTURE_TEARDOWN(stat)
{
	if (self->spin)
		spin_stop(self->spin);
	set_config(&self->nl, RTWATCH_CONFIG_BUDGET_NS, 100000);
	nl_close(&self->nl);
}

TEST_F(stat, every_cpu_has_one_message)
{
	EXPECT_EQ(cpus_online(), self->bill.messages);
	EXPECT_FALSE(self->bill.incomplete);
	for (unsigned int cpu = 0; cpu < cpus_online(); cpu++)
		EXPECT_TRUE(self->bill.seen[cpu]);
}

TEST_F(stat, ticks_are_counted_and_some_are_timed)
{
	struct cost *tick = &self->later.hook[1][RTWATCH_HOOK_TICK];
	uint64_t before = self->bill.hook[1][RTWATCH_HOOK_TICK].calls;

	self->spin = spin_start(1, SCHED_OTHER, 0, SPIN_USER);
	ASSERT_LT(0, self->spin);
	ASSERT_TRUE(WAIT_FOR(calls(&self->nl, 1, RTWATCH_HOOK_TICK) > before + 100, 10000));
	ASSERT_EQ(0, ask_bill(&self->nl, &self->later));
	EXPECT_LT(0, tick->timed);
	EXPECT_LT(tick->timed, tick->calls);
	EXPECT_LT(0, tick->max_ns);
	EXPECT_LE(tick->max_ns, tick->time_ns);
	EXPECT_LE(tick->time_ns, tick->max_ns * tick->timed);
}

TEST_F(stat, switches_are_told_apart)
{
	uint64_t rt = calls(&self->nl, 1, RTWATCH_HOOK_SWITCH_RT);
	uint64_t ordinary = calls(&self->nl, 0, RTWATCH_HOOK_SWITCH);

	self->spin = spin_start(1, SCHED_FIFO, 10, SPIN_KERNEL);
	ASSERT_LT(0, self->spin);
	EXPECT_TRUE(WAIT_FOR(calls(&self->nl, 1, RTWATCH_HOOK_SWITCH_RT) > rt, 5000));
	EXPECT_TRUE(WAIT_FOR(calls(&self->nl, 0, RTWATCH_HOOK_SWITCH) > ordinary, 5000));
	ASSERT_EQ(0, ask_bill(&self->nl, &self->later));
	EXPECT_EQ(0, self->later.hook[0][RTWATCH_HOOK_SWITCH].timed);
}

TEST_F(stat, nothing_goes_back)
{
	self->spin = spin_start(1, SCHED_OTHER, 0, SPIN_KERNEL);
	ASSERT_LT(0, self->spin);
	for (int i = 0; i < 200; i++) {
		ASSERT_EQ(0, ask_bill(&self->nl, &self->later));
		ASSERT_LE(self->bill.rounds, self->later.rounds);
		ASSERT_LE(self->bill.parts, self->later.parts);
		for (int cpu = 0; cpu < CPUS_MAX; cpu++)
			for (int hook = 0; hook <= RTWATCH_HOOK_MAX; hook++) {
				struct cost *then = &self->bill.hook[cpu][hook];
				struct cost *now = &self->later.hook[cpu][hook];

				ASSERT_LE(then->calls, now->calls);
				ASSERT_LE(then->timed, now->timed);
				ASSERT_LE(then->max_ns, now->max_ns);
				ASSERT_LE(now->timed, now->calls);
			}
		self->bill = self->later;
	}
}

TEST_F(stat, samples_are_those_of_the_state)
{
	uint64_t before = cpu_pushed(&self->nl, 0), after;

	ASSERT_EQ(0, ask_bill(&self->nl, &self->later));
	after = cpu_pushed(&self->nl, 0);
	EXPECT_LE(before, self->later.pushed[0]);
	EXPECT_GE(after, self->later.pushed[0]);
	/* The ring holds 1024. */
	EXPECT_EQ(self->later.pushed[0] > 1024 ? self->later.pushed[0] - 1024 : 0,
		  self->later.lost[0]);
}

TEST_F(stat, the_patrol_says_who_went)
{
	ASSERT_TRUE(WAIT_FOR(!ask_bill(&self->nl, &self->later) &&
			     self->later.rounds > self->bill.rounds, PATROL_LIMIT_MS));
	EXPECT_GE(self->later.parts, self->later.rounds);
}

static uint64_t disarmed_incident(struct nl *nl, uint64_t after, uint32_t hook)
{
	const struct nlattr *tb[RTWATCH_INCIDENT_A_MAX + 1];
	struct kept kept;

	for (uint64_t id = after + 1; !ask_incident(nl, id, &kept, tb); id++)
		if (nl_u32(tb[RTWATCH_INCIDENT_A_TYPE]) == RTWATCH_INCIDENT_HOOK_DISARMED &&
		    tb[RTWATCH_INCIDENT_A_HOOK] && nl_u32(tb[RTWATCH_INCIDENT_A_HOOK]) == hook)
			return id;
	return 0;
}

TEST_F(stat, a_hook_over_its_budget_disarms_itself_and_says_so)
{
	const struct nlattr *tb[RTWATCH_INCIDENT_A_MAX + 1];
	struct sensor tick = { .id = RTWATCH_SENSOR_TICK };
	uint64_t before = last_incident(&self->nl), id = 0, last;
	struct kept kept;

	ASSERT_TRUE(available(&self->nl, &tick));
	self->spin = spin_start(1, SCHED_OTHER, 0, SPIN_USER);
	ASSERT_LT(0, self->spin);
	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_BUDGET_NS, 1));
	ASSERT_TRUE(WAIT_FOR((id = disarmed_incident(&self->nl, before, RTWATCH_HOOK_TICK)),
			     20000));
	EXPECT_FALSE(available(&self->nl, &tick));
	EXPECT_TRUE(strstr(tick.reason, "over budget"))
	{
		TH_LOG("reason '%s'", tick.reason);
	}
	ASSERT_EQ(0, ask_incident(&self->nl, id, &kept, tb));
	EXPECT_TRUE(tb[RTWATCH_INCIDENT_A_ACTIVE]);
	EXPECT_FALSE(tb[RTWATCH_INCIDENT_A_CPU]);
	EXPECT_EQ(RTWATCH_LEVEL_LATE, nl_u32(tb[RTWATCH_INCIDENT_A_LEVEL]));
	EXPECT_EQ(1, u64_or_0(tb[RTWATCH_INCIDENT_A_BUDGET_NS]));
	EXPECT_LT(1, u64_or_0(tb[RTWATCH_INCIDENT_A_HOOK_MEAN_NS]));
	/* It is out: nobody calls it. */
	last = calls(&self->nl, 1, RTWATCH_HOOK_TICK);
	EXPECT_FALSE(WAIT_FOR(calls(&self->nl, 1, RTWATCH_HOOK_TICK) != last, 500));

	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_BUDGET_NS, 0));
	EXPECT_TRUE(WAIT_FOR(available(&self->nl, &tick), 5000));
	EXPECT_TRUE(WAIT_FOR(!incident_active(&self->nl, id), 5000));
	EXPECT_TRUE(WAIT_FOR(calls(&self->nl, 1, RTWATCH_HOOK_TICK) > last + 100, 10000));
	/* What it did not see meanwhile is no sickness. */
	for (uint32_t type = 1; type <= RTWATCH_INCIDENT_MAX; type++)
		if (type != RTWATCH_INCIDENT_HOOK_DISARMED) {
			EXPECT_EQ(0, find_incident(&self->nl, before, type, 1));
		}
}

TEST_F(stat, another_setting_does_not_arm_it)
{
	struct sensor tick = { .id = RTWATCH_SENSOR_TICK };

	self->spin = spin_start(1, SCHED_OTHER, 0, SPIN_USER);
	ASSERT_LT(0, self->spin);
	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_BUDGET_NS, 1));
	ASSERT_TRUE(WAIT_FOR(!available(&self->nl, &tick), 20000));
	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_CLEAR_MS, 2000));
	EXPECT_FALSE(WAIT_FOR(available(&self->nl, &tick), 1000));
}

TEST_F(stat, unloads_with_a_hook_disarmed)
{
	struct sensor rt = { .id = RTWATCH_SENSOR_RT };

	ASSERT_EQ(0, set_config(&self->nl, RTWATCH_CONFIG_BUDGET_NS, 1));
	/* Every system call of a FIFO task that sleeps is a switch. */
	self->spin = fork();
	if (!self->spin) {
		struct sched_param param = { .sched_priority = 10 };

		sched_setscheduler(0, SCHED_FIFO, &param);
		for (int i = 0; i < 20000; i++)
			usleep(100);
		_exit(0);
	}
	ASSERT_TRUE(WAIT_FOR(!available(&self->nl, &rt), 60000));
	nl_close(&self->nl);
	EXPECT_EQ(0, module_reload(""));
	ASSERT_EQ(0, nl_open(&self->nl));
	EXPECT_TRUE(available(&self->nl, &rt));
}

TEST_HARNESS_MAIN
