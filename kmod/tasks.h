/* SPDX-License-Identifier: GPL-2.0-only */
/* A walk over all tasks in bounded steps, and what a task waits for. */
#ifndef RTWATCH_TASKS_H
#define RTWATCH_TASKS_H

#include <linux/sched.h>
#include <linux/types.h>

#define RTWATCH_TASKS_STEP	128	/* looked at in one RCU section */

/* Looks at one task; under RCU, must not sleep. */
typedef void rtwatch_task_fn(struct task_struct *task, void *arg);

/*
 * One step of a walk: from pid @next on, 1 at first; the step moves it. May be
 * preempted at its end. False: that was the last task. A thread of ours.
 */
bool rtwatch_tasks_step(int *next, rtwatch_task_fn *look, void *arg);
/* All steps. A thread of ours; may take long where there are many tasks. */
void rtwatch_tasks_walk(rtwatch_task_fn *look, void *arg);
/* For how long a task has been ready to run and has not been let; 0: it runs or sleeps. */
u64 rtwatch_task_waits(struct task_struct *task);

#endif /* RTWATCH_TASKS_H */
