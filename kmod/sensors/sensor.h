/* SPDX-License-Identifier: GPL-2.0-only */
/* What every sensor is, and what each has for the others: one file each, one row in main.c. */
#ifndef RTWATCH_SENSOR_H
#define RTWATCH_SENSOR_H

#include <linux/types.h>

#include <linux/rtwatch.h>

#include "../compat/compat.h"
#include "../hot.h"
#include "../ring.h"
#include "../tasks.h"

#define RTWATCH_LIST_LEN	64		/* of CPUs as text */
#define RTWATCH_NAME_LEN	64		/* of a symbol */
#define RTWATCH_PATH_LEN	128		/* of a cgroup's path */
#define RTWATCH_REASON_LEN	96
#define RTWATCH_SLOTS		8		/* incidents of one machine-wide sensor at a time */

struct rtwatch_incident;
struct rtwatch_state;

/* What a sensor thinks of one CPU now. */
struct rtwatch_finding {
	u32 type;		/* enum rtwatch_incident_type */
	u64 age_ns;		/* for how long it has been bad; 0: it is not */
	u64 late_ns;		/* LATE from this age on */
	u64 limit_ns;		/* STARVING from this age on, if somebody suffers */
	bool suffers;
	/* Of a condition that comes in events: when the last one was. 0: it is so now. */
	u64 last_ns;
	u64 start_ns;		/* when it began, where age_ns is not since then; else 0 */
};

/*
 * CPUs as text, as the kernel writes them: "0,2-3". Begins all zero; CPUs are
 * added in rising order. A list that would become too long ends with "...".
 */
struct rtwatch_list {
	char text[RTWATCH_LIST_LEN];
	int first;
	int last;
	bool open;		/* first to last is not in the text yet */
	bool full;
};

void rtwatch_list_add(struct rtwatch_list *list, int cpu);
/* The text is whole now; false where it is empty. */
bool rtwatch_list_end(struct rtwatch_list *list);

/* What takes time to find, and so is found by a post's thread: see @detail. */
struct rtwatch_detail {
	u64 valid;		/* 1 << RTWATCH_INCIDENT_A_x */
	struct rtwatch_list donor_cpus;
	char wait_channel[RTWATCH_NAME_LEN];
	char lock[RTWATCH_NAME_LEN];
	char cgroup[RTWATCH_PATH_LEN];
	struct rtwatch_list holdout_cpus;
	u32 holdouts;
	struct rtwatch_task holdout;
	u64 gp_kthread_age_ns;
	u64 rcu_callbacks;

	/* Where they are set they go to the incident itself. */
	u32 cause;
	s32 cpu;		/* with cause only; -1: none */
	struct rtwatch_task culprit;
};

/**
 * struct rtwatch_sensor - one signal
 * @init: hooks it in. An error makes the sensor unavailable, not the module;
 *	it has written why into @reason. Process context, may sleep.
 * @exit: takes it out and waits for its last call. Only after a good @init.
 * @sample: adds its fields for @cpu. Runs in the tick of that CPU, or for a
 *	reader on another one: reads only, never waits.
 * @look: judges @cpu, or the machine where @global (@cpu is the slot then); the
 *	limits it is given are those of @limit, and it may widen them. Hard irq, any
 *	CPU, the log's lock is held. False: nothing is known.
 * @detail: adds what takes time to find to @out, which belongs to a copy of an
 *	active incident of its own; called about once a second while it lasts. A
 *	post's thread: may be preempted, waits for no other CPU. False: nothing.
 * @arm: takes its hook out (false) or back in, with what it knows of the time
 *	before forgotten; NULL: it has none. Process context, may wait for every CPU.
 * @trouble: why it does not work just now although it is available; NULL: it
 *	does. Any context.
 * @misses: what escapes it just now although it works, into @text; NULL: nothing
 *	ever does. Only while it is available. Any context. False: nothing.
 * @explain: adds evidence, cause and culprit to an incident of its own; called
 *	when it begins and while it lasts. Same context as @look.
 */
struct rtwatch_sensor {
	u32 id;
	const char *name;
	int (*init)(struct rtwatch_sensor *self);
	void (*exit)(void);
	void (*sample)(int cpu, u64 now, struct rtwatch_sample *s);
	bool (*look)(int cpu, u64 now, struct rtwatch_finding *f);
	void (*explain)(struct rtwatch_incident *inc);
	bool (*detail)(const struct rtwatch_incident *inc, struct rtwatch_detail *out);
	const char *(*trouble)(void);
	bool (*misses)(char *text, size_t len);
	int (*arm)(bool on);
	u32 limit;		/* enum rtwatch_config_attr; LATE begins at half of it */
	bool global;
	u8 slots;		/* of a machine-wide one; 0 means 1 */
	bool mild;		/* worth an incident when LATE; never STARVING */
	bool available;
	bool started;		/* init was good; exit is due */
	const char *disarmed;	/* why it was taken out; NULL: it was not */
	u64 needs;		/* private fields without which init is not tried: RTWATCH_FIELD_BIT() */
	u64 uses;		/* private fields without which it is poorer, and says so */
	const char *source;
	char reason[RTWATCH_REASON_LEN];
};

