// SPDX-License-Identifier: GPL-2.0-only
/* Requests that make no sense: each refused, each with a text, none harmful. */
#include "kselftest_harness.h"

#include "ask.h"

#define DO 0
#define DUMP 1

/* The attributes that each request takes. */
static const struct request {
	const char *name;
	uint8_t cmd;
	int how;
	uint16_t attr;
	enum { U32, U64, NEST } kind;
	bool required;
} requests[] = {
	{ "CPU_GET do CPU", RTWATCH_CMD_CPU_GET, DO, RTWATCH_A_CPU, U32, true },
	{ "SAMPLE_GET CPU", RTWATCH_CMD_SAMPLE_GET, DUMP, RTWATCH_A_CPU, U32, false },
	{ "SAMPLE_GET SENSOR_ID", RTWATCH_CMD_SAMPLE_GET, DUMP, RTWATCH_A_SENSOR_ID, U32, false },
	{ "SAMPLE_GET AFTER_SEQ", RTWATCH_CMD_SAMPLE_GET, DUMP, RTWATCH_A_AFTER_SEQ, U64, false },
	{ "INCIDENT_GET do INCIDENT_ID", RTWATCH_CMD_INCIDENT_GET, DO, RTWATCH_A_INCIDENT_ID, U64,
	  true },
	{ "INCIDENT_GET AFTER_ID", RTWATCH_CMD_INCIDENT_GET, DUMP, RTWATCH_A_AFTER_ID, U64, false },
	{ "CONFIG_SET CONFIG", RTWATCH_CMD_CONFIG_SET, DO, RTWATCH_A_CONFIG, NEST, true },
	{ "BACKTRACE CPU", RTWATCH_CMD_BACKTRACE, DO, RTWATCH_A_CPU, U32, true },
	{ "SIM_SET CPU", RTWATCH_CMD_SIM_SET, DO, RTWATCH_A_CPU, U32, true },
	{ "SIM_SET SIM", RTWATCH_CMD_SIM_SET, DO, RTWATCH_A_SIM, NEST, true },
};

/* Every command as it may be asked, with nothing in it. */
static const struct {
	uint8_t cmd;
	int how;
} commands[] = {
	{ RTWATCH_CMD_INFO_GET, DO },	   { RTWATCH_CMD_SENSOR_GET, DUMP },
	{ RTWATCH_CMD_CPU_GET, DO },	   { RTWATCH_CMD_CPU_GET, DUMP },
	{ RTWATCH_CMD_SAMPLE_GET, DUMP },  { RTWATCH_CMD_INCIDENT_GET, DO },
	{ RTWATCH_CMD_INCIDENT_GET, DUMP }, { RTWATCH_CMD_CONFIG_GET, DO },
	{ RTWATCH_CMD_CONFIG_SET, DO },	   { RTWATCH_CMD_BACKTRACE, DO },
	{ RTWATCH_CMD_SIM_SET, DO },
};

FIXTURE(malformed)
{
	struct nl nl;
	struct nl_msg msg;
	struct kept kept;
};

