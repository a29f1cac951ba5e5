// SPDX-License-Identifier: GPL-2.0-only
/*
 * Not a sickness: somebody who needs a kworker of this CPU once, from another
 * CPU, as a flush does. It ends when the work has been done.
 */
#include <linux/delay.h>
#include <linux/workqueue.h>

#include "sick.h"

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
