// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grace period: its number, how long it has been in progress, and who holds
 * it up.
 *
 * rcu_get_gp_seq() and its expedited sister are exported. Their low two bits tell
 * whether a grace period is in progress (kernel/rcu/rcu.h), the rest is its
 * number; the age is the time since the patrol saw the number change. On the full
 * tier the masks of the rcu_node of each CPU tell who it waits for, and a grace
 * period that is wanted and does not begin is seen, too.
 */
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>

#include "../rtwatch.h"

#define GP_STATE	3UL
#define LEVELS_MAX	4			/* of rcu_node, RCU_NUM_LVLS at the most */
/*
 * RCU's own thread looks every few ticks, once a second at the most
 * (rcutree.jiffies_till_next_fqs); silent for longer, it is held back.
 */
#define SILENT_NS	(3 * NSEC_PER_SEC / 2)

/* Written by the patrol under the log's lock, read by anyone. */
struct gp {
	unsigned long seq;
	u64 since_ns;
};

static struct gp normal, expedited;
static struct gp wanted;		/* not in progress: since_ns 0 where nobody wants one */
static bool have_nodes;
static bool have_kthread;
static const void *root_node;		/* NULL: whether one is wanted is not known */

/* Since when it has this number; 0: the patrol has not seen it yet, so it is young. */
static u64 gp_since(const struct gp *gp, unsigned long seq)
{
	/* pairs with gp_begin(): with the number comes its own time, or none, or a later one */
	return smp_load_acquire(&gp->seq) == seq ? READ_ONCE(gp->since_ns) : 0;
}

static void gp_begin(struct gp *gp, unsigned long seq, u64 now)
{
	WRITE_ONCE(gp->since_ns, 0);
	smp_store_release(&gp->seq, seq); /* pairs with gp_since() */
	smp_store_release(&gp->since_ns, now); /* the same: not before the number */
}

static u64 gp_age(const struct gp *gp, unsigned long seq, u64 now)
{
	u64 since = seq & GP_STATE ? gp_since(gp, seq) : 0;

	return since ? rtwatch_age(now, since) : 0;
}

static u64 gp_follow(struct gp *gp, unsigned long seq, u64 now)
{
	if (seq != gp->seq || !gp->since_ns)
		gp_begin(gp, seq, now);
	return gp_age(gp, seq, now);
}

/*
 * Does somebody want a grace period, and RCU's own thread, which alone can, does
 * not begin one? By the same numbers as rcu_check_gp_start_stall().
 */
static bool gp_is_wanted(unsigned long seq)
{
	return root_node && !(seq & GP_STATE) &&
	       (s64)(rtwatch_peek(root_node, RTWATCH_RNP_GP_SEQ_NEEDED) -
		     rtwatch_peek(root_node, RTWATCH_RNP_GP_SEQ)) > 0;
}

static u64 wanted_age(unsigned long seq, u64 now)
{
	u64 since = gp_is_wanted(seq) ? gp_since(&wanted, seq) : 0;

	return since ? rtwatch_age(now, since) : 0;
}

static u64 wanted_follow(unsigned long seq, u64 now)
{
	if (!gp_is_wanted(seq))
		WRITE_ONCE(wanted.since_ns, 0);
	else if (seq != wanted.seq || !wanted.since_ns)
		gp_begin(&wanted, seq, now);
	return wanted_age(seq, now);
}

void rtwatch_rcu_sample(int cpu, u64 now, struct rtwatch_sample *s)
{
	unsigned long seq = rcu_get_gp_seq();

	s->gp_seq = seq;
	s->gp_age_ns = gp_age(&normal, seq, now);
	s->valid |= RTWATCH_VALID(GP_SEQ) | RTWATCH_VALID(GP_AGE_NS);
}

bool rtwatch_rcu_look(int cpu, u64 now, struct rtwatch_finding *f)
{
	unsigned long seq = rcu_get_gp_seq();

	f->type = RTWATCH_INCIDENT_RCU_STALL;
	f->age_ns = max3(gp_follow(&normal, seq, now), wanted_follow(seq, now),
			 gp_follow(&expedited, rcu_exp_batches_completed(), now));
	f->suffers = true;
	return true;
}

/* ---- who holds it up, on the full tier ---- */

static const void *data_of(int cpu)
{
	return rtwatch_ksym_cpu(RTWATCH_KSYM_RCU_DATA, cpu);
}

static const void *node_of(int cpu)
{
	return (void *)(unsigned long)rtwatch_peek(data_of(cpu), RTWATCH_RDP_MYNODE);
}