FIXTURE_SETUP(malformed)
{
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(malformed)
{
	/* Whatever was sent, the module still answers. */
	EXPECT_EQ(0, ask_info(&self->nl, &self->kept,
			      (const struct nlattr *[RTWATCH_INFO_MAX + 1]){}));
	nl_close(&self->nl);
}

static int ask(struct nl *nl, struct nl_msg *msg, int how, struct kept *kept)
{
	kept->messages = 0;
	return how == DUMP ? nl_dump(nl, msg, keep, kept) : nl_do(nl, msg, keep, kept);
}

#define EXPECT_REFUSED(what_, how_)                                                            \
	do {                                                                                   \
		int err_ = ask(&self->nl, &self->msg, how_, &self->kept);                      \
		EXPECT_GT(0, err_)                                                             \
		{                                                                              \
			TH_LOG("%s was taken", what_);                                         \
		}                                                                              \
		EXPECT_EQ(0, self->kept.messages);                                             \
		EXPECT_STRNE("", self->nl.text)                                                \
		{                                                                              \
			TH_LOG("%s: no text with error %d", what_, err_);                      \
		}                                                                              \
	} while (0)

/* Fills in what else the request needs, so that only one thing is wrong. */
static void put_others(struct nl_msg *msg, const struct request *request)
{
	if (request->cmd != RTWATCH_CMD_SIM_SET)
		return;
	if (request->attr != RTWATCH_A_CPU) {
		nl_put_u32(msg, RTWATCH_A_CPU, 1);
	} else {
		struct nlattr *nest = nl_nest(msg, RTWATCH_A_SIM);

		nl_put_u32(msg, RTWATCH_SIM_TYPE, RTWATCH_INCIDENT_RT_STARVATION);
		nl_put_u64(msg, RTWATCH_SIM_AGE_NS, 0);
		nl_nest_end(msg, nest);
	}
}

TEST_F(malformed, missing_attribute_is_refused_with_text)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		if (!requests[i].required)
			continue;
		nl_start(&self->msg, requests[i].cmd);
		put_others(&self->msg, &requests[i]);
		EXPECT_REFUSED(requests[i].name, requests[i].how);
	}
}

TEST_F(malformed, too_short_attribute_is_refused_with_text)
{
	static const char bytes[16];

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		size_t full = requests[i].kind == U64 ? 8 : 4;

		if (requests[i].kind == NEST)
			continue;
		for (size_t len = 0; len < full; len++) {
			nl_start(&self->msg, requests[i].cmd);
			put_others(&self->msg, &requests[i]);
			nl_put(&self->msg, requests[i].attr, bytes, len);
			EXPECT_REFUSED(requests[i].name, requests[i].how);
		}
	}
}

TEST_F(malformed, too_long_attribute_is_refused_with_text)
{
	static const char bytes[2048];
	static const size_t extra[] = { 1, 4, 12, 2000 };

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		if (requests[i].kind == NEST)
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(extra); j++) {
			nl_start(&self->msg, requests[i].cmd);
			put_others(&self->msg, &requests[i]);
			nl_put(&self->msg, requests[i].attr, bytes,
			       (requests[i].kind == U64 ? 8 : 4) + extra[j]);
			EXPECT_REFUSED(requests[i].name, requests[i].how);
		}
	}
}

TEST_F(malformed, unknown_attribute_is_refused_with_text)
{
	static const uint16_t unknown[] = { RTWATCH_A_MAX + 1, 200, 0x3fff };
	char name[64];

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(unknown); j++) {
			nl_start(&self->msg, commands[i].cmd);
			nl_put_u32(&self->msg, unknown[j], 1);
			snprintf(name, sizeof(name), "command %u attribute %u", commands[i].cmd,
				 unknown[j]);
			EXPECT_REFUSED(name, commands[i].how);
		}
	}
}

TEST_F(malformed, attribute_of_another_request_is_refused_with_text)
{
	char name[64];

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		nl_start(&self->msg, commands[i].cmd);
		nl_put_u64(&self->msg, RTWATCH_A_NTF_SEQ, 1);
		snprintf(name, sizeof(name), "command %u with NTF_SEQ", commands[i].cmd);
		EXPECT_REFUSED(name, commands[i].how);
	}
}

TEST_F(malformed, nest_that_is_no_nest_is_refused_with_text)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		if (requests[i].kind != NEST)
			continue;
		/* A number where a nest belongs, with and without the flag. */
		nl_start(&self->msg, requests[i].cmd);
		put_others(&self->msg, &requests[i]);
		nl_put_u32(&self->msg, requests[i].attr, 7);
		EXPECT_REFUSED(requests[i].name, requests[i].how);
		nl_start(&self->msg, requests[i].cmd);
		put_others(&self->msg, &requests[i]);
		nl_put_u32(&self->msg, requests[i].attr | NLA_F_NESTED, 0xffffffff);
		EXPECT_REFUSED(requests[i].name, requests[i].how);
		/* An empty one has nothing to do. */
		nl_start(&self->msg, requests[i].cmd);
		put_others(&self->msg, &requests[i]);
		nl_nest_end(&self->msg, nl_nest(&self->msg, requests[i].attr));
		EXPECT_REFUSED(requests[i].name, requests[i].how);
	}
}

