// SPDX-License-Identifier: BSD-3-Clause
/*
 * What one context switch takes: switch fair|fifo [TRIPS [ROUNDS]]. Two processes
 * on one CPU hand a byte to and fro through two pipes: two switches a round trip.
 * One line a round: nanoseconds, which are instructions under -icount shift=0, per
 * thousand switches.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void hand_over(int to, int from)
{
	char byte = 0;

	if (write(to, &byte, 1) != 1 || read(from, &byte, 1) != 1)
		exit(1);
}

static void answer(int to, int from)
{
	char byte;

	while (read(from, &byte, 1) == 1)
		if (write(to, &byte, 1) != 1)
			break;
	_exit(0);
}

int main(int argc, char **argv)
{
	struct sched_param param = { .sched_priority = 50 };
	int trips = argc > 2 ? atoi(argv[2]) : 3000;
	int rounds = argc > 3 ? atoi(argv[3]) : 5;
	int there[2], back[2];
	cpu_set_t first;
	pid_t child;

	if (argc < 2 || trips < 1 || rounds < 1)
		return 2;
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	if (!strcmp(argv[1], "fifo") && sched_setscheduler(0, SCHED_FIFO, &param))
		return 1;
	if (pipe(there) || pipe(back))
		return 1;
	child = fork();
	if (child == 0)
		answer(back[1], there[0]);
	for (int round = 0; round < rounds; round++) {
		uint64_t start = now_ns();

		for (int i = 0; i < trips; i++)
			hand_over(there[1], back[0]);
		printf("%llu\n", (unsigned long long)((now_ns() - start) * 500 / (uint64_t)trips));
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return 0;
}
