/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rtwatch, inside: the types that its files share.
 *
 * tick -> sensors -> ring              (hard irq, this CPU, no lock)
 * patrol -> watches -> incident log    (hard irq, any CPU, trylock)
 * notifier -> victims, stacks, netlink (deadline thread, a housekeeping CPU)
 *
 * docs/architecture.md tells the whole way.
 */
#ifndef RTWATCH_H
#define RTWATCH_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/prio.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

#include <linux/rtwatch.h>

#include "compat/compat.h"
#include "ring.h"
#include "tasks.h"

#define RTWATCH_UNKNOWN		U64_MAX		/* of a value in nanoseconds */
#define RTWATCH_LOG_DEPTH	256		/* incidents remembered */
#define RTWATCH_LIST_LEN	64		/* of CPUs as text */
#define RTWATCH_NAME_LEN	64		/* of a symbol */
#define RTWATCH_STACK_NAMES_LEN	512		/* of a dozen frames in modules */
#define RTWATCH_PATH_LEN	128		/* of a cgroup's path */
#define RTWATCH_POSTS		2		/* that patrol and deliver */
#define RTWATCH_SLOTS		8		/* incidents of one machine-wide sensor at a time */

/* CLOCK_MONOTONIC, from any context, NMI included. */
static inline u64 rtwatch_now(void)
{
	return ktime_get_mono_fast_ns();
}

/* Stamps of another CPU may lie some nanoseconds ahead. */
static inline u64 rtwatch_since(u64 now, u64 then)
{
	return (s64)(now - then) > 0 ? now - then : 0;
}

/*
 * When the machine came back from a pause in which nobody looked: a guest that
 * was stopped, a debugger. Nothing before it counts. Written by the patrol.
 */
extern u64 rtwatch_resumed_ns;

/* How long something has been so since @then, pauses left out. Any context. */
static inline u64 rtwatch_age(u64 now, u64 then)
{
	u64 resumed = READ_ONCE(rtwatch_resumed_ns);

	return rtwatch_since(now, (s64)(then - resumed) > 0 ? then : resumed);
}

/* Identity of a task, copied while it was certainly alive. pid 0: nobody. */
struct rtwatch_task {
	s32 pid;
	s32 tgid;
	u32 policy;
	u32 prio;		/* rt_priority */
	u64 wait_ns;
	bool kthread;
	char comm[TASK_COMM_LEN];
};

void rtwatch_task_fill(struct rtwatch_task *out, struct task_struct *task);

/* ---- what we cost (cost.c) ---- */

/*
 * One hook on one CPU: written there, by that hook alone, read by anyone. Every
 * so many calls one is timed, so that the others pay for two instructions.
 */
struct rtwatch_cost {
	u32 until;		/* calls until one is timed; 0 only meanwhile */
	u32 window;		/* timed calls in this window, those over the budget, all of them */
	u32 window_over;
	u64 window_ns;
	u64 timed;
	u64 sum_ns;
	u64 max_ns;
};

/* ---- what the hooks of one CPU keep (sensors, tick.c) ---- */

struct rtwatch_hot {
	/*
	 * Written by sched_switch and the tick of this CPU, both with interrupts
	 * off; read by anyone, a bounded number of tries, through run_seq.
	 */
	seqcount_t run_seq;
	u32 class;		/* of the running task: enum rtwatch_class */
	u64 run_start;
	u64 rt_time;
	u64 dl_time;
	u64 streak_start;	/* 0: something below RT runs */

	/* Written by the tick of this CPU, read by anyone. */
	u64 tick_ns;
	u64 gap_ns;		/* longest time without a tick that was due, since load */
	u64 gap_sample_ns;	/* since the last sample */
	u64 gap_new_ns;		/* the last tick's, before steal time is known */
	u64 steal_ns;		/* as accounted when that tick came */
	u64 next_sample_ns;
	u32 flags;		/* RTWATCH_FLAG_USER, _IDLE, _RT at the last tick */

