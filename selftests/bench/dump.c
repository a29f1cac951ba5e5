// SPDX-License-Identifier: BSD-3-Clause
/*
 * What a dump takes: dump FAMILY COMMAND [TIMES]. Asks and reads to the end,
 * without a look at what came. One line each time: nanoseconds, which are
 * instructions under -icount shift=0, bytes, messages, and nested attributes of the
 * type of a sample.
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtwatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static _Alignas(8) char buffer[65536];
static int fd;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

struct request {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	char attrs[64];
};

static int ask(uint16_t family, uint8_t command, uint16_t flags, const char *name)
{
	struct request r = { 0 };
	size_t len = NLMSG_LENGTH(GENL_HDRLEN);

	if (name) {
		struct nlattr *attr = (struct nlattr *)r.attrs;

		attr->nla_type = CTRL_ATTR_FAMILY_NAME;
		attr->nla_len = (uint16_t)(NLA_HDRLEN + strlen(name) + 1);
		strcpy((char *)attr + NLA_HDRLEN, name);
		len += NLA_ALIGN(attr->nla_len);
	}
	r.nl.nlmsg_len = (uint32_t)len;
	r.nl.nlmsg_type = family;
	r.nl.nlmsg_flags = NLM_F_REQUEST | flags;
	r.genl.cmd = command;
	r.genl.version = 1;
	return send(fd, &r, len, 0) == (ssize_t)len ? 0 : -1;
}

static int resolve(const char *name)
{
	ssize_t got;

	if (ask(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0, name))
		return -1;
	got = recv(fd, buffer, sizeof(buffer), 0);
	for (char *at = buffer + NLMSG_LENGTH(GENL_HDRLEN); at < buffer + got;) {
		struct nlattr *attr = (struct nlattr *)at;

		if (((struct nlmsghdr *)buffer)->nlmsg_type == NLMSG_ERROR)
			return -1;
		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(uint16_t *)(at + NLA_HDRLEN);
		at += NLA_ALIGN(attr->nla_len);
	}
	return -1;
}

struct sum {
	size_t bytes, messages, records;
};

/* After the time was taken. */
static size_t records_in(const struct nlmsghdr *nl)
{
	const char *at = (const char *)nl + NLMSG_LENGTH(GENL_HDRLEN);
	const char *end = (const char *)nl + nl->nlmsg_len;
	size_t n = 0;

	while (at + NLA_HDRLEN <= end) {
		const struct nlattr *attr = (const struct nlattr *)at;

		if (attr->nla_len < NLA_HDRLEN)
			break;
		n += (attr->nla_type & NLA_TYPE_MASK) == RTWATCH_A_SAMPLE;
		at += NLA_ALIGN(attr->nla_len);
	}
	return n;
}

/* Counting is done in a dump of its own, which is not timed. */
static int take(int family, int command, int count, struct sum *sum)
{
	memset(sum, 0, sizeof(*sum));
	if (ask((uint16_t)family, (uint8_t)command, NLM_F_DUMP, NULL))
		return -1;
	for (;;) {
		ssize_t got = recv(fd, buffer, sizeof(buffer), 0);
		struct nlmsghdr *nl = (struct nlmsghdr *)buffer;

		if (got <= 0)
			return -1;
		sum->bytes += (size_t)got;
		for (; NLMSG_OK(nl, (size_t)got); nl = NLMSG_NEXT(nl, got)) {
			if (nl->nlmsg_type == NLMSG_DONE)
				return 0;
			if (nl->nlmsg_type == NLMSG_ERROR)
				return -1;
			sum->messages++;
			if (count)
				sum->records += records_in(nl);
		}
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int times = argc > 3 ? atoi(argv[3]) : 5, family, size = 1 << 20;
	struct sum sum;
	size_t records;

	if (argc < 3 || times < 1)
		return 2;
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (fd < 0 || bind(fd, (struct sockaddr *)&self, sizeof(self)))
		return 1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	family = resolve(argv[1]);
	if (family < 0 || take(family, atoi(argv[2]), 1, &sum))
		return 1;
	records = sum.records;
	for (int i = 0; i < times; i++) {
		uint64_t begun = now_ns();

		if (take(family, atoi(argv[2]), 0, &sum))
			return 1;
		printf("%llu %zu %zu %zu\n", (unsigned long long)(now_ns() - begun), sum.bytes,
		       sum.messages, records);
	}
	return 0;
}
