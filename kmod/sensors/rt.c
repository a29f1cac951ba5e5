// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who runs above SCHED_OTHER on each CPU, for how long, and what the kernel
 * allows it.
 *
 * A probe on sched_switch leaves at once when neither task is RT or deadline.
 * A task that becomes RT while it runs causes no switch: the tick notices it.
 */
#include <linux/math64.h>
#include <linux/sched/rt.h>
#include <linux/tracepoint.h>
#include <trace/events/sched.h>

#include "../rtwatch.h"

#define READ_TRIES	16
#define LEAN_SLACK_NS	(10 * NSEC_PER_MSEC)	/* more than ordered, a period: a tick or two */
#define LONG_STREAK_NS	(500 * NSEC_PER_MSEC)
#define SCAN_FRESH_NS	(2 * NSEC_PER_SEC)

DEFINE_PER_CPU(struct rtwatch_hot, rtwatch_hot);

static u32 class_of(const struct task_struct *task)
{
	if (likely(task->prio >= MAX_RT_PRIO))
		return RTWATCH_CLASS_BELOW;
	return task->prio < 0 ? RTWATCH_CLASS_DL : RTWATCH_CLASS_RT;
}

/* Own CPU, interrupts off: closes one run and opens the next. A call would be a tenth of it. */
static __always_inline void account(struct rtwatch_hot *hot, u32 class, u64 now)
{
	u64 ran = rtwatch_since(now, hot->run_start);

	raw_write_seqcount_begin(&hot->run_seq);
	if (hot->class == RTWATCH_CLASS_RT)
		hot->rt_time += ran;
	else if (hot->class == RTWATCH_CLASS_DL)
		hot->dl_time += ran;
	hot->class = class;
	hot->run_start = now;
	if (class == RTWATCH_CLASS_BELOW)
		hot->streak_start = 0;
	else if (!hot->streak_start)
		hot->streak_start = now;
	raw_write_seqcount_end(&hot->run_seq);
}

/* Real time gives way to what is below it, or comes back where it was held back. */
static noinline void switch_throttle(struct rtwatch_hot *hot, u32 class,
				     struct task_struct *prev, struct task_struct *next)
{
	u64 now = rtwatch_now();

	if (class == RTWATCH_CLASS_BELOW)
		rtwatch_throttle_switch(hot, prev, now);
	else
		rtwatch_throttle_enter(hot, next);
	account(hot, class, now);
	rtwatch_cost_end(hot, RTWATCH_HOOK_SWITCH_RT, now);
}

/* Functions of their own, so that what leaves early saves no registers. */
static noinline void switch_rt(struct task_struct *prev, struct task_struct *next)
{
	struct rtwatch_hot *hot = this_cpu_ptr(&rtwatch_hot);
	u32 class = class_of(next);
	u64 now;

	if (class == RTWATCH_CLASS_BELOW || hot->throttled) {
		switch_throttle(hot, class, prev, next);
		return;
	}
	now = rtwatch_now();
	account(hot, class, now);
	rtwatch_cost_end(hot, RTWATCH_HOOK_SWITCH_RT, now);
}

static void on_switch(RTWATCH_SWITCH_ARGS)
{
	if (unlikely(prev->prio < MAX_RT_PRIO || next->prio < MAX_RT_PRIO))
		switch_rt(prev, next);
	else
		this_cpu_inc(rtwatch_hot.switches);
}

/*
 * Who waits for a lock of the running task, where that has only therefore the
 * priority that it runs with. The waiter may go at any time, but its memory does
 * not while interrupts are off here: RCU frees it.
 */
static void note_booster(struct rtwatch_hot *hot)
{
#ifdef CONFIG_RT_MUTEXES
	struct task_struct *waiter = READ_ONCE(current->pi_top_task);

	if (waiter && current->prio < current->normal_prio) {
		rtwatch_task_fill(&hot->booster, waiter);
		return;
	}
#endif
	hot->booster.pid = 0;
}

/*
 * The candidate of a streak, by majority vote (Boyer and Moore): whoever has
 * more than half of the streak's ticks wins, in constant space.
 */
