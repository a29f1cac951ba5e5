// SPDX-License-Identifier: GPL-2.0-only
/* Settings on request, and what a debug build is told to simulate. */
#include <linux/capability.h>
#include <net/genetlink.h>

#include "netlink.h"

/* Ranges are told with the value, so that the text can name them: see rtwatch_config_do_set(). */
const struct nla_policy rtwatch_config_policy[RTWATCH_CONFIG_MAX + 1] = {
	[1 ... RTWATCH_CONFIG_MAX]	= { .type = NLA_U32 },
};

const struct nla_policy rtwatch_sim_policy[RTWATCH_SIM_MAX + 1] = {
	[RTWATCH_SIM_TYPE]		= { .type = NLA_U32 },
	[RTWATCH_SIM_AGE_NS]		= { .type = NLA_U64 },
	[RTWATCH_SIM_CULPRIT_PID]	= { .type = NLA_S32 },
};

static int answer_config(struct genl_info *info)
{
	struct rtwatch_config config;
	struct rtwatch_answer a;
	int ret = rtwatch_answer_begin(&a, info);

	if (ret)
		return ret;
	rtwatch_config_get(&config);
	return rtwatch_answer_end(&a, info, rtwatch_put_config(a.skb, &config));
}

int rtwatch_config_do_get(struct sk_buff *skb, struct genl_info *info)
{
	return answer_config(info);
}

/* One text a setting, because an extended acknowledgement holds a constant. */
static const char * const range_text[RTWATCH_CONFIG_MAX + 1] = {
	[RTWATCH_CONFIG_SAMPLE_INTERVAL_MS]	= "sample_interval_ms must be 10..10000",
	[RTWATCH_CONFIG_RT_STARVATION_MS]	= "rt_starvation_ms must be 100..600000",
	[RTWATCH_CONFIG_SOFT_LOCKUP_MS]		= "soft_lockup_ms must be 1000..600000",
	[RTWATCH_CONFIG_IRQS_OFF_MS]		= "irqs_off_ms must be 200..600000",
	[RTWATCH_CONFIG_HARD_LOCKUP_MS]		= "hard_lockup_ms must be 1000..600000",
	[RTWATCH_CONFIG_RCU_STALL_MS]		= "rcu_stall_ms must be 1000..600000",
	[RTWATCH_CONFIG_CLEAR_MS]		= "clear_ms must be 100..60000",
	[RTWATCH_CONFIG_HUNG_TASK_MS]		= "hung_task_ms must be 1000..3600000",
	[RTWATCH_CONFIG_CFS_BANDWIDTH_US]	= "cfs_bandwidth_us must be 100..10000000",
	[RTWATCH_CONFIG_BUDGET_NS]		= "budget_ns must be 0..1000000000",
};

int rtwatch_config_do_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *values[RTWATCH_CONFIG_MAX + 1];
	struct rtwatch_config config = { };
	int i, ret;

	if (!netlink_capable(skb, CAP_SYS_ADMIN)) {
		NL_SET_ERR_MSG_MOD(info->extack, "changing settings needs CAP_SYS_ADMIN");
		return -EPERM;
	}
	if (!info->attrs[RTWATCH_A_CONFIG]) {
		NL_SET_ERR_MSG_MOD(info->extack, "name a setting and its value");
		return -EINVAL;
	}
	ret = nla_parse_nested(values, RTWATCH_CONFIG_MAX, info->attrs[RTWATCH_A_CONFIG],
			       rtwatch_config_policy, info->extack);
	if (ret)
		return ret;
	/* All are checked before one is taken. */
	for (i = 1; i <= RTWATCH_CONFIG_MAX; i++) {
		u32 min, max, value;

		if (!values[i])
			continue;
		value = nla_get_u32(values[i]);
		rtwatch_config_range(i, &min, &max);
		if (value < min || value > max) {
			info->extack->_msg = range_text[i];
			NL_SET_BAD_ATTR(info->extack, values[i]);
			return -ERANGE;
		}
		config.value[i] = value;
		config.set |= 1U << i;
	}
	if (!config.set) {
		NL_SET_ERR_MSG_MOD(info->extack, "name a setting and its value");
		return -EINVAL;
	}
	rtwatch_config_set(&config);
	return answer_config(info);
}

#ifdef RTWATCH_DEBUG
int rtwatch_sim_do(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *values[RTWATCH_SIM_MAX + 1];
	int ret, cpu;

	if (!netlink_capable(skb, CAP_SYS_ADMIN)) {
		NL_SET_ERR_MSG_MOD(info->extack, "simulating needs CAP_SYS_ADMIN");
		return -EPERM;
	}
	cpu = rtwatch_request_cpu(info->attrs, info->extack, false);
	if (cpu < 0)
		return cpu;
	if (!info->attrs[RTWATCH_A_SIM]) {
		NL_SET_ERR_MSG_MOD(info->extack, "say what to simulate");
		return -EINVAL;
	}
	ret = nla_parse_nested(values, RTWATCH_SIM_MAX, info->attrs[RTWATCH_A_SIM],
			       rtwatch_sim_policy, info->extack);
	if (ret)
		return ret;
	if (!values[RTWATCH_SIM_TYPE] || !values[RTWATCH_SIM_AGE_NS]) {
		NL_SET_ERR_MSG_MOD(info->extack, "a simulation has a type and an age");
		return -EINVAL;
	}
	ret = rtwatch_sim_set(cpu, nla_get_u32(values[RTWATCH_SIM_TYPE]),
			      nla_get_u64(values[RTWATCH_SIM_AGE_NS]),
			      values[RTWATCH_SIM_CULPRIT_PID] ?
			      nla_get_s32(values[RTWATCH_SIM_CULPRIT_PID]) : 0);
	if (ret) {
		NL_SET_ERR_MSG_MOD(info->extack, "this type or age cannot be simulated");
		return ret;
	}
	return answer_config(info);
}
#endif
