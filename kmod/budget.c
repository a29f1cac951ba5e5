// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hook that takes longer than BUDGET_NS is taken out, and that is told: its
 * sensor is unavailable, the log has an incident that lasts until it is armed
 * again.
 *
 * The hook itself only notes it. A post finds the note and has a worker do the
 * rest, because taking a probe out patches code and waits for every CPU.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "rtwatch.h"

struct fuse {
	u32 sensor;		/* that goes with the hook; 0: it is never taken out */
	const char *name;
	atomic64_t mean_ns;	/* set by the hook, 0: it is within its budget */
	/* Under arm_mutex. */
	u64 incident;
	char why[128];
};

static struct fuse fuses[RTWATCH_HOOK_MAX + 1] = {
	[RTWATCH_HOOK_TICK]	  = { .sensor = RTWATCH_SENSOR_TICK, .name = "tick" },
	[RTWATCH_HOOK_SWITCH_RT]  = { .sensor = RTWATCH_SENSOR_RT, .name = "sched_switch" },
	[RTWATCH_HOOK_SOFTLOCKUP] = { .sensor = RTWATCH_SENSOR_SOFTLOCKUP, .name = "softlockup_fn" },
	[RTWATCH_HOOK_WATCHDOG]	  = { .sensor = RTWATCH_SENSOR_HARDLOCKUP,
				      .name = "watchdog_timer_fn" },
	[RTWATCH_HOOK_CFS_TIMER]  = { .sensor = RTWATCH_SENSOR_CFS_BANDWIDTH,
				      .name = "sched_cfs_period_timer" },
};

#define for_each_fuse(f)						\
	for ((f) = fuses; (f) <= fuses + RTWATCH_HOOK_MAX; (f)++)	\
		if ((f)->sensor)

static DEFINE_MUTEX(arm_mutex);
static bool exceeded;		/* some fuse has blown, and its hook is still in */
static bool rearm;		/* somebody asked for all hooks back */

void rtwatch_budget_exceeded(enum rtwatch_hook hook, u64 mean_ns)
{
	if (!fuses[hook].sensor || atomic64_cmpxchg(&fuses[hook].mean_ns, 0, mean_ns))
		return;
	WRITE_ONCE(exceeded, true);
}

bool rtwatch_budget_pending(void)
{
	return READ_ONCE(exceeded);
}

static void tell(struct fuse *f, u64 mean, u64 budget)
{
	struct rtwatch_incident *inc;
	u64 now = rtwatch_now();
	unsigned long flags;

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	inc = rtwatch_incident_begin(RTWATCH_INCIDENT_HOOK_DISARMED, RTWATCH_SENSOR_UNSPEC, -1,
				     now, now);
	if (inc) {
		inc->level = RTWATCH_LEVEL_LATE;
		inc->hook = f - fuses;
		inc->hook_mean_ns = mean;
		inc->budget_ns = budget;
		inc->valid = 1ULL << RTWATCH_INCIDENT_A_HOOK |
			     1ULL << RTWATCH_INCIDENT_A_HOOK_MEAN_NS |
			     1ULL << RTWATCH_INCIDENT_A_BUDGET_NS;
	}
	f->incident = inc ? inc->id : 0;
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
}

static void untell(struct fuse *f)
{
	struct rtwatch_incident *inc;
	u64 now = rtwatch_now();
	unsigned long flags;

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	inc = rtwatch_incident_find(f->incident);
	if (inc) {
		inc->active = false;
		inc->end_ns = now;
		inc->peak_ns = now - inc->start_ns;
		rtwatch_incident_changed(inc);
	}
	f->incident = 0;
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
}

static void disarm(struct fuse *f, struct rtwatch_sensor *s, u64 mean)
{
	u64 budget = rtwatch_budget_ns();

	snprintf(f->why, sizeof(f->why),
		 "over budget: %llu ns a call, budget_ns is %llu; to arm it: config budget_ns=N",
		 mean, budget);
	WRITE_ONCE(s->available, false);
	s->arm(false);
	smp_store_release(&s->disarmed, f->why); /* pairs with rtwatch_put_sensor() */
	tell(f, mean, budget);
	pr_warn("the hook on %s took %llu ns a call, its budget is %llu ns: disarmed\n",
		f->name, mean, budget);
}

static void arm(struct fuse *f, struct rtwatch_sensor *s)
{
	int ret = s->arm(true);

	atomic64_set(&f->mean_ns, 0);
	if (ret) {
		pr_warn("the hook on %s cannot be armed again (error %d)\n", f->name, ret);
		return;
	}
	/* What it knew before is stale: forgotten by @arm, seen here in that order. */
	smp_store_release(&s->disarmed, NULL); /* pairs with rtwatch_put_sensor() */
	smp_store_release(&s->available, true); /* pairs with rtwatch_available() */
	untell(f);
	pr_info("the hook on %s is armed again\n", f->name);
}

static void act(struct work_struct *work)
{
	bool back = xchg(&rearm, false);
	struct fuse *f;

	mutex_lock(&arm_mutex);
	WRITE_ONCE(exceeded, false);
	for_each_fuse(f) {
		struct rtwatch_sensor *s = &rtwatch_sensors[f->sensor];
		u64 mean = atomic64_read(&f->mean_ns);

		if (s->disarmed && back)
			arm(f, s);
		else if (!s->disarmed && mean && rtwatch_available(s))
			disarm(f, s, mean);
	}
	mutex_unlock(&arm_mutex);
}

static DECLARE_WORK(work, act);

/* Unbound, so that no sick CPU is asked to run it. */
void rtwatch_budget_act(void)
{
	if (rtwatch_budget_pending())
		queue_work(system_unbound_wq, &work);
}

void rtwatch_budget_rearm(void)
{
	WRITE_ONCE(rearm, true);
	queue_work(system_unbound_wq, &work);
}

void rtwatch_budget_exit(void)
{
	cancel_work_sync(&work);
}