static void vote(struct rtwatch_hot *hot)
{
	if (hot->vote_streak != hot->streak_start) {
		hot->vote_streak = hot->streak_start;
		hot->votes = 0;
	}
	if (hot->votes && hot->candidate.pid != current->pid) {
		hot->votes--;
		return;
	}
	if (!hot->votes) {
		raw_write_seqcount_begin(&hot->vote_seq);
		rtwatch_task_fill(&hot->candidate, current);
		note_booster(hot);
		raw_write_seqcount_end(&hot->vote_seq);
	}
	hot->votes++;
}

void rtwatch_rt_tick(struct rtwatch_hot *hot, u64 now)
{
	u32 class = class_of(current);

	if (unlikely(class != hot->class))
		account(hot, class, now);
	if (unlikely(class != RTWATCH_CLASS_BELOW))
		vote(hot);
}

void rtwatch_hot_reset(struct rtwatch_hot *hot, u64 now)
{
	account(hot, RTWATCH_CLASS_BELOW, now);
	hot->tick_ns = now;
	hot->gap_new_ns = 0;
	hot->throttled = false;
	hot->softlockup_ns = 0;
	hot->watchdog_ns = 0;
	hot->watchdog_period_ns = 0;
}

static __always_inline bool read_run(int cpu, u64 now, struct rtwatch_rt *out)
{
	const struct rtwatch_hot *hot = per_cpu_ptr(&rtwatch_hot, cpu);
	u64 run_start;
	int i;

	for (i = 0; i < READ_TRIES; i++) {
		unsigned int seq = raw_read_seqcount(&hot->run_seq);

		if (seq & 1) {
			cpu_relax();
			continue;
		}
		out->class = READ_ONCE(hot->class);
		out->rt_time = READ_ONCE(hot->rt_time);
		out->dl_time = READ_ONCE(hot->dl_time);
		out->streak_start = READ_ONCE(hot->streak_start);
		run_start = READ_ONCE(hot->run_start);
		if (read_seqcount_retry(&hot->run_seq, seq))
			continue;
		if (out->class == RTWATCH_CLASS_RT)
			out->rt_time += rtwatch_since(now, run_start);
		else if (out->class == RTWATCH_CLASS_DL)
			out->dl_time += rtwatch_since(now, run_start);
		out->streak_ns = out->streak_start ? rtwatch_age(now, out->streak_start) : 0;
		return true;
	}
	return false;
}

bool rtwatch_rt_read(int cpu, u64 now, struct rtwatch_rt *out)
{
	return read_run(cpu, now, out);
}

/* Streak and candidate of the vote, and who lends the candidate its priority unless NULL. */
static bool vote_read(int cpu, u64 *streak, struct rtwatch_task *candidate,
		      struct rtwatch_task *booster)
{
	const struct rtwatch_hot *hot = per_cpu_ptr(&rtwatch_hot, cpu);
	int i;

	for (i = 0; i < READ_TRIES; i++) {
		unsigned int seq = raw_read_seqcount(&hot->vote_seq);

		if (seq & 1) {
			cpu_relax();
			continue;
		}
		*streak = READ_ONCE(hot->vote_streak);
		*candidate = hot->candidate;
		if (booster)
			*booster = hot->booster;
		if (!read_seqcount_retry(&hot->vote_seq, seq))
			return true;
	}
	return false;
}

bool rtwatch_rt_candidate(int cpu, u64 streak, struct rtwatch_task *out)
{
	struct rtwatch_task candidate;
	u64 of;

	if (!vote_read(cpu, &of, &candidate, NULL) || of != streak || !candidate.pid)
		return false;
	*out = candidate;
	return true;
}

/* Who lends the candidate @who its priority: false where nobody is known to. */
static bool booster_of(int cpu, const struct rtwatch_task *who, struct rtwatch_task *out)
{
	struct rtwatch_task candidate;
	u64 streak;

	return vote_read(cpu, &streak, &candidate, out) && candidate.pid == who->pid && out->pid;
}

