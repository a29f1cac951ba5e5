// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does what runs above SCHED_OTHER starve somebody, by whom and why: what the kernel
 * allows it, and what it keeps for everybody else.
 */
#include <linux/math64.h>
#include <linux/sched.h>

#include "../rtwatch.h"

#define LEAN_SLACK_NS	(10 * NSEC_PER_MSEC)	/* more than ordered, a period: a tick or two */
#define LONG_STREAK_NS	(500 * NSEC_PER_MSEC)
#define SCAN_FRESH_NS	(2 * NSEC_PER_SEC)

static bool rq_has(const void *rq, enum rtwatch_field_id id)
{
	return rq && rtwatch_field(id);
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
	return streak > 3 * limit && rtwatch_available(&rtwatch_sensors[RTWATCH_SENSOR_VICTIMS]);
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
	u64 period, now = rtwatch_now();

	if (culprit_of(inc->cpu, now, &inc->culprit, &culprit))
		rtwatch_incident_blame(inc, &culprit,
				       rtwatch_since(now, inc->blamed_ns ?: inc->start_ns));
	inc->blamed_ns = now;
	if (rtwatch_rt_booster(inc->cpu, &inc->culprit, &booster))
		inc->booster = booster;
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
