// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tick hook: a kprobe on update_process_times(), the one function of the
 * tick that has the same name in every kernel and is not inlined.
 *
 * It runs in hard irq, interrupts off, on the CPU that is watched: no lock, no
 * allocation, no printk, nothing that grows with tasks or CPUs.
 */
#include <linux/jiffies.h>
#include <linux/kernel_stat.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/sched/clock.h>
#include <asm/irq_regs.h>

#include "rtwatch.h"

bool rtwatch_gaps_known;

static u32 tick_flags(void)
{
	struct pt_regs *regs = get_irq_regs();
	u32 flags = RTWATCH_FLAG_ONLINE;

	if (is_idle_task(current))
		flags |= RTWATCH_FLAG_IDLE;
	else if (regs && user_mode(regs))
		flags |= RTWATCH_FLAG_USER;
	if (current->prio < MAX_RT_PRIO)
		flags |= RTWATCH_FLAG_RT;
	return flags;
}

/*
 * A tick that comes late although nobody idled: interrupts were off. A CPU that
 * switched meanwhile was not without them, so no more counts than the time for
 * which this task has been here. With nohz_full busy CPUs have no ticks.
 */
static u64 gap_before(int cpu, u64 silent)
{
	u64 here = cpu_clock(cpu) - rtwatch_last_arrival(current);

	if (!rtwatch_gaps_known || is_idle_task(current) || rtwatch_nohz_full(cpu) ||
	    (s64)here < 0)
		return 0;
	here = min(here, silent);
	return here > TICK_NSEC ? here - TICK_NSEC : 0;
}

/* What the host took is accounted by the tick itself, so it is known in the next one. */
static void settle_gap(struct rtwatch_hot *hot, int cpu)
{
	u64 steal = kcpustat_cpu(cpu).cpustat[CPUTIME_STEAL] - hot->steal_ns;
	u64 gap = hot->gap_new_ns > steal ? hot->gap_new_ns - steal : 0;

	hot->gap_new_ns = 0;
	WRITE_ONCE(hot->gap_ns, max(hot->gap_ns, gap));
	WRITE_ONCE(hot->gap_sample_ns, max(hot->gap_sample_ns, gap));
}

static void watch_gap(struct rtwatch_hot *hot, u64 now)
{
	u64 silent = now - hot->tick_ns;
	int cpu = smp_processor_id();

	if (hot->gap_new_ns)
		settle_gap(hot, cpu);
	/* Before a pause of the whole machine nothing counts. */
	if (silent <= 2 * TICK_NSEC || (s64)(hot->tick_ns - READ_ONCE(rtwatch_resumed_ns)) < 0)
		return;
	hot->gap_new_ns = gap_before(cpu, silent);
	hot->steal_ns = kcpustat_cpu(cpu).cpustat[CPUTIME_STEAL];
}

static void take_sample(struct rtwatch_hot *hot, int cpu, u64 now)
{
	struct rtwatch_ring *ring = READ_ONCE(rtwatch_cpus[cpu].ring);
	struct rtwatch_sample *s;

	hot->next_sample_ns = now + rtwatch_config_ns(RTWATCH_CONFIG_SAMPLE_INTERVAL_MS);
	if (!ring)
		return;
	s = rtwatch_ring_open(ring);
	rtwatch_sample_fill(cpu, now, s);
	if (rtwatch_gaps_known) {
		s->tick_gap_ns = hot->gap_sample_ns;
		s->valid |= RTWATCH_VALID(TICK_GAP_NS);
	}
	hot->gap_sample_ns = 0;
	rtwatch_ring_push(ring, s);
}

static int on_tick(struct kprobe *kp, struct pt_regs *regs)
{
	struct rtwatch_hot *hot = this_cpu_ptr(&rtwatch_hot);
	u64 now = rtwatch_now();

	if (unlikely(now - hot->tick_ns > 2 * TICK_NSEC || hot->gap_new_ns))
		watch_gap(hot, now);
	WRITE_ONCE(hot->tick_ns, now);
	WRITE_ONCE(hot->flags, tick_flags());
	rtwatch_rt_tick(hot, now);
	if ((s64)(now - hot->next_sample_ns) >= 0)
		take_sample(hot, smp_processor_id(), now);
	rtwatch_patrol_tick(hot, now);
	rtwatch_cost_end(hot, RTWATCH_HOOK_TICK, now);
	return 0;
}

static struct kprobe tick_probe = {
	.symbol_name = "update_process_times",
	.pre_handler = on_tick,
};

/* Looks of the patrol in a row that found CPU time accounted without our hook. */
#define SILENT_LOOKS	8

static unsigned int silent_looks;	/* written under the log's lock */

void rtwatch_tick_seen(bool by_us)
{
	lockdep_assert_held(&rtwatch_log_lock);
	if (by_us)
		WRITE_ONCE(silent_looks, 0);
	else if (silent_looks < SILENT_LOOKS)
		WRITE_ONCE(silent_looks, silent_looks + 1);
}

const char *rtwatch_tick_trouble(void)
{
	if (READ_ONCE(silent_looks) < SILENT_LOOKS)
		return NULL;
	return "ticks come but the hook is not called: is kernel.ftrace_enabled or debugfs kprobes/enabled 0?";
}

int rtwatch_tick_init(struct rtwatch_sensor *self)
{
	int ret;

	rtwatch_gaps_known = !rtwatch_sched_info_unavailable();
	ret = register_kprobe(&tick_probe);
	if (ret)
		snprintf(self->reason, sizeof(self->reason),
			 "kprobe on update_process_times refused (error %d)", ret);
	return ret;
}

/* While it is out nobody else writes what the tick writes. */
int rtwatch_tick_arm(bool on)
{
	int cpu, ret;

	if (!on) {
		ret = disable_kprobe(&tick_probe);
		synchronize_rcu();
		return ret;
	}
	for_each_possible_cpu(cpu) {
		struct rtwatch_hot *hot = per_cpu_ptr(&rtwatch_hot, cpu);

		WRITE_ONCE(hot->tick_ns, rtwatch_now());
		hot->gap_new_ns = 0;
	}
	return enable_kprobe(&tick_probe);
}

void rtwatch_tick_exit(void)
{
	unregister_kprobe(&tick_probe);
}

u64 rtwatch_ticks_missed(void)
{
	return READ_ONCE(tick_probe.nmissed);
}