bool rtwatch_rt_was(int cpu, s32 pid)
{
	return READ_ONCE(per_cpu_ptr(&rtwatch_hot, cpu)->candidate.pid) == pid;
}

bool rtwatch_rt_culprit(int cpu, u64 now, struct rtwatch_task *out)
{
	struct rtwatch_rt rt;

	return rtwatch_rt_read(cpu, now, &rt) && rt.streak_start &&
	       rtwatch_rt_candidate(cpu, rt.streak_start, out);
}

/* ---- what the kernel keeps itself, on the full tier ---- */

const void *rtwatch_rq(int cpu)
{
	if (!rtwatch_full || !rtwatch_ksym(RTWATCH_KSYM_RUNQUEUES))
		return NULL;
	return rtwatch_ksym_cpu(RTWATCH_KSYM_RUNQUEUES, cpu);
}

static bool rq_has(const void *rq, enum rtwatch_field_id id)
{
	return rq && rtwatch_field(id);
}

static bool throttled_lately(int cpu, u64 now)
{
	u64 last = READ_ONCE(per_cpu_ptr(&rtwatch_hot, cpu)->throttle.last_ns);

	return last && rtwatch_since(now, last) <=
	       rtwatch_config_ns(RTWATCH_CONFIG_SAMPLE_INTERVAL_MS);
}

/* Fields of a sample that this kernel's run queues tell; written once, by init. */
static u64 rq_known __read_mostly;

static u64 find_rq_known(void)
{
	if (!rtwatch_rq(0))
		return 0;
	return (rtwatch_field(RTWATCH_RQ_RT_TIME) ? RTWATCH_VALID(RQ_RT_TIME_NS) : 0) |
	       (rtwatch_field(RTWATCH_RQ_RT_RUNTIME) ? RTWATCH_VALID(RQ_RT_RUNTIME_NS) : 0) |
	       (rtwatch_field(RTWATCH_RQ_NR_RUNNING) ? RTWATCH_VALID(NR_RUNNING) : 0) |
	       (rtwatch_field(RTWATCH_RQ_RT_NR_RUNNING) ? RTWATCH_VALID(RT_NR_RUNNING) : 0);
}

static void sample_rq(int cpu, u64 now, struct rtwatch_sample *s)
{
	const void *rq = rtwatch_ksym_cpu(RTWATCH_KSYM_RUNQUEUES, cpu);
	u64 known = rq_known;

	if (known & RTWATCH_VALID(RQ_RT_TIME_NS))
		s->rq_rt_time_ns = rtwatch_peek_u64(rq, RTWATCH_RQ_RT_TIME);
	if (known & RTWATCH_VALID(RQ_RT_RUNTIME_NS))
		s->rq_rt_runtime_ns = rtwatch_peek_u64(rq, RTWATCH_RQ_RT_RUNTIME);
	if (known & RTWATCH_VALID(NR_RUNNING))
		s->nr_running = rtwatch_peek_u32(rq, RTWATCH_RQ_NR_RUNNING);
	if (known & RTWATCH_VALID(RT_NR_RUNNING))
		s->rt_nr_running = rtwatch_peek_u32(rq, RTWATCH_RQ_RT_NR_RUNNING);
	s->valid |= known;
	/* It holds for 50 ms a second only: also when it was so since the last sample. */
	if (rtwatch_field(RTWATCH_RQ_RT_THROTTLED) &&
	    (rtwatch_peek_u32(rq, RTWATCH_RQ_RT_THROTTLED) || throttled_lately(cpu, now)))
		s->flags |= RTWATCH_FLAG_RT_THROTTLED;
}

/* On its own, so that a sample without a streak makes no room for a task. */
static noinline void sample_culprit(int cpu, u64 streak, struct rtwatch_sample *s)
{
	struct rtwatch_task culprit;

	if (!rtwatch_rt_candidate(cpu, streak, &culprit))
		return;
	s->culprit_pid = culprit.pid;
	s->valid |= RTWATCH_VALID(CULPRIT_PID);
}

