/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * rtwatch - which CPU is starved, since when, by whom
 *
 * The contract between the rtwatch kernel module and user space: generic
 * netlink, family "rtwatch", version 1. docs/rtwatch.yaml states the same in
 * the kernel's genetlink spec style; `make check` compares the two.
 *
 * Requests
 * --------
 * INFO_GET      do    -> RTWATCH_A_INFO_*: module, tier, counters.
 * SENSOR_GET    dump  -> one message a sensor, RTWATCH_A_SENSOR.
 * CPU_GET       do    <- RTWATCH_A_CPU. dump: every possible CPU that was
 *                        ever online. One RTWATCH_A_CPU_STATE a message.
 * SAMPLE_GET    dump  <- optional RTWATCH_A_CPU, RTWATCH_A_SENSOR_ID,
 *                        RTWATCH_A_AFTER_SEQ (sequence numbers are per CPU).
 *                     -> RTWATCH_A_CPU, RTWATCH_A_LOST and as many
 *                        RTWATCH_A_SAMPLE as fit, oldest first. One CPU a
 *                        message. LOST counts the samples after AFTER_SEQ
 *                        (0: since load) that were overwritten before they
 *                        could be read, once: received + lost = pushed.
 * INCIDENT_GET  do    <- RTWATCH_A_INCIDENT_ID. dump <- optional
 *                        RTWATCH_A_AFTER_ID and RTWATCH_A_ACTIVE (only those
 *                        that last). Oldest first; RTWATCH_A_LOST counts what
 *                        the log overwrote (with ACTIVE: 0, for what lasts
 *                        and was overwritten begins anew).
 * CONFIG_GET    do    -> RTWATCH_A_CONFIG.
 * CONFIG_SET    do    <- RTWATCH_A_CONFIG with the values to change, all of
 *                        them or none is taken. -> RTWATCH_A_CONFIG, the new
 *                        state. With BUDGET_NS among them, hooks that have
 *                        disarmed themselves are armed again, soon after.
 * STAT_GET      dump  -> what rtwatch itself costs: one message a CPU that was
 *                        ever online, RTWATCH_A_STAT.
 * BACKTRACE     do    <- RTWATCH_A_CPU -> RTWATCH_A_CPU, RTWATCH_A_TASK (who
 *                        was met there) and RTWATCH_A_FRAME, innermost first.
 * SIM_SET       do    <- RTWATCH_A_CPU, RTWATCH_A_SIM. Debug builds only.
 *
 * Notifications
 * -------------
 * INCIDENT_NTF to group "incidents" (its listeners need CAP_SYS_ADMIN or
 * CAP_NET_ADMIN, as the kernel allows): RTWATCH_A_NTF_SEQ, RTWATCH_A_INCIDENT;
 * once when it begins, whenever its level or its victims change (at most
 * once a second), and once when it ends.
 * LEVEL_NTF to group "levels" (open to all): RTWATCH_A_NTF_SEQ,
 * RTWATCH_A_CPU_STATE with CPU, LEVEL and LEVEL_SINCE_NS only.
 * Each group counts its own NTF_SEQ; a gap is a loss.
 *
 * Permissions
 * -----------
 * Everyone sees ages and levels. Names and numbers of tasks, stacks and
 * BACKTRACE need CAP_PERFMON or CAP_SYS_ADMIN: without them the dumps leave
 * out what names a task, and BACKTRACE answers EPERM. CONFIG_SET and SIM_SET
 * need CAP_SYS_ADMIN. The family lives in the initial network namespace.
 *
 * Conventions
 * -----------
 * Times are CLOCK_MONOTONIC nanoseconds (no progress in suspend) unless the
 * name says otherwise. An age is now minus the last good time, computed when
 * it is read. What is not known is left out, never zero. Every refusal
 * carries a text in the extended acknowledgement. Append only.
 */
#ifndef _UAPI_LINUX_RTWATCH_H
#define _UAPI_LINUX_RTWATCH_H

#include <linux/types.h>

