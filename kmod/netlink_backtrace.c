// SPDX-License-Identifier: GPL-2.0-only
/* The stack of a CPU on request: rationed, because each one interrupts a CPU. */
#include <linux/math64.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "netlink.h"

#define BACKTRACE_BURST	20			/* requests */
#define BACKTRACE_REFILL_NS (NSEC_PER_SEC / 10)

/* Each one interrupts a CPU: a few at once, then ten a second, for all callers. */
static bool backtrace_allowed(void)
{
	static DEFINE_SPINLOCK(lock);
	static u64 tokens = BACKTRACE_BURST, refilled_ns;
	u64 now = rtwatch_now(), fresh;
	bool allowed;

	spin_lock(&lock);
	fresh = div64_u64(rtwatch_since(now, refilled_ns), BACKTRACE_REFILL_NS);
	if (fresh) {
		tokens = min_t(u64, tokens + fresh, BACKTRACE_BURST);
		refilled_ns = now;
	}
	allowed = tokens > 0;
	if (allowed)
		tokens--;
	spin_unlock(&lock);
	return allowed;
}

static int backtrace_error(struct netlink_ext_ack *extack, int ret)
{
	switch (ret) {
	case -ENXIO:
		NL_SET_ERR_MSG_MOD(extack, "this CPU is offline");
		break;
	case -EBUSY:
		NL_SET_ERR_MSG_MOD(extack, "another backtrace is being taken: try again");
		break;
	case -ETIMEDOUT:
		NL_SET_ERR_MSG_MOD(extack, "the CPU did not answer an NMI within 200 ms");
		break;
	case -EOPNOTSUPP:
		NL_SET_ERR_MSG_MOD(extack, "backtraces are not available: see the sensors");
		break;
	default:
		NL_SET_ERR_MSG_MOD(extack, "the CPU did not finish its answer");
	}
	return ret;
}

int rtwatch_backtrace_do(struct sk_buff *skb, struct genl_info *info)
{
	struct rtwatch_stack *stack;
	struct rtwatch_answer a;
	int cpu, ret;

	if (!rtwatch_may_see_identities(skb)) {
		NL_SET_ERR_MSG_MOD(info->extack, "a backtrace needs CAP_PERFMON or CAP_SYS_ADMIN");
		return -EPERM;
	}
	cpu = rtwatch_request_cpu(info->attrs, info->extack, true);
	if (cpu < 0)
		return cpu;
	if (!backtrace_allowed()) {
		NL_SET_ERR_MSG_MOD(info->extack, "more than ten backtraces a second: try later");
		return -EAGAIN;
	}
	stack = kzalloc(sizeof(*stack), GFP_KERNEL);
	if (!stack)
		return -ENOMEM;
	ret = rtwatch_backtrace(cpu, stack);
	if (ret) {
		ret = backtrace_error(info->extack, ret);
		goto out;
	}
	ret = rtwatch_answer_begin(&a, info);
	if (!ret)
		ret = rtwatch_answer_end(&a, info,
				 nla_put_u32(a.skb, RTWATCH_A_CPU, cpu) ||
				 rtwatch_put_task(a.skb, RTWATCH_A_TASK, &stack->task) ||
				 rtwatch_put_stack(a.skb, stack));
out:
	kfree(stack);
	return ret;
}
