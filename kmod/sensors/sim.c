// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulated ages, so that tests of everything behind the sensors are
 * deterministic. Debug builds only.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "../rtwatch.h"

/* One a CPU and sensor. Written and read under the log's lock. */
struct sim {
	u64 since_ns;		/* now - age at the time it was set; 0: off */
	u32 type;
	s32 pid;
};

static struct sim (*sims)[RTWATCH_SENSOR_MAX + 1];

static const u8 sensor_of[RTWATCH_INCIDENT_MAX + 1] = {
	[RTWATCH_INCIDENT_RT_STARVATION]	= RTWATCH_SENSOR_RT,
	[RTWATCH_INCIDENT_RT_THROTTLED]		= RTWATCH_SENSOR_RT_THROTTLED,
	[RTWATCH_INCIDENT_SOFT_LOCKUP]		= RTWATCH_SENSOR_SOFTLOCKUP,
	[RTWATCH_INCIDENT_HARD_LOCKUP]		= RTWATCH_SENSOR_HARDLOCKUP,
	[RTWATCH_INCIDENT_IRQS_OFF]		= RTWATCH_SENSOR_HARDLOCKUP,
	[RTWATCH_INCIDENT_RCU_STALL]		= RTWATCH_SENSOR_RCU,
	[RTWATCH_INCIDENT_HUNG_TASK]		= RTWATCH_SENSOR_HUNG_TASK,
	[RTWATCH_INCIDENT_CFS_BANDWIDTH]	= RTWATCH_SENSOR_CFS_BANDWIDTH,
};

int rtwatch_sim_init(struct rtwatch_sensor *self)
{
	sims = kcalloc(nr_cpu_ids, sizeof(*sims), GFP_KERNEL);
	if (!sims) {
		strscpy(self->reason, "no memory", sizeof(self->reason));
		return -ENOMEM;
	}
	return 0;
}

void rtwatch_sim_exit(void)
{
	unsigned long flags;
	void *old = sims;

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	sims = NULL;
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	kfree(old);
}

int rtwatch_sim_set(int cpu, u32 type, u64 age_ns, s32 pid)
{
	u64 now = rtwatch_now();
	unsigned long flags;
	struct sim *sim;

	if (type > RTWATCH_INCIDENT_MAX || !sensor_of[type] || age_ns >= now)
		return -EINVAL;
	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	if (sims) {
		sim = &sims[rtwatch_sensors[sensor_of[type]].global ? 0 : cpu][sensor_of[type]];
		sim->since_ns = age_ns ? now - age_ns : 0;
		sim->type = type;
		sim->pid = pid;
	}
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	return 0;
}

bool rtwatch_sim_look(int cpu, u32 sensor, struct rtwatch_finding *f)
{
	struct sim *sim;

	if (!sims)
		return false;
	sim = &sims[cpu][sensor];
	if (!sim->since_ns)
		return false;
	f->type = sim->type;
	f->age_ns = rtwatch_since(rtwatch_now(), sim->since_ns);
	f->suffers = true;
	return true;
}

void rtwatch_sim_explain(struct rtwatch_incident *inc)
{
	struct sim *sim = sims ? &sims[max(inc->cpu, 0)][inc->sensor] : NULL;

	if (!sim || !sim->since_ns || !sim->pid)
		return;
	inc->culprit = (struct rtwatch_task){
		.pid = sim->pid, .tgid = sim->pid, .policy = SCHED_FIFO, .prio = 50,
	};
	strscpy(inc->culprit.comm, "simulated", sizeof(inc->culprit.comm));
}