#define RTWATCH_GENL_NAME		"rtwatch"
#define RTWATCH_GENL_VERSION		1
/* Grows when something is appended; a reader may rely on what it knew before. */
#define RTWATCH_ABI			4
#define RTWATCH_GENL_GROUP_INCIDENTS	"incidents"
#define RTWATCH_GENL_GROUP_LEVELS	"levels"

/* Victims named in one incident; RTWATCH_INCIDENT_VICTIMS_TOTAL counts all. */
#define RTWATCH_VICTIMS_MAX		16
/* Frames in one stack: kernel frames, then user frames. */
#define RTWATCH_FRAMES_MAX		48

enum rtwatch_cmd {
	RTWATCH_CMD_UNSPEC,
	RTWATCH_CMD_INFO_GET,
	RTWATCH_CMD_SENSOR_GET,
	RTWATCH_CMD_CPU_GET,
	RTWATCH_CMD_SAMPLE_GET,
	RTWATCH_CMD_INCIDENT_GET,
	RTWATCH_CMD_INCIDENT_NTF,
	RTWATCH_CMD_LEVEL_NTF,
	RTWATCH_CMD_CONFIG_GET,
	RTWATCH_CMD_CONFIG_SET,
	RTWATCH_CMD_BACKTRACE,
	RTWATCH_CMD_SIM_SET,
	RTWATCH_CMD_STAT_GET,

	__RTWATCH_CMD_MAX,
	RTWATCH_CMD_MAX = __RTWATCH_CMD_MAX - 1
};

/* How bad it is on one CPU. */
enum rtwatch_level {
	RTWATCH_LEVEL_OK,
	RTWATCH_LEVEL_LATE,	/* beyond half of a threshold, or nobody waits */
	RTWATCH_LEVEL_STARVING,	/* beyond a threshold, and somebody suffers */
};

/* Where private kernel data comes from. */
enum rtwatch_tier {
	RTWATCH_TIER_PORTABLE,	/* exported interfaces and probes only */
	RTWATCH_TIER_FULL,	/* also private fields, their layout checked */
};

enum rtwatch_sensor_id {
	RTWATCH_SENSOR_UNSPEC,
	RTWATCH_SENSOR_TICK,		/* the hook itself: is there a tick */
	RTWATCH_SENSOR_RT,		/* who runs above SCHED_OTHER, how long */
	RTWATCH_SENSOR_SOFTLOCKUP,	/* watchdog_touch_ts freshness */
	RTWATCH_SENSOR_HARDLOCKUP,	/* hrtimer_interrupts freshness */
	RTWATCH_SENSOR_RCU,		/* grace-period number and age */
	RTWATCH_SENSOR_VICTIMS,		/* the scan for waiting tasks */
	RTWATCH_SENSOR_BACKTRACE,	/* stacks of CPUs by NMI */
	RTWATCH_SENSOR_SIM,		/* debug builds: values from SIM_SET */
	RTWATCH_SENSOR_HUNG_TASK,	/* tasks in D state */
	RTWATCH_SENSOR_CFS_BANDWIDTH,	/* the bandwidth timer */
	RTWATCH_SENSOR_RT_THROTTLED,	/* real-time throttling as an event */
	RTWATCH_SENSOR_FAIR_SERVER,	/* what the fair server gives the rest */

	__RTWATCH_SENSOR_MAX,
	RTWATCH_SENSOR_MAX = __RTWATCH_SENSOR_MAX - 1
};

enum rtwatch_incident_type {
	RTWATCH_INCIDENT_UNSPEC,
	RTWATCH_INCIDENT_RT_STARVATION,
	RTWATCH_INCIDENT_RT_THROTTLED,
	RTWATCH_INCIDENT_SOFT_LOCKUP,	/* preemption off, ticks arrive */
	RTWATCH_INCIDENT_HARD_LOCKUP,	/* irqs off beyond the hard threshold */
	RTWATCH_INCIDENT_IRQS_OFF,	/* no tick although not idle */
	RTWATCH_INCIDENT_RCU_STALL,
	RTWATCH_INCIDENT_HUNG_TASK,
	RTWATCH_INCIDENT_CFS_BANDWIDTH,
	RTWATCH_INCIDENT_HOOK_DISARMED,	/* a hook of ours took longer than BUDGET_NS */

