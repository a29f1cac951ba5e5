// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grace period: its number, how long it has been in progress, and who holds
 * it up.
 *
 * rcu_get_gp_seq() and its expedited sister are exported. Their low two bits tell
 * whether a grace period is in progress (kernel/rcu/rcu.h), the rest is its
 * number; the age is the time since the patrol saw the number change. On the full
 * tier the masks of the rcu_node of each CPU tell who it waits for.
 */
#include <linux/idr.h>
#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/clock.h>
#include <linux/sched/task.h>

#include "../rtwatch.h"

#define GP_STATE	3UL
#define STEP		128			/* pids looked at in one RCU section */
#define QUEUED		1			/* TASK_ON_RQ_QUEUED, kernel/sched/sched.h */

/* Written by the patrol under the log's lock, read by anyone. */
struct gp {
	unsigned long seq;
	u64 since_ns;
};

static struct gp normal, expedited;
static bool have_nodes;
static bool have_kthread;

static u64 gp_age(const struct gp *gp, unsigned long seq, u64 now)
{
	u64 since = READ_ONCE(gp->since_ns);

	if (!(seq & GP_STATE) || !since)
		return 0;
	/* The patrol has not seen this one yet, so it is young. */
	return READ_ONCE(gp->seq) == seq ? rtwatch_age(now, since) : 0;
}

