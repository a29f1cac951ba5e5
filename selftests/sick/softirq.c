// SPDX-License-Identifier: GPL-2.0-only
/*
 * Not a sickness: softirqs that come again and again, as of a busy network card,
 * so that ksoftirqd of this CPU has to take over: a tasklet that schedules itself.
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/smp.h>

#include "sick.h"

static struct sick_run *current_run;

static void again(struct tasklet_struct *tasklet)
{
	if (!sick_is_over(READ_ONCE(current_run)))
		tasklet_schedule(tasklet);
}

static DECLARE_TASKLET(busy, again);

static void kick(void *unused)
{
	tasklet_schedule(&busy);
}

void sick_softirq(struct sick_run *run)
{
	WRITE_ONCE(current_run, run);
	sick_begin(run);
	smp_call_function_single(run->cpu, kick, NULL, true);
	while (!sick_is_over(run))
		msleep(20);
	tasklet_kill(&busy);
	sick_end(run);
}
