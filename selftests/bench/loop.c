// SPDX-License-Identifier: BSD-3-Clause
/*
 * What one tick takes, for the emulator's plugin: loop bare|empty|rtwatch TIMES. Each time is a
 * section of LOOP instructions, a fraction of a tick's period: what is counted beyond them, an
 * interrupt took.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "section.h"

/* The end of one section is another mark, which is counted by neither. */
#define LOOP(which)								\
	do {									\
		unsigned int rounds;						\
		SECTION(which);							\
		__asm__ volatile("mov $199999, %0; 1: sub $1, %0; jnz 1b; nop"	\
				 : "=r"(rounds) : : "cc");			\
		SECTION(SECTION_END);						\
	} while (0)

int main(int argc, char **argv)
{
	int times = argc > 2 ? atoi(argv[2]) : 0;
	cpu_set_t second;

	if (times < 1)
		return 2;
	CPU_ZERO(&second);
	CPU_SET(1, &second);
	if (sched_setaffinity(0, sizeof(second), &second))
		return 1;
	for (int i = 0; i < times; i++) {
		if (!strcmp(argv[1], "bare"))
			LOOP(SECTION_LOOP_BARE);
		else if (!strcmp(argv[1], "empty"))
			LOOP(SECTION_LOOP_EMPTY);
		else if (!strcmp(argv[1], "rtwatch"))
			LOOP(SECTION_LOOP_RTWATCH);
		else
			return 2;
	}
	return 0;
}