/* Does the grace period wait for this CPU itself? Any context. */
static bool waits_for_cpu(int cpu, bool exp)
{
	const void *node = node_of(cpu);
	u64 bit = rtwatch_peek(data_of(cpu), RTWATCH_RDP_GRPMASK);

	if (!node)
		return false;
	if (exp)
		return rtwatch_peek(node, RTWATCH_RNP_EXPMASK) & bit;
	/* A node that the grace period has not reached yet has the last one's mask. */
	return rtwatch_peek(node, RTWATCH_RNP_GP_SEQ) == rcu_get_gp_seq() &&
	       rtwatch_peek(node, RTWATCH_RNP_QSMASK) & bit;
}

/*
 * The first reader that it waits for of those preempted under a node: where it is
 * in the list. Others may be there who came later and hold up nothing.
 */
static const void *first_reader(const void *node, bool exp)
{
	return (void *)(unsigned long)rtwatch_peek(node, exp ? RTWATCH_RNP_EXP_TASKS :
							       RTWATCH_RNP_GP_TASKS);
}

/* Does it wait for readers that were preempted on a CPU of this one's node? */
static bool waits_for_readers(const void *node, bool exp)
{
	return node && first_reader(node, exp);
}

static struct task_struct *gp_kthread(void)
{
	return (void *)(unsigned long)rtwatch_peek(rtwatch_ksym(RTWATCH_KSYM_RCU_STATE),
						   RTWATCH_RCU_GP_KTHREAD);
}

/*
 * Can what is wrong with this CPU be the reason? It may hold up the grace period
 * itself, keep a reader from running, or RCU's own thread.
 */
static bool may_hold_up(int cpu, bool exp)
{
	if (!have_nodes)
		return true;
	return waits_for_cpu(cpu, exp) || waits_for_readers(node_of(cpu), exp) ||
	       (have_kthread && gp_kthread() && task_cpu(gp_kthread()) == cpu);
}

/*
 * A CPU that is starved or stuck holds up every grace period: in user mode too,
 * because its quiescent state is reported by a softirq that does not run.
 */
static const struct rtwatch_incident *sick_cpu(bool exp)
{
	static const u8 sensors[] = {
		RTWATCH_SENSOR_HARDLOCKUP, RTWATCH_SENSOR_SOFTLOCKUP, RTWATCH_SENSOR_RT,
	};
	int cpu, i;

	for_each_cpu(cpu, rtwatch_suspects) {
		if (!may_hold_up(cpu, exp))
			continue;
		for (i = 0; i < ARRAY_SIZE(sensors); i++) {
			const struct rtwatch_watch *w = &rtwatch_cpus[cpu].watch[sensors[i]];
			const struct rtwatch_incident *inc = rtwatch_incident_find(w->incident);

			if (inc)
				return inc;
		}
	}
	return NULL;
}

void rtwatch_rcu_explain(struct rtwatch_incident *inc)
{
	const struct rtwatch_incident *sick;
	u64 now = rtwatch_now();

	if (!(inc->valid & 1ULL << RTWATCH_INCIDENT_A_GP_SEQ)) {
		unsigned long seq = rcu_get_gp_seq(), exp = rcu_exp_batches_completed();
		bool is_exp = gp_age(&expedited, exp, now) > gp_age(&normal, seq, now);

		/* One that has not begun has no number. */
		if (is_exp || gp_age(&normal, seq, now)) {
			inc->gp_seq = is_exp ? exp : seq;
			inc->valid |= 1ULL << RTWATCH_INCIDENT_A_GP_SEQ;
		}
		if (is_exp)
			inc->valid |= 1ULL << RTWATCH_INCIDENT_A_EXPEDITED;
	}
	if (inc->cpu >= 0)
		return;
	sick = sick_cpu(inc->valid & 1ULL << RTWATCH_INCIDENT_A_EXPEDITED);
	if (!sick)
		return;
	inc->cpu = sick->cpu;
	inc->culprit = sick->culprit;
	inc->booster = sick->booster;
	inc->cause = sick->cause;
	inc->rq_rt_runtime_ns = sick->rq_rt_runtime_ns;
	inc->rt_runtime_ns = sick->rt_runtime_ns;
	inc->rt_period_ns = sick->rt_period_ns;
	inc->valid |= sick->valid;
}

struct reader {
	struct rtwatch_task task;
	int cpu;
	bool expedited;
	bool found;
	bool runs;
};

static void look_at_reader(struct task_struct *task, void *arg)
{
	const void *node = rtwatch_rcu_blocked_node(task);
	struct reader *best = arg;
	u64 wait;

	if (likely(!node) || first_reader(node, best->expedited) != rtwatch_rcu_node_entry(task))
		return;
	wait = rtwatch_task_waits(task);
	/* Of several nodes' the one that has waited longest. */
	if (best->found && wait <= best->task.wait_ns)
		return;
	rtwatch_task_fill(&best->task, task);
	best->task.wait_ns = wait;
	best->cpu = task_cpu(task);
	best->runs = READ_ONCE(task->on_cpu);
	best->found = true;
}

