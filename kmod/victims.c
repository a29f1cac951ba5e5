// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who suffers: tasks that are runnable and not running, with the time since
 * when, by sched_info.last_queued.
 */
#include <linux/sched/task.h>

#include "rtwatch.h"

#define MIN_WAIT_NS	(100 * NSEC_PER_MSEC)	/* a shorter wait is every day's */

void rtwatch_victims_add(struct rtwatch_victims *v, struct task_struct *task, u64 wait)
{
	u32 i;

	v->total++;
	if (v->count == RTWATCH_VICTIMS_MAX && v->task[v->count - 1].wait_ns >= wait)
		return;
	if (v->count < RTWATCH_VICTIMS_MAX)
		v->count++;
	for (i = v->count - 1; i > 0 && v->task[i - 1].wait_ns < wait; i--)
		v->task[i] = v->task[i - 1];
	rtwatch_task_fill(&v->task[i], task);
	v->task[i].wait_ns = wait;
}

struct search {
	const struct cpumask *mask;
	struct rtwatch_victims *victims;
};

static void look_at(struct task_struct *task, void *arg)
{
	const struct search *search = arg;
	int cpu = task_cpu(task);
	u64 wait;

	/* Who has used up its own runtime suffers from nobody: a deadline task on no CPU. */
	if (task->prio < 0 || !cpumask_test_cpu(cpu, search->mask) ||
	    rtwatch_throttle_holds(cpu, task))
		return;
	wait = rtwatch_task_waits(task);
	if (wait >= MIN_WAIT_NS)
		rtwatch_victims_add(&search->victims[cpu], task, wait);
}

void rtwatch_victims_scan(const struct cpumask *mask, struct rtwatch_victims *v)
{
	struct search search = { .mask = mask, .victims = v };
	int cpu;

	for_each_cpu(cpu, mask)
		v[cpu].total = v[cpu].count = 0;
	rtwatch_tasks_walk(look_at, &search);
}

int rtwatch_victims_init(struct rtwatch_sensor *self)
{
	const char *why = rtwatch_sched_info_unavailable();

	if (!why)
		return 0;
	strscpy(self->reason, why, sizeof(self->reason));
	return -EOPNOTSUPP;
}
