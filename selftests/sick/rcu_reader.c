// SPDX-License-Identifier: GPL-2.0-only
/* An RCU reader that does not leave: no grace period can end. */
#include <linux/processor.h>
#include <linux/rcupdate.h>

#include "sick.h"

void sick_rcu_reader(struct sick_run *run)
{
	int i;

	rcu_read_lock();
	sick_begin(run);
	/* Seldom in the clock's code: it is this function that a stack should show. */
	while (!sick_is_over(run))
		for (i = 0; i < 1000; i++)
			cpu_relax();
	sick_end(run);
	rcu_read_unlock();
}
