/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the netlink*.c files; nothing else knows what a message is. */
#ifndef RTWATCH_NETLINK_H
#define RTWATCH_NETLINK_H

#include <net/netlink.h>

#include "rtwatch.h"

struct genl_family;
struct genl_info;

/* An incident with all its victims, a whole stack and long names. */
#define RTWATCH_MESSAGE_SIZE	8192

enum { RTWATCH_GROUP_INCIDENTS, RTWATCH_GROUP_LEVELS, RTWATCH_GROUPS };

extern struct genl_family rtwatch_family;
extern const struct nla_policy rtwatch_config_policy[RTWATCH_CONFIG_MAX + 1];
extern const struct nla_policy rtwatch_sim_policy[RTWATCH_SIM_MAX + 1];

bool rtwatch_may_see_identities(const struct sk_buff *skb);
/* The CPU of a request, or an error with its text. */
int rtwatch_request_cpu(struct nlattr **attrs, struct netlink_ext_ack *extack, bool online);

struct rtwatch_answer {
	struct sk_buff *skb;
	void *head;
};

int rtwatch_answer_begin(struct rtwatch_answer *a, struct genl_info *info);
/* Sends it, or frees it where @ret says that it did not fit. */
int rtwatch_answer_end(struct rtwatch_answer *a, struct genl_info *info, int ret);

/* The handlers: netlink_get.c, netlink_config.c, netlink_backtrace.c. */
int rtwatch_info_get(struct sk_buff *skb, struct genl_info *info);
int rtwatch_cpu_get(struct sk_buff *skb, struct genl_info *info);
int rtwatch_incident_get(struct sk_buff *skb, struct genl_info *info);
int rtwatch_config_do_get(struct sk_buff *skb, struct genl_info *info);
int rtwatch_config_do_set(struct sk_buff *skb, struct genl_info *info);
int rtwatch_backtrace_do(struct sk_buff *skb, struct genl_info *info);
#ifdef RTWATCH_DEBUG
int rtwatch_sim_do(struct sk_buff *skb, struct genl_info *info);
#endif

/* netlink_dump.c */
int rtwatch_sensor_dump(struct sk_buff *skb, struct netlink_callback *cb);
int rtwatch_cpu_dump(struct sk_buff *skb, struct netlink_callback *cb);
int rtwatch_stat_dump(struct sk_buff *skb, struct netlink_callback *cb);
int rtwatch_sample_start(struct netlink_callback *cb);
int rtwatch_sample_dump(struct sk_buff *skb, struct netlink_callback *cb);
int rtwatch_incident_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* Values to attributes (netlink_put.c): 0 or -EMSGSIZE, and no half nest is left. */
int rtwatch_put_u64(struct sk_buff *skb, int attr, u64 value);
int rtwatch_put_info(struct sk_buff *skb);
int rtwatch_put_sensor(struct sk_buff *skb, const struct rtwatch_sensor *s);
int rtwatch_put_stat(struct sk_buff *skb, int cpu);
int rtwatch_put_config(struct sk_buff *skb, const struct rtwatch_config *config);
int rtwatch_put_task(struct sk_buff *skb, int attr, const struct rtwatch_task *task);
int rtwatch_put_stack(struct sk_buff *skb, const struct rtwatch_stack *stack);
int rtwatch_put_level(struct sk_buff *skb, u32 cpu, u32 level, u64 since);
/* What names a task is left out unless @identity. @sensor 0: all of them. */
int rtwatch_put_state(struct sk_buff *skb, const struct rtwatch_state *st, bool identity);
/* A message of a dump at once, its time included: there is one for each CPU. */
int rtwatch_put_state_message(struct sk_buff *skb, const struct nlmsghdr *request, u32 portid,
			      const struct rtwatch_state *st, bool identity);
int rtwatch_put_sample(struct sk_buff *skb, const struct rtwatch_sample *s, u32 sensor,
		       bool identity);
int rtwatch_put_incident(struct sk_buff *skb, const struct rtwatch_incident *inc, bool identity);

#endif
