// SPDX-License-Identifier: GPL-2.0-only
/*
 * The slow part of a post, in its deadline thread: who suffers, the stack of
 * the sick CPU, and delivery. Both posts may do it at once; what they share is
 * the log, and each copies out of it under its lock.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "rtwatch.h"

/*
 * At most one scan in this time. Throttling and fair servers let others run once a
 * second: scans that keep time with that would meet the same of them always.
 */
#define SCAN_NS		(640 * NSEC_PER_MSEC)
#define SCANS_SOON	6			/* that many follow each other faster */
#define STEAL_NS	NSEC_PER_SEC		/* a delivery that takes so long is stuck */
#define REPEAT_NS	(5 * NSEC_PER_SEC)	/* the same victims are told again after it */

struct rtwatch_notifier {
	cpumask_var_t mask;
	struct rtwatch_incident incident;	/* too large for the stack */
	struct rtwatch_stack stack;
	struct rtwatch_victims victims[];	/* nr_cpu_ids of them */
};

struct rtwatch_notifier *rtwatch_notifier_alloc(void)
{
	struct rtwatch_notifier *n;

	n = kvzalloc(struct_size(n, victims, nr_cpu_ids), GFP_KERNEL);
	if (!n)
		return NULL;
	if (!zalloc_cpumask_var(&n->mask, GFP_KERNEL)) {
		kvfree(n);
		return NULL;
	}
	return n;
}

u64 rtwatch_notifier_bytes(void)
{
	return RTWATCH_POSTS * (sizeof(struct rtwatch_notifier) +
			nr_cpu_ids * sizeof(struct rtwatch_victims));
}

void rtwatch_notifier_free(struct rtwatch_notifier *n)
{
	if (!n)
		return;
	free_cpumask_var(n->mask);
	kvfree(n);
}

/* A scan that found nobody may have met the moment in which everybody got their share. */
static u64 scan_interval(const struct rtwatch_cpu *c)
{
	return c->scans && c->scans < SCANS_SOON ? SCAN_NS / 3 : SCAN_NS;
}

/* Suspects whose last scan is old. */
static bool choose_suspects(struct rtwatch_notifier *n)
{
	u64 now = rtwatch_now();
	unsigned long flags;
	int cpu;

	cpumask_clear(n->mask);
	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	for_each_cpu(cpu, rtwatch_suspects) {
		struct rtwatch_cpu *c = &rtwatch_cpus[cpu];

		if (!c->scan_due && c->scan_ns && rtwatch_since(now, c->scan_ns) < scan_interval(c))
			continue;
		c->scan_due = false;
		cpumask_set_cpu(cpu, n->mask);
	}
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	return !cpumask_empty(n->mask);
}

static void tell_incident(struct rtwatch_cpu *c, const struct rtwatch_victims *v)
{
	struct rtwatch_sensor *s;

	rtwatch_for_each_sensor(s) {
		struct rtwatch_incident *inc = rtwatch_incident_find(c->watch[s->id].incident);

		/* Those who suffered stay: what is found when it is over does not count. */
		if (!inc || !v->total || !rtwatch_is_bad(inc->cpu, s, rtwatch_now()))
			continue;
		if (rtwatch_incident_suffers(inc, v) ||
		    rtwatch_since(rtwatch_now(), inc->changed_ns) >= REPEAT_NS)
			rtwatch_incident_changed(inc);
	}
}

static void find_victims(struct rtwatch_notifier *n)
{
	unsigned long flags;
	int cpu;

	if (!rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_VICTIMS]) || !choose_suspects(n))
		return;
	rtwatch_victims_scan(n->mask, n->victims);
	for_each_cpu(cpu, n->mask) {
		struct rtwatch_cpu *c = &rtwatch_cpus[cpu];
		struct rtwatch_victims *v = &n->victims[cpu];

		/* One CPU at a time: they may be hundreds, and interrupts are off. */
		raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
		c->scan_ns = rtwatch_now();
		c->victims_total = v->total;
		c->scans = v->total ? 0 : c->scans + 1;
		memset(&c->worst, 0, sizeof(c->worst));
		if (v->count)
			c->worst = v->task[0];
		tell_incident(c, v);
		raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	}
}

/* The next active incident behind @id whose detail is old; copies it. */
static struct rtwatch_sensor *wants_detail(struct rtwatch_incident *copy)
{
	struct rtwatch_incident *inc = NULL;
	struct rtwatch_sensor *s = NULL;
	u64 now = rtwatch_now();
	unsigned long flags;

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	while ((inc = rtwatch_incident_active(inc ? inc->id : copy->id))) {
		s = &rtwatch_sensors[inc->sensor];
		if (!s->detail || (inc->detail_ns && rtwatch_since(now, inc->detail_ns) < SCAN_NS))
			continue;
		inc->detail_ns = now;
		*copy = *inc;
		break;
	}
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	return inc ? s : NULL;
}

