// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: what include/uapi/linux/rtwatch.h promises.
 *
 * Requests run side by side (parallel_ops), so that no starved holder of a
 * mutex stands in the way, and never wait for the CPU they ask about.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "netlink.h"

/* An incident with all its victims, a whole stack and long names. */
#define MESSAGE_SIZE	8192
#define BACKTRACE_BURST	20			/* requests */
#define BACKTRACE_REFILL_NS (NSEC_PER_SEC / 10)

static struct genl_family family;

enum { GROUP_INCIDENTS, GROUP_LEVELS };

static const struct genl_multicast_group groups[] = {
	/* Identities: privileged, as far as this kernel can check a group. */
	[GROUP_INCIDENTS] = { .name = RTWATCH_GENL_GROUP_INCIDENTS, RTWATCH_GROUP_PRIVILEGED },
	[GROUP_LEVELS] = { .name = RTWATCH_GENL_GROUP_LEVELS },
};

static atomic64_t ntf_seq[ARRAY_SIZE(groups)];

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put(skb, attr, sizeof(value), &value);
}

static bool may_see_identities(const struct sk_buff *skb)
{
#ifdef CAP_PERFMON
	if (netlink_capable(skb, CAP_PERFMON))
		return true;
#endif
	return netlink_capable(skb, CAP_SYS_ADMIN);
}

/* ---- what requests may carry ---- */

static const struct nla_policy sim_policy[RTWATCH_SIM_MAX + 1] = {
	[RTWATCH_SIM_TYPE]		= { .type = NLA_U32 },
	[RTWATCH_SIM_AGE_NS]		= { .type = NLA_U64 },
	[RTWATCH_SIM_CULPRIT_PID]	= { .type = NLA_S32 },
};

/* Ranges are told with the value, so that the text can name them: see set_config(). */
static const struct nla_policy config_policy[RTWATCH_CONFIG_MAX + 1] = {
	[1 ... RTWATCH_CONFIG_MAX]	= { .type = NLA_U32 },
};

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
	[RTWATCH_A_CONFIG]		= NLA_POLICY_NESTED(config_policy),
	[RTWATCH_A_SIM]			= NLA_POLICY_NESTED(sim_policy),
};

/* The CPU of a request, or an error with its text. */
static int request_cpu(struct nlattr **attrs, struct netlink_ext_ack *extack, bool online)
{
	struct nlattr *attr = attrs[RTWATCH_A_CPU];
	u32 cpu;

	if (!attr) {
		NL_SET_ERR_MSG_MOD(extack, "name a CPU");
		return -EINVAL;
	}
	cpu = nla_get_u32(attr);
	if (online && !cpu_online(cpu)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "this CPU is offline");
		return -ENXIO;
	}
	return cpu;
}

/* ---- answers to single requests ---- */

struct answer {
	struct sk_buff *skb;
	void *head;
};

static int answer_begin(struct answer *a, struct genl_info *info)
{
	a->skb = genlmsg_new(MESSAGE_SIZE, GFP_KERNEL);
	if (!a->skb)
		return -ENOMEM;
	a->head = genlmsg_put_reply(a->skb, info, &family, 0, info->genlhdr->cmd);
	if (!a->head || put_u64(a->skb, RTWATCH_A_TIME_NS, rtwatch_now())) {
		nlmsg_free(a->skb);
		return -EMSGSIZE;
	}
	return 0;
}

static int answer_end(struct answer *a, struct genl_info *info, int ret)
{
	if (ret) {
		nlmsg_free(a->skb);
		return -EMSGSIZE;
	}
	genlmsg_end(a->skb, a->head);
	return genlmsg_reply(a->skb, info);
}

static int info_get(struct sk_buff *skb, struct genl_info *info)
{
	struct answer a;
	int ret = answer_begin(&a, info);

	return ret ? ret : answer_end(&a, info, rtwatch_put_info(a.skb));
}

static int cpu_get(struct sk_buff *skb, struct genl_info *info)
{
	int ret, cpu = request_cpu(info->attrs, info->extack, false);
	struct rtwatch_state state;
	struct answer a;

	if (cpu < 0)
		return cpu;
	ret = answer_begin(&a, info);
	if (ret)
		return ret;
	rtwatch_state_read(cpu, &state);
	return answer_end(&a, info, rtwatch_put_state(a.skb, &state, may_see_identities(skb)));
}

