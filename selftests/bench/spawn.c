// SPDX-License-Identifier: BSD-3-Clause
/*
 * What a command takes from start to finish: spawn TIMES COMMAND [ARG...]. One
 * line each time: nanoseconds, which are instructions under -icount shift=0, page
 * faults, and context switches; its children included.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int main(int argc, char **argv)
{
	int times = argc > 2 ? atoi(argv[1]) : 0;
	struct rusage usage;

	if (times < 1)
		return 2;
	for (int i = 0; i < times; i++) {
		uint64_t start = now_ns();
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			int null = open("/dev/null", O_WRONLY);

			dup2(null, 1);
			execvp(argv[2], argv + 2);
			_exit(127);
		}
		if (wait4(pid, &status, 0, &usage) != pid || status)
			return 1;
		printf("%llu %ld %ld\n", (unsigned long long)(now_ns() - start),
		       usage.ru_minflt + usage.ru_majflt, usage.ru_nvcsw + usage.ru_nivcsw);
	}
	return 0;
}