/* Numbers that only grow are worth no message of their own. */
static bool is_news(const struct rtwatch_detail *old, const struct rtwatch_detail *new)
{
	return old->valid != new->valid || old->cause != new->cause ||
	       old->holdout.pid != new->holdout.pid || strcmp(old->cgroup, new->cgroup) ||
	       strcmp(old->holdout_cpus.text, new->holdout_cpus.text) ||
	       strcmp(old->donor_cpus.text, new->donor_cpus.text);
}

/* What is found when it is over does not count. */
static void tell_detail(const struct rtwatch_incident *copy)
{
	const struct rtwatch_detail *d = &copy->detail;
	struct rtwatch_incident *inc;
	unsigned long flags;

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	inc = rtwatch_incident_find(copy->id);
	if (inc && inc->active && memcmp(&inc->detail, d, sizeof(*d))) {
		bool news = is_news(&inc->detail, d);

		inc->detail = *d;
		if (d->cause) {
			inc->cause = d->cause;
			inc->cpu = d->cpu;
			if (d->culprit.pid)
				inc->culprit = d->culprit;
		}
		if (news)
			rtwatch_incident_changed(inc);
	}
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
}

static void find_details(struct rtwatch_notifier *n)
{
	struct rtwatch_sensor *s;

	n->incident.id = 0;
	while ((s = wants_detail(&n->incident))) {
		memset(&n->incident.detail, 0, sizeof(n->incident.detail));
		if (s->detail(&n->incident, &n->incident.detail))
			tell_detail(&n->incident);
	}
}

/* The next active incident of a CPU that has no stack yet. */
static bool wants_stack(u64 *id, int *cpu)
{
	struct rtwatch_incident *inc;
	unsigned long flags;

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	inc = rtwatch_incident_active(*id);
	while (inc && (inc->cpu < 0 || inc->stack.kernel + inc->stack.user))
		inc = rtwatch_incident_active(inc->id);
	if (inc) {
		*id = inc->id;
		*cpu = inc->cpu;
	}
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	return inc;
}

static void take_stack(struct rtwatch_notifier *n, u64 id, int cpu)
{
	struct rtwatch_incident *inc;
	unsigned long flags;

	if (rtwatch_backtrace(cpu, &n->stack))
		return;
	rtwatch_stack_name(&n->stack);
	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	inc = rtwatch_incident_find(id);
	/* One sample may have met somebody else than the culprit: then try again. */
	if (inc && inc->active &&
	    (!inc->culprit.pid || inc->culprit.pid == n->stack.task.pid)) {
		inc->stack = n->stack;
		/* The last touch may lie well before; who is met was not there yet. */
		if (inc->type == RTWATCH_INCIDENT_SOFT_LOCKUP &&
		    n->stack.since_ns < inc->detected_ns)
			inc->start_ns = max(inc->start_ns, n->stack.since_ns);
		if (!inc->culprit.pid)
			inc->culprit = n->stack.task;
		rtwatch_incident_changed(inc);
	}
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
}

static void find_stacks(struct rtwatch_notifier *n)
{
	u64 id = 0;
	int cpu;

	if (!rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_BACKTRACE]))
		return;
	while (wants_stack(&id, &cpu))
		take_stack(n, id, cpu);
}

static void deliver_levels(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtwatch_cpu *c = &rtwatch_cpus[cpu];
		unsigned long flags;
		u32 level;
		u64 since;
		bool changed;

		raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
		level = c->level;
		since = c->level_since;
		changed = level != c->level_sent;
		c->level_sent = level;
		raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
		if (changed)
			rtwatch_netlink_level(cpu, level, since);
	}
}

/*
 * One post delivers at a time, so that messages keep their order. One that is
 * stuck in the middle loses its right after a second: order matters less.
 */
static atomic64_t delivering = ATOMIC64_INIT(0);

static bool deliver(struct rtwatch_notifier *n)
{
	u64 now = rtwatch_now(), since = atomic64_read(&delivering);

	if (since && rtwatch_since(now, since) < STEAL_NS)
		return false;
	if (atomic64_cmpxchg(&delivering, since, now) != since)
		return false;
	deliver_levels();
	while (rtwatch_incident_undelivered(&n->incident))
		rtwatch_netlink_incident(&n->incident);
	/* Not ours any more where it was stolen. */
	atomic64_cmpxchg(&delivering, now, 0);
	return true;
}

bool rtwatch_notifier_round(struct rtwatch_notifier *n)
{
	find_victims(n);
	find_details(n);
	find_stacks(n);
	rtwatch_hung_task_scan();
	rtwatch_budget_act();
	return deliver(n);
}