static int incident_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[RTWATCH_A_INCIDENT_ID];
	struct rtwatch_incident *inc;
	struct answer a;
	u64 id, lost = 0;
	int ret;

	if (!attr) {
		NL_SET_ERR_MSG_MOD(info->extack, "name an incident by its id");
		return -EINVAL;
	}
	id = nla_get_u64(attr);
	inc = kmalloc(sizeof(*inc), GFP_KERNEL);
	if (!inc)
		return -ENOMEM;
	if (!id || !rtwatch_incident_next(id - 1, inc, &lost) || inc->id != id) {
		if (lost)
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "the log has overwritten this incident");
		else
			NL_SET_ERR_MSG_ATTR(info->extack, attr, "there is no such incident");
		ret = -ENOENT;
		goto out;
	}
	ret = answer_begin(&a, info);
	if (!ret)
		ret = answer_end(&a, info,
				 rtwatch_put_incident(a.skb, inc, may_see_identities(skb)));
out:
	kfree(inc);
	return ret;
}

static int answer_config(struct genl_info *info)
{
	struct rtwatch_config config;
	struct answer a;
	int ret = answer_begin(&a, info);

	if (ret)
		return ret;
	rtwatch_config_get(&config);
	return answer_end(&a, info, rtwatch_put_config(a.skb, &config));
}

static int config_get(struct sk_buff *skb, struct genl_info *info)
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
};

static int config_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *values[RTWATCH_CONFIG_MAX + 1];
	struct rtwatch_config config = { };
	bool any = false;
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
			       config_policy, info->extack);
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
		any = true;
	}
	if (!any) {
		NL_SET_ERR_MSG_MOD(info->extack, "name a setting and its value");
		return -EINVAL;
	}
	rtwatch_config_set(&config);
	return answer_config(info);
}

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

static int backtrace_do(struct sk_buff *skb, struct genl_info *info)
{
	struct rtwatch_stack *stack;
	struct answer a;
	int cpu, ret;

	if (!may_see_identities(skb)) {
		NL_SET_ERR_MSG_MOD(info->extack, "a backtrace needs CAP_PERFMON or CAP_SYS_ADMIN");
		return -EPERM;
	}
	cpu = request_cpu(info->attrs, info->extack, true);
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
	ret = answer_begin(&a, info);
	if (!ret)
		ret = answer_end(&a, info,
				 nla_put_u32(a.skb, RTWATCH_A_CPU, cpu) ||
				 rtwatch_put_task(a.skb, RTWATCH_A_TASK, &stack->task) ||
				 rtwatch_put_stack(a.skb, stack));
out:
	kfree(stack);
	return ret;
}

#ifdef RTWATCH_DEBUG
static int sim_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *values[RTWATCH_SIM_MAX + 1];
	int ret, cpu;

	if (!netlink_capable(skb, CAP_SYS_ADMIN)) {
		NL_SET_ERR_MSG_MOD(info->extack, "simulating needs CAP_SYS_ADMIN");
		return -EPERM;
	}
	cpu = request_cpu(info->attrs, info->extack, false);
	if (cpu < 0)
		return cpu;
	if (!info->attrs[RTWATCH_A_SIM]) {
		NL_SET_ERR_MSG_MOD(info->extack, "say what to simulate");
		return -EINVAL;
	}
	ret = nla_parse_nested(values, RTWATCH_SIM_MAX, info->attrs[RTWATCH_A_SIM], sim_policy,
			       info->extack);
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

/* ---- dumps: cb->args holds where to go on ---- */

static void *dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &family,
			   NLM_F_MULTI, cmd);
}

static int sensor_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	for (; cb->args[0] <= RTWATCH_SENSOR_MAX; cb->args[0]++) {
		const struct rtwatch_sensor *s = &rtwatch_sensors[cb->args[0]];
		void *head;

		if (!s->name)
			continue;
		head = dump_put(skb, cb, RTWATCH_CMD_SENSOR_GET);
		if (!head)
			break;
		if (rtwatch_put_sensor(skb, s)) {
			genlmsg_cancel(skb, head);
			break;
		}
		genlmsg_end(skb, head);
	}
	return skb->len;
}

static int cpu_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	bool identity = may_see_identities(cb->skb);

	for (; cb->args[0] < nr_cpu_ids; cb->args[0]++) {
		struct rtwatch_state state;
		void *head;

		if (!cpu_possible(cb->args[0]) || !READ_ONCE(rtwatch_cpus[cb->args[0]].seen))
			continue;
		head = dump_put(skb, cb, RTWATCH_CMD_CPU_GET);
		if (!head)
			break;
		rtwatch_state_read(cb->args[0], &state);
		if (put_u64(skb, RTWATCH_A_TIME_NS, state.s.time_ns) ||
		    rtwatch_put_state(skb, &state, identity)) {
			genlmsg_cancel(skb, head);
			break;
		}
		genlmsg_end(skb, head);
	}
	return skb->len;
}