	__RTWATCH_INCIDENT_MAX,
	RTWATCH_INCIDENT_MAX = __RTWATCH_INCIDENT_MAX - 1
};

/* Why the kernel's own protection did not help. */
enum rtwatch_cause {
	RTWATCH_CAUSE_UNKNOWN,
	RTWATCH_CAUSE_RT_UNLIMITED,	/* sched_rt_runtime_us is -1 */
	RTWATCH_CAUSE_RT_RUNTIME_SHARE,	/* runtime borrowed from other CPUs */
	RTWATCH_CAUSE_RT_THROTTLED,	/* throttling works; the rest is too little */
	RTWATCH_CAUSE_FAIR_SERVER_OFF,	/* the fair server has no runtime */
	RTWATCH_CAUSE_RT_FULL_PERIOD,	/* sched_rt_runtime_us = sched_rt_period_us */
	RTWATCH_CAUSE_IRQS_OFF,
	RTWATCH_CAUSE_PREEMPT_OFF,
	RTWATCH_CAUSE_DEADLINE,		/* a deadline task: throttling does not hold those */
	RTWATCH_CAUSE_LOCK_HELD,	/* somebody holds the lock */
	RTWATCH_CAUSE_IO_WAIT,		/* I/O does not end */
	RTWATCH_CAUSE_BANDWIDTH_STORM,	/* one run serves many throttled run queues */
	RTWATCH_CAUSE_READER_PREEMPTED,	/* an RCU reader that does not get to run */
	RTWATCH_CAUSE_GP_KTHREAD_STARVED, /* RCU's own thread does not get to run */
	RTWATCH_CAUSE_RCU_READER,	/* an RCU reader that does not leave */
	RTWATCH_CAUSE_FAIR_SERVER_SMALL, /* the fair server gives too little, or too seldom */
	RTWATCH_CAUSE_PI_BOOSTED,	/* an ordinary task that has inherited a real-time priority */
	RTWATCH_CAUSE_RT_OUTRANKS,	/* who waits is real-time too, of no higher priority */

	__RTWATCH_CAUSE_MAX,
	RTWATCH_CAUSE_MAX = __RTWATCH_CAUSE_MAX - 1
};

/* Where the kernel calls us, and what we time of it. */
enum rtwatch_hook {
	RTWATCH_HOOK_UNSPEC,
	RTWATCH_HOOK_TICK,		/* kprobe on update_process_times */
	RTWATCH_HOOK_SWITCH,		/* sched_switch between ordinary tasks: counted, not timed */
	RTWATCH_HOOK_SWITCH_RT,		/* sched_switch from or to a task above SCHED_OTHER */
	RTWATCH_HOOK_SOFTLOCKUP,	/* kprobe on softlockup_fn */
	RTWATCH_HOOK_WATCHDOG,		/* kprobe on watchdog_timer_fn */
	RTWATCH_HOOK_CFS_TIMER,		/* kretprobe on sched_cfs_period_timer */
	RTWATCH_HOOK_PATROL,		/* the patrol's own timer; it has no budget */

	__RTWATCH_HOOK_MAX,
	RTWATCH_HOOK_MAX = __RTWATCH_HOOK_MAX - 1
};

