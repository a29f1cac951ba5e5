// SPDX-License-Identifier: GPL-2.0-only
/*
 * More tasks in state D than anybody keeps in mind, and cheap ones: threads that
 * were made and are never woken. That is how a new thread waits for its maker.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>

#include "sick.h"

static struct task_struct *crowd[1600];

static int never(void *unused)
{
	return 0;
}

void sick_crowd(struct sick_run *run)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(crowd); n++) {
		crowd[n] = kthread_create(never, NULL, "crowd/%u", n);
		if (IS_ERR(crowd[n]))
			break;
	}
	/* Not before: to make them takes seconds in a VM on a busy host. */
	sick_begin(run);
	while (!sick_is_over(run))
		msleep(20);
	sick_end(run);
	while (n--)
		kthread_stop(crowd[n]);
}
