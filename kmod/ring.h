/* SPDX-License-Identifier: GPL-2.0-only */
/* Samples, and the ring of each CPU that keeps them. */
#ifndef RTWATCH_RING_H
#define RTWATCH_RING_H

#include <linux/types.h>

#include <linux/rtwatch.h>

/*
 * One reading of one CPU, and the format of the ring. valid has the bit
 * 1 << RTWATCH_F_x of each field that was known.
 */
struct rtwatch_sample {
	u64 seq;
	u64 time_ns;
	u64 valid;
	u32 cpu;
	u32 flags;
	s32 culprit_pid;
	u32 nr_running;
	u32 rt_nr_running;
	u32 level;
	u64 rt_time_ns;
	u64 dl_time_ns;
	u64 streak_ns;
	u64 touch_age_ns;
	u64 hrtimer_age_ns;
	u64 gp_seq;
	u64 gp_age_ns;
	u64 rq_rt_time_ns;
	u64 rq_rt_runtime_ns;
	u64 tick_gap_ns;
};

#define RTWATCH_VALID(f)	(1ULL << RTWATCH_F_##f)

struct rtwatch_ring;

struct rtwatch_ring *rtwatch_ring_alloc(int cpu, u32 depth);
void rtwatch_ring_free(struct rtwatch_ring *ring);
/* Bytes that one ring of this depth takes. */
u64 rtwatch_ring_bytes(u32 depth);
/*
 * Own CPU, interrupts off: the only writer. Opens the oldest slot, which readers
 * leave alone until it is pushed; its sequence number stays zero till then.
 */
struct rtwatch_sample *rtwatch_ring_open(struct rtwatch_ring *ring);
void rtwatch_ring_push(struct rtwatch_ring *ring, struct rtwatch_sample *slot);
/* Newest sequence number, 0 while there is none. Any context. */
u64 rtwatch_ring_head(const struct rtwatch_ring *ring);
/* Copies sample @seq; false where it was overwritten. Any context, never waits. */
bool rtwatch_ring_read(const struct rtwatch_ring *ring, u64 seq, struct rtwatch_sample *out);

/* What had run above SCHED_OTHER by some time. */
struct rtwatch_ran {
	u64 time_ns;
	u64 rt_time_ns;
	u64 dl_time_ns;
};

/*
 * For each of @times, latest first, from the newest sample that is not younger. How many
 * of them are known, from the first on. Any context, never waits.
 */
unsigned int rtwatch_ring_ran(const struct rtwatch_ring *ring, const u64 *times, unsigned int n,
			      struct rtwatch_ran *out);

#endif /* RTWATCH_RING_H */
