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
#include <linux/sched.h>
#include <linux/sched/prio.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <linux/rtwatch.h>

#include "clock.h"
#include "compat/compat.h"
#include "hot.h"
#include "ring.h"
#include "sensors/sensor.h"
#include "tasks.h"

#define RTWATCH_UNKNOWN		U64_MAX		/* of a value in nanoseconds */
#define RTWATCH_LOG_DEPTH	256		/* incidents remembered */
#define RTWATCH_STACK_NAMES_LEN	512		/* of a dozen frames in modules */
#define RTWATCH_POSTS		2		/* that patrol and deliver */

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
	u64 since_ns;			/* when it came to this CPU; 0: not known */
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
	u64 culprit_weight;	/* see rtwatch_incident_blame() */
	u64 blamed_ns;		/* until when its weight counts */
	struct rtwatch_task booster;
	u32 victims_total;
	u32 victims_count;
	struct rtwatch_task victims[RTWATCH_VICTIMS_MAX];
	struct rtwatch_stack stack;
};

/*
 * The log's lock guards incidents, watches and levels. Held for bounded work
 * with interrupts off. Ticks only try it, and so do the posts' timers unless
 * nobody has patrolled for too long.
 */
extern raw_spinlock_t rtwatch_log_lock;

struct rtwatch_victims;

int rtwatch_log_init(void);
void rtwatch_log_exit(void);
/* All with the lock held. NULL: the rate limit refused it. */
struct rtwatch_incident *rtwatch_incident_begin(u32 type, u32 sensor, int cpu, u64 start, u64 now);
struct rtwatch_incident *rtwatch_incident_find(u64 id);
/* The first active one behind @after_id, NULL: none. */
struct rtwatch_incident *rtwatch_incident_active(u64 after_id);
void rtwatch_incident_changed(struct rtwatch_incident *inc);
/*
 * @who did it for @weight more. The culprit is who did more than half of the whole,
 * in constant space (Boyer and Moore): who comes at the end does not get all of it.
 */
void rtwatch_incident_blame(struct rtwatch_incident *inc, const struct rtwatch_task *who,
			    u64 weight);
/*
 * Those of @v wait, too: where not all wait all the time, one look meets some of them.
 * True: there are more than were known.
 */
bool rtwatch_incident_suffers(struct rtwatch_incident *inc, const struct rtwatch_victims *v);
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
