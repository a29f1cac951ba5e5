// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a CPU alive: does it take timer interrupts?
 *
 * hrtimer_interrupts and the watchdog's timer move only every 2/5 of
 * watchdog_thresh. Signs of life that are finer: our own tick stamp, the
 * kernel's CPU time accounting, which the tick moves even where our hook is
 * off, and the idle time, which grows without any tick. A CPU that shows none
 * of them neither idles nor takes interrupts.
 */
#include <linux/kernel_stat.h>
#include <linux/kprobes.h>
#include <linux/tick.h>

#include "../rtwatch.h"

static int on_watchdog_timer(struct kprobe *kp, struct pt_regs *regs)
{
	struct rtwatch_hot *hot = this_cpu_ptr(&rtwatch_hot);
	u64 now = rtwatch_now(), last = hot->watchdog_ns;

	if (last)
		WRITE_ONCE(hot->watchdog_period_ns, now - last);
	WRITE_ONCE(hot->watchdog_ns, now);
	/* A touch that was never seen is missed from the first timer on. */
	if (!hot->softlockup_ns)
		WRITE_ONCE(hot->softlockup_ns, now);
	rtwatch_cost_end(hot, RTWATCH_HOOK_WATCHDOG, now);
	return 0;
}

static struct kprobe watchdog_probe = {
	.symbol_name = "watchdog_timer_fn",
	.pre_handler = on_watchdog_timer,
};

static bool have_counter;

/* The kernel's counter and when the patrol saw it move; under the log's lock. */
struct counter {
	u64 value;
	u64 moved_ns;
};

static DEFINE_PER_CPU(struct counter, counters);

static void follow_counter(int cpu, u64 now)
{
	struct counter *c = per_cpu_ptr(&counters, cpu);
	u64 value = rtwatch_peek(rtwatch_ksym_cpu(RTWATCH_KSYM_HRTIMER_INTERRUPTS, cpu),
				 RTWATCH_VAR_HRTIMER_INTERRUPTS);

	if (value != c->value) {
		c->value = value;
		WRITE_ONCE(c->moved_ns, now);
	}
}

void rtwatch_hardlockup_sample(int cpu, u64 now, struct rtwatch_sample *s)
{
	u64 stamp = READ_ONCE(per_cpu_ptr(&rtwatch_hot, cpu)->watchdog_ns);

	if (!stamp && have_counter)
		stamp = READ_ONCE(per_cpu_ptr(&counters, cpu)->moved_ns);
	if (!stamp)
		return;
	s->hrtimer_age_ns = rtwatch_age(now, stamp);
	s->valid |= RTWATCH_VALID(HRTIMER_AGE_NS);
}

/* Busy time: moved by the tick alone. */
static u64 accounted(int cpu)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < NR_STATS; i++)
		if (i != CPUTIME_IDLE && i != CPUTIME_IOWAIT)
			sum += READ_ONCE(kcpustat_cpu(cpu).cpustat[i]);
	return sum;
}

/* Idle time; it grows without ticks. Without nohz there are always ticks. */
static u64 idle_us(int cpu)
{
	u64 idle = get_cpu_idle_time_us(cpu, NULL), wait = get_cpu_iowait_time_us(cpu, NULL);

	return idle == U64_MAX || wait == U64_MAX ? 0 : idle + wait;
}

bool rtwatch_hardlockup_look(int cpu, u64 now, struct rtwatch_finding *f)
{
	struct rtwatch_cpu *c = &rtwatch_cpus[cpu];
	u64 tick = READ_ONCE(per_cpu_ptr(&rtwatch_hot, cpu)->tick_ns);
	u64 acct = accounted(cpu), idle = idle_us(cpu);

	if (have_counter)
		follow_counter(cpu, now);
	if (rtwatch_nohz_full(cpu))
		return false;
	if (tick != c->life_tick || acct != c->life_acct || idle > c->life_idle_us || !c->life_ns)
		c->life_ns = now;
	if (tick != c->life_tick)
		rtwatch_tick_seen(true);
	else if (acct != c->life_acct)
		rtwatch_tick_seen(false);
	c->life_tick = tick;
	c->life_acct = acct;
	c->life_idle_us = idle;
	WRITE_ONCE(c->stuck_ns, rtwatch_age(now, c->life_ns));

	f->age_ns = c->stuck_ns;
	f->type = f->age_ns >= rtwatch_config_ns(RTWATCH_CONFIG_HARD_LOCKUP_MS) ?
		  RTWATCH_INCIDENT_HARD_LOCKUP : RTWATCH_INCIDENT_IRQS_OFF;
	f->suffers = true;
	return true;
}

void rtwatch_hardlockup_explain(struct rtwatch_incident *inc)
{
	inc->cause = RTWATCH_CAUSE_IRQS_OFF;
}

int rtwatch_hardlockup_init(struct rtwatch_sensor *self)
{
	int ret = register_kprobe(&watchdog_probe);

	if (ret) {
		snprintf(self->reason, sizeof(self->reason),
			 "kprobe on watchdog_timer_fn refused (error %d)", ret);
		return ret;
	}
	have_counter = rtwatch_full && rtwatch_ksym(RTWATCH_KSYM_HRTIMER_INTERRUPTS) &&
		       rtwatch_field(RTWATCH_VAR_HRTIMER_INTERRUPTS);
	self->source = have_counter ? "hrtimer_interrupts, kprobe on watchdog_timer_fn" :
				      "kprobe on watchdog_timer_fn";
	return 0;
}

int rtwatch_hardlockup_arm(bool on)
{
	int cpu, ret;

	if (!on) {
		ret = disable_kprobe(&watchdog_probe);
		synchronize_rcu();
		return ret;
	}
	/* Its next timer begins a new period. */
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(&rtwatch_hot, cpu)->watchdog_ns, 0);
	return enable_kprobe(&watchdog_probe);
}

void rtwatch_hardlockup_exit(void)
{
	unregister_kprobe(&watchdog_probe);
}