/* Attributes of messages. */
enum rtwatch_attr {
	RTWATCH_A_UNSPEC,
	RTWATCH_A_PAD,
	RTWATCH_A_CPU,			/* u32 */
	RTWATCH_A_SENSOR_ID,		/* u32, enum rtwatch_sensor_id */
	RTWATCH_A_AFTER_SEQ,		/* u64, samples with a larger SEQ only */
	RTWATCH_A_AFTER_ID,		/* u64, incidents with a larger ID only */
	RTWATCH_A_INCIDENT_ID,		/* u64 */
	RTWATCH_A_LOST,			/* u64 */
	RTWATCH_A_NTF_SEQ,		/* u64, counts the messages of the group, from 1 */
	RTWATCH_A_TIME_NS,		/* u64, when the answer was made */
	RTWATCH_A_INFO,			/* nest, enum rtwatch_info_attr */
	RTWATCH_A_SENSOR,		/* nest, enum rtwatch_sensor_attr */
	RTWATCH_A_CPU_STATE,		/* nest, enum rtwatch_field */
	RTWATCH_A_SAMPLE,		/* nest, multi, enum rtwatch_field */
	RTWATCH_A_INCIDENT,		/* nest, enum rtwatch_incident_attr */
	RTWATCH_A_CONFIG,		/* nest, enum rtwatch_config_attr */
	RTWATCH_A_TASK,			/* nest, enum rtwatch_task_attr */
	RTWATCH_A_FRAME,		/* nest, multi, enum rtwatch_frame_attr */
	RTWATCH_A_SIM,			/* nest, enum rtwatch_sim_attr */
	RTWATCH_A_ACTIVE,		/* flag, incidents that last only */
	RTWATCH_A_STAT,			/* nest, enum rtwatch_stat_attr */

	__RTWATCH_A_MAX,
	RTWATCH_A_MAX = __RTWATCH_A_MAX - 1
};

enum rtwatch_info_attr {
	RTWATCH_INFO_UNSPEC,
	RTWATCH_INFO_PAD,
	RTWATCH_INFO_VERSION,		/* string, the module's version */
	RTWATCH_INFO_ABI,		/* u32, RTWATCH_ABI of the module */
	RTWATCH_INFO_TIER,		/* u32, enum rtwatch_tier */
	RTWATCH_INFO_DEBUG,		/* flag, has SIM_SET */
	RTWATCH_INFO_CPUS_POSSIBLE,	/* u32 */
	RTWATCH_INFO_CPUS_ONLINE,	/* u32 */
	RTWATCH_INFO_RING_DEPTH,	/* u32, samples a CPU */
	RTWATCH_INFO_RING_BYTES,	/* u64, memory of one CPU's ring */
	RTWATCH_INFO_INCIDENTS_TOTAL,	/* u64, since load */
	RTWATCH_INFO_INCIDENTS_LOST,	/* u64, overwritten in the log */
	RTWATCH_INFO_INCIDENTS_SUPPRESSED, /* u64, refused by the rate limit */
	RTWATCH_INFO_NTF_SENT,		/* u64, notifications sent */
	RTWATCH_INFO_NTF_FAILED,	/* u64, could not be built or sent */
	RTWATCH_INFO_NOTIFIERS,		/* u32, delivery threads that run */
	RTWATCH_INFO_NOTIFIER_POLICY,	/* u32, SCHED_* of these threads */
	RTWATCH_INFO_TICKS_MISSED,	/* u64, ticks the kernel did not show us */
	RTWATCH_INFO_PATROL_ROUNDS,	/* u64 */
	RTWATCH_INFO_LOADED_NS,		/* u64, when the module was loaded */
	RTWATCH_INFO_PAUSES,		/* u64, times that the whole machine stood still since load */
	RTWATCH_INFO_PAUSED_NS,		/* u64, how long in all; no age counts it */
	RTWATCH_INFO_LOG_DEPTH,		/* u32, incidents that the log holds at most */
	RTWATCH_INFO_LOG_USED,		/* u32, that it holds now */
	RTWATCH_INFO_INCIDENTS_ACTIVE,	/* u32, those of them that last */
	RTWATCH_INFO_MEMORY_BYTES,	/* u64, of the module: code, data, rings, log */
	RTWATCH_INFO_NOTIFIER_TIME_NS,	/* u64, CPU time of the delivery threads that run */

	__RTWATCH_INFO_MAX,
	RTWATCH_INFO_MAX = __RTWATCH_INFO_MAX - 1
};

