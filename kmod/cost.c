// SPDX-License-Identifier: GPL-2.0-only
/*
 * What our hooks cost, measured by themselves: every so many calls one is timed.
 * A budget is judged by windows of timed calls on one CPU, and only when most of
 * a window is over it: a host that took the CPU away in one call is no reason.
 */
#include <linux/math64.h>

#include "rtwatch.h"

#define WINDOW		16		/* timed calls */
#define READ_TRIES	16

/* Primes, so that no cadence of ours (samples, rounds) hides between them. */
static const u32 every[RTWATCH_HOOK_MAX + 1] = {
	[RTWATCH_HOOK_TICK]		= 17,
	[RTWATCH_HOOK_SWITCH_RT]	= 127,
	[RTWATCH_HOOK_SOFTLOCKUP]	= 1,
	[RTWATCH_HOOK_WATCHDOG]		= 1,
	[RTWATCH_HOOK_CFS_TIMER]	= 1,
	[RTWATCH_HOOK_PATROL]		= 1,
};

void rtwatch_cost_init(void)
{
	int cpu, hook;

	for_each_possible_cpu(cpu)
		for (hook = 0; hook <= RTWATCH_HOOK_MAX; hook++)
			per_cpu_ptr(&rtwatch_hot, cpu)->cost[hook].until = every[hook];
}

static void judge(struct rtwatch_cost *c, enum rtwatch_hook hook, u64 took)
{
	u64 budget = rtwatch_budget_ns();

	c->window_ns += took;
	c->window_over += took > budget;
	if (++c->window < WINDOW)
		return;
	if (budget && c->window_over > WINDOW / 2 && c->window_ns > budget * WINDOW)
		rtwatch_budget_exceeded(hook, div_u64(c->window_ns, WINDOW));
	c->window = 0;
	c->window_over = 0;
	c->window_ns = 0;
}

/* From one reading of the clock to the other, so one of the two is in it. */
void rtwatch_cost_take(struct rtwatch_hot *hot, enum rtwatch_hook hook, u64 begun)
{
	struct rtwatch_cost *c = &hot->cost[hook];
	u64 took = rtwatch_since(rtwatch_now(), begun);

	WRITE_ONCE(c->sum_ns, c->sum_ns + took);
	if (took > c->max_ns)
		WRITE_ONCE(c->max_ns, took);
	judge(c, hook, took);
	WRITE_ONCE(c->timed, c->timed + 1);
	smp_store_release(&c->until, every[hook]); /* pairs with smp_rmb() in rtwatch_cost_read() */
}

/* Calls are counted between two timed ones, of which the first must be the same after. */
bool rtwatch_cost_read(int cpu, enum rtwatch_hook hook, struct rtwatch_cost_reading *out)
{
	const struct rtwatch_hot *hot = per_cpu_ptr(&rtwatch_hot, cpu);
	const struct rtwatch_cost *c = &hot->cost[hook];
	int i;

	memset(out, 0, sizeof(*out));
	if (!every[hook]) {
		out->calls = hook == RTWATCH_HOOK_SWITCH ? READ_ONCE(hot->switches) : 0;
		return out->calls;
	}
	for (i = 0; i < READ_TRIES; i++) {
		u32 until;

		out->timed = READ_ONCE(c->timed);
		smp_rmb(); /* pairs with rtwatch_cost_take() */
		until = READ_ONCE(c->until);
		smp_rmb(); /* the same */
		out->calls = out->timed * every[hook] + every[hook] - until;
		if (until && READ_ONCE(c->timed) == out->timed)
			break;
		cpu_relax();
	}
	out->time_ns = READ_ONCE(c->sum_ns);
	out->max_ns = READ_ONCE(c->max_ns);
	return out->calls;
}
