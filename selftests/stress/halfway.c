// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dump that is begun, left lying, and then read to its end: halfway MS
 *
 * Prints "begun" when the first part is here, "ended" when there is no more. The
 * smallest buffers keep the kernel from sending all of it at once; a dump that fits
 * one all the same is asked for again when there are more samples.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../uapi/nl.h"

#define TRIES		100
#define PAUSE_US	100000

static char buf[65536];

/* Begins a dump on a socket that has read nothing yet, for which the kernel's buffers are small. */
static ssize_t begin(struct nl *nl)
{
	struct nl_msg msg;
	int bytes = 1;

	close(nl->fd);
	nl->fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	setsockopt(nl->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	nl_start(&msg, RTWATCH_CMD_SAMPLE_GET);
	if (nl_send(nl, &msg, NLM_F_DUMP))
		return -1;
	return recv(nl->fd, buf, sizeof(buf), 0);
}

static bool is_end(ssize_t len)
{
	const struct nlmsghdr *hdr = (void *)buf;

	for (; NLMSG_OK(hdr, len); hdr = NLMSG_NEXT(hdr, len))
		if (hdr->nlmsg_type == NLMSG_DONE)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	int ms = argc == 2 ? atoi(argv[1]) : 0, tries;
	struct nl nl;
	ssize_t len;

	if (ms < 1) {
		fprintf(stderr, "usage: halfway MS\n");
		return 2;
	}
	if (nl_open(&nl)) {
		fprintf(stderr, "halfway: no module\n");
		return 1;
	}
	for (tries = 0; tries < TRIES; tries++) {
		len = begin(&nl);
		if (len <= 0 || !is_end(len))
			break;
		usleep(PAUSE_US);
	}
	if (len <= 0 || tries == TRIES) {
		fprintf(stderr, "halfway: no answer, or none of more than one part\n");
		return 1;
	}
	puts("begun");
	fflush(stdout);
	usleep(1000 * ms);
	do {
		len = recv(nl.fd, buf, sizeof(buf), 0);
	} while (len > 0 && !is_end(len));
	puts("ended");
	return len <= 0;
}