/* Indexed by enum rtwatch_sensor_id; rows without a name do not exist in this build. */
extern struct rtwatch_sensor rtwatch_sensors[RTWATCH_SENSOR_MAX + 1];

/* Those of them that take part in samples, NULL after the last; set before the first is started. */
extern struct rtwatch_sensor *rtwatch_samplers[RTWATCH_SENSOR_MAX + 2];

#define rtwatch_for_each_sensor(s)						\
	for ((s) = rtwatch_sensors; (s) <= rtwatch_sensors + RTWATCH_SENSOR_MAX; (s)++)	\
		if ((s)->name)

/* Set when the sensor is whole; may be cleared at any time by unload. Any context. */
static inline bool rtwatch_available(const struct rtwatch_sensor *s)
{
	return smp_load_acquire(&s->available); /* pairs with start_sensors() */
}

extern bool rtwatch_full;	/* the tier; written once at load */

/* Is it known when a task came to its CPU? Written before the first tick that we see. */
extern bool rtwatch_gaps_known;

int rtwatch_tick_init(struct rtwatch_sensor *self);
void rtwatch_tick_exit(void);
int rtwatch_tick_arm(bool on);
/* The patrol saw CPU time pass on some CPU: by our hook, or only by the kernel's account. */
void rtwatch_tick_seen(bool by_us);
const char *rtwatch_tick_trouble(void);
/* Ticks that the kernel did not show us, because another kprobe was being handled. */
u64 rtwatch_ticks_missed(void);

/* A consistent reading of the RT part; false where it could not be had. Any context. */
struct rtwatch_rt {
	u32 class;
	u64 rt_time;
	u64 dl_time;
	u64 streak_ns;
	u64 streak_start;
};

bool rtwatch_rt_read(int cpu, u64 now, struct rtwatch_rt *out);
/* Tells the class, the streak and the candidate of this CPU to a tick. Own CPU, irqs off. */
void rtwatch_rt_tick(struct rtwatch_hot *hot, u64 now);
/* Who is met most in the streak that began at @streak; false leaves @out alone. Any context. */
bool rtwatch_rt_candidate(int cpu, u64 streak, struct rtwatch_task *out);
/* Who lends the candidate @who its priority; false where nobody is known to. Any context. */
bool rtwatch_rt_booster(int cpu, const struct rtwatch_task *who, struct rtwatch_task *out);

int rtwatch_rt_init(struct rtwatch_sensor *self);
void rtwatch_rt_exit(void);
int rtwatch_rt_arm(bool on);
void rtwatch_rt_sample(int cpu, u64 now, struct rtwatch_sample *s);
bool rtwatch_rt_look(int cpu, u64 now, struct rtwatch_finding *f);
void rtwatch_rt_explain(struct rtwatch_incident *inc);
/* Who is met most in the streak that runs on @cpu. Any context. */
bool rtwatch_rt_culprit(int cpu, u64 now, struct rtwatch_task *out);
/* Is it who ran above the others on @cpu in the last streak, over by now or not? */
bool rtwatch_rt_was(int cpu, s32 pid);
bool rtwatch_rt_detail(const struct rtwatch_incident *inc, struct rtwatch_detail *out);
/* A CPU's run queue, NULL in the portable tier. Any context. */
const void *rtwatch_rq(int cpu);
/* Adds what the kernel allows real time on the incident's CPU. Any context. */
void rtwatch_rt_evidence(struct rtwatch_incident *inc);

struct rtwatch_fair_server {
	u64 runtime_ns;		/* 0: off */
	u64 period_ns;
	bool small;		/* less than what nobody notices */
};

int rtwatch_fair_server_init(struct rtwatch_sensor *self);
/* What it gives on @cpu; false where it cannot be told. Any context. */
bool rtwatch_fair_server_read(int cpu, struct rtwatch_fair_server *out);
void rtwatch_fair_server_state(int cpu, struct rtwatch_state *out);

