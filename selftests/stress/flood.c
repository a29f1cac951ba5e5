// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random and mutated requests: flood MESSAGES SEED [UID]
 *
 * Half of them begin as a request that makes sense, with some bytes changed,
 * lengths included; the others are noise behind a whole header. Whatever the
 * kernel answers is fine, so long as it answers: after every thousand it must
 * still say what it is. Prints what was sent and taken; the seed repeats a run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../uapi/nl.h"

#define CHECK_EVERY	1000

static uint64_t state;

/* xorshift64: Marsaglia, "Xorshift RNGs", 2003 */
static uint32_t any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

static uint32_t below(uint32_t limit)
{
	return any() % limit;
}

/* Values at which programs break. */
static uint32_t odd_value(void)
{
	static const uint32_t odd[] = {
		0, 1, 2, 3, 4, 7, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,
		0x80000000, 0xfffffffe, 0xffffffff,
	};

	return below(4) ? odd[below(sizeof(odd) / sizeof(odd[0]))] : any();
}

static void sensible(struct nl_msg *msg)
{
	struct nlattr *nest;
	uint32_t n = below(4);

	nl_start(msg, 1 + below(RTWATCH_CMD_MAX + 1));
	while (n--) {
		uint16_t type = 1 + below(RTWATCH_A_MAX + 1);

		switch (below(4)) {
		case 0:
			nl_put_u32(msg, type, odd_value());
			break;
		case 1:
			nl_put_u64(msg, type, (uint64_t)odd_value() << 32 | odd_value());
			break;
		case 2:
			nest = nl_nest(msg, type);
			nl_put_u32(msg, below(16), odd_value());
			nl_put_u64(msg, below(16), odd_value());
			nl_nest_end(msg, nest);
			break;
		default:
			nl_put(msg, type, msg->buf + sizeof(msg->hdr), below(64));
		}
	}
}

static void mutate(struct nl_msg *msg)
{
	uint32_t n = below(4), len = msg->hdr.nlmsg_len;

	while (n--)
		msg->buf[sizeof(msg->hdr) + below(len - sizeof(msg->hdr))] = odd_value();
	if (!below(8))
		msg->hdr.nlmsg_len = len + below(33) - 16;
	if (!below(8))
		msg->hdr.nlmsg_len = sizeof(msg->hdr) + below(len);
}

static void noise(struct nl_msg *msg)
{
	uint32_t len = sizeof(msg->hdr) + below(512);

	memset(msg, 0, sizeof(msg->hdr));
	for (uint32_t i = sizeof(msg->hdr); i < len; i++)
		msg->buf[i] = any();
	if (below(2))
		msg->buf[sizeof(msg->hdr)] = 1 + below(RTWATCH_CMD_MAX);
	msg->hdr.nlmsg_len = len;
}

/* Whatever came; a dump goes on only while it is read. */
static unsigned long drain(int fd)
{
	static char buf[65536];
	unsigned long n = 0;
	ssize_t len;

	while ((len = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0 || errno == ENOBUFS)
		n += len > 0;
	return n;
}

static int ignore(const struct nl_reply *reply, void *arg)
{
	(void)reply;
	(void)arg;
	return 0;
}

static int still_there(void)
{
	struct nl_msg msg;
	struct nl nl;
	int err = nl_open(&nl);

	if (err)
		return err;
	nl_start(&msg, RTWATCH_CMD_INFO_GET);
	err = nl_do(&nl, &msg, ignore, NULL);
	nl_close(&nl);
	return err;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0, replies = 0, refused = 0;
	struct nl nl;

	if (!count || argc < 3 || argc > 4) {
		fprintf(stderr, "usage: flood MESSAGES SEED [UID]\n");
		return 2;
	}
	state = strtoull(argv[2], NULL, 0);
	if (argc == 4 && setresuid(atoi(argv[3]), atoi(argv[3]), atoi(argv[3]))) {
		fprintf(stderr, "flood: cannot become user %s\n", argv[3]);
		return 1;
	}
	printf("flood: uid %d, seed 0x%llx\n", getuid(), (unsigned long long)state);
	fflush(stdout);
	if (!state || nl_open(&nl)) {
		fprintf(stderr, "flood: a seed of 0, or no module\n");
		return 1;
	}
	for (unsigned long i = 1; i <= count; i++) {
		static const uint16_t flags[] = {
			NLM_F_REQUEST, NLM_F_REQUEST | NLM_F_ACK, NLM_F_REQUEST | NLM_F_DUMP,
			NLM_F_REQUEST | NLM_F_DUMP | NLM_F_ACK,
		};
		struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
		struct nl_msg msg;
		size_t len;

		if (below(2)) {
			sensible(&msg);
			len = msg.hdr.nlmsg_len;
			mutate(&msg);
		} else {
			noise(&msg);
			len = msg.hdr.nlmsg_len;
		}
		msg.hdr.nlmsg_type = nl.family;
		msg.hdr.nlmsg_flags = below(16) ? flags[below(4)] : any() | NLM_F_REQUEST;
		msg.hdr.nlmsg_seq = i;
		msg.hdr.nlmsg_pid = 0;
		if (sendto(nl.fd, msg.buf, len, MSG_DONTWAIT, (struct sockaddr *)&kernel,
			   sizeof(kernel)) < 0)
			refused++;
		replies += drain(nl.fd);
		if (i % CHECK_EVERY && i != count)
			continue;
		/* A dump that was begun and is not read on is given up with its socket. */
		nl_close(&nl);
		if (still_there() || nl_open(&nl)) {
			fprintf(stderr, "flood: no answer after %lu messages\n", i);
			return 1;
		}
	}
	nl_close(&nl);
	printf("flood: %lu messages, %lu replies, %lu not sent\n", count, replies, refused);
	/* Nothing taken at all would mean that nothing was tested. */
	return replies == 0;
}