/*
 * Does the reader not get to run? That it waits at this moment says little: where
 * the tick preempts it, it shares the CPU with others all the time.
 */
static bool reader_starves(const struct reader *reader, u64 age)
{
	return reader->found && reader->task.wait_ns &&
	       (reader->task.wait_ns > age / 2 || cpumask_test_cpu(reader->cpu, rtwatch_suspects));
}

/* Whom the grace period waits for, and how many callbacks wait for it. */
static void look_at_cpus(bool exp, struct rtwatch_detail *out, bool *readers)
{
	bool callbacks = rtwatch_field(RTWATCH_RDP_CBLIST_LEN);
	int cpu;

	for_each_online_cpu(cpu) {
		if (waits_for_cpu(cpu, exp)) {
			out->cpu = out->holdouts++ ? -1 : cpu;
			rtwatch_list_add(&out->holdout_cpus, cpu);
		}
		*readers |= waits_for_readers(node_of(cpu), exp);
		if (callbacks)
			out->rcu_callbacks += rtwatch_peek(data_of(cpu), RTWATCH_RDP_CBLIST_LEN);
	}
	if (rtwatch_list_end(&out->holdout_cpus))
		out->valid |= 1ULL << RTWATCH_INCIDENT_A_HOLDOUT_CPUS;
	if (callbacks)
		out->valid |= 1ULL << RTWATCH_INCIDENT_A_RCU_CALLBACKS;
}

enum hold {
	HOLD_NONE,
	HOLD_WAITS,		/* for its CPU */
	HOLD_SLEEPS,		/* although a timer should have woken it */
};

/*
 * Is RCU's own thread held back, for most of the time that a grace period has
 * taken or that one has been wanted? It waits for its CPU; or it sleeps, although
 * a timer wakes it all the time: then the CPU that has the timer does not run it,
 * which is what a starved ksoftirqd makes of it.
 */
static enum hold kthread_is_held(u64 age, struct rtwatch_detail *out)
{
	struct task_struct *task = gp_kthread();
	/* In this order: what it does meanwhile must not lie ahead of jiffies. */
	unsigned long last = rtwatch_peek(rtwatch_ksym(RTWATCH_KSYM_RCU_STATE),
					  RTWATCH_RCU_GP_ACTIVITY);
	u64 silent = jiffies_to_nsecs(jiffies - last);

	out->gp_kthread_age_ns = silent;
	out->valid |= 1ULL << RTWATCH_INCIDENT_A_GP_KTHREAD_AGE_NS;
	if (!task || READ_ONCE(task->on_cpu) || silent <= age / 2)
		return HOLD_NONE;
	if (rtwatch_task_waits(task) > age / 2)
		return HOLD_WAITS;
	return silent > SILENT_NS ? HOLD_SLEEPS : HOLD_NONE;
}

/* Its timer may be on another CPU than the one it slept on: a sick one, then. */
static int kthread_cpu(const struct rtwatch_incident *inc)
{
	int cpu = task_cpu(gp_kthread());

	return cpumask_test_cpu(cpu, rtwatch_suspects) ? cpu : inc->cpu;
}

/* The kernel itself keeps the CPU: that all else there waits is no news. */
static bool is_locked_up(const struct rtwatch_incident *inc)
{
	return inc->cause == RTWATCH_CAUSE_IRQS_OFF || inc->cause == RTWATCH_CAUSE_PREEMPT_OFF;
}

