/* SPDX-License-Identifier: GPL-2.0-only */
/* What time it is, and for how long something has been so. */
#ifndef RTWATCH_CLOCK_H
#define RTWATCH_CLOCK_H

#include <linux/compiler.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

/* CLOCK_MONOTONIC, from any context, NMI included. */
static inline u64 rtwatch_now(void)
{
	return ktime_get_mono_fast_ns();
}

/* Stamps of another CPU may lie some nanoseconds ahead. */
static inline u64 rtwatch_since(u64 now, u64 then)
{
	return (s64)(now - then) > 0 ? now - then : 0;
}

/*
 * When the machine came back from a pause in which nobody looked: a guest that
 * was stopped, a debugger. Nothing before it counts. Written by the patrol.
 */
extern u64 rtwatch_resumed_ns;

/* How long something has been so since @then, pauses left out. Any context. */
static inline u64 rtwatch_age(u64 now, u64 then)
{
	u64 resumed = READ_ONCE(rtwatch_resumed_ns);

	return rtwatch_since(now, (s64)(then - resumed) > 0 ? then : resumed);
}

#endif /* RTWATCH_CLOCK_H */
