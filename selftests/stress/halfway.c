// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dump that is begun, left lying, and then read to its end: halfway MS
 *
 * Prints "begun" when the first part is here, "ended" when there is no more. The
 * smallest buffer keeps the kernel from sending all of it at once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../uapi/nl.h"

int main(int argc, char **argv)
{
	static char buf[65536];
	int ms = argc == 2 ? atoi(argv[1]) : 0, bytes = 1;
	struct nl_msg msg;
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
	setsockopt(nl.fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	nl_start(&msg, RTWATCH_CMD_SAMPLE_GET);
	if (nl_send(&nl, &msg, NLM_F_DUMP) || recv(nl.fd, buf, sizeof(buf), 0) <= 0) {
		fprintf(stderr, "halfway: no answer\n");
		return 1;
	}
	puts("begun");
	fflush(stdout);
	usleep(1000 * ms);
	while ((len = recv(nl.fd, buf, sizeof(buf), 0)) > 0) {
		if (((struct nlmsghdr *)buf)->nlmsg_type == NLMSG_DONE)
			break;
	}
	puts("ended");
	return len <= 0;
}
