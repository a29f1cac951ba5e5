// SPDX-License-Identifier: GPL-2.0-only
/*
 * The timer that gives cgroups with a CPU quota their runtime back. One run
 * serves every throttled run queue of its cgroup with interrupts off, which on a
 * large machine has taken seconds.
 *
 * Each run is measured from entry to return; it costs nothing where no quota is
 * set. A slow run is what is told; merely being throttled is what quotas are for.
 * A single one may be the host's doing, which took the CPU away meanwhile: three
 * in a row are not.
 */
#include <linux/cgroup-defs.h>
#include <linux/kernfs.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>

#include "../rtwatch.h"

#define ROW_NS		(10 * NSEC_PER_SEC)	/* so long without a slow run ends a row */
#define ROW_MIN		3
#define QUEUES_MAX	4096			/* counted at most */

struct run {
	void *timer;
	u64 begun_ns;
	u32 queues;
	u64 cost_ns;		/* of the entry handler */
};

/* Written by the timer's own CPU, interrupts off. */
struct rtwatch_cfs_timer {
	u64 runs;
	u64 max_ns;
	u64 over[3];		/* 100 us, 1 ms, 10 ms */
};

static DEFINE_PER_CPU(struct rtwatch_cfs_timer, timers);

/* The slow runs of the last row; under slow_lock, which the timer only tries. */
static DEFINE_RAW_SPINLOCK(slow_lock);
static struct slow {
	u64 count;		/* since load */
	u32 row;
	u64 first_ns;
	u64 last_ns;
	u64 max_ns;
	u32 queues;
	int cpu;
	u64 periods;
	u64 throttled;
	u64 throttled_ns;
	struct kernfs_node *node; /* of the cgroup, held until a post has read its path */
} slow;

static bool have_cgroup;
static bool have_queues;

/* Where the kernel's structures around a timer begin. */
static void *bandwidth_of(void *timer)
{
	return timer - (rtwatch_field_offset(RTWATCH_CFS_B_PERIOD_TIMER) -
			offsetof(struct hrtimer, node.expires));
}

static void *group_of(void *bandwidth)
{
	return bandwidth - (rtwatch_field_offset(RTWATCH_TG_CFS_BANDWIDTH) -
			    rtwatch_field_offset(RTWATCH_CFS_B_QUOTA));
}

/*
 * How many run queues are throttled: an RCU list, one entry a CPU at most. The
 * timer that we interrupt walks it in a moment, so it is in the cache then.
 */
static u32 count_queues(void *bandwidth)
{
	const struct list_head *head = bandwidth +
				       rtwatch_field_offset(RTWATCH_CFS_B_THROTTLED_LIST);
	const struct list_head *at = READ_ONCE(head->next);
	u32 n = 0;

	while (at && at != head && n < QUEUES_MAX) {
		at = READ_ONCE(at->next);
		n++;
	}
	return n;
}

static int on_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct run *run = (struct run *)ri->data;

	u64 begun = rtwatch_now();

	run->timer = (void *)regs_get_kernel_argument(regs, 0);
	run->queues = have_queues ? count_queues(bandwidth_of(run->timer)) : 0;
	run->begun_ns = rtwatch_now();
	run->cost_ns = run->begun_ns - begun;
	return 0;
}

/* The timer is being run, so neither it nor its cgroup can go. */
static void note_cgroup(void *bandwidth)
{
	struct cgroup *cgroup;

	slow.periods = (u32)rtwatch_peek(bandwidth, RTWATCH_CFS_B_NR_PERIODS);
	slow.throttled = (u32)rtwatch_peek(bandwidth, RTWATCH_CFS_B_NR_THROTTLED);
	slow.throttled_ns = rtwatch_peek(bandwidth, RTWATCH_CFS_B_THROTTLED_TIME);
	if (slow.node)
		return;
	cgroup = (void *)(unsigned long)rtwatch_peek(group_of(bandwidth), RTWATCH_TG_CGROUP);
	if (!cgroup || !cgroup->kn)
		return;
	kernfs_get(cgroup->kn);
	slow.node = cgroup->kn;
}

