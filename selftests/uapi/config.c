// SPDX-License-Identifier: GPL-2.0-only
/* CONFIG_GET and CONFIG_SET: all of a change is taken, or none of it. */
#include "kselftest_harness.h"

#include "ask.h"

static const struct range {
	uint16_t type;
	uint32_t min, max, standard;
} ranges[] = {
	{ RTWATCH_CONFIG_SAMPLE_INTERVAL_MS, 10, 10000, 100 },
	{ RTWATCH_CONFIG_RT_STARVATION_MS, 100, 600000, 1000 },
	{ RTWATCH_CONFIG_SOFT_LOCKUP_MS, 1000, 600000, 12000 },
	{ RTWATCH_CONFIG_IRQS_OFF_MS, 200, 600000, 2000 },
	{ RTWATCH_CONFIG_HARD_LOCKUP_MS, 1000, 600000, 10000 },
	{ RTWATCH_CONFIG_RCU_STALL_MS, 1000, 600000, 10000 },
	{ RTWATCH_CONFIG_CLEAR_MS, 100, 60000, 2000 },
	{ RTWATCH_CONFIG_HUNG_TASK_MS, 1000, 3600000, 60000 },
	{ RTWATCH_CONFIG_CFS_BANDWIDTH_US, 100, 10000000, 10000 },
	{ RTWATCH_CONFIG_BUDGET_NS, 0, 1000000000, 100000 },
};

FIXTURE(config)
{
	struct nl nl;
	uint32_t before[RTWATCH_CONFIG_MAX + 1];
	uint32_t now[RTWATCH_CONFIG_MAX + 1];
};

FIXTURE_SETUP(config)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, ask_config(&self->nl, self->before));
}

FIXTURE_TEARDOWN(config)
{
	for (int i = 1; i <= RTWATCH_CONFIG_MAX; i++)
		set_config(&self->nl, i, self->before[i]);
	nl_close(&self->nl);
}

#define EXPECT_UNCHANGED()                                                                    \
	do {                                                                                  \
		ASSERT_EQ(0, ask_config(&self->nl, self->now));                               \
		EXPECT_EQ(0, memcmp(self->before + 1, self->now + 1,                          \
				    sizeof(self->now) - sizeof(self->now[0])));               \
	} while (0)

TEST_F(config, starts_with_the_documented_defaults)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		EXPECT_EQ(ranges[i].standard, self->before[ranges[i].type])
		{
			TH_LOG("attribute %u", ranges[i].type);
		}
	}
	EXPECT_EQ(RTWATCH_CONFIG_MAX, ARRAY_SIZE(ranges));
}

TEST_F(config, set_round_trip)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		uint32_t middle = ranges[i].min + (ranges[i].max - ranges[i].min) / 3;

		EXPECT_EQ(0, set_config(&self->nl, ranges[i].type, middle))
		{
			TH_LOG("%s", self->nl.text);
		}
		ASSERT_EQ(0, ask_config(&self->nl, self->now));
		EXPECT_EQ(middle, self->now[ranges[i].type]);
	}
}

TEST_F(config, both_ends_of_each_range_are_taken)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		EXPECT_EQ(0, set_config(&self->nl, ranges[i].type, ranges[i].min));
		EXPECT_EQ(0, set_config(&self->nl, ranges[i].type, ranges[i].max));
		EXPECT_EQ(0, set_config(&self->nl, ranges[i].type, ranges[i].standard));
	}
}

TEST_F(config, out_of_range_is_refused_and_changes_nothing)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		const uint32_t wrong[] = { ranges[i].min - 1, ranges[i].max + 1, 0x80000000,
					   0xffffffff };

		for (size_t j = 0; j < ARRAY_SIZE(wrong); j++) {
			EXPECT_EQ(-ERANGE, set_config(&self->nl, ranges[i].type, wrong[j]));
			EXPECT_STRNE("", self->nl.text)
			{
				TH_LOG("attribute %u value %u", ranges[i].type, wrong[j]);
			}
		}
	}
	EXPECT_UNCHANGED();
}

TEST_F(config, zero_is_refused)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		if (!ranges[i].min)
			continue;
		EXPECT_EQ(-ERANGE, set_config(&self->nl, ranges[i].type, 0));
		EXPECT_STRNE("", self->nl.text);
	}
	EXPECT_UNCHANGED();
}

TEST_F(config, one_wrong_value_among_right_ones_changes_nothing)
{
	struct nlattr *nest;
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_CONFIG_SET);
	nest = nl_nest(&msg, RTWATCH_A_CONFIG);
	nl_put_u32(&msg, RTWATCH_CONFIG_SAMPLE_INTERVAL_MS, 200);
	nl_put_u32(&msg, RTWATCH_CONFIG_RT_STARVATION_MS, 2000);
	nl_put_u32(&msg, RTWATCH_CONFIG_CLEAR_MS, 60001);
	nl_nest_end(&msg, nest);
	EXPECT_EQ(-ERANGE, nl_do(&self->nl, &msg, NULL, NULL));
	EXPECT_STRNE("", self->nl.text);
	EXPECT_UNCHANGED();
}

TEST_F(config, set_answers_with_the_new_state)
{
	const struct nlattr *tb[RTWATCH_CONFIG_MAX + 1], *attr;
	struct nlattr *nest;
	struct nl_msg msg;
	struct kept kept = {};

	nl_start(&msg, RTWATCH_CMD_CONFIG_SET);
	nest = nl_nest(&msg, RTWATCH_A_CONFIG);
	nl_put_u32(&msg, RTWATCH_CONFIG_RT_STARVATION_MS, 1500);
	nl_put_u32(&msg, RTWATCH_CONFIG_CLEAR_MS, 1000);
	nl_nest_end(&msg, nest);
	ASSERT_EQ(0, nl_do(&self->nl, &msg, keep, &kept));
	ASSERT_EQ(1, kept.messages);
	attr = kept_attr(&kept, RTWATCH_A_CONFIG);
	ASSERT_TRUE(attr);
	nl_parse_nested(attr, tb, RTWATCH_CONFIG_MAX);
	for (int i = 1; i <= RTWATCH_CONFIG_MAX; i++)
		ASSERT_TRUE(tb[i]);
	EXPECT_EQ(1500, nl_u32(tb[RTWATCH_CONFIG_RT_STARVATION_MS]));
	EXPECT_EQ(1000, nl_u32(tb[RTWATCH_CONFIG_CLEAR_MS]));
	EXPECT_EQ(self->before[RTWATCH_CONFIG_IRQS_OFF_MS],
		  nl_u32(tb[RTWATCH_CONFIG_IRQS_OFF_MS]));
}

TEST_HARNESS_MAIN