void rtwatch_rt_sample(int cpu, u64 now, struct rtwatch_sample *s)
{
	struct rtwatch_rt rt;

	if (read_run(cpu, now, &rt)) {
		s->rt_time_ns = rt.rt_time;
		s->dl_time_ns = rt.dl_time;
		s->streak_ns = rt.streak_ns;
		s->valid |= RTWATCH_VALID(RT_TIME_NS) | RTWATCH_VALID(DL_TIME_NS) |
			    RTWATCH_VALID(STREAK_NS);
		if (rt.streak_start)
			sample_culprit(cpu, rt.streak_start, s);
	}
	if (rtwatch_rq(cpu))
		sample_rq(cpu, now, s);
}

/*
 * Does throttling still hold on this CPU: a finite allowance below the period,
 * and no more than what the sysctl says? Then a streak may last up to two
 * periods and nobody starves.
 */
static bool throttling_holds(const void *rq, u64 *period)
{
	const void *bandwidth = rtwatch_full ? rtwatch_ksym(RTWATCH_KSYM_DEF_RT_BANDWIDTH) : NULL;
	u64 allowed, nominal;

	if (!rq_has(rq, RTWATCH_RQ_RT_RUNTIME) || !bandwidth ||
	    !rtwatch_field(RTWATCH_RT_BANDWIDTH_RUNTIME) ||
	    !rtwatch_field(RTWATCH_RT_BANDWIDTH_PERIOD))
		return false;
	allowed = rtwatch_peek(rq, RTWATCH_RQ_RT_RUNTIME);
	nominal = rtwatch_peek(bandwidth, RTWATCH_RT_BANDWIDTH_RUNTIME);
	*period = rtwatch_peek(bandwidth, RTWATCH_RT_BANDWIDTH_PERIOD);
	return allowed <= nominal && nominal < *period;
}

/* Everybody else gets something once a period. */
static bool holds(const struct rtwatch_fair_server *server)
{
	return server->runtime_ns && !server->small;
}

/* Does anything below RT wait? Without private data the scan for victims tells. */
static bool somebody_waits(int cpu, const void *rq, u64 now, u64 streak, u64 limit)
{
	const struct rtwatch_cpu *c = &rtwatch_cpus[cpu];

	if (c->scan_ns && rtwatch_since(now, c->scan_ns) < streak)
		return c->victims_total;
	if (rq_has(rq, RTWATCH_RQ_NR_RUNNING) && rq_has(rq, RTWATCH_RQ_RT_NR_RUNNING) &&
	    rq_has(rq, RTWATCH_RQ_DL_NR_RUNNING))
		return rtwatch_peek(rq, RTWATCH_RQ_NR_RUNNING) >
		       rtwatch_peek(rq, RTWATCH_RQ_RT_NR_RUNNING) +
		       rtwatch_peek(rq, RTWATCH_RQ_DL_NR_RUNNING);
	/* No scan came in time: no thread of ours runs, so somebody does wait. */
	return streak > 3 * limit;
}

/*
 * A CPU whose fair server works, and which has nothing left for everybody else but
 * what that gives: no streak gets long there, and yet they may wait for ever.
 * Under the log's lock.
 */
struct lean {
	u64 seen_ns;
	u64 above_ns;		/* what real time and deadline had run by then */
	u64 since_ns;		/* 0: others get more */
	u64 below_ns;		/* what they have got since then */
};

static DEFINE_PER_CPU(struct lean, lean);

/* What a fair server gives in so long a time, wherever its periods begin. */
static u64 can_give(const struct rtwatch_fair_server *server, u64 span)
{
	return (div64_u64(span, max_t(u64, server->period_ns, NSEC_PER_MSEC)) + 2) *
	       (server->runtime_ns + LEAN_SLACK_NS);
}

