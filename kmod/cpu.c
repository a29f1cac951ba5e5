// SPDX-License-Identifier: GPL-2.0-only
/* What is kept for each CPU, across hotplug; and one CPU's state for a reader. */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/kernel_stat.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "rtwatch.h"

struct rtwatch_cpu *rtwatch_cpus;
cpumask_var_t rtwatch_suspects;
static int prepare_state;
static int online_state;

void rtwatch_task_fill(struct rtwatch_task *out, struct task_struct *task)
{
	out->pid = READ_ONCE(task->pid);
	out->tgid = READ_ONCE(task->tgid);
	out->policy = READ_ONCE(task->policy);
	out->prio = READ_ONCE(task->rt_priority);
	out->wait_ns = 0;
	out->kthread = READ_ONCE(task->flags) & PF_KTHREAD;
	/* As in tracepoints: a comm that is being changed may be read torn. */
	data_race(memcpy(out->comm, task->comm, sizeof(out->comm)));
	out->comm[sizeof(out->comm) - 1] = '\0';
}

/*
 * Before the CPU comes up, on the one that brings it up: each CPU that allocates
 * keeps a batch of pages at hand, which for so few is more than they are. Never
 * refuses the CPU: one without a ring has no samples, everything else works.
 */
static int cpu_prepare(unsigned int cpu)
{
	struct rtwatch_cpu *c = &rtwatch_cpus[cpu];

	if (c->ring)
		return 0;
	/* Who finds it elsewhere, by READ_ONCE() and its address, finds it whole. */
	smp_store_release(&c->ring, rtwatch_ring_alloc(cpu, rtwatch_ring_depth));
	return 0;
}

/* On the CPU itself, or before any hook is in. */
static void begin_cpu(unsigned int cpu)
{
	struct rtwatch_cpu *c = &rtwatch_cpus[cpu];
	unsigned long flags;

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	rtwatch_hot_reset(per_cpu_ptr(&rtwatch_hot, cpu), rtwatch_now());
	c->life_ns = 0;
	if (!c->seen)
		c->level_since = rtwatch_now();
	c->seen = true;
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
}

/* Runs on the CPU itself, in its hotplug thread. */
static int cpu_up(unsigned int cpu)
{
	begin_cpu(cpu);
	rtwatch_posts_refresh(-1);
	return 0;
}

static int cpu_down(unsigned int cpu)
{
	rtwatch_posts_refresh(cpu);
	return 0;
}

/*
 * CPUs that are online now are prepared and begun from here. Their hotplug threads,
 * ordinary tasks, would have to run for it, which they do not on a CPU that somebody
 * has to himself; and 5.10 sets a dynamic state of preparing up without calling it for
 * anyone (kernel/cpu.c, __cpuhp_setup_state_cpuslocked()).
 */
static int follow_cpus(void)
{
	int ret, cpu;

	cpus_read_lock();
	ret = cpuhp_setup_state_nocalls_cpuslocked(CPUHP_BP_PREPARE_DYN, "rtwatch:prepare",
						   cpu_prepare, NULL);
	if (ret < 0)
		goto out;
	prepare_state = ret;
	for_each_online_cpu(cpu)
		cpu_prepare(cpu);
	ret = cpuhp_setup_state_nocalls_cpuslocked(CPUHP_AP_ONLINE_DYN, "rtwatch:online",
						   cpu_up, cpu_down);
	if (ret < 0) {
		cpuhp_remove_state_nocalls_cpuslocked(prepare_state);
		goto out;
	}
	online_state = ret;
	for_each_online_cpu(cpu)
		begin_cpu(cpu);
	ret = 0;
out:
	cpus_read_unlock();
	return ret;
}

static void free_rings(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		rtwatch_ring_free(rtwatch_cpus[cpu].ring);
}