enum rtwatch_sensor_attr {
	RTWATCH_SENSOR_A_UNSPEC,
	RTWATCH_SENSOR_A_ID,		/* u32, enum rtwatch_sensor_id */
	RTWATCH_SENSOR_A_NAME,		/* string */
	RTWATCH_SENSOR_A_AVAILABLE,	/* flag */
	RTWATCH_SENSOR_A_SOURCE,	/* string, where its readings come from */
	RTWATCH_SENSOR_A_REASON,	/* string, what is missing and why, or escapes it now */

	__RTWATCH_SENSOR_A_MAX,
	RTWATCH_SENSOR_A_MAX = __RTWATCH_SENSOR_A_MAX - 1
};

/*
 * What is known of one CPU at one time. A sample carries those that the tick
 * recorded, CPU_STATE all that are known now.
 */
enum rtwatch_field {
	RTWATCH_F_UNSPEC,
	RTWATCH_F_PAD,
	RTWATCH_F_CPU,			/* u32 */
	RTWATCH_F_SEQ,			/* u64, of a sample: per CPU, from 1, no gaps */
	RTWATCH_F_TIME_NS,		/* u64 */
	RTWATCH_F_FLAGS,		/* u32, RTWATCH_FLAG_* */
	RTWATCH_F_LEVEL,		/* u32, enum rtwatch_level */
	RTWATCH_F_LEVEL_SINCE_NS,	/* u64 */
	RTWATCH_F_RT_TIME_NS,		/* u64, FIFO and RR run time since load */
	RTWATCH_F_DL_TIME_NS,		/* u64, deadline run time since load */
	RTWATCH_F_STREAK_NS,		/* u64, nothing below RT ran for so long; 0: it runs */
	RTWATCH_F_RT_SHARE_1S_PPM,	/* u32, 0..1000000, FIFO and RR, last second */
	RTWATCH_F_RT_SHARE_10S_PPM,	/* u32, 0..1000000, last ten seconds */
	RTWATCH_F_TICK_AGE_NS,		/* u64, since the last tick (grows in idle) */
	RTWATCH_F_STUCK_NS,		/* u64, without a tick although not idle; steps of a patrol */
	RTWATCH_F_TICK_GAP_NS,		/* u64, longest such gap since load, in a sample since the last */
	RTWATCH_F_TOUCH_AGE_NS,		/* u64, watchdog_touch_ts: steps of 2^30 ns, moves each 2/5 watchdog_thresh */
	RTWATCH_F_HRTIMER_AGE_NS,	/* u64, hrtimer_interrupts: moves each 2/5 watchdog_thresh */
	RTWATCH_F_GP_SEQ,		/* u64, rcu_get_gp_seq(): the low two bits are the state */
	RTWATCH_F_GP_AGE_NS,		/* u64, of the grace period in progress; 0: none */
	RTWATCH_F_RQ_RT_TIME_NS,	/* u64, rt_rq.rt_time: used in this period */
	RTWATCH_F_RQ_RT_RUNTIME_NS,	/* u64, rt_rq.rt_runtime: allowed in a period; ~0: no limit */
	RTWATCH_F_NR_RUNNING,		/* u32, runnable tasks */
	RTWATCH_F_RT_NR_RUNNING,	/* u32, FIFO and RR among them */
	RTWATCH_F_CULPRIT_PID,		/* s32, identity */
	RTWATCH_F_CULPRIT,		/* nest, enum rtwatch_task_attr, identity */
	RTWATCH_F_WORST_VICTIM,		/* nest, enum rtwatch_task_attr, identity */
	RTWATCH_F_VICTIMS_TOTAL,	/* u32, in the last scan */
	RTWATCH_F_SAMPLES_PUSHED,	/* u64, samples recorded since load */
	RTWATCH_F_DL_SHARE_1S_PPM,	/* u32, 0..1000000, deadline tasks, last second */
	RTWATCH_F_DL_SHARE_10S_PPM,	/* u32, 0..1000000, last ten seconds */
	RTWATCH_F_RT_THROTTLED_COUNT,	/* u64, times that the kernel throttled FIFO and RR since load */
	RTWATCH_F_FAIR_SERVER_RUNTIME_NS, /* u64, what the fair server gives in a period; 0: it is off */
	RTWATCH_F_FAIR_SERVER_PERIOD_NS, /* u64 */
	RTWATCH_F_CFS_TIMER_RUNS,	/* u64, of the bandwidth timer since load */
	RTWATCH_F_CFS_TIMER_MAX_NS,	/* u64, the longest of them */
	RTWATCH_F_CFS_TIMER_OVER_100US,	/* u64, those that took so long or longer */
	RTWATCH_F_CFS_TIMER_OVER_1MS,	/* u64 */
	RTWATCH_F_CFS_TIMER_OVER_10MS,	/* u64 */
	RTWATCH_F_STEAL_TIME_NS,	/* u64, that the host took from this CPU since boot, as the kernel knows it */
	RTWATCH_F_RCU_CALLBACKS,	/* u64, queued on this CPU */