/* Real time gives way to what is below it. In sched_switch, only then. Own CPU, irqs off. */
void rtwatch_throttle_switch(struct rtwatch_hot *hot, struct task_struct *prev, u64 now);
/* Something above SCHED_OTHER comes while hot->throttled. In sched_switch. Own CPU, irqs off. */
void rtwatch_throttle_enter(struct rtwatch_hot *hot, struct task_struct *next);

int rtwatch_rt_throttled_init(struct rtwatch_sensor *self);
const char *rtwatch_rt_throttled_trouble(void);
bool rtwatch_rt_throttled_look(int cpu, u64 now, struct rtwatch_finding *f);
void rtwatch_rt_throttled_explain(struct rtwatch_incident *inc);
/* A consistent copy; false where it could not be had. Any context. */
bool rtwatch_throttle_read(int cpu, struct rtwatch_throttle *out);
/* Is it because of @task that @cpu throttles these days? Any context. */
bool rtwatch_throttle_holds(int cpu, const struct task_struct *task);
/* Because of whom @cpu throttles in every period; false: it does not now. Any context. */
bool rtwatch_throttle_culprit(int cpu, u64 now, struct rtwatch_task *out);

int rtwatch_softlockup_init(struct rtwatch_sensor *self);
void rtwatch_softlockup_exit(void);
int rtwatch_softlockup_arm(bool on);
const char *rtwatch_softlockup_trouble(void);
void rtwatch_softlockup_sample(int cpu, u64 now, struct rtwatch_sample *s);
bool rtwatch_softlockup_look(int cpu, u64 now, struct rtwatch_finding *f);
void rtwatch_softlockup_explain(struct rtwatch_incident *inc);

int rtwatch_hardlockup_init(struct rtwatch_sensor *self);
void rtwatch_hardlockup_exit(void);
int rtwatch_hardlockup_arm(bool on);
void rtwatch_hardlockup_sample(int cpu, u64 now, struct rtwatch_sample *s);
bool rtwatch_hardlockup_look(int cpu, u64 now, struct rtwatch_finding *f);
void rtwatch_hardlockup_explain(struct rtwatch_incident *inc);

int rtwatch_rcu_init(struct rtwatch_sensor *self);
void rtwatch_rcu_sample(int cpu, u64 now, struct rtwatch_sample *s);
bool rtwatch_rcu_look(int cpu, u64 now, struct rtwatch_finding *f);
void rtwatch_rcu_explain(struct rtwatch_incident *inc);
bool rtwatch_rcu_detail(const struct rtwatch_incident *inc, struct rtwatch_detail *out);
void rtwatch_rcu_state(int cpu, struct rtwatch_state *out);

int rtwatch_hung_task_init(struct rtwatch_sensor *self);
void rtwatch_hung_task_exit(void);
bool rtwatch_hung_task_look(int slot, u64 now, struct rtwatch_finding *f);
void rtwatch_hung_task_explain(struct rtwatch_incident *inc);
bool rtwatch_hung_task_misses(char *text, size_t len);
/* Is it time for a scan? Any context. */
bool rtwatch_hung_task_due(u64 now);
/* A bounded part of one, if it is time. A post's thread. */
void rtwatch_hung_task_scan(void);

int rtwatch_cfs_bandwidth_init(struct rtwatch_sensor *self);
void rtwatch_cfs_bandwidth_exit(void);
int rtwatch_cfs_bandwidth_arm(bool on);
bool rtwatch_cfs_bandwidth_look(int slot, u64 now, struct rtwatch_finding *f);
void rtwatch_cfs_bandwidth_explain(struct rtwatch_incident *inc);
bool rtwatch_cfs_bandwidth_detail(const struct rtwatch_incident *inc, struct rtwatch_detail *out);
void rtwatch_cfs_bandwidth_state(int cpu, struct rtwatch_state *out);

int rtwatch_backtrace_init(struct rtwatch_sensor *self);
void rtwatch_backtrace_exit(void);
int rtwatch_victims_init(struct rtwatch_sensor *self);

#ifdef RTWATCH_DEBUG
int rtwatch_sim_init(struct rtwatch_sensor *self);
void rtwatch_sim_exit(void);
/* Process context. age_ns 0 ends it. */
int rtwatch_sim_set(int cpu, u32 type, u64 age_ns, s32 pid);
/* Replaces a finding where one is simulated. */
bool rtwatch_sim_look(int cpu, u32 sensor, struct rtwatch_finding *f);
void rtwatch_sim_explain(struct rtwatch_incident *inc);
#else
static inline bool rtwatch_sim_look(int cpu, u32 sensor, struct rtwatch_finding *f)
{
	return false;
}
static inline void rtwatch_sim_explain(struct rtwatch_incident *inc)
{
}
#endif

#endif /* RTWATCH_SENSOR_H */