static u64 gp_follow(struct gp *gp, unsigned long seq, u64 now)
{
	if (seq != gp->seq || !gp->since_ns) {
		WRITE_ONCE(gp->seq, seq);
		WRITE_ONCE(gp->since_ns, now);
	}
	return gp_age(gp, seq, now);
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
	f->type = RTWATCH_INCIDENT_RCU_STALL;
	f->age_ns = max(gp_follow(&normal, rcu_get_gp_seq(), now),
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

/* Does it wait for readers that were preempted on a CPU of this one's node? */
static bool waits_for_readers(const void *node, bool exp)
{
	return node && rtwatch_peek(node, exp ? RTWATCH_RNP_EXP_TASKS : RTWATCH_RNP_GP_TASKS);
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

		if (gp_age(&expedited, exp, now) > gp_age(&normal, seq, now))
			inc->valid |= 1ULL << RTWATCH_INCIDENT_A_EXPEDITED;
		inc->gp_seq = inc->valid & 1ULL << RTWATCH_INCIDENT_A_EXPEDITED ? exp : seq;
		inc->valid |= 1ULL << RTWATCH_INCIDENT_A_GP_SEQ;
	}
	if (inc->cpu >= 0)
		return;
	sick = sick_cpu(inc->valid & 1ULL << RTWATCH_INCIDENT_A_EXPEDITED);
	if (!sick)
		return;
	inc->cpu = sick->cpu;
	inc->culprit = sick->culprit;
	inc->cause = sick->cause;
	inc->rq_rt_runtime_ns = sick->rq_rt_runtime_ns;
	inc->rt_runtime_ns = sick->rt_runtime_ns;
	inc->rt_period_ns = sick->rt_period_ns;
	inc->valid |= sick->valid;
}

/* For how long a task has been ready to run and has not been let; 0: it runs or sleeps. */
static u64 waits_to_run(struct task_struct *task)
{
	u64 queued = READ_ONCE(task->sched_info.last_queued);
	s64 wait;

	if (!queued || READ_ONCE(task->on_rq) != QUEUED || READ_ONCE(task->on_cpu))
		return 0;
	wait = sched_clock_cpu(task_cpu(task)) - queued;
	return wait > 0 ? wait : 0;
}

struct reader {
	struct rtwatch_task task;
	int cpu;
	bool found;
	bool waits;
};

static void look_at_reader(struct task_struct *task, bool exp, struct reader *best)
{
	const void *node = rtwatch_rcu_blocked_node(task);
	u64 wait;

	if (likely(!node) || node != node_of(task_cpu(task)) || !waits_for_readers(node, exp))
		return;
	wait = waits_to_run(task);
	/* Of several the one that has waited longest; who was there before the others. */
	if (best->found && wait <= best->task.wait_ns)
		return;
	rtwatch_task_fill(&best->task, task);
	best->task.wait_ns = wait;
	best->cpu = task_cpu(task);
	best->waits = wait;
	best->found = true;
}

/* All tasks, in bounded steps. */
static void find_reader(bool exp, struct reader *best)
{
	struct pid *pid;
	int n, nr = 1;

	do {
		rcu_read_lock();
		for (n = 0; n < STEP; n++, nr++) {
			struct task_struct *task;

			pid = idr_get_next(&init_pid_ns.idr, &nr);
			if (!pid)
				break;
			task = pid_task(pid, PIDTYPE_PID);
			if (task)
				look_at_reader(task, exp, best);
		}
		rcu_read_unlock();
		cond_resched();
	} while (pid);
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

/* RCU's own thread is woken every few ticks: is it held back? */
static bool kthread_starves(u64 gp_age_ns, struct rtwatch_detail *out)
{
	struct task_struct *task = gp_kthread();

	out->gp_kthread_age_ns = jiffies_to_nsecs(jiffies -
		rtwatch_peek(rtwatch_ksym(RTWATCH_KSYM_RCU_STATE), RTWATCH_RCU_GP_ACTIVITY));
	out->valid |= 1ULL << RTWATCH_INCIDENT_A_GP_KTHREAD_AGE_NS;
	return task && waits_to_run(task) > gp_age_ns / 2;
}

bool rtwatch_rcu_detail(const struct rtwatch_incident *inc, struct rtwatch_detail *out)
{
	bool exp = inc->valid & 1ULL << RTWATCH_INCIDENT_A_EXPEDITED, readers = false;
	u64 now = rtwatch_now(), age;
	struct reader reader = { };

	age = max(gp_age(&normal, rcu_get_gp_seq(), now),
		  gp_age(&expedited, rcu_exp_batches_completed(), now));
	/* Over, or the next one already: what is found now is not about this one. */
	if (!have_nodes || age < rtwatch_config_ns(RTWATCH_CONFIG_RCU_STALL_MS) / 2)
		return false;
	out->cpu = -1;
	look_at_cpus(exp, out, &readers);
	if (readers)
		find_reader(exp, &reader);
	if (reader.found) {
		out->holdout = reader.task;
		out->valid |= 1ULL << RTWATCH_INCIDENT_A_HOLDOUT;
	}
	if (have_kthread && kthread_starves(age, out)) {
		out->cause = RTWATCH_CAUSE_GP_KTHREAD_STARVED;
		out->cpu = task_cpu(gp_kthread());
	} else if (reader.found && reader.waits) {
		out->cause = RTWATCH_CAUSE_READER_PREEMPTED;
		out->cpu = reader.cpu;
	} else if (out->cpu >= 0 && inc->cause == RTWATCH_CAUSE_UNKNOWN) {
		out->cause = RTWATCH_CAUSE_RCU_READER;
	}
	if (out->cause && out->cause != RTWATCH_CAUSE_RCU_READER)
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

int rtwatch_rcu_init(struct rtwatch_sensor *self)
{
	static const u64 nodes =
		RTWATCH_FIELD_BIT(RTWATCH_RDP_MYNODE) | RTWATCH_FIELD_BIT(RTWATCH_RDP_GRPMASK) |
		RTWATCH_FIELD_BIT(RTWATCH_RNP_GP_SEQ) | RTWATCH_FIELD_BIT(RTWATCH_RNP_QSMASK) |
		RTWATCH_FIELD_BIT(RTWATCH_RNP_EXPMASK) | RTWATCH_FIELD_BIT(RTWATCH_RNP_GP_TASKS) |
		RTWATCH_FIELD_BIT(RTWATCH_RNP_EXP_TASKS);
	static const u64 kthread =
		RTWATCH_FIELD_BIT(RTWATCH_RCU_GP_KTHREAD) | RTWATCH_FIELD_BIT(RTWATCH_RCU_GP_ACTIVITY);
	char why[64] = "";

	have_nodes = !rtwatch_fields_missing(nodes, why, sizeof(why)) && rtwatch_full &&
		     rtwatch_ksym(RTWATCH_KSYM_RCU_DATA);
	have_kthread = have_nodes && !rtwatch_fields_missing(kthread, why, sizeof(why)) &&
		       rtwatch_ksym(RTWATCH_KSYM_RCU_STATE);
	if (!have_nodes && why[0])
		snprintf(self->reason, sizeof(self->reason), "without holdouts: %s", why);
	self->source = have_nodes ? "rcu_get_gp_seq(), rcu_data, rcu_node" : "rcu_get_gp_seq()";
	return 0;
}