	__RTWATCH_F_MAX,
	RTWATCH_F_MAX = __RTWATCH_F_MAX - 1
};

#define RTWATCH_FLAG_ONLINE		(1U << 0)
#define RTWATCH_FLAG_USER		(1U << 1)	/* the tick interrupted user mode */
#define RTWATCH_FLAG_IDLE		(1U << 2)	/* the idle task was current */
#define RTWATCH_FLAG_RT			(1U << 3)	/* a task above SCHED_OTHER was current */
#define RTWATCH_FLAG_RT_THROTTLED	(1U << 4)	/* rt_rq.rt_throttled */
#define RTWATCH_FLAG_TOUCHED		(1U << 5)	/* watchdog pardoned, age not known */
#define RTWATCH_FLAG_NOHZ_FULL		(1U << 6)	/* stopped ticks mean nothing here */
#define RTWATCH_FLAG_FAIR_SERVER	(1U << 7)	/* the fair server is active */

enum rtwatch_task_attr {
	RTWATCH_TASK_UNSPEC,
	RTWATCH_TASK_PAD,
	RTWATCH_TASK_PID,		/* s32, thread id in the initial namespace */
	RTWATCH_TASK_TGID,		/* s32 */
	RTWATCH_TASK_COMM,		/* string, 15 bytes at most, any bytes */
	RTWATCH_TASK_POLICY,		/* u32, SCHED_* of <linux/sched.h> */
	RTWATCH_TASK_PRIO,		/* u32, rt_priority: 1..99, else 0 */
	RTWATCH_TASK_WAIT_NS,		/* u64, runnable and waiting for so long */
	RTWATCH_TASK_KTHREAD,		/* flag */

	__RTWATCH_TASK_MAX,
	RTWATCH_TASK_MAX = __RTWATCH_TASK_MAX - 1
};

enum rtwatch_frame_attr {
	RTWATCH_FRAME_UNSPEC,
	RTWATCH_FRAME_PAD,
	RTWATCH_FRAME_SYMBOL,		/* string, kernel frame: symbol+0xoffset/0xsize [module], "?" without one */
	RTWATCH_FRAME_USER_IP,		/* u64, user frame: address in the task */

	__RTWATCH_FRAME_MAX,
	RTWATCH_FRAME_MAX = __RTWATCH_FRAME_MAX - 1
};

