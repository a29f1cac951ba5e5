// SPDX-License-Identifier: GPL-2.0-only
/* INFO_GET and what the family says of itself. */
#include "kselftest_harness.h"

#include "ask.h"

#include <sched.h>

#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE 6
#endif

FIXTURE(info)
{
	struct nl nl;
	struct kept kept;
	const struct nlattr *tb[RTWATCH_INFO_MAX + 1];
};

FIXTURE_SETUP(info)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, ask_info(&self->nl, &self->kept, self->tb));
}

FIXTURE_TEARDOWN(info)
{
	nl_close(&self->nl);
}

TEST_F(info, tells_abi_and_version)
{
	const char *version = getenv("RTWATCH_TEST_VERSION");

	ASSERT_TRUE(self->tb[RTWATCH_INFO_ABI]);
	EXPECT_EQ(RTWATCH_ABI, nl_u32(self->tb[RTWATCH_INFO_ABI]));
	ASSERT_TRUE(self->tb[RTWATCH_INFO_VERSION]);
	if (version) {
		EXPECT_STREQ(version, nl_str(self->tb[RTWATCH_INFO_VERSION]));
	}
}

TEST_F(info, tells_the_tier_that_was_asked_for)
{
	/* Where a kernel has no private data to read, what was asked is not what one gets. */
	const char *fallback = getenv("RTWATCH_TEST_TIER_GIVEN");
	const char *tier = fallback ? fallback : getenv("RTWATCH_TEST_TIER");
	uint32_t asked = tier && !strcmp(tier, "portable") ? RTWATCH_TIER_PORTABLE :
							     RTWATCH_TIER_FULL;

	ASSERT_TRUE(self->tb[RTWATCH_INFO_TIER]);
	EXPECT_EQ(asked, nl_u32(self->tb[RTWATCH_INFO_TIER]));
	EXPECT_TRUE(self->tb[RTWATCH_INFO_DEBUG]);
}

TEST_F(info, counts_the_cpus)
{
	ASSERT_TRUE(self->tb[RTWATCH_INFO_CPUS_ONLINE] && self->tb[RTWATCH_INFO_CPUS_POSSIBLE]);
	EXPECT_EQ(cpus_online(), nl_u32(self->tb[RTWATCH_INFO_CPUS_ONLINE]));
	EXPECT_LE(cpus_online(), nl_u32(self->tb[RTWATCH_INFO_CPUS_POSSIBLE]));
}

TEST_F(info, a_ring_of_the_default_depth_takes_about_128_kib)
{
	ASSERT_TRUE(self->tb[RTWATCH_INFO_RING_DEPTH] && self->tb[RTWATCH_INFO_RING_BYTES]);
	EXPECT_EQ(1024, nl_u32(self->tb[RTWATCH_INFO_RING_DEPTH]));
	EXPECT_LT(0, nl_u64(self->tb[RTWATCH_INFO_RING_BYTES]));
	EXPECT_GE(160 * 1024, nl_u64(self->tb[RTWATCH_INFO_RING_BYTES]));
}

TEST_F(info, names_the_delivery_threads_and_their_policy)
{
	uint32_t policy;

	ASSERT_TRUE(self->tb[RTWATCH_INFO_NOTIFIERS] && self->tb[RTWATCH_INFO_NOTIFIER_POLICY]);
	EXPECT_LE(1, nl_u32(self->tb[RTWATCH_INFO_NOTIFIERS]));
	policy = nl_u32(self->tb[RTWATCH_INFO_NOTIFIER_POLICY]);
	EXPECT_TRUE(policy == SCHED_DEADLINE || policy == SCHED_FIFO)
	{
		TH_LOG("policy %u", policy);
	}
}

TEST_F(info, loaded_time_is_in_the_past)
{
	ASSERT_TRUE(self->tb[RTWATCH_INFO_LOADED_NS]);
	EXPECT_LT(0, nl_u64(self->tb[RTWATCH_INFO_LOADED_NS]));
	EXPECT_GT(now_ns(), nl_u64(self->tb[RTWATCH_INFO_LOADED_NS]));
}

