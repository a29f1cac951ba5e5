// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleeps that look alike: in the caller, for long, woken by a timer only. "io"
 * counts as waiting for I/O; a signal ends "killable"; "idle" means no harm.
 * "apart" sends each caller to another place.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/sched/signal.h>

#include "sick.h"

static __always_inline void sleep_in(struct sick_run *run, unsigned int state)
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

/* The number keeps the compiler from making one function of all. */
#define PLACE(n)							\
	static noinline void place_##n(struct sick_run *run)		\
	{								\
		sleep_in(run, TASK_UNINTERRUPTIBLE);			\
		asm volatile("" : : "i" (n));				\
	}
PLACE(0)
PLACE(1)
PLACE(2)
PLACE(3)
PLACE(4)
PLACE(5)
PLACE(6)
PLACE(7)
PLACE(8)
PLACE(9)

void sick_sleep_apart(struct sick_run *run)
{
	static void (* const places[])(struct sick_run *run) = {
		place_0, place_1, place_2, place_3, place_4,
		place_5, place_6, place_7, place_8, place_9,
	};
	static atomic_t callers;

	places[(u32)atomic_inc_return(&callers) % ARRAY_SIZE(places)](run);
}