/* Where a dump of samples stands. */
struct sample_cursor {
	u32 cpu;
	bool opened;		/* next and end are set for this CPU */
	u64 next;
	u64 end;		/* the head when this CPU was begun: it keeps growing */
};

static void open_cpu(struct sample_cursor *at, const struct rtwatch_ring *ring,
		     struct netlink_callback *cb)
{
	const struct nlattr *from = rtwatch_dump_attr(cb, RTWATCH_A_AFTER_SEQ);
	u64 after = from ? nla_get_u64(from) : 0;

	at->end = rtwatch_ring_head(ring);
	at->next = min(after, at->end) + 1;
	at->opened = true;
}

/* As many samples as fit. True when the CPU is done. */
static bool fill_samples(struct sk_buff *skb, struct sample_cursor *at,
			 const struct rtwatch_ring *ring, u32 sensor, bool identity, u64 *lost)
{
	u64 head = rtwatch_ring_head(ring);

	if (head > rtwatch_ring_depth && at->next <= head - rtwatch_ring_depth) {
		u64 oldest = head - rtwatch_ring_depth + 1;

		*lost += min(oldest, at->end + 1) - min(at->next, at->end + 1);
		at->next = oldest;
	}
	for (; at->next <= at->end; at->next++) {
		struct rtwatch_sample s;

		if (!rtwatch_ring_read(ring, at->next, &s))
			(*lost)++;
		else if (rtwatch_put_sample(skb, &s, sensor, identity))
			return false;
	}
	return true;
}

/* One message for one CPU. -EMSGSIZE: it did not fit, go on in the next buffer. */
static int put_samples(struct sk_buff *skb, struct netlink_callback *cb,
		       struct sample_cursor *at)
{
	const struct rtwatch_ring *ring = READ_ONCE(rtwatch_cpus[at->cpu].ring);
	const struct nlattr *wanted = rtwatch_dump_attr(cb, RTWATCH_A_SENSOR_ID);
	u32 sensor = wanted ? nla_get_u32(wanted) : 0;
	u64 lost = 0, first;
	struct nlattr *lost_attr;
	void *head;
	bool done;

	if (!at->opened)
		open_cpu(at, ring, cb);
	if (at->next > at->end)
		return 0;
	head = dump_put(skb, cb, RTWATCH_CMD_SAMPLE_GET);
	if (!head)
		return -EMSGSIZE;
	if (nla_put_u32(skb, RTWATCH_A_CPU, at->cpu))
		goto cancel;
	lost_attr = nla_reserve(skb, RTWATCH_A_LOST, sizeof(lost));
	if (!lost_attr)
		goto cancel;
	first = at->next;
	done = fill_samples(skb, at, ring, sensor, may_see_identities(cb->skb), &lost);
	if (at->next == first && !done)
		goto cancel;
	memcpy(nla_data(lost_attr), &lost, sizeof(lost));
	genlmsg_end(skb, head);
	return done ? 0 : -EMSGSIZE;
cancel:
	genlmsg_cancel(skb, head);
	return -EMSGSIZE;
}

static int sample_start(struct netlink_callback *cb)
{
	const struct nlattr *cpu = rtwatch_dump_attr(cb, RTWATCH_A_CPU);

	BUILD_BUG_ON(sizeof(struct sample_cursor) > sizeof(cb->ctx));
	if (cpu)
		((struct sample_cursor *)cb->ctx)->cpu = nla_get_u32(cpu);
	return 0;
}

static int sample_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *cpu = rtwatch_dump_attr(cb, RTWATCH_A_CPU);
	struct sample_cursor *at = (struct sample_cursor *)cb->ctx;

	while (at->cpu < nr_cpu_ids) {
		if (cpu_possible(at->cpu) && READ_ONCE(rtwatch_cpus[at->cpu].ring) &&
		    put_samples(skb, cb, at))
			break;
		at->opened = false;
		at->cpu = cpu ? nr_cpu_ids : at->cpu + 1;
	}
	return skb->len;
}

