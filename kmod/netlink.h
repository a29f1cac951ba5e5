/* SPDX-License-Identifier: GPL-2.0-only */
/* Between netlink.c and netlink_put.c; nothing else knows what a message is. */
#ifndef RTWATCH_NETLINK_H
#define RTWATCH_NETLINK_H

#include "rtwatch.h"

struct sk_buff;

int rtwatch_put_info(struct sk_buff *skb);
int rtwatch_put_sensor(struct sk_buff *skb, const struct rtwatch_sensor *s);
int rtwatch_put_config(struct sk_buff *skb, const struct rtwatch_config *config);
int rtwatch_put_task(struct sk_buff *skb, int attr, const struct rtwatch_task *task);
int rtwatch_put_stack(struct sk_buff *skb, const struct rtwatch_stack *stack);
int rtwatch_put_level(struct sk_buff *skb, u32 cpu, u32 level, u64 since);
/* What names a task is left out unless @identity. @sensor 0: all of them. */
int rtwatch_put_state(struct sk_buff *skb, const struct rtwatch_state *st, bool identity);
int rtwatch_put_sample(struct sk_buff *skb, const struct rtwatch_sample *s, u32 sensor,
		       bool identity);
int rtwatch_put_incident(struct sk_buff *skb, const struct rtwatch_incident *inc, bool identity);

#endif
