// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who suffers: tasks that are runnable and not running, with the time since
 * when, by sched_info.last_queued. A walk over all pids in bounded steps, each
 * under RCU; between two steps it may be preempted, and continues at the next
 * number, so no task is held and none is seen twice.
 */
#include <linux/idr.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/clock.h>
#include <linux/sched/task.h>
#include <linux/sched/stat.h>

#include "rtwatch.h"

#define STEP		256			/* pids looked at in one RCU section */
#define MIN_WAIT_NS	(100 * NSEC_PER_MSEC)	/* a shorter wait is every day's */
#define QUEUED		1			/* TASK_ON_RQ_QUEUED, kernel/sched/sched.h */

/* How long a task has waited for @cpu; 0: it does not. */
static u64 waits(struct task_struct *task, int cpu)
{
	u64 queued = READ_ONCE(task->sched_info.last_queued);
	s64 wait;

	/* A deadline task that is on no CPU has used up its own runtime. */
	if (!queued || task->prio < 0 || READ_ONCE(task->on_rq) != QUEUED || READ_ONCE(task->on_cpu))
		return 0;
	/* Both in the clock of the run queue; of two CPUs they may differ a little. */
	wait = (s64)(cpu_clock(cpu) - queued);
	return wait > 0 ? min_t(u64, wait, rtwatch_age(rtwatch_now(), 0)) : 0;
}

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

static void look_at(struct task_struct *task, const struct cpumask *mask,
		    struct rtwatch_victims *v)
{
	int cpu = task_cpu(task);
	u64 wait;

	if (!cpumask_test_cpu(cpu, mask))
		return;
	wait = waits(task, cpu);
	if (wait >= MIN_WAIT_NS)
		rtwatch_victims_add(&v[cpu], task, wait);
}

void rtwatch_victims_scan(const struct cpumask *mask, struct rtwatch_victims *v)
{
	struct pid *pid;
	int cpu, nr = 1;

	for_each_cpu(cpu, mask)
		v[cpu].total = v[cpu].count = 0;
	do {
		int step;

		rcu_read_lock();
		for (step = 0; step < STEP; step++, nr++) {
			struct task_struct *task;

			pid = idr_get_next(&init_pid_ns.idr, &nr);
			if (!pid)
				break;
			task = pid_task(pid, PIDTYPE_PID);
			if (task)
				look_at(task, mask, v);
		}
		rcu_read_unlock();
		cond_resched();
	} while (pid);
}

int rtwatch_victims_init(struct rtwatch_sensor *self)
{
	if (IS_ENABLED(CONFIG_SCHED_INFO))
		return 0;
	strscpy(self->reason, "the kernel was built without CONFIG_SCHED_INFO",
		sizeof(self->reason));
	return -EOPNOTSUPP;
}
