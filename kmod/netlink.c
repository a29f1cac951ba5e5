// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: what include/uapi/linux/rtwatch.h promises.
 *
 * Requests run side by side (parallel_ops), so that no starved holder of a
 * mutex stands in the way, and never wait for the CPU they ask about.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <net/genetlink.h>

#include "netlink.h"

static const struct genl_multicast_group groups[] = {
	/* Identities: privileged, as far as this kernel can check a group. */
	[RTWATCH_GROUP_INCIDENTS] = { .name = RTWATCH_GENL_GROUP_INCIDENTS,
				      RTWATCH_GROUP_PRIVILEGED },
	[RTWATCH_GROUP_LEVELS] = { .name = RTWATCH_GENL_GROUP_LEVELS },
};

bool rtwatch_may_see_identities(const struct sk_buff *skb)
{
#ifdef CAP_PERFMON
	if (netlink_capable(skb, CAP_PERFMON))
		return true;
#endif
	return netlink_capable(skb, CAP_SYS_ADMIN);
}

/* ---- what requests may carry ---- */

/*
 * The family is registered first of all, because its name is what a second copy
 * of the module, of whatever version and file name, stumbles over. Until
 * everything else is there, it refuses: attributes are looked at before any handler
 * is called, so their checks ask, too.
 */
static bool family_open;

static int if_open(struct netlink_ext_ack *extack)
{
	if (smp_load_acquire(&family_open))	/* pairs with rtwatch_netlink_open() */
		return 0;
	NL_SET_ERR_MSG_MOD(extack, "rtwatch is just being loaded");
	return -EAGAIN;
}

/*
 * Here and not in the handlers, because a refused dump has no text on older
 * kernels. NLA_BINARY, because a kernel that describes a refused number looks
 * for its range where the function is.
 */
static int known_cpu(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	int ret = if_open(extack);
	u32 cpu;

	if (ret)
		return ret;
	if (nla_len(attr) != sizeof(cpu)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "a CPU is a number of four bytes");
		return -EINVAL;
	}
	cpu = nla_get_u32(attr);
	if (cpu < nr_cpu_ids && cpu_possible(cpu) && READ_ONCE(rtwatch_cpus[cpu].seen))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "this machine has no such CPU");
	return -ENOENT;
}

static const struct nla_policy request_policy[RTWATCH_A_MAX + 1] = {
	[RTWATCH_A_CPU]			= NLA_POLICY_VALIDATE_FN(NLA_BINARY, known_cpu),
	[RTWATCH_A_SENSOR_ID]		= NLA_POLICY_RANGE(NLA_U32, 1, RTWATCH_SENSOR_MAX),
	[RTWATCH_A_AFTER_SEQ]		= { .type = NLA_U64 },
	[RTWATCH_A_AFTER_ID]		= { .type = NLA_U64 },
	[RTWATCH_A_INCIDENT_ID]		= { .type = NLA_U64 },
	[RTWATCH_A_CONFIG]		= NLA_POLICY_NESTED(rtwatch_config_policy),
	[RTWATCH_A_ACTIVE]		= { .type = NLA_FLAG },
	[RTWATCH_A_SIM]			= NLA_POLICY_NESTED(rtwatch_sim_policy),
};

/* ---- the family ---- */

static int before_request(RTWATCH_PRE_DOIT_ARGS)
{
	return if_open(info->extack);
}

static int before_dump(struct netlink_callback *cb)
{
	return if_open(cb->extack);
}

static int before_samples(struct netlink_callback *cb)
{
	int ret = before_dump(cb);

	return ret ? ret : rtwatch_sample_start(cb);
}

static const struct genl_ops ops[] = {
	{ .cmd = RTWATCH_CMD_INFO_GET, .doit = rtwatch_info_get },
	{ .cmd = RTWATCH_CMD_SENSOR_GET, .start = before_dump, .dumpit = rtwatch_sensor_dump },
	{ .cmd = RTWATCH_CMD_CPU_GET, .doit = rtwatch_cpu_get, .start = before_dump,
	  .dumpit = rtwatch_cpu_dump },
	{ .cmd = RTWATCH_CMD_SAMPLE_GET, .start = before_samples, .dumpit = rtwatch_sample_dump },
	{ .cmd = RTWATCH_CMD_INCIDENT_GET, .doit = rtwatch_incident_get, .start = before_dump,
	  .dumpit = rtwatch_incident_dump },
	{ .cmd = RTWATCH_CMD_STAT_GET, .start = before_dump, .dumpit = rtwatch_stat_dump },
	{ .cmd = RTWATCH_CMD_CONFIG_GET, .doit = rtwatch_config_do_get },
	{ .cmd = RTWATCH_CMD_CONFIG_SET, .doit = rtwatch_config_do_set },
	{ .cmd = RTWATCH_CMD_BACKTRACE, .doit = rtwatch_backtrace_do },
#ifdef RTWATCH_DEBUG
	{ .cmd = RTWATCH_CMD_SIM_SET, .doit = rtwatch_sim_do },
#endif
};

struct genl_family rtwatch_family __ro_after_init = {
	.name = RTWATCH_GENL_NAME,
	.version = RTWATCH_GENL_VERSION,
	.maxattr = RTWATCH_A_MAX,
	.policy = request_policy,
	.pre_doit = before_request,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	.parallel_ops = true,
#ifdef RTWATCH_HAS_RESV_START_OP
	.resv_start_op = RTWATCH_CMD_MAX + 1,
#endif
	.module = THIS_MODULE,
};

int rtwatch_netlink_init(void)
{
	int ret = genl_register_family(&rtwatch_family);

	if (ret == -EEXIST)
		pr_err("another copy of rtwatch is loaded: unload it first, 'lsmod | grep rtwatch' shows its name\n");
	else if (ret)
		pr_err("the netlink family cannot be registered (error %d)\n", ret);
	return ret;
}

void rtwatch_netlink_open(void)
{
	smp_store_release(&family_open, true);	/* pairs with if_open() */
}

void rtwatch_netlink_exit(void)
{
	genl_unregister_family(&rtwatch_family);
}
