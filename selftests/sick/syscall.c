// SPDX-License-Identifier: GPL-2.0-only
/* A system call that takes long, and would let anybody run who outranks its caller. */
#include <linux/sched.h>

#include "sick.h"

void sick_syscall(struct sick_run *run)
{
	sick_begin(run);
	while (!sick_is_over(run))
		cond_resched();
	sick_end(run);
}
