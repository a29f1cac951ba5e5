// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subscribers as bad as they come: readers COUNT SECONDS
 *
 * All join both groups. A third never reads, a third reads one message now and
 * then, a third dies in the middle of a dump and is replaced. Their buffers are
 * the smallest that there are, so that every one of them overruns. Meanwhile one
 * good reader must receive every notification that was sent: the sequence number
 * in each, by group, has no gap, or the kernel has said ENOBUFS.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../uapi/nl.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int joined(struct nl *nl)
{
	int err = nl_open(nl);

	if (!err)
		err = nl_join(nl, nl->group_incidents);
	if (!err)
		err = nl_join(nl, nl->group_levels);
	return err;
}

static void smallest_buffer(int fd)
{
	int bytes = 1;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

static void bad_reader(int kind)
{
	static char buf[65536];
	struct nl_msg msg;
	struct nl nl;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (joined(&nl))
		_exit(1);
	smallest_buffer(nl.fd);
	switch (kind) {
	case 0:
		for (;;)
			pause();
	case 1:
		for (;;) {
			recv(nl.fd, buf, sizeof(buf), MSG_DONTWAIT);
			usleep(100000);
		}
	default:
		nl_start(&msg, RTWATCH_CMD_SAMPLE_GET);
		nl_send(&nl, &msg, NLM_F_DUMP);
		recv(nl.fd, buf, sizeof(buf), 0);
		usleep(1000 * (getpid() % 50));
		kill(getpid(), SIGKILL);
	}
}

static pid_t start_reader(int kind)
{
	pid_t pid = fork();

	if (!pid)
		bad_reader(kind);
	return pid;
}

struct good {
	struct nl nl;
	uint64_t last[256];		/* NTF_SEQ by command, which is by group */
	unsigned long received, gaps, overruns;
};

static void take(struct good *g, const struct nl_reply *reply)
{
	const struct nlattr *attr = nl_find(reply->attrs, reply->len, RTWATCH_A_NTF_SEQ, NULL);
	uint64_t *last = &g->last[reply->cmd], seq;

	if (!attr)
		return;
	seq = nl_u64(attr);
	g->received++;
	if (*last && seq != *last + 1)
		g->gaps++;
	*last = seq;
}

static void listen_well(struct good *g, double seconds)
{
	static char buf[65536];
	double until = now() + seconds;

	while (now() < until) {
		struct nl_reply reply;
		int ret = nl_next(&g->nl, buf, sizeof(buf), 100, &reply);

		if (ret == 1)
			take(g, &reply);
		else if (ret == -ENOBUFS)
			g->overruns++;
	}
}

int main(int argc, char **argv)
{
	int count = argc == 3 ? atoi(argv[1]) : 0, seconds = argc == 3 ? atoi(argv[2]) : 0;
	static struct good good;
	unsigned long replaced = 0;
	double until;

	if (count < 3 || seconds < 1) {
		fprintf(stderr, "usage: readers COUNT SECONDS\n");
		return 2;
	}
	if (joined(&good.nl)) {
		fprintf(stderr, "readers: no module, or no right to listen\n");
		return 1;
	}
	for (int i = 0; i < count; i++)
		start_reader(i % 3);
	for (until = now() + seconds; now() < until;) {
		listen_well(&good, 0.5);
		while (waitpid(-1, NULL, WNOHANG) > 0) {
			start_reader(2);
			replaced++;
		}
	}
	printf("readers: %lu received, %lu gaps, %lu overruns, %lu readers replaced\n",
	       good.received, good.gaps, good.overruns, replaced);
	return !good.received || good.gaps > good.overruns || !replaced;
}
