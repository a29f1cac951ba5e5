// SPDX-License-Identifier: BSD-3-Clause
/*
 * A crowd of threads: crowd SLEEPERS RUNNABLE. Says "ready" when all of them are
 * there, and stays until it is killed. One stack for all who sleep: none of them
 * uses it.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STACK 4096

static int sleeper(void *arg)
{
	(void)arg;
	for (;;)
		syscall(SYS_pause);
	return 0;
}

static int runner(void *arg)
{
	(void)arg;
	for (;;)
		syscall(SYS_getppid);
	return 0;
}

static char *stack(size_t size)
{
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at + size;
}

int main(int argc, char **argv)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			  CLONE_SYSVSEM;
	int sleepers = argc > 2 ? atoi(argv[1]) : 0, runners = argc > 2 ? atoi(argv[2]) : 0;
	char *shared = stack(16 * STACK), *own = stack((size_t)runners * STACK + STACK);

	if (!shared || !own)
		return 1;
	for (int i = 0; i < sleepers; i++)
		if (clone(sleeper, shared, flags, NULL) < 0)
			return perror("crowd: clone"), 1;
	for (int i = 0; i < runners; i++)
		if (clone(runner, own - (size_t)i * STACK, flags, NULL) < 0)
			return perror("crowd: clone"), 1;
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
