/* SPDX-License-Identifier: GPL-2.0-only */
/* A task as it is told of, a walk over all of them in bounded steps, and for how long one waits. */
#ifndef RTWATCH_TASKS_H
#define RTWATCH_TASKS_H

#include <linux/sched.h>
#include <linux/types.h>

/* Identity of a task, copied while it was certainly alive. pid 0: nobody. */
struct rtwatch_task {
	s32 pid;
	s32 tgid;
	u32 policy;
	u32 prio;		/* rt_priority */
	u64 wait_ns;
	bool kthread;
	char comm[TASK_COMM_LEN];
};

void rtwatch_task_fill(struct rtwatch_task *out, struct task_struct *task);

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