/* For how long it has been so. */
static u64 lean_for(int cpu, u64 now, const struct rtwatch_rt *rt,
		    const struct rtwatch_fair_server *server)
{
	struct lean *l = per_cpu_ptr(&lean, cpu);
	u64 above = rt->rt_time + rt->dl_time, span = rtwatch_since(now, l->seen_ns);
	u64 below = rtwatch_since(span, rtwatch_since(above, l->above_ns));
	bool paused = !l->seen_ns || (s64)(rtwatch_resumed_ns - l->seen_ns) > 0;

	l->seen_ns = now;
	l->above_ns = above;
	if (paused || !server->runtime_ns || below > can_give(server, span) / 2) {
		l->since_ns = 0;
	} else if (!l->since_ns) {
		l->since_ns = rt->streak_start;
		l->below_ns = 0;
	} else {
		l->below_ns += below;
		if (l->below_ns > can_give(server, now - l->since_ns))
			l->since_ns = 0;
	}
	return l->since_ns ? rtwatch_age(now, l->since_ns) : 0;
}

/* Has somebody been met lately who has waited for so long? */
static bool waits_for(int cpu, u64 now, u64 wait)
{
	const struct rtwatch_cpu *c = &rtwatch_cpus[cpu];

	return c->scan_ns && rtwatch_since(now, c->scan_ns) < SCAN_FRESH_NS &&
	       c->worst.wait_ns >= wait;
}

static bool is_real_time(const struct rtwatch_task *who)
{
	return who->policy == SCHED_FIFO || who->policy == SCHED_RR;
}

/*
 * For how long somebody real-time has waited where throttling breaks every streak:
 * what it leaves is for everybody else.
 */
static u64 outranked_for(int cpu, u64 now)
{
	const struct rtwatch_cpu *c = &rtwatch_cpus[cpu];
	struct rtwatch_task culprit;

	return waits_for(cpu, now, 1) && is_real_time(&c->worst) &&
	       rtwatch_throttle_culprit(cpu, now, &culprit) ?
	       c->worst.wait_ns + rtwatch_since(now, c->scan_ns) : 0;
}

/*
 * A share of which nobody could live is starvation in itself. A larger one is too
 * small where those who wait for it wait too long.
 */
static bool server_is_too_small(int cpu, u64 now, u64 lean_ns, u64 limit,
				const struct rtwatch_fair_server *server)
{
	if (lean_ns < 2 * limit)
		return false;
	return server->small ? somebody_waits(cpu, rtwatch_rq(cpu), now, lean_ns, limit) :
			       waits_for(cpu, now, limit);
}

bool rtwatch_rt_look(int cpu, u64 now, struct rtwatch_finding *f)
{
	struct rtwatch_fair_server server = { };
	const void *rq = rtwatch_rq(cpu);
	u64 period = NSEC_PER_SEC, lean_ns = 0, outranked_ns;
	struct rtwatch_rt rt;

	if (!rtwatch_rt_read(cpu, now, &rt))
		return false;
	f->type = RTWATCH_INCIDENT_RT_STARVATION;
	f->age_ns = rt.streak_ns;
	if (rtwatch_fair_server_read(cpu, &server))
		lean_ns = lean_for(cpu, now, &rt, &server);
	outranked_ns = outranked_for(cpu, now);
	if (max3(f->age_ns, lean_ns, outranked_ns) < f->late_ns)
		return true;
	/* Whether it holds cannot be told without private data: the default period. */
	if (!rtwatch_full || throttling_holds(rq, &period) || holds(&server))
		f->limit_ns = max(f->limit_ns, 2 * period);
	if (server_is_too_small(cpu, now, lean_ns, f->limit_ns, &server)) {
		f->age_ns = max(f->age_ns, lean_ns);
		f->suffers = true;
	} else if (outranked_ns >= f->limit_ns) {
		f->age_ns = max(f->age_ns, outranked_ns);
		f->suffers = true;
	} else if (f->age_ns >= f->late_ns) {
		f->suffers = somebody_waits(cpu, rq, now, rt.streak_ns, f->limit_ns);
	}
	return true;
}

