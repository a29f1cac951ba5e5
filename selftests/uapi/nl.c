// SPDX-License-Identifier: GPL-2.0-only
#include "nl.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int nl_resolve(struct nl *nl);

int nl_open(struct nl *nl)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	int one = 1, err;

	memset(nl, 0, sizeof(*nl));
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (nl->fd < 0)
		return -errno;
	if (bind(nl->fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) ||
	    setsockopt(nl->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one)))
		err = -errno;
	else
		err = nl_resolve(nl);
	if (err)
		nl_close(nl);
	return err;
}

void nl_close(struct nl *nl)
{
	if (nl->fd >= 0)
		close(nl->fd);
	nl->fd = -1;
}

static void nl_start_family(struct nl_msg *msg, uint16_t family, uint8_t cmd, uint8_t version)
{
	struct genlmsghdr *genl = NLMSG_DATA(&msg->hdr);

	memset(msg, 0, sizeof(*msg));
	msg->hdr.nlmsg_len = NLMSG_LENGTH(sizeof(*genl));
	msg->hdr.nlmsg_type = family;
	genl->cmd = cmd;
	genl->version = version;
}

/* The family's number is filled in when the message is sent. */
void nl_start(struct nl_msg *msg, uint8_t cmd)
{
	nl_start_family(msg, 0, cmd, RTWATCH_GENL_VERSION);
}

void nl_put(struct nl_msg *msg, uint16_t type, const void *data, size_t len)
{
	size_t at = NLMSG_ALIGN(msg->hdr.nlmsg_len);
	struct nlattr *attr = (struct nlattr *)(msg->buf + at);

	if (at + NLA_HDRLEN + NLA_ALIGN(len) > sizeof(msg->buf))
		return;
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	if (len)
		memcpy((char *)attr + NLA_HDRLEN, data, len);
	msg->hdr.nlmsg_len = at + NLA_HDRLEN + NLA_ALIGN(len);
}

void nl_put_u32(struct nl_msg *msg, uint16_t type, uint32_t value)
{
	nl_put(msg, type, &value, sizeof(value));
}

void nl_put_u64(struct nl_msg *msg, uint16_t type, uint64_t value)
{
	nl_put(msg, type, &value, sizeof(value));
}

struct nlattr *nl_nest(struct nl_msg *msg, uint16_t type)
{
	struct nlattr *nest = (struct nlattr *)(msg->buf + NLMSG_ALIGN(msg->hdr.nlmsg_len));

	nl_put(msg, type | NLA_F_NESTED, NULL, 0);
	return nest;
}

void nl_nest_end(struct nl_msg *msg, struct nlattr *nest)
{
	nest->nla_len = msg->buf + msg->hdr.nlmsg_len - (char *)nest;
}

int nl_send(struct nl *nl, struct nl_msg *msg, uint16_t flags)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };

	if (!msg->hdr.nlmsg_type)
		msg->hdr.nlmsg_type = nl->family;
	msg->hdr.nlmsg_flags = NLM_F_REQUEST | flags;
	msg->hdr.nlmsg_seq = ++nl->seq;
	if (sendto(nl->fd, msg->buf, msg->hdr.nlmsg_len, 0, (struct sockaddr *)&addr,
		   sizeof(addr)) < 0)
		return -errno;
	return 0;
}

/* The text of an error or of the end of a dump, behind the error number. */
static void nl_take_text(struct nl *nl, const struct nlmsghdr *hdr)
{
	const struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	const struct nlmsgerr *err = NLMSG_DATA(hdr);
	size_t skip;

	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (hdr->nlmsg_type == NLMSG_DONE) {
		skip = NLMSG_ALIGN(sizeof(int));
	} else {
		skip = sizeof(*err);
		if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
			skip += NLMSG_ALIGN(err->msg.nlmsg_len) - sizeof(err->msg);
	}
	if (hdr->nlmsg_len < NLMSG_HDRLEN + skip)
		return;
	nl_parse((const void *)((const char *)err + skip), hdr->nlmsg_len - NLMSG_HDRLEN - skip,
		 tb, NLMSGERR_ATTR_MAX);
	if (tb[NLMSGERR_ATTR_MSG])
		snprintf(nl->text, sizeof(nl->text), "%s", nl_str(tb[NLMSGERR_ATTR_MSG]));
}

