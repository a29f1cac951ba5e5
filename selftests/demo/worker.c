// SPDX-License-Identifier: GPL-2.0-only
/*
 * The victim of the demo: an ordinary task that always has something to do on
 * one CPU, and knows for how long it was not let. It is the ground truth.
 *
 *   worker --cpu N        until SIGTERM, then it tells its longest wait
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	double last, now, longest = 0;
	cpu_set_t set;

	if (argc != 3 || strcmp(argv[1], "--cpu")) {
		fprintf(stderr, "usage: worker --cpu N\n");
		return 2;
	}
	CPU_ZERO(&set);
	CPU_SET(atoi(argv[2]), &set);
	prctl(PR_SET_NAME, "worker");
	signal(SIGTERM, on_signal);
	if (sched_setaffinity(0, sizeof(set), &set)) {
		perror("worker: cannot run on this CPU");
		return 1;
	}
	for (last = now_s(); !stop; last = now) {
		now = now_s();
		if (now - last > longest)
			longest = now - last;
	}
	printf("worker: the longest time it was not let run: %.2f s\n", longest);
	return 0;
}