static void note_slow(const struct run *run, u64 took, u64 now)
{
	/* The other CPU's is slow as well; one of them will do. */
	if (!raw_spin_trylock(&slow_lock))
		return;
	if (!slow.row || rtwatch_age(now, slow.last_ns) > ROW_NS) {
		slow.row = 0;
		slow.first_ns = run->begun_ns;
		slow.max_ns = 0;
		slow.queues = 0;
	}
	slow.count++;
	slow.row++;
	slow.last_ns = now;
	slow.queues = max(slow.queues, run->queues);
	if (took > slow.max_ns) {
		slow.max_ns = took;
		slow.cpu = smp_processor_id();
		if (have_cgroup)
			note_cgroup(bandwidth_of(run->timer));
	}
	raw_spin_unlock(&slow_lock);
}

static int on_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct run *run = (const struct run *)ri->data;
	struct rtwatch_cfs_timer *t = this_cpu_ptr(&timers);
	u64 now = rtwatch_now(), took = rtwatch_since(now, run->begun_ns);

	WRITE_ONCE(t->runs, t->runs + 1);
	if (took > t->max_ns)
		WRITE_ONCE(t->max_ns, took);
	if (took >= 100 * NSEC_PER_USEC)
		WRITE_ONCE(t->over[0], t->over[0] + 1);
	if (took >= NSEC_PER_MSEC)
		WRITE_ONCE(t->over[1], t->over[1] + 1);
	if (took >= 10 * NSEC_PER_MSEC)
		WRITE_ONCE(t->over[2], t->over[2] + 1);
	if (took >= rtwatch_config_us(RTWATCH_CONFIG_CFS_BANDWIDTH_US) * NSEC_PER_USEC)
		note_slow(run, took, now);
	rtwatch_cost_end(this_cpu_ptr(&rtwatch_hot), RTWATCH_HOOK_CFS_TIMER, now - run->cost_ns);
	return 0;
}
NOKPROBE_SYMBOL(on_entry);
NOKPROBE_SYMBOL(on_return);

static struct kretprobe probe = {
	.kp.symbol_name = "sched_cfs_period_timer",
	.entry_handler = on_entry,
	.handler = on_return,
	.data_size = sizeof(struct run),
};

void rtwatch_cfs_bandwidth_state(int cpu, struct rtwatch_state *out)
{
	const struct rtwatch_cfs_timer *t = per_cpu_ptr(&timers, cpu);
	int i;

	out->cfs_timer_runs = READ_ONCE(t->runs);
	out->cfs_timer_max_ns = READ_ONCE(t->max_ns);
	for (i = 0; i < ARRAY_SIZE(t->over); i++)
		out->cfs_timer_over[i] = READ_ONCE(t->over[i]);
	out->s.valid |= RTWATCH_VALID(CFS_TIMER_RUNS) | RTWATCH_VALID(CFS_TIMER_MAX_NS) |
			RTWATCH_VALID(CFS_TIMER_OVER_100US) | RTWATCH_VALID(CFS_TIMER_OVER_1MS) |
			RTWATCH_VALID(CFS_TIMER_OVER_10MS);
}

/* A copy; the timer, which only tries, may lose one run meanwhile. */
static void read_slow(struct slow *out)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&slow_lock, flags);
	*out = slow;
	raw_spin_unlock_irqrestore(&slow_lock, flags);
}

bool rtwatch_cfs_bandwidth_look(int slot, u64 now, struct rtwatch_finding *f)
{
	struct slow s;

	read_slow(&s);
	f->type = RTWATCH_INCIDENT_CFS_BANDWIDTH;
	f->limit_ns = f->late_ns = rtwatch_config_us(RTWATCH_CONFIG_CFS_BANDWIDTH_US) * NSEC_PER_USEC;
	if (!s.row || rtwatch_age(now, s.last_ns) > ROW_NS)
		return true;
	f->age_ns = s.max_ns;
	f->start_ns = s.first_ns;
	f->last_ns = s.last_ns;
	f->suffers = s.row >= ROW_MIN;
	return true;
}