static void nl_reply_of(const struct nlmsghdr *hdr, struct nl_reply *reply)
{
	const struct genlmsghdr *genl = NLMSG_DATA(hdr);

	reply->cmd = genl->cmd;
	reply->seq = hdr->nlmsg_seq;
	reply->attrs = (const struct nlattr *)((const char *)genl + GENL_HDRLEN);
	reply->len = hdr->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
}

static int nl_transact(struct nl *nl, struct nl_msg *msg, uint16_t flags, nl_fn fn, void *arg)
{
	static char buf[256 * 1024];
	struct pollfd pfd = { .fd = nl->fd, .events = POLLIN };
	struct nl_reply reply;
	struct nlmsghdr *hdr;
	bool stopped = false;
	ssize_t got;
	int err;

	nl->text[0] = 0;
	nl->interrupted = false;
	err = nl_send(nl, msg, flags);
	if (err)
		return err;
	for (;;) {
		/* An answer that never comes is a failed test, not a hung one. */
		if (poll(&pfd, 1, 10000) != 1)
			return -ETIMEDOUT;
		got = recv(nl->fd, buf, sizeof(buf), 0);
		if (got < 0)
			return -errno;
		for (hdr = (void *)buf; NLMSG_OK(hdr, got); hdr = NLMSG_NEXT(hdr, got)) {
			if (hdr->nlmsg_seq != nl->seq)
				continue;
			if (hdr->nlmsg_flags & NLM_F_DUMP_INTR)
				nl->interrupted = true;
			if (hdr->nlmsg_type == NLMSG_ERROR || hdr->nlmsg_type == NLMSG_DONE) {
				nl_take_text(nl, hdr);
				return *(int *)NLMSG_DATA(hdr);
			}
			nl_reply_of(hdr, &reply);
			if (fn && !stopped)
				stopped = fn(&reply, arg);
		}
	}
}

int nl_do(struct nl *nl, struct nl_msg *msg, nl_fn fn, void *arg)
{
	return nl_transact(nl, msg, NLM_F_ACK, fn, arg);
}

int nl_dump(struct nl *nl, struct nl_msg *msg, nl_fn fn, void *arg)
{
	return nl_transact(nl, msg, NLM_F_DUMP | NLM_F_ACK, fn, arg);
}

