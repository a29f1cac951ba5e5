// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading, at any moment. */
#include "kselftest_harness.h"

#include "ask.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>

FIXTURE(module)
{
	struct nl nl;
};

FIXTURE_SETUP(module)
{
	ASSERT_EQ(0, module_reload(""));
}

FIXTURE_TEARDOWN(module)
{
	module_reload("");
}

TEST_F(module, load_and_unload_twice_is_clean)
{
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, module_unload());
		EXPECT_FALSE(module_loaded());
		EXPECT_EQ(-ENOENT, nl_open(&self->nl));
		ASSERT_EQ(0, module_load(""));
		EXPECT_TRUE(module_loaded());
		ASSERT_EQ(0, nl_open(&self->nl));
		nl_close(&self->nl);
	}
}

TEST_F(module, a_second_copy_is_refused)
{
	EXPECT_EQ(-EEXIST, module_load(""));
}

TEST_F(module, parameters_are_taken)
{
	const struct nlattr *tb[RTWATCH_INFO_MAX + 1];
	uint32_t values[RTWATCH_CONFIG_MAX + 1];
	struct kept kept;

	ASSERT_EQ(0, module_reload("ring_depth=128 sample_interval_ms=250"));
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, ask_info(&self->nl, &kept, tb));
	EXPECT_EQ(128, nl_u32(tb[RTWATCH_INFO_RING_DEPTH]));
	ASSERT_EQ(0, ask_config(&self->nl, values));
	EXPECT_EQ(250, values[RTWATCH_CONFIG_SAMPLE_INTERVAL_MS]);
	nl_close(&self->nl);
}

TEST_F(module, parameters_out_of_range_are_refused)
{
	static const char *const wrong[] = {
		"ring_depth=0",		"ring_depth=15",	    "ring_depth=65537",
		"ring_depth=-1",	"ring_depth=many",	    "sample_interval_ms=0",
		"sample_interval_ms=9", "sample_interval_ms=10001", "tier=half",
		"budget_ns=1000000001",	"budget_ns=-1",
	};

	ASSERT_EQ(0, module_unload());
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_GT(0, module_load(wrong[i]))
		{
			TH_LOG("%s was taken", wrong[i]);
			module_unload();
		}
	}
}

/* Starts a dump of samples, reads one message of it, and waits to be killed. */
static int start_a_dump(void *arg)
{
	static char buf[64 * 1024];
	struct nl_msg msg;
	struct nl nl;
	int small = 1;

	(void)arg;
	if (nl_open(&nl))
		return 1;
	/* A small buffer, so that the kernel cannot send all of it at once. */
	setsockopt(nl.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	nl_start(&msg, RTWATCH_CMD_SAMPLE_GET);
	if (nl_send(&nl, &msg, NLM_F_DUMP) || recv(nl.fd, buf, sizeof(buf), 0) <= 0)
		return 2;
	kill(getpid(), SIGKILL);
	return 3;
}

TEST_F(module, reader_that_dies_in_a_dump_leaves_nothing)
{
	pid_t spin;

	ASSERT_EQ(0, module_reload("ring_depth=8192 sample_interval_ms=10"));
	ASSERT_EQ(0, nl_open(&self->nl));
	spin = spin_start(1, SCHED_OTHER, 0, SPIN_USER);
	EXPECT_TRUE(WAIT_FOR(cpu_pushed(&self->nl, 1) > 200, 15000));
	spin_stop(spin);
	for (int i = 0; i < 20; i++)
		EXPECT_EQ(255, in_child(start_a_dump, NULL));
	nl_close(&self->nl);
	EXPECT_EQ(0, module_unload());
	EXPECT_EQ(0, module_load(""));
}

/* A process that has the socket open, joined, and asks in a loop. */
static void keep_asking(uint32_t group)
{
	struct kept kept = {};
	struct nl_msg msg;
	struct nl nl;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(20);
	for (;;) {
		if (nl_open(&nl))
			continue;
		nl_join(&nl, group);
		do {
			/* Between two dumps nothing holds the module. */
			pause_ms(2);
			nl_start(&msg, RTWATCH_CMD_SAMPLE_GET);
		} while (!nl_dump(&nl, &msg, keep, &kept));
		nl_close(&nl);
	}
}

TEST_F_TIMEOUT(module, unloads_under_readers_and_a_hog, 60)
{
	pid_t readers[3], hog;
	int err = 0;

	ASSERT_EQ(0, nl_open(&self->nl));
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		readers[i] = fork();
		if (!readers[i])
			keep_asking(i & 1 ? self->nl.group_levels : self->nl.group_incidents);
	}
	nl_close(&self->nl);
	/* In turns with rcuc/1 on PREEMPT_RT: unloading waits for RCU, which wants that. */
	hog = spin_start(1, SCHED_RR, 1, SPIN_USER);
	for (int i = 0; i < 10; i++) {
		/* A request under way holds the module for its own time. */
		EXPECT_TRUE(WAIT_FOR((err = module_unload()) != -EAGAIN && err != -EBUSY, 5000));
		EXPECT_EQ(0, err);
		EXPECT_EQ(0, module_load(""));
	}
	spin_stop(hog);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++)
		spin_stop(readers[i]);
}

TEST_F(module, unloads_during_an_incident)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, set_sim(&self->nl, 1, RTWATCH_INCIDENT_RT_STARVATION, 5 * NSEC_PER_SEC,
			     getpid()));
	ASSERT_TRUE(WAIT_FOR(last_incident(&self->nl) != 0, PATROL_LIMIT_MS));
	nl_close(&self->nl);
	EXPECT_EQ(0, module_unload());
	EXPECT_EQ(0, module_load(""));
	ASSERT_EQ(0, nl_open(&self->nl));
	EXPECT_EQ(0, last_incident(&self->nl));
	nl_close(&self->nl);
}

TEST_HARNESS_MAIN
