// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grace period: its number, and how long it has been in progress.
 *
 * rcu_get_gp_seq() is exported. Its low two bits tell whether a grace period
 * is in progress (kernel/rcu/rcu.h), the rest is its number; the age is the
 * time since the patrol saw the number change.
 */
#include "../rtwatch.h"

#define GP_STATE	3UL

/* Written by the patrol under the log's lock, read by anyone. */
static struct {
	unsigned long seq;
	u64 since_ns;
} gp;

static u64 gp_age(unsigned long seq, u64 now)
{
	u64 since = READ_ONCE(gp.since_ns);

	if (!(seq & GP_STATE) || !since)
		return 0;
	/* The patrol has not seen this one yet, so it is young. */
	return READ_ONCE(gp.seq) == seq ? rtwatch_age(now, since) : 0;
}

void rtwatch_rcu_sample(int cpu, u64 now, struct rtwatch_sample *s)
{
	unsigned long seq = rcu_get_gp_seq();

	s->gp_seq = seq;
	s->gp_age_ns = gp_age(seq, now);
	s->valid |= RTWATCH_VALID(GP_SEQ) | RTWATCH_VALID(GP_AGE_NS);
}

bool rtwatch_rcu_look(int cpu, u64 now, struct rtwatch_finding *f)
{
	unsigned long seq = rcu_get_gp_seq();

	if (seq != gp.seq || !gp.since_ns) {
		WRITE_ONCE(gp.seq, seq);
		WRITE_ONCE(gp.since_ns, now);
	}
	f->type = RTWATCH_INCIDENT_RCU_STALL;
	f->age_ns = gp_age(seq, now);
	f->suffers = true;
	return true;
}

/*
 * A CPU that is starved or stuck holds up every grace period: in user mode too,
 * because its quiescent state is reported by a softirq that does not run.
 */
static const struct rtwatch_incident *sick_cpu(void)
{
	static const u8 sensors[] = {
		RTWATCH_SENSOR_HARDLOCKUP, RTWATCH_SENSOR_SOFTLOCKUP, RTWATCH_SENSOR_RT,
	};
	int cpu, i;

	for_each_cpu(cpu, rtwatch_suspects) {
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

	if (!(inc->valid & 1ULL << RTWATCH_INCIDENT_A_GP_SEQ)) {
		inc->gp_seq = rcu_get_gp_seq();
		inc->valid |= 1ULL << RTWATCH_INCIDENT_A_GP_SEQ;
	}
	if (inc->cpu >= 0)
		return;
	sick = sick_cpu();
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

int rtwatch_rcu_init(struct rtwatch_sensor *self)
{
	return 0;
}
