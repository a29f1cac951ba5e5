// SPDX-License-Identifier: GPL-2.0-only
#include <linux/sched.h>
#include <linux/time64.h>
#include <uapi/linux/sched.h>
#include <uapi/linux/sched/types.h>
#ifdef RTWATCH_HAS_STATIC_CALL
#include <linux/static_call.h>
#endif

#include "compat.h"

#ifdef RTWATCH_EXPORTS_SETATTR
#define setattr(task, attr) sched_setattr_nocheck(task, attr)
#define setattr_available() true
#else
/* Not exported before 5.16 or so, and without IBT there: see ksym.c. */
static int setattr(struct task_struct *task, const struct sched_attr *attr)
{
	int (*fn)(struct task_struct *task, const struct sched_attr *attr) =
		rtwatch_ksym(RTWATCH_KSYM_SETATTR);

	return fn(task, attr);
}
#define setattr_available() (rtwatch_ksym(RTWATCH_KSYM_SETATTR) != NULL)
#endif

#ifndef RTWATCH_HAS_SET_FIFO
/* Exported to modules until sched_set_fifo() replaced it in 5.9. */
static int set_fifo(struct task_struct *task)
{
	const struct sched_param param = { .sched_priority = MAX_RT_PRIO - 1 };

	return sched_setscheduler(task, SCHED_FIFO, &param);
}
#endif

int rtwatch_thread_urgent(struct task_struct *task)
{
	const struct sched_attr deadline = {
		.size = sizeof(deadline),
		.sched_policy = SCHED_DEADLINE,
		.sched_runtime = 10 * NSEC_PER_MSEC,
		.sched_deadline = 100 * NSEC_PER_MSEC,
		.sched_period = 100 * NSEC_PER_MSEC,
	};
	const struct sched_attr fifo = {
		.size = sizeof(fifo),
		.sched_policy = SCHED_FIFO,
		.sched_priority = MAX_RT_PRIO - 1,
	};

	if (setattr_available()) {
		if (!setattr(task, &deadline))
			return SCHED_DEADLINE;
		if (!setattr(task, &fifo))
			return SCHED_FIFO;
	}
#ifdef RTWATCH_HAS_SET_FIFO
	sched_set_fifo(task);
	return SCHED_FIFO;
#else
	return set_fifo(task) ? SCHED_NORMAL : SCHED_FIFO;
#endif
}

void rtwatch_thread_leave(struct task_struct *task)
{
	const struct sched_attr fifo = {
		.size = sizeof(fifo),
		.sched_policy = SCHED_FIFO,
		.sched_priority = MAX_RT_PRIO - 1,
	};

	/* Of the deadline class only: without setattr() nobody came there. */
	if (setattr_available() && READ_ONCE(task->policy) == SCHED_DEADLINE &&
	    READ_ONCE(task->on_rq))
		setattr(task, &fifo);
}
