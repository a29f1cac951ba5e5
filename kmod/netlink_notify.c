// SPDX-License-Identifier: GPL-2.0-only
/* Notifications: what the posts' threads tell those who listen. */
#include <net/genetlink.h>

#include "netlink.h"

static atomic64_t ntf_seq[RTWATCH_GROUPS];

static int notify_begin(struct rtwatch_answer *a, u8 cmd, int group)
{
	/* First: where the message cannot be made, the gap tells that it is missing. */
	u64 seq = atomic64_inc_return(&ntf_seq[group]);

	/* Memory may be short just now: ask for none that has to be waited for. */
	a->skb = genlmsg_new(RTWATCH_MESSAGE_SIZE, GFP_NOWAIT | __GFP_NOWARN);
	if (!a->skb)
		return -ENOMEM;
	a->head = genlmsg_put(a->skb, 0, 0, &rtwatch_family, 0, cmd);
	if (!a->head ||
	    rtwatch_put_u64(a->skb, RTWATCH_A_NTF_SEQ, seq) ||
	    rtwatch_put_u64(a->skb, RTWATCH_A_TIME_NS, rtwatch_now())) {
		nlmsg_free(a->skb);
		return -EMSGSIZE;
	}
	return 0;
}

static int notify_end(struct rtwatch_answer *a, int group, int ret)
{
	if (ret) {
		nlmsg_free(a->skb);
		return -EMSGSIZE;
	}
	genlmsg_end(a->skb, a->head);
	ret = genlmsg_multicast(&rtwatch_family, a->skb, 0, group, GFP_NOWAIT | __GFP_NOWARN);
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
	struct rtwatch_answer a;
	int ret = notify_begin(&a, RTWATCH_CMD_INCIDENT_NTF, RTWATCH_GROUP_INCIDENTS);

	if (!ret)
		ret = notify_end(&a, RTWATCH_GROUP_INCIDENTS,
				 rtwatch_put_incident(a.skb, inc, RTWATCH_GROUP_GUARDED));
	return counted(ret);
}

int rtwatch_netlink_level(int cpu, u32 level, u64 since)
{
	struct rtwatch_answer a;
	int ret = notify_begin(&a, RTWATCH_CMD_LEVEL_NTF, RTWATCH_GROUP_LEVELS);

	if (!ret)
		ret = notify_end(&a, RTWATCH_GROUP_LEVELS, rtwatch_put_level(a.skb, cpu, level, since));
	return counted(ret);
}