int nl_join(struct nl *nl, uint32_t group)
{
	if (setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		return -errno;
	return 0;
}

int nl_next(struct nl *nl, char *buf, size_t size, int timeout_ms, struct nl_reply *reply)
{
	struct pollfd pfd = { .fd = nl->fd, .events = POLLIN };
	ssize_t got;
	int ready = poll(&pfd, 1, timeout_ms);

	if (ready <= 0)
		return ready ? -errno : 0;
	got = recv(nl->fd, buf, size, 0);
	if (got < 0)
		return -errno;
	if (!NLMSG_OK((struct nlmsghdr *)buf, got))
		return -EBADMSG;
	nl_reply_of((struct nlmsghdr *)buf, reply);
	return 1;
}

void nl_parse(const struct nlattr *attrs, size_t len, const struct nlattr **tb, int max)
{
	size_t step;
	int type;

	memset(tb, 0, sizeof(*tb) * (max + 1));
	while (len >= NLA_HDRLEN && attrs->nla_len >= NLA_HDRLEN && attrs->nla_len <= len) {
		type = attrs->nla_type & NLA_TYPE_MASK;
		if (type <= max)
			tb[type] = attrs;
		step = NLA_ALIGN(attrs->nla_len);
		if (step >= len)
			break;
		attrs = (const struct nlattr *)((const char *)attrs + step);
		len -= step;
	}
}

void nl_parse_nested(const struct nlattr *nest, const struct nlattr **tb, int max)
{
	nl_parse(nl_data(nest), nl_len(nest), tb, max);
}

const struct nlattr *nl_find(const struct nlattr *attrs, size_t len, uint16_t type,
			     const struct nlattr *prev)
{
	const char *end = (const char *)attrs + len;
	const struct nlattr *attr = attrs;

	if (prev)
		attr = (const struct nlattr *)((const char *)prev + NLA_ALIGN(prev->nla_len));
	while ((const char *)attr + NLA_HDRLEN <= end && attr->nla_len >= NLA_HDRLEN) {
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		attr = (const struct nlattr *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
	return NULL;
}

const struct nlattr *nl_find_nested(const struct nlattr *nest, uint16_t type,
				    const struct nlattr *prev)
{
	return nl_find(nl_data(nest), nl_len(nest), type, prev);
}

const void *nl_data(const struct nlattr *attr)
{
	return (const char *)attr + NLA_HDRLEN;
}

size_t nl_len(const struct nlattr *attr)
{
	return attr->nla_len - NLA_HDRLEN;
}

uint32_t nl_u32(const struct nlattr *attr)
{
	uint32_t value;

	memcpy(&value, nl_data(attr), sizeof(value));
	return value;
}

uint64_t nl_u64(const struct nlattr *attr)
{
	uint64_t value;

	memcpy(&value, nl_data(attr), sizeof(value));
	return value;
}

const char *nl_str(const struct nlattr *attr)
{
	return nl_data(attr);
}

/* The entry after prev (NULL: the first) of a nest used as an array. */
static const struct nlattr *nl_entry(const struct nlattr *array, const struct nlattr *prev)
{
	const char *end = (const char *)nl_data(array) + nl_len(array), *at = nl_data(array);

	if (prev)
		at = (const char *)prev + NLA_ALIGN(prev->nla_len);
	return at + NLA_HDRLEN <= end ? (const struct nlattr *)at : NULL;
}

static void nl_take_op(struct nl *nl, const struct nlattr *op)
{
	const struct nlattr *tb[CTRL_ATTR_OP_MAX + 1];
	uint32_t flags, bit;

	nl_parse_nested(op, tb, CTRL_ATTR_OP_MAX);
	bit = 1U << nl_u32(tb[CTRL_ATTR_OP_ID]);
	flags = nl_u32(tb[CTRL_ATTR_OP_FLAGS]);
	if (flags & GENL_CMD_CAP_DO)
		nl->cmd_has_do |= bit;
	if (flags & GENL_CMD_CAP_DUMP)
		nl->cmd_has_dump |= bit;
}

static void nl_take_group(struct nl *nl, const struct nlattr *group)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1];
	const char *name;
	uint32_t id;

	nl_parse_nested(group, tb, CTRL_ATTR_MCAST_GRP_MAX);
	name = nl_str(tb[CTRL_ATTR_MCAST_GRP_NAME]);
	id = nl_u32(tb[CTRL_ATTR_MCAST_GRP_ID]);
	if (!strcmp(name, RTWATCH_GENL_GROUP_INCIDENTS))
		nl->group_incidents = id;
	else if (!strcmp(name, RTWATCH_GENL_GROUP_LEVELS))
		nl->group_levels = id;
}

/* What the generic netlink controller says of the family. */
static int nl_take_family(const struct nl_reply *reply, void *arg)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1], *entry = NULL;
	struct nl *nl = arg;

	nl_parse(reply->attrs, reply->len, tb, CTRL_ATTR_MAX);
	if (!tb[CTRL_ATTR_FAMILY_ID] || !tb[CTRL_ATTR_VERSION])
		return 0;
	memcpy(&nl->family, nl_data(tb[CTRL_ATTR_FAMILY_ID]), sizeof(nl->family));
	nl->version = nl_u32(tb[CTRL_ATTR_VERSION]);
	while (tb[CTRL_ATTR_OPS] && (entry = nl_entry(tb[CTRL_ATTR_OPS], entry)))
		nl_take_op(nl, entry);
	while (tb[CTRL_ATTR_MCAST_GROUPS] && (entry = nl_entry(tb[CTRL_ATTR_MCAST_GROUPS], entry)))
		nl_take_group(nl, entry);
	return 0;
}

static int nl_resolve(struct nl *nl)
{
	struct nl_msg msg;

	nl_start_family(&msg, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	nl_put(&msg, CTRL_ATTR_FAMILY_NAME, RTWATCH_GENL_NAME, sizeof(RTWATCH_GENL_NAME));
	return nl_do(nl, &msg, nl_take_family, nl);
}
