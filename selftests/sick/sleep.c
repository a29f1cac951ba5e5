// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleeps that look alike: in the caller, for long, woken by a timer only. "io"
 * counts as waiting for I/O; a signal ends "killable"; "idle" means no harm.
 */
#include <linux/delay.h>
#include <linux/sched/signal.h>

#include "sick.h"

static void sleep_in(struct sick_run *run, unsigned int state)
{
	sick_begin(run);
	while (!sick_is_over(run)) {
		set_current_state(state);
		schedule_timeout(msecs_to_jiffies(run->ms));
		if (state == TASK_KILLABLE && fatal_signal_pending(current))
			break;
	}
	sick_end(run);
}

noinline void sick_sleep_io(struct sick_run *run)
{
	sick_begin(run);
	set_current_state(TASK_UNINTERRUPTIBLE);
	io_schedule_timeout(msecs_to_jiffies(run->ms));
	sick_end(run);
}

void sick_sleep_killable(struct sick_run *run)
{
	sleep_in(run, TASK_KILLABLE);
}

void sick_sleep_idle(struct sick_run *run)
{
	sleep_in(run, TASK_IDLE);
}
