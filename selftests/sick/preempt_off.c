// SPDX-License-Identifier: GPL-2.0-only
/* Preemption off: ticks arrive, but not even the stopper thread gets to run. */
#include <linux/preempt.h>
#include <linux/processor.h>

#include "sick.h"

void sick_preempt_off(struct sick_run *run)
{
	preempt_disable();
	sick_begin(run);
	while (!sick_is_over(run))
		cpu_relax();
	sick_end(run);
	preempt_enable();
}
