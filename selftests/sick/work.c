// SPDX-License-Identifier: GPL-2.0-only
/*
 * Not a sickness: somebody who needs a kworker of this CPU once, from another
 * CPU, as a flush does. It ends when the work has been done.
 */
#include <linux/delay.h>
#include <linux/workqueue.h>

#include "sick.h"

static struct sick_run *slow_run;

/* Takes its time, and lets anybody else run. */
static void dawdle(struct work_struct *work)
{
	while (!sick_is_over(READ_ONCE(slow_run)))
		msleep(10);
}

static DECLARE_WORK(slow_item, dawdle);

void sick_slow_work(struct sick_run *run)
{
	WRITE_ONCE(slow_run, run);
	sick_begin(run);
	schedule_work_on(run->cpu, &slow_item);
	flush_work(&slow_item);
	sick_end(run);
}

static void nothing(struct work_struct *work)
{
}

static DECLARE_WORK(item, nothing);

void sick_work(struct sick_run *run)
{
	sick_begin(run);
	schedule_work_on(run->cpu, &item);
	flush_work(&item);
	sick_end(run);
}