static uint64_t patrol_rounds(struct nl *nl)
{
	const struct nlattr *tb[RTWATCH_INFO_MAX + 1];
	struct kept kept;

	if (ask_info(nl, &kept, tb) || !tb[RTWATCH_INFO_PATROL_ROUNDS])
		return 0;
	return nl_u64(tb[RTWATCH_INFO_PATROL_ROUNDS]);
}

TEST_F(info, the_patrol_goes_its_rounds)
{
	uint64_t before = patrol_rounds(&self->nl);

	EXPECT_TRUE(WAIT_FOR(patrol_rounds(&self->nl) > before, PATROL_LIMIT_MS));
}

TEST_F(info, counters_are_all_there)
{
	EXPECT_TRUE(self->tb[RTWATCH_INFO_INCIDENTS_TOTAL]);
	EXPECT_TRUE(self->tb[RTWATCH_INFO_INCIDENTS_LOST]);
	EXPECT_TRUE(self->tb[RTWATCH_INFO_INCIDENTS_SUPPRESSED]);
	EXPECT_TRUE(self->tb[RTWATCH_INFO_NTF_SENT]);
	EXPECT_TRUE(self->tb[RTWATCH_INFO_NTF_FAILED]);
	EXPECT_TRUE(self->tb[RTWATCH_INFO_TICKS_MISSED]);
	EXPECT_TRUE(self->tb[RTWATCH_INFO_NOTIFIER_TIME_NS]);
}

TEST_F(info, memory_is_at_least_that_of_the_rings)
{
	ASSERT_TRUE(self->tb[RTWATCH_INFO_MEMORY_BYTES]);
	EXPECT_LT(cpus_online() * nl_u64(self->tb[RTWATCH_INFO_RING_BYTES]),
		  nl_u64(self->tb[RTWATCH_INFO_MEMORY_BYTES]));
	EXPECT_GT(4 << 20, nl_u64(self->tb[RTWATCH_INFO_MEMORY_BYTES]));
}

TEST_F(info, tells_how_full_the_log_is)
{
	ASSERT_TRUE(self->tb[RTWATCH_INFO_LOG_DEPTH] && self->tb[RTWATCH_INFO_LOG_USED] &&
		    self->tb[RTWATCH_INFO_INCIDENTS_ACTIVE]);
	EXPECT_EQ(256, nl_u32(self->tb[RTWATCH_INFO_LOG_DEPTH]));
	EXPECT_EQ(nl_u64(self->tb[RTWATCH_INFO_INCIDENTS_TOTAL]),
		  nl_u32(self->tb[RTWATCH_INFO_LOG_USED]));
	EXPECT_LE(nl_u32(self->tb[RTWATCH_INFO_INCIDENTS_ACTIVE]),
		  nl_u32(self->tb[RTWATCH_INFO_LOG_USED]));
}

TEST_F(info, family_announces_version_groups_and_commands)
{
	const uint32_t both = 1U << RTWATCH_CMD_CPU_GET | 1U << RTWATCH_CMD_INCIDENT_GET;
	const uint32_t dos = both | 1U << RTWATCH_CMD_INFO_GET | 1U << RTWATCH_CMD_CONFIG_GET |
			     1U << RTWATCH_CMD_CONFIG_SET | 1U << RTWATCH_CMD_BACKTRACE |
			     1U << RTWATCH_CMD_SIM_SET;
	const uint32_t dumps = both | 1U << RTWATCH_CMD_SENSOR_GET | 1U << RTWATCH_CMD_SAMPLE_GET |
			       1U << RTWATCH_CMD_STAT_GET;

	EXPECT_EQ(RTWATCH_GENL_VERSION, self->nl.version);
	EXPECT_NE(0, self->nl.group_incidents);
	EXPECT_NE(0, self->nl.group_levels);
	EXPECT_EQ(dos, self->nl.cmd_has_do);
	EXPECT_EQ(dumps, self->nl.cmd_has_dump);
}

TEST_HARNESS_MAIN
