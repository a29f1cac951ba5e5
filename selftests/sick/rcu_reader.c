// SPDX-License-Identifier: GPL-2.0-only
/* An RCU reader that does not leave: no grace period can end. */
#include <linux/processor.h>
#include <linux/rcupdate.h>

#include "sick.h"

void sick_rcu_reader(struct sick_run *run)
{
	rcu_read_lock();
	sick_begin(run);
	while (!sick_is_over(run))
		cpu_relax();
	sick_end(run);
	rcu_read_unlock();
}