void rtwatch_cfs_bandwidth_explain(struct rtwatch_incident *inc)
{
	struct slow s;

	read_slow(&s);
	if (!inc->events)
		inc->events_before = s.count - s.row;
	inc->events = s.count - inc->events_before;
	inc->cpu = s.cpu;
	inc->valid |= 1ULL << RTWATCH_INCIDENT_A_EVENTS;
	if (have_queues) {
		inc->queues = max(inc->queues, s.queues);
		inc->valid |= 1ULL << RTWATCH_INCIDENT_A_QUEUES;
	}
	if (have_cgroup) {
		inc->periods = s.periods;
		inc->throttled_periods = s.throttled;
		inc->throttled_time_ns = s.throttled_ns;
		inc->valid |= 1ULL << RTWATCH_INCIDENT_A_PERIODS |
			      1ULL << RTWATCH_INCIDENT_A_THROTTLED_PERIODS |
			      1ULL << RTWATCH_INCIDENT_A_THROTTLED_TIME_NS;
	}
	inc->cause = RTWATCH_CAUSE_BANDWIDTH_STORM;
}

/* The path takes a lock of its own, and so is read here. */
bool rtwatch_cfs_bandwidth_detail(const struct rtwatch_incident *inc, struct rtwatch_detail *out)
{
	struct kernfs_node *node;
	unsigned long flags;

	raw_spin_lock_irqsave(&slow_lock, flags);
	node = slow.node;
	slow.node = NULL;
	raw_spin_unlock_irqrestore(&slow_lock, flags);
	if (node) {
		kernfs_path_from_node(node, NULL, out->cgroup, sizeof(out->cgroup));
		kernfs_put(node);
	} else {
		strscpy(out->cgroup, inc->detail.cgroup, sizeof(out->cgroup));
	}
	if (out->cgroup[0])
		out->valid |= 1ULL << RTWATCH_INCIDENT_A_CGROUP;
	return out->valid;
}

int rtwatch_cfs_bandwidth_init(struct rtwatch_sensor *self)
{
	int ret;

	if (!rtwatch_cfs_timer_is_hard()) {
		strscpy(self->reason,
			"the timer runs in a thread here, which keeps interrupts on between its steps",
			sizeof(self->reason));
		return -EOPNOTSUPP;
	}
	memset(&slow, 0, sizeof(slow));
	have_queues = rtwatch_full && rtwatch_field(RTWATCH_CFS_B_PERIOD_TIMER) &&
		      rtwatch_field(RTWATCH_CFS_B_THROTTLED_LIST);
	have_cgroup = rtwatch_full && rtwatch_field(RTWATCH_CFS_B_PERIOD_TIMER) &&
		      rtwatch_field(RTWATCH_CFS_B_QUOTA) && rtwatch_field(RTWATCH_CFS_B_NR_PERIODS) &&
		      rtwatch_field(RTWATCH_CFS_B_NR_THROTTLED) &&
		      rtwatch_field(RTWATCH_CFS_B_THROTTLED_TIME) &&
		      rtwatch_field(RTWATCH_TG_CFS_BANDWIDTH) && rtwatch_field(RTWATCH_TG_CGROUP);
	/* One a CPU at a time, as it does not nest. */
	probe.maxactive = num_possible_cpus();
	ret = register_kretprobe(&probe);
	if (ret) {
		snprintf(self->reason, sizeof(self->reason),
			 "kretprobe on sched_cfs_period_timer refused (error %d)", ret);
		return ret;
	}
	self->source = have_cgroup ? "kretprobe on sched_cfs_period_timer, cfs_bandwidth" :
				     "kretprobe on sched_cfs_period_timer";
	return 0;
}

int rtwatch_cfs_bandwidth_arm(bool on)
{
	int ret = on ? enable_kretprobe(&probe) : disable_kretprobe(&probe);

	synchronize_rcu();
	return ret;
}

void rtwatch_cfs_bandwidth_exit(void)
{
	unregister_kretprobe(&probe);
	if (slow.node)
		kernfs_put(slow.node);
	slow.node = NULL;
}
