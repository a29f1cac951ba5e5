/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a section of what a guest runs begins and ends, for count.c: a no-op of seven
 * bytes, nopl DISPLACEMENT(%rax), that no compiler makes.
 */
#ifndef SECTION_H
#define SECTION_H

#define SECTION_MAGIC	0x7274	/* lower half of the displacement */

/* The upper half. The end of one section, and maybe the beginning of another one. */
#define SECTION_END	0
#define SECTION_EMPTY	1	/* nothing */
#define SECTION_BURDEN	2	/* 1000 instructions */
#define SECTION_STATUS	3	/* a snapshot through librtwatch */
#define SECTION_TEXT	4	/* the scheduler's debugfs text, read and parsed */
#define SECTION_INFO	5	/* a bare answer */
#define SECTION_LOOP_BARE	6	/* a loop, in which a tick may come: without any module */
#define SECTION_LOOP_EMPTY	7	/* with an empty probe in the tick */
#define SECTION_LOOP_RTWATCH	8	/* with rtwatch */
#define SECTION_MAX	8

#define SECTION_STRING_(x)	#x
#define SECTION_STRING(x)	SECTION_STRING_(x)
#define SECTION(which)								\
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80; .short " SECTION_STRING(SECTION_MAGIC)	\
			 ", " SECTION_STRING(which) : : : "memory")

#endif /* SECTION_H */