	/*
	 * Who is met most in this streak, by majority vote of the ticks. Written
	 * by the tick; read through vote_seq.
	 */
	seqcount_t vote_seq;
	u32 votes;
	u64 vote_streak;
	struct rtwatch_task candidate;
	struct rtwatch_task booster;	/* whose priority it has inherited; pid 0: it has its own */

	/* Written by the watchdog's own probes on this CPU. 0: never seen. */
	u64 softlockup_ns;
	u64 watchdog_ns;
	u64 watchdog_period_ns;

	/*
	 * Throttling in a row, see sensors/rt_throttled.c. Written by sched_switch
	 * of this CPU; read through throttle_seq.
	 */
	bool throttled;		/* told already; until real time runs again. This CPU's own */
	seqcount_t throttle_seq;
	struct rtwatch_throttle {
		u64 count;		/* since load */
		u64 row;		/* in this row */
		u64 first_ns;		/* when the row's first streak began */
		u64 last_ns;
		struct rtwatch_task who;
	} throttle;

	u64 switches;		/* between ordinary tasks; written by sched_switch */
	struct rtwatch_cost cost[RTWATCH_HOOK_MAX + 1];
	/* By our own timer, while that runs; written and read (in NMI) on this CPU. */
	struct pt_regs *interrupted;
	/* The patrol's work on this CPU; written there, interrupts off. */
	u64 patrol_rounds;
	u64 patrol_ticks;
	u64 patrol_timers;
};

enum rtwatch_class { RTWATCH_CLASS_BELOW, RTWATCH_CLASS_RT, RTWATCH_CLASS_DL };

DECLARE_PER_CPU(struct rtwatch_hot, rtwatch_hot);

void rtwatch_cost_init(void);
/* Times a call that began at @begun. Own CPU, preemption off. */
void rtwatch_cost_take(struct rtwatch_hot *hot, enum rtwatch_hook hook, u64 begun);

/* At the end of a hook. Own CPU, preemption off. */
static inline void rtwatch_cost_end(struct rtwatch_hot *hot, enum rtwatch_hook hook, u64 begun)
{
	if (unlikely(!--hot->cost[hook].until))
		rtwatch_cost_take(hot, hook, begun);
}

struct rtwatch_cost_reading {
	u64 calls;
	u64 timed;
	u64 time_ns;
	u64 max_ns;
};

/* Any context, waits for nobody. False: this hook was not called there. */
bool rtwatch_cost_read(int cpu, enum rtwatch_hook hook, struct rtwatch_cost_reading *out);

/* ---- hooks that take longer than they may (budget.c) ---- */

/* A hook's mean over some calls is beyond its budget: tells so. Any context. */
void rtwatch_budget_exceeded(enum rtwatch_hook hook, u64 mean_ns);
/* Is there something to take out or back in? Any context. */
bool rtwatch_budget_pending(void);
/* Has it done, by a worker, which may wait for every CPU. A post's thread. */
void rtwatch_budget_act(void);
/* Disarmed hooks are armed again, soon. Process context. */
void rtwatch_budget_rearm(void);
/* No worker any more; before the sensors are stopped. */
void rtwatch_budget_exit(void);

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
/* Real time gives way to what is below it. In sched_switch, only then. Own CPU, irqs off. */
void rtwatch_throttle_switch(struct rtwatch_hot *hot, struct task_struct *prev, u64 now);
/* Something above SCHED_OTHER comes while hot->throttled. In sched_switch. Own CPU, irqs off. */
void rtwatch_throttle_enter(struct rtwatch_hot *hot, struct task_struct *next);
/* A CPU that comes online starts with a clean sheet. Own CPU, irqs off. */
void rtwatch_hot_reset(struct rtwatch_hot *hot, u64 now);

/* ---- sensors: one file each, one row in main.c ---- */

struct rtwatch_incident;

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
 * @look: judges @cpu, or the machine where @global (@cpu is the slot then); the limits it is given are
 *	those of @limit, and it may widen them. Hard irq, any CPU, the log's lock
 *	is held. False: nothing is known.
 * @detail: adds what takes time to find to @out, which belongs to a copy of an
 *	active incident of its own; called about once a second while it lasts. A
 *	post's thread: may be preempted, waits for no other CPU. False: nothing.
 * @arm: takes its hook out (false) or back in, with what it knows of the time
 *	before forgotten; NULL: it has none. Process context, may wait for every CPU.
 * @trouble: why it does not work just now although it is available; NULL: it
 *	does. Any context.
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
	char reason[96];
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

