/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rtwatch_sick, inside: what makes a CPU sick in a way that user space cannot.
 *
 * One case a file, one row a case in main.c. Each runs for a bounded time only,
 * and leaves at once when the module goes.
 */
#ifndef RTWATCH_SICK_H
#define RTWATCH_SICK_H

#include <linux/atomic.h>
#include <linux/types.h>

#define SICK_MS_MAX	60000U

struct sick_run {
	u64 began_ns;		/* CLOCK_MONOTONIC; 0: not yet */
	u64 ended_ns;		/* 0: not yet */
	u64 until_ns;
	unsigned int cpu;
	unsigned int ms;
};

/* The sickness begins, or is over: the ground truth. Any context. */
void sick_begin(struct sick_run *run);
void sick_end(struct sick_run *run);
/* Is its time over, or the module leaving? Any context. */
bool sick_is_over(const struct sick_run *run);

/* Is a normal RCU grace period in progress at this moment? Any context. */
bool sick_in_grace_period(void);

/* How many runs of the bandwidth timer were slow, of the last request; any context. */
extern atomic_t sick_bandwidth_runs;

/* Each in a thread bound to run->cpu. */
void sick_irqs_off(struct sick_run *run);
void sick_preempt_off(struct sick_run *run);
void sick_rcu_reader(struct sick_run *run);
void sick_rcu_updater(struct sick_run *run);
void sick_work(struct sick_run *run);
void sick_slow_work(struct sick_run *run);
void sick_softirq(struct sick_run *run);
void sick_mutex(struct sick_run *run);
void sick_bandwidth(struct sick_run *run);
void sick_crowd(struct sick_run *run);

/* In the task that asks for it. */
void sick_syscall(struct sick_run *run);
void sick_mutex_wait(struct sick_run *run);
void sick_sleep_io(struct sick_run *run);
void sick_sleep_killable(struct sick_run *run);
void sick_sleep_idle(struct sick_run *run);
void sick_sleep_apart(struct sick_run *run);

#endif