bool rtwatch_rcu_detail(const struct rtwatch_incident *inc, struct rtwatch_detail *out)
{
	bool exp = inc->valid & 1ULL << RTWATCH_INCIDENT_A_EXPEDITED, readers = false;
	struct reader reader = { .expedited = exp };
	unsigned long seq = rcu_get_gp_seq();
	enum hold held = HOLD_NONE;
	u64 now = rtwatch_now(), age;

	age = max3(gp_age(&normal, seq, now), wanted_age(seq, now),
		   gp_age(&expedited, rcu_exp_batches_completed(), now));
	/* Over, or the next one already: what is found now is not about this one. */
	if (!have_nodes || age < rtwatch_config_ns(RTWATCH_CONFIG_RCU_STALL_MS) / 2)
		return false;
	out->cpu = -1;
	look_at_cpus(exp, out, &readers);
	if (readers)
		rtwatch_tasks_walk(look_at_reader, &reader);
	if (reader.found) {
		out->holdout = reader.task;
		out->valid |= 1ULL << RTWATCH_INCIDENT_A_HOLDOUT;
	}
	if (have_kthread && !exp)
		held = kthread_is_held(age, out);
	if (is_locked_up(inc) || inc->cause == RTWATCH_CAUSE_RCU_READER)
		held = HOLD_NONE;
	/*
	 * A reader that runs on and on, throttled now and then, may starve RCU's own
	 * thread as well, once boosted. One that does not get to run is the reason, also
	 * where RCU's thread sleeps on.
	 */
	if (reader.found && (reader.runs || rtwatch_rt_was(reader.cpu, reader.task.pid))) {
		out->cause = RTWATCH_CAUSE_RCU_READER;
		out->cpu = reader.cpu;
		out->culprit = reader.task;
	} else if (held == HOLD_WAITS) {
		out->cause = RTWATCH_CAUSE_GP_KTHREAD_STARVED;
		out->cpu = task_cpu(gp_kthread());
	} else if (reader_starves(&reader, age)) {
		out->cause = RTWATCH_CAUSE_READER_PREEMPTED;
		out->cpu = reader.cpu;
	} else if (held == HOLD_SLEEPS) {
		out->cause = RTWATCH_CAUSE_GP_KTHREAD_STARVED;
		out->cpu = kthread_cpu(inc);
	} else if (reader.found && reader.task.wait_ns) {
		out->cause = RTWATCH_CAUSE_RCU_READER;
		out->cpu = reader.cpu;
		out->culprit = reader.task;
	} else if (out->cpu >= 0 && inc->cause == RTWATCH_CAUSE_UNKNOWN) {
		out->cause = RTWATCH_CAUSE_RCU_READER;
	}
	/* Elsewhere it would be whoever happens to run: this very thread, on its CPU. */
	if (out->cause && out->cause != RTWATCH_CAUSE_RCU_READER && out->cpu >= 0 &&
	    cpumask_test_cpu(out->cpu, rtwatch_suspects))
		rtwatch_rt_culprit(out->cpu, now, &out->culprit);
	return out->valid;
}

void rtwatch_rcu_state(int cpu, struct rtwatch_state *out)
{
	if (!have_nodes || !rtwatch_field(RTWATCH_RDP_CBLIST_LEN))
		return;
	out->rcu_callbacks = rtwatch_peek(data_of(cpu), RTWATCH_RDP_CBLIST_LEN);
	out->s.valid |= RTWATCH_VALID(RCU_CALLBACKS);
}

/* The tree is made at boot and stays as it is. */
static const void *find_root(void)
{
	const void *node = node_of(cpumask_first(cpu_possible_mask)), *parent;
	int level;

	for (level = 0; node && level < LEVELS_MAX; level++) {
		parent = (void *)(unsigned long)rtwatch_peek(node, RTWATCH_RNP_PARENT);
		if (!parent)
			return node;
		node = parent;
	}
	return NULL;
}

int rtwatch_rcu_init(struct rtwatch_sensor *self)
{
	static const u64 nodes =
		RTWATCH_FIELD_BIT(RTWATCH_RDP_MYNODE) | RTWATCH_FIELD_BIT(RTWATCH_RDP_GRPMASK) |
		RTWATCH_FIELD_BIT(RTWATCH_RNP_GP_SEQ) | RTWATCH_FIELD_BIT(RTWATCH_RNP_QSMASK) |
		RTWATCH_FIELD_BIT(RTWATCH_RNP_EXPMASK) | RTWATCH_FIELD_BIT(RTWATCH_RNP_GP_TASKS) |
		RTWATCH_FIELD_BIT(RTWATCH_RNP_EXP_TASKS);
	static const u64 kthread =
		RTWATCH_FIELD_BIT(RTWATCH_RCU_GP_KTHREAD) | RTWATCH_FIELD_BIT(RTWATCH_RCU_GP_ACTIVITY);
	static const u64 root =
		RTWATCH_FIELD_BIT(RTWATCH_RNP_PARENT) | RTWATCH_FIELD_BIT(RTWATCH_RNP_GP_SEQ_NEEDED);
	char why[64] = "";

	have_nodes = !rtwatch_fields_missing(nodes, why, sizeof(why)) && rtwatch_full &&
		     rtwatch_ksym(RTWATCH_KSYM_RCU_DATA);
	have_kthread = have_nodes && !rtwatch_fields_missing(kthread, why, sizeof(why)) &&
		       rtwatch_ksym(RTWATCH_KSYM_RCU_STATE);
	if (have_nodes && !rtwatch_fields_missing(root, why, sizeof(why)))
		root_node = find_root();
	if (!have_nodes && why[0])
		snprintf(self->reason, sizeof(self->reason), "without holdouts: %s", why);
	self->source = have_nodes ? "rcu_get_gp_seq(), rcu_data, rcu_node" : "rcu_get_gp_seq()";
	return 0;
}