int rtwatch_tick_init(struct rtwatch_sensor *self);
void rtwatch_tick_exit(void);
int rtwatch_tick_arm(bool on);
/* The patrol saw CPU time pass on some CPU: by our hook, or only by the kernel's account. */
void rtwatch_tick_seen(bool by_us);
const char *rtwatch_tick_trouble(void);
/* Ticks that the kernel did not show us, because another kprobe was being handled. */
u64 rtwatch_ticks_missed(void);

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
struct rtwatch_state;
void rtwatch_fair_server_state(int cpu, struct rtwatch_state *out);

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
struct rtwatch_state;
void rtwatch_rcu_state(int cpu, struct rtwatch_state *out);

int rtwatch_hung_task_init(struct rtwatch_sensor *self);
void rtwatch_hung_task_exit(void);
bool rtwatch_hung_task_look(int slot, u64 now, struct rtwatch_finding *f);
void rtwatch_hung_task_explain(struct rtwatch_incident *inc);
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
struct rtwatch_state;
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

/* ---- CPUs (cpu.c) ---- */

/* How one sensor has judged one CPU so far. Under the log's lock. */
struct rtwatch_watch {
	u32 level;
	u64 bad_ns;		/* last time the level was reached */
	u64 incident;		/* id of the one that is active, 0: none */
};

struct rtwatch_cpu {
	/* Set when the CPU first came online; the ring stays until unload. */
	struct rtwatch_ring *ring;
	bool seen;

	/* Under the log's lock: signs of life, see hardlockup.c. */
	u64 life_ns;
	u64 life_tick;
	u64 life_acct;
	u64 life_idle_us;
	u64 stuck_ns;

	/* Under the log's lock. */
	struct rtwatch_watch watch[RTWATCH_SENSOR_MAX + 1];
	u32 level;
	u32 level_sent;
	u64 level_since;

	/* Under the log's lock: the last scan for victims. */
	u64 scan_ns;
	bool scan_due;		/* an incident has just begun */
	u32 scans;		/* in a row that found nobody, at this level */
	u32 victims_total;
	struct rtwatch_task worst;
};

extern struct rtwatch_cpu *rtwatch_cpus;	/* nr_cpu_ids of them */

int rtwatch_cpus_init(u32 ring_depth);
void rtwatch_cpus_exit(void);

/* All that is known of one CPU at one time. */
struct rtwatch_state {
	struct rtwatch_sample s;
	u64 level_since_ns;
	u32 rt_share_1s_ppm;
	u32 rt_share_10s_ppm;
	u64 tick_age_ns;
	u64 stuck_ns;
	u64 samples_pushed;
	u32 victims_total;
	u32 dl_share_1s_ppm;
	u32 dl_share_10s_ppm;
	u64 rt_throttled_count;
	u64 cfs_timer_runs;
	u64 cfs_timer_max_ns;
	u64 cfs_timer_over[3];	/* 100 us, 1 ms, 10 ms */
	u64 rcu_callbacks;
	struct rtwatch_fair_server fair_server;
	u64 steal_time_ns;
	struct rtwatch_task culprit;
	struct rtwatch_task worst_victim;
};

/*
 * @now: of this moment, so no longer ago than the caller could be kept from running.
 * Takes the log's lock shortly, waits for no other CPU.
 */
void rtwatch_state_read(int cpu, u64 now, struct rtwatch_state *out);
/* Runs every available sensor's @sample. */
void rtwatch_sample_fill(int cpu, u64 now, struct rtwatch_sample *s);

/* ---- incidents (incident.c) ---- */