static int incident_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *from = rtwatch_dump_attr(cb, RTWATCH_A_AFTER_ID);
	bool identity = may_see_identities(cb->skb);
	u64 *after = (u64 *)cb->ctx, *begun = after + 1;
	struct rtwatch_incident *inc;

	if (!*begun) {
		*after = from ? nla_get_u64(from) : 0;
		*begun = 1;
	}
	inc = kmalloc(sizeof(*inc), GFP_KERNEL);
	if (!inc)
		return -ENOMEM;
	for (;;) {
		u64 lost = 0;
		void *head;

		if (!rtwatch_incident_next(*after, inc, &lost))
			break;
		head = dump_put(skb, cb, RTWATCH_CMD_INCIDENT_GET);
		if (!head)
			break;
		if (put_u64(skb, RTWATCH_A_TIME_NS, rtwatch_now()) ||
		    put_u64(skb, RTWATCH_A_LOST, lost) ||
		    rtwatch_put_incident(skb, inc, identity)) {
			genlmsg_cancel(skb, head);
			break;
		}
		genlmsg_end(skb, head);
		*after = inc->id;
	}
	kfree(inc);
	return skb->len;
}

/* ---- notifications ---- */

static int notify_begin(struct answer *a, u8 cmd, int group)
{
	/* Memory may be short just now: ask for none that has to be waited for. */
	a->skb = genlmsg_new(MESSAGE_SIZE, GFP_NOWAIT | __GFP_NOWARN);
	if (!a->skb)
		return -ENOMEM;
	a->head = genlmsg_put(a->skb, 0, 0, &family, 0, cmd);
	if (!a->head ||
	    put_u64(a->skb, RTWATCH_A_NTF_SEQ, atomic64_inc_return(&ntf_seq[group])) ||
	    put_u64(a->skb, RTWATCH_A_TIME_NS, rtwatch_now())) {
		nlmsg_free(a->skb);
		return -EMSGSIZE;
	}
	return 0;
}

static int notify_end(struct answer *a, int group, int ret)
{
	if (ret) {
		nlmsg_free(a->skb);
		return -EMSGSIZE;
	}
	genlmsg_end(a->skb, a->head);
	ret = genlmsg_multicast(&family, a->skb, 0, group, GFP_NOWAIT | __GFP_NOWARN);
	/* Nobody listens, or a reader is slow: the gap in NTF_SEQ tells that one. */
	return ret == -ESRCH || ret == -ENOBUFS ? 0 : ret;
}

static int counted(int ret)
{
	atomic64_inc(ret ? &rtwatch_counters.ntf_failed : &rtwatch_counters.ntf_sent);
	return ret;
}

int rtwatch_netlink_incident(const struct rtwatch_incident *inc)
{
	struct answer a;
	int ret = notify_begin(&a, RTWATCH_CMD_INCIDENT_NTF, GROUP_INCIDENTS);

	if (!ret)
		ret = notify_end(&a, GROUP_INCIDENTS,
				 rtwatch_put_incident(a.skb, inc, RTWATCH_GROUP_GUARDED));
	return counted(ret);
}

int rtwatch_netlink_level(int cpu, u32 level, u64 since)
{
	struct answer a;
	int ret = notify_begin(&a, RTWATCH_CMD_LEVEL_NTF, GROUP_LEVELS);

	if (!ret)
		ret = notify_end(&a, GROUP_LEVELS, rtwatch_put_level(a.skb, cpu, level, since));
	return counted(ret);
}

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

	return ret ? ret : sample_start(cb);
}

static const struct genl_ops ops[] = {
	{ .cmd = RTWATCH_CMD_INFO_GET, .doit = info_get },
	{ .cmd = RTWATCH_CMD_SENSOR_GET, .start = before_dump, .dumpit = sensor_dump },
	{ .cmd = RTWATCH_CMD_CPU_GET, .doit = cpu_get, .start = before_dump, .dumpit = cpu_dump },
	{ .cmd = RTWATCH_CMD_SAMPLE_GET, .start = before_samples, .dumpit = sample_dump },
	{ .cmd = RTWATCH_CMD_INCIDENT_GET, .doit = incident_get, .start = before_dump,
	  .dumpit = incident_dump },
	{ .cmd = RTWATCH_CMD_CONFIG_GET, .doit = config_get },
	{ .cmd = RTWATCH_CMD_CONFIG_SET, .doit = config_set },
	{ .cmd = RTWATCH_CMD_BACKTRACE, .doit = backtrace_do },
#ifdef RTWATCH_DEBUG
	{ .cmd = RTWATCH_CMD_SIM_SET, .doit = sim_set },
#endif
};

static struct genl_family family __ro_after_init = {
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
	int ret = genl_register_family(&family);

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
	genl_unregister_family(&family);
}