static u32 cause_of(const struct rtwatch_incident *inc)
{
	const u64 have = inc->valid;

	if (!(have & (1ULL << RTWATCH_INCIDENT_A_RQ_RT_RUNTIME_NS)) ||
	    !(have & (1ULL << RTWATCH_INCIDENT_A_RT_RUNTIME_NS)))
		return RTWATCH_CAUSE_UNKNOWN;
	if (inc->rt_runtime_ns == U64_MAX || inc->rq_rt_runtime_ns == U64_MAX)
		return RTWATCH_CAUSE_RT_UNLIMITED;
	if (inc->rq_rt_runtime_ns > inc->rt_runtime_ns)
		return RTWATCH_CAUSE_RT_RUNTIME_SHARE;
	if (inc->rt_runtime_ns >= inc->rt_period_ns)
		return RTWATCH_CAUSE_RT_FULL_PERIOD;
	return RTWATCH_CAUSE_UNKNOWN;
}

void rtwatch_rt_evidence(struct rtwatch_incident *inc)
{
	const void *bandwidth = rtwatch_full ? rtwatch_ksym(RTWATCH_KSYM_DEF_RT_BANDWIDTH) : NULL;
	const void *rq = rtwatch_rq(inc->cpu);

	if (rq_has(rq, RTWATCH_RQ_RT_RUNTIME)) {
		inc->rq_rt_runtime_ns = rtwatch_peek(rq, RTWATCH_RQ_RT_RUNTIME);
		inc->valid |= 1ULL << RTWATCH_INCIDENT_A_RQ_RT_RUNTIME_NS;
	}
	if (bandwidth && rtwatch_field(RTWATCH_RT_BANDWIDTH_RUNTIME) &&
	    rtwatch_field(RTWATCH_RT_BANDWIDTH_PERIOD)) {
		inc->rt_runtime_ns = rtwatch_peek(bandwidth, RTWATCH_RT_BANDWIDTH_RUNTIME);
		inc->rt_period_ns = rtwatch_peek(bandwidth, RTWATCH_RT_BANDWIDTH_PERIOD);
		inc->valid |= 1ULL << RTWATCH_INCIDENT_A_RT_RUNTIME_NS |
			      1ULL << RTWATCH_INCIDENT_A_RT_PERIOD_NS;
	}
}

/*
 * One that gives nothing at all is not too small: something else is wrong. Nor does
 * it serve real-time tasks, the kernel's own among them.
 */
static bool others_live_on_it(int cpu)
{
	const struct lean *l = per_cpu_ptr(&lean, cpu);

	return l->since_ns && l->below_ns && !is_real_time(&rtwatch_cpus[cpu].worst);
}

/* By its own policy it would leave everybody else their share. */
static bool is_boosted(const struct rtwatch_task *task)
{
	return task->pid && !is_real_time(task) && task->policy != SCHED_DEADLINE;
}

/*
 * Throttling and fair servers break streaks: whoever has a short one of its own
 * meanwhile, such as the stopper, does not take the place of @known.
 */
static bool culprit_of(int cpu, u64 now, const struct rtwatch_task *known,
		       struct rtwatch_task *out)
{
	struct rtwatch_rt rt;

	if (rtwatch_throttle_culprit(cpu, now, out))
		return true;
	return rtwatch_rt_read(cpu, now, &rt) && rt.streak_start &&
	       (!known->pid || rt.streak_ns >= LONG_STREAK_NS) &&
	       rtwatch_rt_candidate(cpu, rt.streak_start, out);
}