struct rtwatch_stack {
	struct rtwatch_task task;	/* who was met */
	u64 since_ns;			/* when it came to this CPU */
	u32 kernel;			/* frames in ip[] */
	u32 user;			/* frames behind them */
	u64 ip[RTWATCH_FRAMES_MAX];
	u64 named;			/* bit n: names[] has frame n, see frames.c */
	char names[RTWATCH_STACK_NAMES_LEN];	/* one behind the other, each ends with NUL */
};

struct rtwatch_incident {
	u64 id;
	u32 revision;
	u32 sent;		/* the revision that was delivered last */
	u32 type;
	u32 sensor;
	s32 cpu;		/* -1: none */
	u32 slot;		/* of a machine-wide sensor */
	u32 level;
	u32 cause;
	bool active;
	u64 start_ns;
	u64 detected_ns;
	u64 changed_ns;		/* when the revision grew */
	u64 end_ns;
	u64 start_realtime_ns;
	u64 peak_ns;
	u64 valid;		/* 1 << RTWATCH_INCIDENT_A_x of the evidence below */
	u64 rq_rt_runtime_ns;
	u64 rt_runtime_ns;
	u64 rt_period_ns;
	u64 fair_server_runtime_ns;
	u64 fair_server_period_ns;
	u64 gp_seq;
	u32 events;
	u32 queues;
	u64 periods;
	u64 throttled_periods;
	u64 throttled_time_ns;
	u64 events_before;	/* the sensor's own count when it began */
	u32 hook;		/* enum rtwatch_hook */
	u64 hook_mean_ns;
	u64 budget_ns;
	u64 detail_ns;		/* when the detail was looked for last */
	struct rtwatch_detail detail;
	struct rtwatch_task culprit;
	struct rtwatch_task booster;
	u32 victims_total;
	u32 victims_count;
	struct rtwatch_task victims[RTWATCH_VICTIMS_MAX];
	struct rtwatch_stack stack;
};

/*
 * The log's lock guards incidents, watches and levels. Held for bounded work
 * with interrupts off; the tick and the patrol only try it.
 */
extern raw_spinlock_t rtwatch_log_lock;

int rtwatch_log_init(void);
void rtwatch_log_exit(void);
/* All with the lock held. NULL: the rate limit refused it. */
struct rtwatch_incident *rtwatch_incident_begin(u32 type, u32 sensor, int cpu, u64 start, u64 now);
struct rtwatch_incident *rtwatch_incident_find(u64 id);
/* The first active one behind @after_id, NULL: none. */
struct rtwatch_incident *rtwatch_incident_active(u64 after_id);
void rtwatch_incident_changed(struct rtwatch_incident *inc);
/*
 * Takes the lock. The first incident behind @after_id (that lasts, where @active);
 * adds to @lost what is gone.
 */
bool rtwatch_incident_next(u64 after_id, bool active, struct rtwatch_incident *out, u64 *lost);
/* Takes the lock. One that has not been delivered as it is now, marked as delivered. */
bool rtwatch_incident_undelivered(struct rtwatch_incident *out);
/* Grows with every change that is worth a message. Any context. */
u64 rtwatch_news(void);
void rtwatch_news_add(void);

/* ---- patrol (patrol.c) ---- */

int rtwatch_patrol_init(void);
void rtwatch_patrol_exit(void);
/* In the tick: looks at a few CPUs when a round is due. Irqs off. */
void rtwatch_patrol_tick(struct rtwatch_hot *hot, u64 now);
/* Keeps both posts on housekeeping CPUs; @leaving is going offline (-1: none). Sleeps. */
void rtwatch_posts_refresh(int leaving);
/* Does this sensor find that CPU late or worse at this moment? The log's lock is held. */
bool rtwatch_is_bad(int cpu, const struct rtwatch_sensor *sensor, u64 now);
/* CPUs whose waiting tasks are worth a scan. */
extern cpumask_var_t rtwatch_suspects;

/* ---- delivery (notify.c), victims.c, backtrace.c ---- */

struct rtwatch_notifier;

struct rtwatch_notifier *rtwatch_notifier_alloc(void);
void rtwatch_notifier_free(struct rtwatch_notifier *n);
/* One round of slow work in a post's thread. False: another post is delivering. */
bool rtwatch_notifier_round(struct rtwatch_notifier *n);

