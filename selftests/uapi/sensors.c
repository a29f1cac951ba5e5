// SPDX-License-Identifier: GPL-2.0-only
/* SENSOR_GET: each sensor is there, or says why not. */
#include "kselftest_harness.h"

#include "ask.h"

struct sensors {
	unsigned int seen[RTWATCH_SENSOR_MAX + 1];
	bool available[RTWATCH_SENSOR_MAX + 1];
	unsigned int nameless, unexplained, unsourced, unknown;
	char reasons[RTWATCH_SENSOR_MAX + 1][128];
};

static bool has_text(const struct nlattr *attr)
{
	return attr && nl_len(attr) > 1 && !nl_str(attr)[nl_len(attr) - 1];
}

static int take_sensor(const struct nl_reply *reply, void *arg)
{
	const struct nlattr *tb[RTWATCH_SENSOR_A_MAX + 1], *nest;
	struct sensors *sensors = arg;
	uint32_t id;

	nest = nl_find(reply->attrs, reply->len, RTWATCH_A_SENSOR, NULL);
	if (nest)
		nl_parse_nested(nest, tb, RTWATCH_SENSOR_A_MAX);
	if (!nest || !tb[RTWATCH_SENSOR_A_ID]) {
		sensors->unknown++;
		return 0;
	}
	id = nl_u32(tb[RTWATCH_SENSOR_A_ID]);
	if (!id || id > RTWATCH_SENSOR_MAX) {
		sensors->unknown++;
		return 0;
	}
	sensors->seen[id]++;
	sensors->available[id] = tb[RTWATCH_SENSOR_A_AVAILABLE];
	if (!has_text(tb[RTWATCH_SENSOR_A_NAME]))
		sensors->nameless++;
	if (sensors->available[id] && !has_text(tb[RTWATCH_SENSOR_A_SOURCE]))
		sensors->unsourced++;
	if (!sensors->available[id] && !has_text(tb[RTWATCH_SENSOR_A_REASON]))
		sensors->unexplained++;
	if (has_text(tb[RTWATCH_SENSOR_A_REASON]))
		snprintf(sensors->reasons[id], sizeof(sensors->reasons[id]), "%s",
			 nl_str(tb[RTWATCH_SENSOR_A_REASON]));
	return 0;
}

FIXTURE(sensors)
{
	struct nl nl;
	struct sensors sensors;
};

FIXTURE_SETUP(sensors)
{
	struct nl_msg msg;

	ASSERT_EQ(0, nl_open(&self->nl));
	nl_start(&msg, RTWATCH_CMD_SENSOR_GET);
	ASSERT_EQ(0, nl_dump(&self->nl, &msg, take_sensor, &self->sensors));
}

FIXTURE_TEARDOWN(sensors)
{
	nl_close(&self->nl);
}

TEST_F(sensors, dump_names_each_with_state_or_reason)
{
	EXPECT_EQ(0, self->sensors.unknown);
	EXPECT_EQ(0, self->sensors.nameless);
	EXPECT_EQ(0, self->sensors.unexplained);
	EXPECT_EQ(0, self->sensors.unsourced);
	for (int id = 1; id <= RTWATCH_SENSOR_MAX; id++) {
		EXPECT_GE(1, self->sensors.seen[id])
		{
			TH_LOG("sensor %d comes more than once", id);
		}
	}
}

/* On the kernels that are tested, nothing that these need is missing. */
TEST_F(sensors, none_is_missing_that_this_kernel_can_have)
{
	static const int must[] = {
		RTWATCH_SENSOR_TICK,	   RTWATCH_SENSOR_RT,	     RTWATCH_SENSOR_SOFTLOCKUP,
		RTWATCH_SENSOR_HARDLOCKUP, RTWATCH_SENSOR_RCU,	     RTWATCH_SENSOR_VICTIMS,
		RTWATCH_SENSOR_SIM,
	};

	for (size_t i = 0; i < ARRAY_SIZE(must); i++) {
		EXPECT_TRUE(self->sensors.available[must[i]])
		{
			TH_LOG("sensor %d is unavailable: %s", must[i],
			       self->sensors.reasons[must[i]]);
		}
	}
}

/* Where no module can send an NMI to one CPU, the sensor says so. */
TEST_F(sensors, backtraces_are_there_on_x86_and_say_why_elsewhere)
{
#ifdef __x86_64__
	EXPECT_TRUE(self->sensors.available[RTWATCH_SENSOR_BACKTRACE]);
#else
	EXPECT_FALSE(self->sensors.available[RTWATCH_SENSOR_BACKTRACE]);
	EXPECT_STREQ("no NMI can be sent to one CPU on this architecture",
		     self->sensors.reasons[RTWATCH_SENSOR_BACKTRACE]);
#endif
}

TEST_HARNESS_MAIN
