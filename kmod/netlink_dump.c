// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps, a buffer at a time: cb->args (or cb->ctx) holds where to go on. Each
 * returns 0 at its end, upon which the kernel puts its NLMSG_DONE behind what is
 * in the buffer already: another one of 32 KiB, cleared for that, and a read are
 * saved (net/netlink/af_netlink.c, netlink_dump()).
 */
#include <linux/slab.h>
#include <net/genetlink.h>

#include "netlink.h"

static void *dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &rtwatch_family,
			   NLM_F_MULTI, cmd);
}

/* No room for one more: call again. Nothing fits an empty buffer: say so, or it is lost. */
static int dump_full(const struct sk_buff *skb)
{
	return skb->len ? : -EMSGSIZE;
}

int rtwatch_sensor_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	for (; cb->args[0] <= RTWATCH_SENSOR_MAX; cb->args[0]++) {
		const struct rtwatch_sensor *s = &rtwatch_sensors[cb->args[0]];
		void *head;

		if (!s->name)
			continue;
		head = dump_put(skb, cb, RTWATCH_CMD_SENSOR_GET);
		if (!head)
			return dump_full(skb);
		if (rtwatch_put_sensor(skb, s)) {
			genlmsg_cancel(skb, head);
			return dump_full(skb);
		}
		genlmsg_end(skb, head);
	}
	return 0;
}

/* States read at one moment, while nobody else gets this CPU: some microseconds. */
#define STATES_AT_ONCE	8

/* From @cpu on, until they are enough or none fits: the first that is not there. */
static long put_states(struct sk_buff *skb, struct netlink_callback *cb, long cpu, bool identity)
{
	u32 portid = NETLINK_CB(cb->skb).portid;
	unsigned int left = STATES_AT_ONCE;
	struct rtwatch_state state;
	u64 now;

	preempt_disable();
	now = rtwatch_now();
	for (; left && cpu < nr_cpu_ids; cpu++) {
		if (!cpu_possible(cpu) || !READ_ONCE(rtwatch_cpus[cpu].seen))
			continue;
		rtwatch_state_read(cpu, now, &state);
		if (rtwatch_put_state_message(skb, cb->nlh, portid, &state, identity))
			break;
		left--;
	}
	preempt_enable();
	return cpu;
}

int rtwatch_cpu_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	bool identity = rtwatch_may_see_identities(cb->skb);
	long cpu = cb->args[0], begun;

	do {
		begun = cpu;
		cpu = put_states(skb, cb, begun, identity);
	} while (cpu < nr_cpu_ids && cpu > begun);
	cb->args[0] = cpu;
	return cpu < nr_cpu_ids ? dump_full(skb) : 0;
}

int rtwatch_stat_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	for (; cb->args[0] < nr_cpu_ids; cb->args[0]++) {
		void *head;

		if (!cpu_possible(cb->args[0]) || !READ_ONCE(rtwatch_cpus[cb->args[0]].seen))
			continue;
		head = dump_put(skb, cb, RTWATCH_CMD_STAT_GET);
		if (!head)
			return dump_full(skb);
		if (nla_put_u32(skb, RTWATCH_A_CPU, cb->args[0]) ||
		    rtwatch_put_u64(skb, RTWATCH_A_TIME_NS, rtwatch_now()) ||
		    rtwatch_put_stat(skb, cb->args[0])) {
			genlmsg_cancel(skb, head);
			return dump_full(skb);
		}
		genlmsg_end(skb, head);
	}
	return 0;
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
	done = fill_samples(skb, at, ring, sensor, rtwatch_may_see_identities(cb->skb), &lost);
	if (at->next == first && !done)
		goto cancel;
	memcpy(nla_data(lost_attr), &lost, sizeof(lost));
	genlmsg_end(skb, head);
	return done ? 0 : -EMSGSIZE;
cancel:
	genlmsg_cancel(skb, head);
	return -EMSGSIZE;
}

int rtwatch_sample_start(struct netlink_callback *cb)
{
	const struct nlattr *cpu = rtwatch_dump_attr(cb, RTWATCH_A_CPU);

	BUILD_BUG_ON(sizeof(struct sample_cursor) > sizeof(cb->ctx));
	if (cpu)
		((struct sample_cursor *)cb->ctx)->cpu = nla_get_u32(cpu);
	return 0;
}

int rtwatch_sample_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *cpu = rtwatch_dump_attr(cb, RTWATCH_A_CPU);
	struct sample_cursor *at = (struct sample_cursor *)cb->ctx;

	while (at->cpu < nr_cpu_ids) {
		if (cpu_possible(at->cpu) && READ_ONCE(rtwatch_cpus[at->cpu].ring) &&
		    put_samples(skb, cb, at))
			return dump_full(skb);
		at->opened = false;
		at->cpu = cpu ? nr_cpu_ids : at->cpu + 1;
	}
	return 0;
}

int rtwatch_incident_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *from = rtwatch_dump_attr(cb, RTWATCH_A_AFTER_ID);
	bool active = rtwatch_dump_attr(cb, RTWATCH_A_ACTIVE);
	bool identity = rtwatch_may_see_identities(cb->skb);
	u64 *after = (u64 *)cb->ctx, *begun = after + 1;
	struct rtwatch_incident *inc;
	int ret = 0;

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

		if (!rtwatch_incident_next(*after, active, inc, &lost))
			break;
		ret = dump_full(skb);
		head = dump_put(skb, cb, RTWATCH_CMD_INCIDENT_GET);
		if (!head)
			break;
		if (rtwatch_put_u64(skb, RTWATCH_A_TIME_NS, rtwatch_now()) ||
		    rtwatch_put_u64(skb, RTWATCH_A_LOST, active ? 0 : lost) ||
		    rtwatch_put_incident(skb, inc, identity)) {
			genlmsg_cancel(skb, head);
			break;
		}
		genlmsg_end(skb, head);
		*after = inc->id;
		ret = 0;
	}
	kfree(inc);
	return ret;
}