enum rtwatch_incident_attr {
	RTWATCH_INCIDENT_A_UNSPEC,
	RTWATCH_INCIDENT_A_PAD,
	RTWATCH_INCIDENT_A_ID,		/* u64, from 1, in order of their start */
	RTWATCH_INCIDENT_A_REVISION,	/* u32, grows with each change */
	RTWATCH_INCIDENT_A_TYPE,	/* u32, enum rtwatch_incident_type */
	RTWATCH_INCIDENT_A_CPU,		/* u32, absent when it has none */
	RTWATCH_INCIDENT_A_LEVEL,	/* u32, the worst it reached */
	RTWATCH_INCIDENT_A_ACTIVE,	/* flag */
	RTWATCH_INCIDENT_A_START_NS,	/* u64, when the condition began */
	RTWATCH_INCIDENT_A_DETECTED_NS,	/* u64, when it was recorded */
	RTWATCH_INCIDENT_A_END_NS,	/* u64, absent while active */
	RTWATCH_INCIDENT_A_START_REALTIME_NS, /* u64, CLOCK_REALTIME */
	RTWATCH_INCIDENT_A_PEAK_NS,	/* u64, the longest age seen */
	RTWATCH_INCIDENT_A_CULPRIT,	/* nest, enum rtwatch_task_attr, identity */
	RTWATCH_INCIDENT_A_VICTIM,	/* nest, multi, enum rtwatch_task_attr, identity */
	RTWATCH_INCIDENT_A_VICTIMS_TOTAL, /* u32 */
	RTWATCH_INCIDENT_A_CAUSE,	/* u32, enum rtwatch_cause */
	RTWATCH_INCIDENT_A_FRAME,	/* nest, multi, enum rtwatch_frame_attr, identity */
	RTWATCH_INCIDENT_A_RQ_RT_RUNTIME_NS, /* u64, evidence: runtime of this CPU; ~0: no limit */
	RTWATCH_INCIDENT_A_RT_RUNTIME_NS, /* u64, evidence: sched_rt_runtime_us; ~0: -1 */
	RTWATCH_INCIDENT_A_RT_PERIOD_NS, /* u64, evidence: sched_rt_period_us */
	RTWATCH_INCIDENT_A_GP_SEQ,	/* u64, evidence of an RCU stall */
	RTWATCH_INCIDENT_A_EVENTS,	/* u32, how often it happened while it lasted */
	RTWATCH_INCIDENT_A_DONOR_CPUS,	/* string, evidence: who lent this CPU runtime, like "0,2-3" */
	RTWATCH_INCIDENT_A_WAIT_CHANNEL, /* string, the function that the victims are blocked in */
	RTWATCH_INCIDENT_A_LOCK,	/* string, what they wait for: kind, and name where it has one */
	RTWATCH_INCIDENT_A_CGROUP,	/* string, its path; identity */
	RTWATCH_INCIDENT_A_QUEUES,	/* u32, throttled run queues that one run served, the most */
	RTWATCH_INCIDENT_A_PERIODS,	/* u64, evidence: of the cgroup, as in cpu.stat */
	RTWATCH_INCIDENT_A_THROTTLED_PERIODS, /* u64, evidence: those in which it was throttled */
	RTWATCH_INCIDENT_A_THROTTLED_TIME_NS, /* u64, evidence: how long, over all CPUs */
	RTWATCH_INCIDENT_A_HOLDOUT_CPUS, /* string, that the grace period waits for, like "0,2-3" */
	RTWATCH_INCIDENT_A_HOLDOUT,	/* nest, enum rtwatch_task_attr, identity: a preempted reader that it waits for */
	RTWATCH_INCIDENT_A_GP_KTHREAD_AGE_NS, /* u64, since RCU's own thread did something */
	RTWATCH_INCIDENT_A_RCU_CALLBACKS, /* u64, queued on all CPUs */
	RTWATCH_INCIDENT_A_EXPEDITED,	/* flag, the grace period is an expedited one */
	RTWATCH_INCIDENT_A_FAIR_SERVER_RUNTIME_NS, /* u64, evidence: of this CPU; 0: it is off */
	RTWATCH_INCIDENT_A_FAIR_SERVER_PERIOD_NS, /* u64, evidence */
	RTWATCH_INCIDENT_A_HOOK,	/* u32, enum rtwatch_hook, that disarmed itself */
	RTWATCH_INCIDENT_A_HOOK_MEAN_NS, /* u64, what a call of it took */
	RTWATCH_INCIDENT_A_BUDGET_NS,	/* u64, what it may take */
	RTWATCH_INCIDENT_A_BOOSTER,	/* nest, enum rtwatch_task_attr, identity: waits for a lock of the culprit, which has its priority meanwhile */