TEST_F(malformed, wrong_nesting_is_refused_with_text)
{
	struct nlattr *outer, *inner;

	/* A configuration in a configuration. */
	nl_start(&self->msg, RTWATCH_CMD_CONFIG_SET);
	outer = nl_nest(&self->msg, RTWATCH_A_CONFIG);
	inner = nl_nest(&self->msg, RTWATCH_A_CONFIG);
	nl_put_u32(&self->msg, RTWATCH_CONFIG_CLEAR_MS, 500);
	nl_nest_end(&self->msg, inner);
	nl_nest_end(&self->msg, outer);
	EXPECT_REFUSED("CONFIG in CONFIG", DO);
	/* Its values outside of it. */
	nl_start(&self->msg, RTWATCH_CMD_CONFIG_SET);
	nl_put_u32(&self->msg, RTWATCH_CONFIG_CLEAR_MS, 500);
	EXPECT_REFUSED("CONFIG values without their nest", DO);
	/* An inner attribute that ends after its nest. */
	nl_start(&self->msg, RTWATCH_CMD_CONFIG_SET);
	outer = nl_nest(&self->msg, RTWATCH_A_CONFIG);
	inner = (struct nlattr *)(self->msg.buf + self->msg.hdr.nlmsg_len);
	nl_put_u32(&self->msg, RTWATCH_CONFIG_CLEAR_MS, 500);
	nl_nest_end(&self->msg, outer);
	inner->nla_len = 64;
	EXPECT_REFUSED("CONFIG value longer than its nest", DO);
}

TEST_F(malformed, nested_values_are_checked_like_others)
{
	static const char bytes[16];
	static const size_t wrong[] = { 0, 1, 2, 3, 5, 8, 16 };
	struct nlattr *nest;

	for (size_t j = 0; j < ARRAY_SIZE(wrong); j++) {
		for (uint16_t type = 1; type <= RTWATCH_CONFIG_MAX; type++) {
			nl_start(&self->msg, RTWATCH_CMD_CONFIG_SET);
			nest = nl_nest(&self->msg, RTWATCH_A_CONFIG);
			nl_put(&self->msg, type, bytes, wrong[j]);
			nl_nest_end(&self->msg, nest);
			EXPECT_REFUSED("CONFIG value of a wrong length", DO);
		}
		nl_start(&self->msg, RTWATCH_CMD_SIM_SET);
		nl_put_u32(&self->msg, RTWATCH_A_CPU, 1);
		nest = nl_nest(&self->msg, RTWATCH_A_SIM);
		nl_put(&self->msg, RTWATCH_SIM_TYPE, bytes, wrong[j]);
		nl_put_u64(&self->msg, RTWATCH_SIM_AGE_NS, 0);
		nl_nest_end(&self->msg, nest);
		EXPECT_REFUSED("SIM_TYPE of a wrong length", DO);
	}
	nl_start(&self->msg, RTWATCH_CMD_CONFIG_SET);
	nest = nl_nest(&self->msg, RTWATCH_A_CONFIG);
	nl_put_u32(&self->msg, RTWATCH_CONFIG_MAX + 1, 500);
	nl_nest_end(&self->msg, nest);
	EXPECT_REFUSED("unknown CONFIG value", DO);
}

TEST_F(malformed, sim_is_checked)
{
	static const uint32_t types[] = { 0, RTWATCH_INCIDENT_MAX + 1, 0xffffffff };
	struct nlattr *nest;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		EXPECT_GT(0, set_sim(&self->nl, 1, types[i], NSEC_PER_SEC, 0));
		EXPECT_STRNE("", self->nl.text);
	}
	EXPECT_GT(0, set_sim(&self->nl, 4095, RTWATCH_INCIDENT_RT_STARVATION, NSEC_PER_SEC, 0));
	EXPECT_STRNE("", self->nl.text);
	nl_start(&self->msg, RTWATCH_CMD_SIM_SET);
	nl_put_u32(&self->msg, RTWATCH_A_CPU, 1);
	nest = nl_nest(&self->msg, RTWATCH_A_SIM);
	nl_put_u32(&self->msg, RTWATCH_SIM_TYPE, RTWATCH_INCIDENT_RT_STARVATION);
	nl_nest_end(&self->msg, nest);
	EXPECT_REFUSED("SIM without AGE_NS", DO);
}

