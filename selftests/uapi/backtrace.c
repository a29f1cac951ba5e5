// SPDX-License-Identifier: GPL-2.0-only
/* BACKTRACE: stacks of CPUs as data. */
#include "kselftest_harness.h"

#include "ask.h"

#include <ctype.h>
#include <sched.h>

FIXTURE(backtrace)
{
	struct nl nl;
	struct kept kept;
	pid_t spin;
};

FIXTURE_SETUP(backtrace)
{
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(backtrace)
{
	spin_stop(self->spin);
	cpu_set_online(cpus_online(), true);
	nl_close(&self->nl);
}

struct stack {
	unsigned int kernel, user, malformed, after_user;
	uint64_t first_user_ip;
	bool has_spin_ip;
	int pid;
	char first[160];
};

/*
 * symbol+0xoffset/0xsize, then perhaps [module]. Generated code, a trampoline of
 * ftrace for one, has no symbol: "?", which nobody runs in but for a moment.
 */
static bool is_symbol(const char *text, bool innermost)
{
	unsigned long offset, size;
	int end = 0;

	if (!strcmp(text, "?"))
		return !innermost;
	if (sscanf(text, "%*[A-Za-z0-9_.$]+%lx/%lx%n", &offset, &size, &end) != 2 || !end)
		return false;
	return offset <= size && (!text[end] || !strncmp(text + end, " [", 2));
}

static void take_frame(struct stack *stack, const struct nlattr *nest)
{
	const struct nlattr *tb[RTWATCH_FRAME_MAX + 1];

	nl_parse_nested(nest, tb, RTWATCH_FRAME_MAX);
	if (tb[RTWATCH_FRAME_SYMBOL]) {
		stack->malformed += !is_symbol(nl_str(tb[RTWATCH_FRAME_SYMBOL]), !stack->kernel);
		if (!stack->kernel++)
			snprintf(stack->first, sizeof(stack->first), "%s",
				 nl_str(tb[RTWATCH_FRAME_SYMBOL]));
		stack->after_user += stack->user > 0;
	} else if (tb[RTWATCH_FRAME_USER_IP]) {
		if (!stack->user++)
			stack->first_user_ip = nl_u64(tb[RTWATCH_FRAME_USER_IP]);
		stack->has_spin_ip |= spin_has_ip(nl_u64(tb[RTWATCH_FRAME_USER_IP]));
	} else {
		stack->malformed++;
	}
}

static struct stack stack_of(const struct kept *kept)
{
	const struct nlattr *attrs = (const struct nlattr *)kept->attrs, *attr = NULL;
	struct stack stack = {};

	while ((attr = nl_find(attrs, kept->len, RTWATCH_A_FRAME, attr)))
		take_frame(&stack, attr);
	attr = kept_attr(kept, RTWATCH_A_TASK);
	if (attr)
		attr = nl_find_nested(attr, RTWATCH_TASK_PID, NULL);
	if (attr)
		stack.pid = nl_u32(attr);
	return stack;
}

/* Requests are rate-limited; ask until this one was let through. */
static int backtrace(struct nl *nl, uint32_t cpu, struct kept *kept)
{
	int err = 0;

	WAIT_FOR((err = ask_backtrace(nl, cpu, kept)) != -EAGAIN && err != -EBUSY, 5000);
	return err;
}

TEST_F(backtrace, of_busy_cpu_has_frames)
{
	struct stack stack = {};
	int err = 0;

	self->spin = spin_start(1, SCHED_OTHER, 0, SPIN_KERNEL);
	ASSERT_LT(0, self->spin);
	/* One look may meet the task between two system calls. */
	EXPECT_TRUE(WAIT_FOR((err = backtrace(&self->nl, 1, &self->kept)) ||
				     (stack = stack_of(&self->kept)).kernel > 2,
			     15000));
	ASSERT_EQ(0, err)
	{
		TH_LOG("%s", self->nl.text);
	}
	EXPECT_EQ(0, stack.malformed);
	EXPECT_EQ(0, stack.after_user);
	ASSERT_TRUE(kept_attr(&self->kept, RTWATCH_A_CPU));
	EXPECT_EQ(1, nl_u32(kept_attr(&self->kept, RTWATCH_A_CPU)));
}

TEST_F(backtrace, of_user_spinner_shows_its_user_frame)
{
	struct stack stack = {};
	int err = 0;

	self->spin = spin_start(1, SCHED_OTHER, 0, SPIN_USER);
	ASSERT_LT(0, self->spin);
	EXPECT_TRUE(WAIT_FOR((err = backtrace(&self->nl, 1, &self->kept)) ||
				     (stack = stack_of(&self->kept)).has_spin_ip,
			     15000));
	ASSERT_EQ(0, err)
	{
		TH_LOG("%s", self->nl.text);
	}
	EXPECT_EQ(self->spin, stack.pid);
	EXPECT_LE(1, stack.user);
	/* The spinning function was called by somebody. */
	EXPECT_TRUE(spin_has_ip(stack.first_user_ip));
}

TEST_F(backtrace, of_a_fifo_hog_shows_its_user_frame)
{
	struct stack stack = {};
	int err = 0;

	self->spin = spin_start(1, SCHED_FIFO, 50, SPIN_USER);
	ASSERT_LT(0, self->spin);
	EXPECT_TRUE(WAIT_FOR((err = backtrace(&self->nl, 1, &self->kept)) ||
				     (stack = stack_of(&self->kept)).has_spin_ip,
			     15000));
	ASSERT_EQ(0, err);
	EXPECT_EQ(self->spin, stack.pid);
}

TEST_F(backtrace, of_every_online_cpu_is_answered)
{
	struct stack stack;

	for (unsigned int cpu = 0; cpu < cpus_online(); cpu++) {
		ASSERT_EQ(0, backtrace(&self->nl, cpu, &self->kept))
		{
			TH_LOG("cpu %u: %s", cpu, self->nl.text);
		}
		stack = stack_of(&self->kept);
		EXPECT_LT(0, stack.kernel + stack.user);
		EXPECT_GE(RTWATCH_FRAMES_MAX, stack.kernel + stack.user);
		EXPECT_EQ(0, stack.malformed)
		{
			TH_LOG("innermost: %s", stack.first);
		}
		EXPECT_TRUE(kept_attr(&self->kept, RTWATCH_A_TASK));
	}
}

TEST_F(backtrace, of_absent_or_offline_cpu_is_refused_with_text)
{
	unsigned int last = cpus_online() - 1;

	EXPECT_GT(0, ask_backtrace(&self->nl, 4095, &self->kept));
	EXPECT_STRNE("", self->nl.text);
	EXPECT_GT(0, ask_backtrace(&self->nl, 0xffffffff, &self->kept));
	EXPECT_STRNE("", self->nl.text);
	ASSERT_EQ(0, cpu_set_online(last, false));
	EXPECT_GT(0, backtrace(&self->nl, last, &self->kept));
	EXPECT_STRNE("", self->nl.text);
	ASSERT_EQ(0, cpu_set_online(last, true));
}

TEST_F(backtrace, too_many_at_once_are_refused_with_text)
{
	int err = 0;

	for (int i = 0; i < 200 && !err; i++)
		err = ask_backtrace(&self->nl, 1, &self->kept);
	EXPECT_TRUE(err == -EAGAIN || err == -EBUSY)
	{
		TH_LOG("%d", err);
	}
	EXPECT_STRNE("", self->nl.text);
	/* And the next second brings new ones. */
	EXPECT_EQ(0, backtrace(&self->nl, 1, &self->kept));
}

static int ask_as_nobody(void *arg)
{
	static struct kept kept;
	struct nl nl;

	(void)arg;
	if (become_nobody() || nl_open(&nl))
		return 1;
	if (ask_backtrace(&nl, 0, &kept) != -EPERM)
		return 2;
	if (kept.messages)
		return 3;
	return nl.text[0] ? 0 : 4;
}

TEST_F(backtrace, unprivileged_is_eperm_with_text)
{
	EXPECT_EQ(0, in_child(ask_as_nobody, NULL));
}

TEST_HARNESS_MAIN
