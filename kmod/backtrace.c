// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stack of what runs on a CPU, as data: an NMI to that CPU alone, which
 * reaches it with interrupts off too, and takes the stack in its own handler.
 *
 * One request at a time. The CPU that is asked owns the buffer from the moment
 * it takes the request until it says done; a request that timed out is taken
 * back, so a late answer finds nothing to do.
 */
#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/hrtimer.h>
#include <linux/sched/clock.h>
#include <linux/sched/task.h>
#include <linux/smp.h>

#include "rtwatch.h"

#define WAIT_STEP_NS	(500 * NSEC_PER_USEC)
#define WAIT_STEPS	400			/* 200 ms in all */

enum { IDLE, WANTED, TAKEN, DONE };

static atomic_t state = ATOMIC_INIT(IDLE);
static atomic_t busy = ATOMIC_INIT(0);
static int wanted_cpu = -1;
static struct rtwatch_stack result;	/* the asked CPU's while TAKEN */

/* What came to this CPU at @arrival of its clock, in ours. NMI. */
static u64 since(u64 arrival)
{
	if (!arrival)
		return 0;
	return rtwatch_now() - rtwatch_since(cpu_clock(raw_smp_processor_id()), arrival);
}

/* NMI: no lock, no allocation. True when the request was for this CPU. */
static int on_nmi(struct pt_regs *regs)
{
	struct pt_regs *interrupted = this_cpu_read(rtwatch_hot.interrupted);

	if (atomic_read(&state) != WANTED || READ_ONCE(wanted_cpu) != raw_smp_processor_id())
		return 0;
	if (atomic_cmpxchg(&state, WANTED, TAKEN) != WANTED)
		return 0;
	rtwatch_task_fill(&result.task, current);
	result.since_ns = since(rtwatch_last_arrival(current));
	/* Of a CPU that our own timer is busy on: what it has interrupted. */
	if (interrupted)
		regs = interrupted;
	/* Half for the kernel, so that a deep one leaves room for the user's. */
	result.kernel = rtwatch_stack_kernel(regs, result.ip, RTWATCH_FRAMES_MAX / 2);
	result.user = rtwatch_stack_user(regs, result.ip + result.kernel,
					 RTWATCH_FRAMES_MAX - result.kernel);
	atomic_set_release(&state, DONE);
	return 1;
}

/* Sleeps on an hrtimer: timer-wheel sleeps starve with ksoftirqd. */
static void nap(void)
{
	ktime_t step = ns_to_ktime(WAIT_STEP_NS);

	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_hrtimeout(&step, HRTIMER_MODE_REL);
}

static int ask(int cpu, struct rtwatch_stack *out)
{
	int i;

	WRITE_ONCE(wanted_cpu, cpu);
	atomic_set_release(&state, WANTED);
	rtwatch_stack_kick(cpu);
	for (i = 0; i < WAIT_STEPS; i++) {
		if (atomic_read_acquire(&state) == DONE)
			break;
		nap();
	}
	if (atomic_cmpxchg(&state, WANTED, IDLE) == WANTED)
		return -ETIMEDOUT;
	/* Taken: it is being written right now, by a handler that does not wait. */
	for (i = 0; atomic_read_acquire(&state) != DONE; i++) {
		if (i == WAIT_STEPS)
			return -EIO;
		nap();
	}
	*out = result;
	atomic_set(&state, IDLE);
	return 0;
}

int rtwatch_backtrace(int cpu, struct rtwatch_stack *out)
{
	int ret;

	if (!rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_BACKTRACE]))
		return -EOPNOTSUPP;
	if (!cpu_online(cpu))
		return -ENXIO;
	if (atomic_cmpxchg(&busy, 0, 1))
		return -EBUSY;
	ret = ask(cpu, out);
	/* A handler that never finished owns the buffer for good. */
	if (ret != -EIO)
		atomic_set_release(&busy, 0);
	return ret;
}

int rtwatch_backtrace_init(struct rtwatch_sensor *self)
{
	const char *why = rtwatch_stack_unavailable();
	int ret;

	if (why) {
		strscpy(self->reason, why, sizeof(self->reason));
		return -EOPNOTSUPP;
	}
	ret = rtwatch_stack_init(on_nmi);
	if (ret)
		snprintf(self->reason, sizeof(self->reason),
			 "NMI handler refused (error %d)", ret);
	return ret;
}

void rtwatch_backtrace_exit(void)
{
	rtwatch_stack_exit();
}