TEST_F(malformed, unknown_command_is_eopnotsupp)
{
	static const uint8_t unknown[] = { RTWATCH_CMD_UNSPEC, RTWATCH_CMD_INCIDENT_NTF,
					   RTWATCH_CMD_LEVEL_NTF, RTWATCH_CMD_MAX + 1, 127, 255 };

	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		for (int how = DO; how <= DUMP; how++) {
			nl_start(&self->msg, unknown[i]);
			EXPECT_EQ(-EOPNOTSUPP, ask(&self->nl, &self->msg, how, &self->kept))
			{
				TH_LOG("command %u, %s", unknown[i], how ? "dump" : "do");
			}
		}
	}
}

TEST_F(malformed, do_of_a_dump_and_dump_of_a_do_are_eopnotsupp)
{
	static const uint8_t dos[] = { RTWATCH_CMD_INFO_GET, RTWATCH_CMD_CONFIG_GET,
				       RTWATCH_CMD_CONFIG_SET, RTWATCH_CMD_BACKTRACE,
				       RTWATCH_CMD_SIM_SET };
	static const uint8_t dumps[] = { RTWATCH_CMD_SENSOR_GET, RTWATCH_CMD_SAMPLE_GET };

	for (size_t i = 0; i < ARRAY_SIZE(dos); i++) {
		nl_start(&self->msg, dos[i]);
		EXPECT_EQ(-EOPNOTSUPP, ask(&self->nl, &self->msg, DUMP, &self->kept));
	}
	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++) {
		nl_start(&self->msg, dumps[i]);
		EXPECT_EQ(-EOPNOTSUPP, ask(&self->nl, &self->msg, DO, &self->kept));
	}
}

TEST_F(malformed, message_without_a_header_is_refused)
{
	nl_start(&self->msg, RTWATCH_CMD_INFO_GET);
	self->msg.hdr.nlmsg_len = NLMSG_HDRLEN;
	EXPECT_GT(0, ask(&self->nl, &self->msg, DO, &self->kept));
	nl_start(&self->msg, RTWATCH_CMD_INFO_GET);
	self->msg.hdr.nlmsg_len = NLMSG_HDRLEN + 2;
	EXPECT_GT(0, ask(&self->nl, &self->msg, DO, &self->kept));
}

/* The same pseudo-random messages in each run: none may do harm. */
TEST_F(malformed, random_messages_do_no_harm)
{
	uint64_t state = 88172645463325252ULL, until = now_ns() + 8 * NSEC_PER_SEC;
	uint32_t before[RTWATCH_CONFIG_MAX + 1];
	unsigned char bytes[64];
	unsigned int sent = 0;

	ASSERT_EQ(0, ask_config(&self->nl, before));
	while (sent < 20000 && now_ns() < until) {
		nl_start(&self->msg, 1 + sent % RTWATCH_CMD_MAX);
		for (unsigned int attrs = 0; attrs <= state % 3; attrs++) {
			for (size_t i = 0; i < sizeof(bytes); i++) {
				state ^= state << 13;
				state ^= state >> 7;
				state ^= state << 17;
				bytes[i] = state;
			}
			nl_put(&self->msg, state >> 32 & 0x801f, bytes, state >> 24 & 0x3f);
		}
		ASSERT_NE(-ETIMEDOUT, ask(&self->nl, &self->msg, sent & 1, &self->kept));
		sent++;
	}
	for (int i = 1; i <= RTWATCH_CONFIG_MAX; i++)
		set_config(&self->nl, i, before[i]);
	EXPECT_LT(100, sent);
}

TEST_HARNESS_MAIN
