// SPDX-License-Identifier: GPL-2.0-only
/*
 * All tasks, in bounded steps, each under RCU. Between two steps the walk may be
 * preempted; it continues at the next number, so no task is held and none is seen
 * twice.
 */
#include <linux/idr.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/clock.h>

#include "rtwatch.h"

#define QUEUED		1			/* TASK_ON_RQ_QUEUED, kernel/sched/sched.h */

bool rtwatch_tasks_step(int *next, rtwatch_task_fn *look, void *arg)
{
	struct pid *pid = NULL;
	int n;

	rcu_read_lock();
	for (n = 0; n < RTWATCH_TASKS_STEP; n++, ++*next) {
		struct task_struct *task;

		pid = idr_get_next(&init_pid_ns.idr, next);
		if (!pid)
			break;
		task = pid_task(pid, PIDTYPE_PID);
		if (task)
			look(task, arg);
	}
	rcu_read_unlock();
	cond_resched();
	return pid;
}

void rtwatch_tasks_walk(rtwatch_task_fn *look, void *arg)
{
	int next = 1;

	while (rtwatch_tasks_step(&next, look, arg))
		;
}

u64 rtwatch_task_waits(struct task_struct *task)
{
	u64 queued = rtwatch_last_queued(task);
	s64 wait;

	if (!queued || READ_ONCE(task->on_rq) != QUEUED || READ_ONCE(task->on_cpu))
		return 0;
	/* Both in the clock of the run queue; of two CPUs they may differ a little. */
	wait = (s64)(cpu_clock(task_cpu(task)) - queued);
	return wait > 0 ? min_t(u64, wait, rtwatch_age(rtwatch_now(), 0)) : 0;
}