	__RTWATCH_INCIDENT_A_MAX,
	RTWATCH_INCIDENT_A_MAX = __RTWATCH_INCIDENT_A_MAX - 1
};

/* What rtwatch has done on one CPU since it was loaded. */
enum rtwatch_stat_attr {
	RTWATCH_STAT_UNSPEC,
	RTWATCH_STAT_PAD,
	RTWATCH_STAT_SAMPLES_PUSHED,	/* u64 */
	RTWATCH_STAT_SAMPLES_LOST,	/* u64, of these, overwritten by now */
	RTWATCH_STAT_PATROL_ROUNDS,	/* u64, that this CPU completed */
	RTWATCH_STAT_PATROL_TICKS,	/* u64, parts of a round that it did in a tick */
	RTWATCH_STAT_PATROL_TIMERS,	/* u64, and in a timer of the patrol */
	RTWATCH_STAT_HOOK,		/* nest, multi, enum rtwatch_hook_attr */

	__RTWATCH_STAT_MAX,
	RTWATCH_STAT_MAX = __RTWATCH_STAT_MAX - 1
};

/* Our handler alone, without what the kernel takes to call it. */
enum rtwatch_hook_attr {
	RTWATCH_HOOK_A_UNSPEC,
	RTWATCH_HOOK_A_PAD,
	RTWATCH_HOOK_A_ID,		/* u32, enum rtwatch_hook */
	RTWATCH_HOOK_A_CALLS,		/* u64 */
	RTWATCH_HOOK_A_TIMED,		/* u64, calls that were timed: every so many */
	RTWATCH_HOOK_A_TIME_NS,		/* u64, all of these together */
	RTWATCH_HOOK_A_MAX_NS,		/* u64, the longest of these */

	__RTWATCH_HOOK_A_MAX,
	RTWATCH_HOOK_A_MAX = __RTWATCH_HOOK_A_MAX - 1
};

/* All u32; the module refuses what is out of range and names the range. */
enum rtwatch_config_attr {
	RTWATCH_CONFIG_UNSPEC,
	RTWATCH_CONFIG_SAMPLE_INTERVAL_MS,	/* 10..10000, default 100 */
	RTWATCH_CONFIG_RT_STARVATION_MS,	/* 100..600000, default 1000 */
	RTWATCH_CONFIG_SOFT_LOCKUP_MS,		/* 1000..600000, default 12000 */
	RTWATCH_CONFIG_IRQS_OFF_MS,		/* 200..600000, default 2000 */
	RTWATCH_CONFIG_HARD_LOCKUP_MS,		/* 1000..600000, default 10000 */
	RTWATCH_CONFIG_RCU_STALL_MS,		/* 1000..600000, default 10000 */
	RTWATCH_CONFIG_CLEAR_MS,		/* 100..60000, default 2000: calm before an incident ends */
	RTWATCH_CONFIG_HUNG_TASK_MS,		/* 1000..3600000, default 60000 */
	RTWATCH_CONFIG_CFS_BANDWIDTH_US,	/* 100..10000000, default 10000: one run of the timer, in microseconds */
	RTWATCH_CONFIG_BUDGET_NS,		/* 0..1000000000, default 100000: mean of a hook's calls, in nanoseconds; 0: no limit */

	__RTWATCH_CONFIG_MAX,
	RTWATCH_CONFIG_MAX = __RTWATCH_CONFIG_MAX - 1
};

/* Debug builds: what the sensors of one CPU report instead of the truth. */
enum rtwatch_sim_attr {
	RTWATCH_SIM_UNSPEC,
	RTWATCH_SIM_PAD,
	RTWATCH_SIM_TYPE,		/* u32, enum rtwatch_incident_type */
	RTWATCH_SIM_AGE_NS,		/* u64, 0 ends the simulation */
	RTWATCH_SIM_CULPRIT_PID,	/* s32 */

	__RTWATCH_SIM_MAX,
	RTWATCH_SIM_MAX = __RTWATCH_SIM_MAX - 1
};

#endif /* _UAPI_LINUX_RTWATCH_H */
