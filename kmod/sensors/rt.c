// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who runs above SCHED_OTHER on each CPU, and for how long.
 *
 * A probe on sched_switch leaves at once when neither task is RT or deadline.
 * A task that becomes RT while it runs causes no switch: the tick notices it.
 */
#include <linux/sched/rt.h>
#include <linux/tracepoint.h>
#include <trace/events/sched.h>

#include "../rtwatch.h"

#define READ_TRIES	16

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
	/* Who left its class, or was boosted, while it ran closes its run here at the latest. */
	if (unlikely(prev->prio < MAX_RT_PRIO || next->prio < MAX_RT_PRIO ||
		     this_cpu_read(rtwatch_hot.class) != RTWATCH_CLASS_BELOW))
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
	if (hot->vote_streak != hot->streak_start)
		hot->votes = 0;
	if (hot->votes && hot->candidate.pid != current->pid) {
		hot->votes--;
		return;
	}
	if (!hot->votes) {
		raw_write_seqcount_begin(&hot->vote_seq);
		hot->vote_streak = hot->streak_start;
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

bool rtwatch_rt_booster(int cpu, const struct rtwatch_task *who, struct rtwatch_task *out)
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
