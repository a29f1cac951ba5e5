// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread that holds a mutex for long. Who writes to "mutex_wait" meanwhile
 * waits for it in state D, where nothing can interrupt it.
 */
#include <linux/rbtree.h>	/* mutex.h of 5.10-rt lacks it */
#include <linux/delay.h>
#include <linux/mutex.h>

#include "sick.h"

static DEFINE_MUTEX(sick_lock);

void sick_mutex(struct sick_run *run)
{
	mutex_lock(&sick_lock);
	sick_begin(run);
	while (!sick_is_over(run))
		msleep(20);
	sick_end(run);
	mutex_unlock(&sick_lock);
}

noinline void sick_mutex_wait(struct sick_run *run)
{
	mutex_lock(&sick_lock);
	mutex_unlock(&sick_lock);
}
