// SPDX-License-Identifier: GPL-2.0-only
/*
 * The culprit of the demo: a real-time task that never sleeps, as it took a
 * phone-like machine down once. It stays in user mode and ends by itself, also
 * when nobody can log in any more.
 *
 *   hog --cpu N --for SECONDS [--prio N] [--name COMM]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int fail(const char *what)
{
	fprintf(stderr, "hog: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Two functions, so that a backtrace has more than one frame to show. */
__attribute__((noinline)) static void draw_a_frame(void)
{
	for (volatile uint32_t i = 0; i < 2000000; i++)
		;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

__attribute__((noinline)) static void draw_until(double end)
{
	do {
		draw_a_frame();
	} while (now_s() < end);
}

/*
 * Three ways out: the loop's own clock, a signal, and a limit of real-time CPU
 * time that the kernel enforces in the tick.
 */
static int arm_dead_man(long seconds)
{
	struct rlimit limit = { (seconds + 2) * 1000000, (seconds + 3) * 1000000 };

	alarm(seconds + 1);
	return setrlimit(RLIMIT_RTTIME, &limit);
}

static int pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "cpu", required_argument, NULL, 'c' },
		{ "for", required_argument, NULL, 'f' },
		{ "prio", required_argument, NULL, 'p' },
		{ "name", required_argument, NULL, 'n' },
		{ 0 },
	};
	struct sched_param param = { .sched_priority = 50 };
	const char *name = "surfaceflinger";
	long seconds = 0;
	int cpu = -1, c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			cpu = atoi(optarg);
			break;
		case 'f':
			seconds = atol(optarg);
			break;
		case 'p':
			param.sched_priority = atoi(optarg);
			break;
		case 'n':
			name = optarg;
			break;
		default:
			return 2;
		}
	}
	if (cpu < 0 || seconds < 1 || seconds > 60) {
		fprintf(stderr, "usage: hog --cpu N --for 1..60 [--prio N] [--name COMM]\n");
		return 2;
	}
	prctl(PR_SET_NAME, name);
	if (pin(cpu))
		return fail("cannot run on this CPU");
	if (arm_dead_man(seconds))
		return fail("cannot limit itself");
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		return fail("cannot become SCHED_FIFO");
	draw_until(now_s() + seconds);
	return 0;
}