struct rtwatch_victims {
	u32 total;
	u32 count;
	struct rtwatch_task task[RTWATCH_VICTIMS_MAX];	/* longest wait first */
};

/* Adds one who waits; keeps the longest waits, sorted. */
void rtwatch_victims_add(struct rtwatch_victims *v, struct task_struct *task, u64 wait);
/* Fills @v (one a CPU) for the CPUs of @mask. Sleeps between bounded steps. */
void rtwatch_victims_scan(const struct cpumask *mask, struct rtwatch_victims *v);

/**
 * rtwatch_backtrace - the stack of what runs on a CPU now
 *
 * Process context, sleeps up to 200 ms. One at a time.
 * Return: 0, -ENXIO (not online), -EBUSY (another one runs), -ETIMEDOUT (the
 * CPU does not answer even an NMI), -EOPNOTSUPP.
 */
int rtwatch_backtrace(int cpu, struct rtwatch_stack *out);

/* ---- text of frames (frames.c) ---- */

/* symbol+offset/size [module], "?" where there is none; KSYM_SYMBOL_LEN of room. Its length. */
size_t rtwatch_symbol(char *text, unsigned long ip);
/* Keeps the names of its frames in modules as they are now. Process context. */
void rtwatch_stack_name(struct rtwatch_stack *stack);

/* ---- settings (config.c) ---- */

struct rtwatch_config {
	u32 set;		/* 1 << RTWATCH_CONFIG_x of those to change */
	u32 value[RTWATCH_CONFIG_MAX + 1];
};

/* As set, in the unit of its name. Any context. */
u32 rtwatch_config_ms(enum rtwatch_config_attr which);
#define rtwatch_config_us(which)	((u64)rtwatch_config_ms(which))
#define rtwatch_budget_ns()		((u64)rtwatch_config_ms(RTWATCH_CONFIG_BUDGET_NS))
static inline u64 rtwatch_config_ns(enum rtwatch_config_attr which)
{
	return (u64)rtwatch_config_ms(which) * NSEC_PER_MSEC;
}
void rtwatch_config_init(u32 sample_interval_ms, u32 budget_ns);
void rtwatch_config_get(struct rtwatch_config *out);
/* Takes those values of @in that are to be changed; process context. */
void rtwatch_config_set(const struct rtwatch_config *in);
/* The allowed range of one value, in the unit of its name. */
void rtwatch_config_range(enum rtwatch_config_attr which, u32 *min, u32 *max);

/* ---- counters, for RTWATCH_CMD_INFO_GET ---- */

struct rtwatch_counters {
	atomic64_t incidents_lost;
	atomic64_t incidents_suppressed;
	atomic64_t ntf_sent;
	atomic64_t ntf_failed;
	atomic64_t patrol_rounds;
	atomic64_t pauses;
	atomic64_t paused_ns;
	atomic_t notifiers;
	atomic_t notifier_policy;
};

extern struct rtwatch_counters rtwatch_counters;
extern u64 rtwatch_loaded_ns;
extern u32 rtwatch_ring_depth;
/* Incidents since load. */
u64 rtwatch_incidents_total(void);
/* What the log holds now, and how many of these last. Takes the lock. */
void rtwatch_log_use(u32 *used, u32 *active);
/* Bytes that the module takes: its own, and what it has allocated. */
u64 rtwatch_memory(void);
u64 rtwatch_log_bytes(void);
u64 rtwatch_notifier_bytes(void);
/* CPU time of the posts' threads; false where it cannot be told just now. */
bool rtwatch_posts_time(u64 *ns);

/* ---- netlink.c: nothing else knows how messages are made ---- */

/* Claims the family's name, and refuses requests until the second call. */
int rtwatch_netlink_init(void);
void rtwatch_netlink_open(void);
void rtwatch_netlink_exit(void);
/* 0, or -errno when it could not be built; nobody listening is fine. Any thread. */
int rtwatch_netlink_incident(const struct rtwatch_incident *inc);
int rtwatch_netlink_level(int cpu, u32 level, u64 since);

#endif
