// SPDX-License-Identifier: GPL-2.0-only
/* Answers to single requests, and what their handlers share. */
#include <linux/slab.h>
#include <net/genetlink.h>

#include "netlink.h"

/* The CPU of a request, or an error with its text. */
int rtwatch_request_cpu(struct nlattr **attrs, struct netlink_ext_ack *extack, bool online)
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

int rtwatch_answer_begin(struct rtwatch_answer *a, struct genl_info *info)
{
	a->skb = genlmsg_new(RTWATCH_MESSAGE_SIZE, GFP_KERNEL);
	if (!a->skb)
		return -ENOMEM;
	a->head = genlmsg_put_reply(a->skb, info, &rtwatch_family, 0, info->genlhdr->cmd);
	if (!a->head || rtwatch_put_u64(a->skb, RTWATCH_A_TIME_NS, rtwatch_now())) {
		nlmsg_free(a->skb);
		return -EMSGSIZE;
	}
	return 0;
}

int rtwatch_answer_end(struct rtwatch_answer *a, struct genl_info *info, int ret)
{
	if (ret) {
		nlmsg_free(a->skb);
		return -EMSGSIZE;
	}
	genlmsg_end(a->skb, a->head);
	return genlmsg_reply(a->skb, info);
}

int rtwatch_info_get(struct sk_buff *skb, struct genl_info *info)
{
	struct rtwatch_answer a;
	int ret = rtwatch_answer_begin(&a, info);

	return ret ? ret : rtwatch_answer_end(&a, info, rtwatch_put_info(a.skb));
}

int rtwatch_cpu_get(struct sk_buff *skb, struct genl_info *info)
{
	int ret, cpu = rtwatch_request_cpu(info->attrs, info->extack, false);
	struct rtwatch_state state;
	struct rtwatch_answer a;

	if (cpu < 0)
		return cpu;
	ret = rtwatch_answer_begin(&a, info);
	if (ret)
		return ret;
	rtwatch_state_read(cpu, rtwatch_now(), &state);
	return rtwatch_answer_end(&a, info,
				  rtwatch_put_state(a.skb, &state,
						    rtwatch_may_see_identities(skb)));
}

int rtwatch_incident_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[RTWATCH_A_INCIDENT_ID];
	struct rtwatch_incident *inc;
	struct rtwatch_answer a;
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
	if (!id || !rtwatch_incident_next(id - 1, false, inc, &lost) || inc->id != id) {
		if (lost)
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "the log has overwritten this incident");
		else
			NL_SET_ERR_MSG_ATTR(info->extack, attr, "there is no such incident");
		ret = -ENOENT;
		goto out;
	}
	ret = rtwatch_answer_begin(&a, info);
	if (!ret)
		ret = rtwatch_answer_end(&a, info,
				 rtwatch_put_incident(a.skb, inc, rtwatch_may_see_identities(skb)));
out:
	kfree(inc);
	return ret;
}
