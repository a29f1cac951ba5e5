/* SPDX-License-Identifier: GPL-2.0-only */
/* What the hooks of one CPU keep, and what they cost. */
#ifndef RTWATCH_HOT_H
#define RTWATCH_HOT_H

#include <linux/percpu.h>
#include <linux/seqlock.h>
#include <linux/types.h>

#include <linux/rtwatch.h>

#include "tasks.h"

/* ---- what we cost (cost.c) ---- */

/*
 * One hook on one CPU: written there, by that hook alone, read by anyone. Every
 * so many calls one is timed, so that the others pay for two instructions.
 */
struct rtwatch_cost {
	u32 until;		/* calls until one is timed; 0 only meanwhile */
	u32 window;		/* timed calls in this window, those over the budget, all of them */
	u32 window_over;
	u64 window_ns;
	u64 timed;
	u64 sum_ns;
	u64 max_ns;
};

/* ---- what the hooks of one CPU keep (sensors, tick.c) ---- */

struct rtwatch_hot {
	/*
	 * Written by sched_switch and the tick of this CPU, both with interrupts
	 * off; read by anyone, a bounded number of tries, through run_seq.
	 */
	seqcount_t run_seq;
	u32 class;		/* of the running task: enum rtwatch_class */
	u64 run_start;
	u64 rt_time;
	u64 dl_time;
	u64 streak_start;	/* 0: something below RT runs */

	/* Written by the tick of this CPU, read by anyone. */
	u64 tick_ns;
	u64 gap_ns;		/* longest time without a tick that was due, since load */
	u64 gap_sample_ns;	/* since the last sample */
	u64 gap_new_ns;		/* the last tick's, before steal time is known */
	u64 steal_ns;		/* as accounted when that tick came */
	u64 next_sample_ns;
	u32 flags;		/* RTWATCH_FLAG_USER, _IDLE, _RT at the last tick */

	/*
	 * Who is met most in this streak, by majority vote of the ticks. Written
	 * by the tick; read through vote_seq.
	 */
	seqcount_t vote_seq;
	u32 votes;
	u64 vote_streak;
	struct rtwatch_task candidate;
	struct rtwatch_task booster;	/* whose priority it has inherited; pid 0: it has its own */

	/* Written by the watchdog's own probes on this CPU. 0: never seen. */
	u64 softlockup_ns;
	u64 watchdog_ns;
	u64 watchdog_period_ns;

	/*
	 * Throttling in a row, see sensors/rt_throttled.c. Written by sched_switch
	 * of this CPU; read through throttle_seq.
	 */
	bool throttled;		/* told already; until real time runs again. This CPU's own */
	seqcount_t throttle_seq;
	struct rtwatch_throttle {
		u64 count;		/* since load */
		u64 row;		/* in this row */
		u64 first_ns;		/* when the row's first streak began */
		u64 last_ns;
		struct rtwatch_task who;
	} throttle;

	u64 switches;		/* between ordinary tasks; written by sched_switch */
	struct rtwatch_cost cost[RTWATCH_HOOK_MAX + 1];
	/* By our own timer, while that runs; written and read (in NMI) on this CPU. */
	struct pt_regs *interrupted;
	/* The patrol's work on this CPU; written there, interrupts off. */
	u64 patrol_rounds;
	u64 patrol_ticks;
	u64 patrol_timers;
};

enum rtwatch_class { RTWATCH_CLASS_BELOW, RTWATCH_CLASS_RT, RTWATCH_CLASS_DL };

DECLARE_PER_CPU(struct rtwatch_hot, rtwatch_hot);

/* A CPU that comes online starts with a clean sheet. Own CPU, or no hook is in yet; irqs off. */
void rtwatch_hot_reset(struct rtwatch_hot *hot, u64 now);

void rtwatch_cost_init(void);
/* Times a call that began at @begun. Own CPU, preemption off. */
void rtwatch_cost_take(struct rtwatch_hot *hot, enum rtwatch_hook hook, u64 begun);

/* At the end of a hook. Own CPU, preemption off. */
static inline void rtwatch_cost_end(struct rtwatch_hot *hot, enum rtwatch_hook hook, u64 begun)
{
	if (unlikely(!--hot->cost[hook].until))
		rtwatch_cost_take(hot, hook, begun);
}

struct rtwatch_cost_reading {
	u64 calls;
	u64 timed;
	u64 time_ns;
	u64 max_ns;
};

/* Any context, waits for nobody. False: this hook was not called there. */
bool rtwatch_cost_read(int cpu, enum rtwatch_hook hook, struct rtwatch_cost_reading *out);

/* ---- hooks that take longer than they may (budget.c) ---- */

/* A hook's mean over some calls is beyond its budget: tells so. Any context. */
void rtwatch_budget_exceeded(enum rtwatch_hook hook, u64 mean_ns);
/* Is there something to take out or back in? Any context. */
bool rtwatch_budget_pending(void);
/* Has it done, by a worker, which may wait for every CPU. A post's thread. */
void rtwatch_budget_act(void);
/* Disarmed hooks are armed again, soon. Process context. */
void rtwatch_budget_rearm(void);
/* No worker any more; before the sensors are stopped. */
void rtwatch_budget_exit(void);

#endif /* RTWATCH_HOT_H */
