// SPDX-License-Identifier: GPL-2.0-only
/*
 * Freshness of the soft-lockup watchdog.
 *
 * The watchdog's timer queues softlockup_fn() on the stopper thread, which
 * outranks every task: it fails to run only while preemption or interrupts are
 * off. A probe on each stamps its own time in ns; on the full tier the
 * kernel's own stamp is read as well. The kernel's moves every 2/5 of
 * watchdog_thresh only, in steps of 2^30 ns (kernel/watchdog.c).
 */
#include <linux/kprobes.h>
#include <linux/sched/clock.h>

#include "../rtwatch.h"

static int on_softlockup_fn(struct kprobe *kp, struct pt_regs *regs)
{
	struct rtwatch_hot *hot = this_cpu_ptr(&rtwatch_hot);
	u64 now = rtwatch_now();

	WRITE_ONCE(hot->softlockup_ns, now);
	rtwatch_cost_end(hot, RTWATCH_HOOK_SOFTLOCKUP, now);
	return 0;
}

static struct kprobe touch_probe = {
	.symbol_name = "softlockup_fn",
	.pre_handler = on_softlockup_fn,
};

static bool have_touch_ts;
static bool have_report_ts;

static unsigned long percpu_long(enum rtwatch_ksym sym, int cpu)
{
	return READ_ONCE(*(unsigned long *)rtwatch_ksym_cpu(sym, cpu));
}

/*
 * The clock of the kernel's stamp. It runs beside ours, and its steps are of a second:
 * how far ahead it is, is looked up once a second for all CPUs.
 */
static u64 stamp_clock(int cpu, u64 now)
{
#ifdef CONFIG_64BIT
	static u64 ahead, looked_ns;

	if (now - READ_ONCE(looked_ns) >= NSEC_PER_SEC) {
		WRITE_ONCE(ahead, cpu_clock(cpu) - now);
		WRITE_ONCE(looked_ns, now);
	}
	return now + READ_ONCE(ahead);
#else
	return cpu_clock(cpu);
#endif
}

/* The kernel's stamp as an age; false when it was pardoned and so is not known. */
static bool touch_age(int cpu, u64 now, u64 *age)
{
	unsigned long ts = percpu_long(RTWATCH_KSYM_TOUCH_TS, cpu);
	u64 clock = stamp_clock(cpu, now) >> 30;

	if (ts == ULONG_MAX || !ts)
		return false;
	*age = clock > ts ? (clock - ts) << 30 : 0;
	return true;
}

void rtwatch_softlockup_sample(int cpu, u64 now, struct rtwatch_sample *s)
{
	u64 stamp = READ_ONCE(per_cpu_ptr(&rtwatch_hot, cpu)->softlockup_ns);

	if (have_report_ts && percpu_long(RTWATCH_KSYM_REPORT_TS, cpu) == ULONG_MAX)
		s->flags |= RTWATCH_FLAG_TOUCHED;
	if (have_touch_ts) {
		if (!touch_age(cpu, now, &s->touch_age_ns)) {
			s->flags |= RTWATCH_FLAG_TOUCHED;
			return;
		}
	} else if (stamp) {
		s->touch_age_ns = rtwatch_age(now, stamp);
	} else {
		return;
	}
	s->valid |= RTWATCH_VALID(TOUCH_AGE_NS);
}

/*
 * Stale touches are a soft lockup only while the watchdog's own timer still
 * fires: else it is off, or the interrupts are (hardlockup.c).
 */
bool rtwatch_softlockup_look(int cpu, u64 now, struct rtwatch_finding *f)
{
	const struct rtwatch_hot *hot = per_cpu_ptr(&rtwatch_hot, cpu);
	u64 touched = READ_ONCE(hot->softlockup_ns);
	u64 fired = READ_ONCE(hot->watchdog_ns);
	u64 period = READ_ONCE(hot->watchdog_period_ns);

	if (!touched || !fired || !period || rtwatch_since(now, fired) > 2 * period)
		return false;
	f->type = RTWATCH_INCIDENT_SOFT_LOCKUP;
	f->age_ns = rtwatch_age(now, touched);
	/* watchdog_thresh may be large: two missed touches at the least. */
	f->limit_ns = max(f->limit_ns, 5 * period / 2);
	f->late_ns = max(f->limit_ns / 2, 3 * period / 2);
	f->suffers = true;
	return true;
}

void rtwatch_softlockup_explain(struct rtwatch_incident *inc)
{
	inc->cause = RTWATCH_CAUSE_PREEMPT_OFF;
}

int rtwatch_softlockup_init(struct rtwatch_sensor *self)
{
	int ret = register_kprobe(&touch_probe);

	if (ret) {
		snprintf(self->reason, sizeof(self->reason),
			 "kprobe on softlockup_fn refused (error %d)", ret);
		return ret;
	}
	have_touch_ts = rtwatch_full && rtwatch_ksym(RTWATCH_KSYM_TOUCH_TS) &&
			rtwatch_field(RTWATCH_VAR_TOUCH_TS);
	have_report_ts = rtwatch_full && rtwatch_ksym(RTWATCH_KSYM_REPORT_TS) &&
			 rtwatch_field(RTWATCH_VAR_REPORT_TS);
	self->source = have_touch_ts ? "watchdog_touch_ts, kprobe on softlockup_fn" :
				       "kprobe on softlockup_fn";
	return 0;
}

const char *rtwatch_softlockup_trouble(void)
{
	return rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_HARDLOCKUP]) ? NULL :
	       "needs the hardlockup sensor, which tells whether the watchdog's timer fires";
}

int rtwatch_softlockup_arm(bool on)
{
	int cpu, ret;

	if (!on) {
		ret = disable_kprobe(&touch_probe);
		synchronize_rcu();
		return ret;
	}
	/* The touches that were not seen were not missed. */
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(&rtwatch_hot, cpu)->softlockup_ns, rtwatch_now());
	return enable_kprobe(&touch_probe);
}

void rtwatch_softlockup_exit(void)
{
	unregister_kprobe(&touch_probe);
}