void rtwatch_rt_explain(struct rtwatch_incident *inc)
{
	struct rtwatch_fair_server server = { };
	struct rtwatch_task culprit, booster;
	u64 period;

	if (culprit_of(inc->cpu, rtwatch_now(), &inc->culprit, &culprit)) {
		inc->culprit = culprit;
		if (booster_of(inc->cpu, &culprit, &booster))
			inc->booster = booster;
	}
	/* What was known when it starved stays; a cure must not hide the cause. */
	if (inc->cause != RTWATCH_CAUSE_UNKNOWN)
		return;
	rtwatch_rt_evidence(inc);
	/* Only admission limits a deadline task: nothing of the rest holds it. */
	if (inc->culprit.policy == SCHED_DEADLINE) {
		inc->cause = RTWATCH_CAUSE_DEADLINE;
		return;
	}
	inc->cause = is_boosted(&inc->culprit) ? RTWATCH_CAUSE_PI_BOOSTED : cause_of(inc);
	if (rtwatch_fair_server_read(inc->cpu, &server)) {
		inc->fair_server_runtime_ns = server.runtime_ns;
		inc->fair_server_period_ns = server.period_ns;
		inc->valid |= 1ULL << RTWATCH_INCIDENT_A_FAIR_SERVER_RUNTIME_NS |
			      1ULL << RTWATCH_INCIDENT_A_FAIR_SERVER_PERIOD_NS;
		if (inc->cause != RTWATCH_CAUSE_UNKNOWN)
			return;
		if (!server.runtime_ns)
			inc->cause = RTWATCH_CAUSE_FAIR_SERVER_OFF;
		else if (server.small || others_live_on_it(inc->cpu))
			inc->cause = RTWATCH_CAUSE_FAIR_SERVER_SMALL;
	}
	if (inc->cause == RTWATCH_CAUSE_UNKNOWN && is_real_time(&rtwatch_cpus[inc->cpu].worst) &&
	    (holds(&server) || throttling_holds(rtwatch_rq(inc->cpu), &period)))
		inc->cause = RTWATCH_CAUSE_RT_OUTRANKS;
}

/* Who lent: CPUs whose own allowance is below the configured one. */
bool rtwatch_rt_detail(const struct rtwatch_incident *inc, struct rtwatch_detail *out)
{
	int cpu;

	if (inc->cause != RTWATCH_CAUSE_RT_RUNTIME_SHARE)
		return false;
	for_each_online_cpu(cpu)
		if (rtwatch_peek(rtwatch_rq(cpu), RTWATCH_RQ_RT_RUNTIME) < inc->rt_runtime_ns)
			rtwatch_list_add(&out->donor_cpus, cpu);
	if (rtwatch_list_end(&out->donor_cpus))
		out->valid |= 1ULL << RTWATCH_INCIDENT_A_DONOR_CPUS;
	return out->valid;
}

/* ---- the probe ---- */

static struct tracepoint *switch_tp;
static bool hooked;

static void find_switch(struct tracepoint *tp, void *priv)
{
	if (!strcmp(tp->name, "sched_switch"))
		*(struct tracepoint **)priv = tp;
}

/* Never called: breaks the build, not the machine, when the prototype changes. */
static inline void switch_canary(void)
{
	check_trace_callback_type_sched_switch(on_switch);
}

int rtwatch_rt_init(struct rtwatch_sensor *self)
{
	int ret = -ENOENT;

	for_each_kernel_tracepoint(find_switch, &switch_tp);
	if (switch_tp)
		ret = tracepoint_probe_register(switch_tp, on_switch, NULL);
	if (ret) {
		snprintf(self->reason, sizeof(self->reason),
			 "tracepoint sched_switch refused (error %d)", ret);
		return ret;
	}
	hooked = true;
	rq_known = find_rq_known();
	self->source = rtwatch_full ? "sched_switch, runqueues" : "sched_switch";
	return 0;
}

/* Interrupts off. What ran when the hook was taken out does so no more. */
static void forget_run(void *unused)
{
	struct rtwatch_hot *hot = this_cpu_ptr(&rtwatch_hot);

	raw_write_seqcount_begin(&hot->run_seq);
	hot->class = RTWATCH_CLASS_BELOW;
	hot->run_start = rtwatch_now();
	hot->streak_start = 0;
	raw_write_seqcount_end(&hot->run_seq);
}

int rtwatch_rt_arm(bool on)
{
	int ret;

	if (!on) {
		rtwatch_rt_exit();
		return 0;
	}
	on_each_cpu(forget_run, NULL, 1);
	ret = tracepoint_probe_register(switch_tp, on_switch, NULL);
	hooked = !ret;
	return ret;
}

void rtwatch_rt_exit(void)
{
	if (hooked)
		tracepoint_probe_unregister(switch_tp, on_switch, NULL);
	hooked = false;
	tracepoint_synchronize_unregister();
}
