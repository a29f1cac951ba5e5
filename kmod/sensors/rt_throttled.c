// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real-time throttling as an event. The kernel says it once a boot, without a
 * CPU or a task; rt_rq.rt_throttled is true for the rest of a period only, 50 ms
 * a second by default, so looking now and then would miss it.
 *
 * It is set in the tick, which then makes the CPU give way: so it is seen at the
 * very switch from a real-time task to what is below, and nowhere else. Throttled
 * is not starved: everybody else gets the rest, and the level stays LATE.
 */
#include <linux/sched/rt.h>

#include "../rtwatch.h"

#define READ_TRIES	16
/* As many periods without an event end a row. */
#define ROW_PERIODS	5 / 2

static u64 period_ns(void)
{
	const void *bandwidth = rtwatch_ksym(RTWATCH_KSYM_DEF_RT_BANDWIDTH);

	return bandwidth && rtwatch_field(RTWATCH_RT_BANDWIDTH_PERIOD) ?
	       rtwatch_peek(bandwidth, RTWATCH_RT_BANDWIDTH_PERIOD) : NSEC_PER_SEC;
}

static bool row_is_over(const struct rtwatch_throttle *t, u64 now)
{
	return !t->count || rtwatch_age(now, t->last_ns) > period_ns() * ROW_PERIODS;
}

void rtwatch_throttle_switch(struct rtwatch_hot *hot, struct task_struct *prev, u64 now)
{
	struct rtwatch_throttle *t = &hot->throttle;
	int cpu = smp_processor_id();
	bool over;

	if (hot->throttled || hot->class == RTWATCH_CLASS_BELOW ||
	    !rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_RT_THROTTLED]) ||
	    !rtwatch_rt_throttled(prev, rtwatch_rq(cpu)))
		return;
	hot->throttled = true;
	over = row_is_over(t, now);
	raw_write_seqcount_begin(&hot->throttle_seq);
	if (over) {
		t->first_ns = hot->streak_start;
		t->row = 0;
	}
	t->count++;
	t->row++;
	t->last_ns = now;
	/* Who ran most of the time; where no tick has met it, who ran last. */
	if (!rtwatch_rt_candidate(cpu, hot->streak_start, &t->who))
		rtwatch_task_fill(&t->who, prev);
	raw_write_seqcount_end(&hot->throttle_seq);
}

/*
 * What is not held back may run meanwhile: the stopper thread, deadline tasks.
 * That it gives way too is no second event.
 */
void rtwatch_throttle_enter(struct rtwatch_hot *hot, struct task_struct *next)
{
	hot->throttled = rtwatch_rt_throttled(next, rtwatch_rq(smp_processor_id()));
}

bool rtwatch_throttle_read(int cpu, struct rtwatch_throttle *out)
{
	const struct rtwatch_hot *hot = per_cpu_ptr(&rtwatch_hot, cpu);
	int i;

	for (i = 0; i < READ_TRIES; i++) {
		unsigned int seq = raw_read_seqcount(&hot->throttle_seq);

		if (seq & 1) {
			cpu_relax();
			continue;
		}
		*out = hot->throttle;
		if (!read_seqcount_retry(&hot->throttle_seq, seq))
			return true;
	}
	return false;
}

bool rtwatch_throttle_holds(int cpu, const struct task_struct *task)
{
	const struct rtwatch_throttle *t = &per_cpu_ptr(&rtwatch_hot, cpu)->throttle;

	return READ_ONCE(t->who.pid) == task->pid && !row_is_over(t, rtwatch_now());
}

bool rtwatch_throttle_culprit(int cpu, u64 now, struct rtwatch_task *out)
{
	struct rtwatch_throttle t;

	if (!rtwatch_throttle_read(cpu, &t) || !t.count ||
	    rtwatch_age(now, t.last_ns) > period_ns() * 3 / 2)
		return false;
	*out = t.who;
	return true;
}

bool rtwatch_rt_throttled_look(int cpu, u64 now, struct rtwatch_finding *f)
{
	struct rtwatch_throttle t;

	if (!rtwatch_throttle_read(cpu, &t))
		return false;
	f->type = RTWATCH_INCIDENT_RT_THROTTLED;
	f->late_ns = 1;			/* once is enough to tell */
	/* A single one that the time in which the machine stood still has brought about. */
	if (row_is_over(&t, now) ||
	    (t.row == 1 && (s64)(READ_ONCE(rtwatch_resumed_ns) - t.first_ns) > 0))
		return true;
	f->age_ns = rtwatch_age(now, t.first_ns);
	f->last_ns = t.last_ns;
	return true;
}

void rtwatch_rt_throttled_explain(struct rtwatch_incident *inc)
{
	struct rtwatch_throttle t;
	u32 events;

	if (!rtwatch_throttle_read(inc->cpu, &t) || !t.count)
		return;
	if (!inc->events)
		inc->events_before = t.count - t.row;
	events = t.count - inc->events_before;
	if (events > inc->events)
		rtwatch_incident_blame(inc, &t.who, events - inc->events);
	inc->events = events;
	inc->valid |= 1ULL << RTWATCH_INCIDENT_A_EVENTS;
	if (inc->cause != RTWATCH_CAUSE_UNKNOWN)
		return;
	rtwatch_rt_evidence(inc);
	inc->cause = RTWATCH_CAUSE_RT_THROTTLED;
}

const char *rtwatch_rt_throttled_trouble(void)
{
	return rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_RT]) ? NULL :
	       "needs the rt sensor";
}

int rtwatch_rt_throttled_init(struct rtwatch_sensor *self)
{
	const char *why = NULL;

	if (!rtwatch_full || !rtwatch_ksym(RTWATCH_KSYM_RUNQUEUES))
		why = "needs private kernel data: the portable tier does not see throttling";
	else if (!rtwatch_throttling_readable())
		why = "this kernel does not throttle real time: it has a fair server instead";
	else if (!rtwatch_sensors[RTWATCH_SENSOR_RT].available)
		why = "needs the rt sensor";
	if (!why)
		return 0;
	strscpy(self->reason, why, sizeof(self->reason));
	return -EOPNOTSUPP;
}
