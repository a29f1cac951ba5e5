// SPDX-License-Identifier: BSD-3-Clause
/*
 * What one tick takes: tick [COUNT]. Reads the time stamp counter in a tight
 * loop; where it jumps, an interrupt was there. Under -icount shift=0 the counter
 * counts instructions. One line a jump.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <x86intrin.h>

/* The loop takes some ten instructions, the shortest interrupt many hundreds. */
#define JUMP		300
#define MOST		4000

static uint32_t jumps[MOST];

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 250;
	cpu_set_t first;
	uint64_t last;

	if (count < 1 || count > MOST)
		return 2;
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	/* The pages are there before it counts. */
	for (int i = 0; i < count; i++)
		jumps[i] = 1;
	last = __rdtsc();
	for (int i = 0; i < count;) {
		uint64_t now = __rdtsc();

		if (now - last > JUMP)
			jumps[i++] = (uint32_t)(now - last);
		last = now;
	}
	for (int i = 0; i < count; i++)
		printf("%u\n", jumps[i]);
	return 0;
}