int rtwatch_cpus_init(u32 ring_depth)
{
	int ret = -ENOMEM;

	rtwatch_cpus = kvcalloc(nr_cpu_ids, sizeof(*rtwatch_cpus), GFP_KERNEL);
	if (!rtwatch_cpus)
		return ret;
	if (!zalloc_cpumask_var(&rtwatch_suspects, GFP_KERNEL))
		goto err_cpus;
	ret = follow_cpus();
	if (ret)
		goto err_rings;
	return 0;

err_rings:
	free_rings();
	free_cpumask_var(rtwatch_suspects);
err_cpus:
	kvfree(rtwatch_cpus);
	return ret;
}

void rtwatch_cpus_exit(void)
{
	cpuhp_remove_state_nocalls(online_state);
	cpuhp_remove_state_nocalls(prepare_state);
	free_rings();
	free_cpumask_var(rtwatch_suspects);
	kvfree(rtwatch_cpus);
}

/* @s is all zero. */
static __always_inline void fill(int cpu, u64 now, struct rtwatch_sample *s)
{
	struct rtwatch_sensor *const *sensor;

	s->time_ns = now;
	s->cpu = cpu;
	s->flags = READ_ONCE(per_cpu_ptr(&rtwatch_hot, cpu)->flags);
	s->level = READ_ONCE(rtwatch_cpus[cpu].level);
	s->valid = RTWATCH_VALID(CPU) | RTWATCH_VALID(TIME_NS) | RTWATCH_VALID(FLAGS) |
		   RTWATCH_VALID(LEVEL);
	for (sensor = rtwatch_samplers; *sensor; sensor++)
		if (rtwatch_available(*sensor))
			(*sensor)->sample(cpu, now, s);
}

void rtwatch_sample_fill(int cpu, u64 now, struct rtwatch_sample *s)
{
	memset(s, 0, sizeof(*s));
	fill(cpu, now, s);
}

static u32 ppm(u64 ran, u64 wall)
{
	return min_t(u64, div64_u64(ran * 1000, max_t(u64, wall / 1000, 1)), 1000000);
}

static void share(const struct rtwatch_sample *s, const struct rtwatch_ran *then, u32 *rt, u32 *dl)
{
	u64 wall = s->time_ns - then->time_ns;

	if (s->rt_time_ns != then->rt_time_ns)
		*rt = ppm(rtwatch_since(s->rt_time_ns, then->rt_time_ns), wall);
	if (s->dl_time_ns != then->dl_time_ns)
		*dl = ppm(rtwatch_since(s->dl_time_ns, then->dl_time_ns), wall);
}

/*
 * Of real time (FIFO and RR) and deadline in the last second and ten seconds, from the
 * ring and now. Zero before.
 */
static void read_shares(const struct rtwatch_ring *ring, struct rtwatch_state *st)
{
	struct rtwatch_sample *s = &st->s;
	u64 now = s->time_ns;
	u64 times[] = {
		now - min_t(u64, now, NSEC_PER_SEC), now - min_t(u64, now, 10 * NSEC_PER_SEC),
	};
	struct rtwatch_ran then[ARRAY_SIZE(times)];
	unsigned int known;

	if (!ring || !(s->valid & RTWATCH_VALID(RT_TIME_NS)))
		return;
	known = rtwatch_ring_ran(ring, times, ARRAY_SIZE(times), then);
	if (known < 1)
		return;
	share(s, &then[0], &st->rt_share_1s_ppm, &st->dl_share_1s_ppm);
	s->valid |= RTWATCH_VALID(RT_SHARE_1S_PPM) | RTWATCH_VALID(DL_SHARE_1S_PPM);
	if (known < 2)
		return;
	share(s, &then[1], &st->rt_share_10s_ppm, &st->dl_share_10s_ppm);
	s->valid |= RTWATCH_VALID(RT_SHARE_10S_PPM) | RTWATCH_VALID(DL_SHARE_10S_PPM);
}

/* Writes the range that is open. */
static void list_close(struct rtwatch_list *list)
{
	size_t used = strlen(list->text);
	char range[32];
	int n;

	if (!list->open || list->full)
		return;
	n = snprintf(range, sizeof(range), list->first == list->last ? "%s%d" : "%s%d-%d",
		     used ? "," : "", list->first, list->last);
	list->open = false;
	list->full = used + n + sizeof("...") > sizeof(list->text);
	strcpy(list->text + used, list->full ? "..." : range);
}

void rtwatch_list_add(struct rtwatch_list *list, int cpu)
{
	if (list->open && cpu == list->last + 1) {
		list->last = cpu;
		return;
	}
	list_close(list);
	list->first = list->last = cpu;
	list->open = true;
}

bool rtwatch_list_end(struct rtwatch_list *list)
{
	list_close(list);
	return list->text[0];
}

void rtwatch_state_read(int cpu, u64 now, struct rtwatch_state *out)
{
	struct rtwatch_cpu *c = &rtwatch_cpus[cpu];
	const struct rtwatch_hot *hot = per_cpu_ptr(&rtwatch_hot, cpu);
	const struct rtwatch_ring *ring = READ_ONCE(c->ring);
	u64 tick = READ_ONCE(hot->tick_ns);
	unsigned long flags;

	memset(out, 0, sizeof(*out));
	fill(cpu, now, &out->s);
	out->s.flags &= ~RTWATCH_FLAG_ONLINE;
	if (cpu_online(cpu))
		out->s.flags |= RTWATCH_FLAG_ONLINE;
	if (rtwatch_nohz_full(cpu))
		out->s.flags |= RTWATCH_FLAG_NOHZ_FULL;
	read_shares(ring, out);
	if (rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_RT_THROTTLED])) {
		out->rt_throttled_count = READ_ONCE(hot->throttle.count);
		out->s.valid |= RTWATCH_VALID(RT_THROTTLED_COUNT);
	}
	out->samples_pushed = ring ? rtwatch_ring_head(ring) : 0;
	out->s.valid |= RTWATCH_VALID(SAMPLES_PUSHED);
	if (tick && rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_TICK])) {
		out->tick_age_ns = rtwatch_since(now, tick);
		out->s.valid |= RTWATCH_VALID(TICK_AGE_NS);
	}
	if (rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_CFS_BANDWIDTH]))
		rtwatch_cfs_bandwidth_state(cpu, out);
	if (rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_FAIR_SERVER]))
		rtwatch_fair_server_state(cpu, out);
	out->steal_time_ns = READ_ONCE(kcpustat_cpu(cpu).cpustat[CPUTIME_STEAL]);
	out->s.valid |= RTWATCH_VALID(STEAL_TIME_NS);
	if (rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_RCU]))
		rtwatch_rcu_state(cpu, out);
	if (out->s.streak_ns && rtwatch_rt_culprit(cpu, now, &out->culprit))
		out->s.valid |= RTWATCH_VALID(CULPRIT);

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	out->s.level = c->level;
	out->level_since_ns = c->level_since;
	out->stuck_ns = c->stuck_ns;
	/* To the tick that ended it; for one that lasts, as the patrol sees it. */
	out->s.tick_gap_ns = max(READ_ONCE(hot->gap_ns), c->stuck_ns);
	if (rtwatch_gaps_known)
		out->s.valid |= RTWATCH_VALID(TICK_GAP_NS);
	if (c->level != RTWATCH_LEVEL_OK && c->scan_ns) {
		out->victims_total = c->victims_total;
		out->worst_victim = c->worst;
		out->s.valid |= RTWATCH_VALID(VICTIMS_TOTAL);
		if (c->worst.pid)
			out->s.valid |= RTWATCH_VALID(WORST_VICTIM);
	}
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	out->s.valid |= RTWATCH_VALID(LEVEL_SINCE_NS) | RTWATCH_VALID(STUCK_NS);
}
