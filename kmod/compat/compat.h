/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels, so that no other file has to know: shims for
 * features probed by features.mk, symbols that are not exported, the layout of
 * private structures, stacks, and scheduling of our threads.
 */
#ifndef RTWATCH_COMPAT_H
#define RTWATCH_COMPAT_H

#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/isolation.h>
#include <linux/types.h>

#include "fields.h"

struct pt_regs;

/* An access that may meet a write elsewhere, and why that does no harm is beside it. 5.8. */
#ifndef data_race
#define data_race(expr) (expr)	/* says why, where it is used */
#endif

/* sched_switch tells the previous state since 5.18; nobody here wants it. */
#ifdef RTWATCH_HAS_SWITCH_PREV_STATE
#define RTWATCH_SWITCH_ARGS void *data, bool preempt, struct task_struct *prev, \
	struct task_struct *next, unsigned int prev_state
#else
#define RTWATCH_SWITCH_ARGS void *data, bool preempt, struct task_struct *prev, \
	struct task_struct *next
#endif

/* hrtimer_setup() replaced hrtimer_init() in 6.13. */
static inline void rtwatch_hrtimer_setup(struct hrtimer *timer,
					 enum hrtimer_restart (*fn)(struct hrtimer *))
{
#ifdef RTWATCH_HAS_HRTIMER_SETUP
	hrtimer_setup(timer, fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	timer->function = fn;
#endif
}

/*
 * An attribute of a dump's request, NULL where it has none. genl_dumpit_info()
 * came in 5.5, and was made a struct genl_info in 6.6. Before, the request was
 * checked against the family's policy, and is still there.
 */
#ifdef RTWATCH_HAS_DUMPIT_INFO
#ifdef RTWATCH_HAS_DUMP_INFO
#define rtwatch_dump_attr(cb, type)	(genl_dumpit_info(cb)->info.attrs[type])
#else
#define rtwatch_dump_attr(cb, type)	(genl_dumpit_info(cb)->attrs[type])
#endif
#else
#define rtwatch_dump_attr(cb, type)	nlmsg_find_attr((cb)->nlh, GENL_HDRLEN, type)
#endif

/* What a family is told before a request was renamed in 6.3. */
#ifdef RTWATCH_HAS_SPLIT_OPS
#define RTWATCH_PRE_DOIT_ARGS const struct genl_split_ops *op, struct sk_buff *skb, \
	struct genl_info *info
#else
#define RTWATCH_PRE_DOIT_ARGS const struct genl_ops *op, struct sk_buff *skb, \
	struct genl_info *info
#endif

/*
 * How a multicast group is kept from the unprivileged. Kernels before the test
 * was added (6.7, and the stable kernels of its time) let anybody join: there
 * notifications name no task, and who may see it asks for the incident.
 */
#ifdef RTWATCH_HAS_MCAST_CAP_FLAG
#define RTWATCH_GROUP_PRIVILEGED .flags = GENL_MCAST_CAP_SYS_ADMIN
#define RTWATCH_GROUP_GUARDED	true
#elif defined(RTWATCH_HAS_MCAST_CAP_BIT)
#define RTWATCH_GROUP_PRIVILEGED .cap_sys_admin = 1
#define RTWATCH_GROUP_GUARDED	true
#else
#define RTWATCH_GROUP_PRIVILEGED
#define RTWATCH_GROUP_GUARDED	false
#endif

/* CPUs on which timers and threads of ours may live; isolated ones are not. */
static inline bool rtwatch_housekeeping(int cpu)
{
#ifdef RTWATCH_HAS_HK_TYPE
	return housekeeping_cpu(cpu, HK_TYPE_TICK) && housekeeping_cpu(cpu, HK_TYPE_DOMAIN);
#else
	return housekeeping_cpu(cpu, HK_FLAG_TICK) && housekeeping_cpu(cpu, HK_FLAG_DOMAIN);
#endif
}

/* Ticks of a nohz_full CPU stop while it is busy. */
static inline bool rtwatch_nohz_full(int cpu)
{
#ifdef RTWATCH_HAS_HK_TYPE
	return !housekeeping_cpu(cpu, HK_TYPE_TICK);
#else
	return !housekeeping_cpu(cpu, HK_FLAG_TICK);
#endif
}

/*
 * When a task came to its CPU last, and since when it waits for one, both in the
 * clock of its run queue. 0: not known (at no time without CONFIG_SCHED_INFO), or
 * it does not wait. Any context.
 */
static inline u64 rtwatch_last_arrival(const struct task_struct *task)
{
#ifdef RTWATCH_HAS_SCHED_INFO
	return READ_ONCE(task->sched_info.last_arrival);
#else
	return 0;
#endif
}
static inline u64 rtwatch_last_queued(const struct task_struct *task)
{
#ifdef RTWATCH_HAS_SCHED_INFO
	return READ_ONCE(task->sched_info.last_queued);
#else
	return 0;
#endif
}

/*
 * NULL where the two above are known, else why not. Before 5.14 a kernel without
 * CONFIG_SCHEDSTATS keeps them for delay accounting alone, which may be off: then
 * not even who asks has ever arrived. Process context.
 */
static inline const char *rtwatch_sched_info_unavailable(void)
{
#ifdef RTWATCH_HAS_SCHED_INFO
	return rtwatch_last_arrival(current) ? NULL :
	       "the kernel does not keep sched_info: it was booted with nodelayacct";
#else
	return "the kernel was built without CONFIG_SCHED_INFO";
#endif
}

/* Exported, but declared only in kernel/rcu/rcu.h (kernel/rcu/tree.c). */
unsigned long rcu_get_gp_seq(void);
unsigned long rcu_exp_batches_completed(void);

/* What a rcu_node's lists point to, of a reader that was preempted. Only to compare. */
static inline const void *rtwatch_rcu_node_entry(const struct task_struct *task)
{
#ifdef CONFIG_PREEMPT_RCU
	return &task->rcu_node_entry;
#else
	return NULL;
#endif
}

/* The rcu_node that a reader was preempted under; NULL: it was not. */
static inline const void *rtwatch_rcu_blocked_node(const struct task_struct *task)
{
#ifdef CONFIG_PREEMPT_RCU
	return READ_ONCE(task->rcu_blocked_node);
#else
	return NULL;
#endif
}

/* Bytes of our own code and data; the parts have been counted one by one since 6.4. */
static inline u64 rtwatch_module_bytes(void)
{
#ifdef RTWATCH_HAS_MODULE_MEMORY
	u64 bytes = 0;

	for_class_mod_mem_type(type, core)
		bytes += THIS_MODULE->mem[type].size;
	return bytes;
#else
	return THIS_MODULE->core_layout.size;
#endif
}

/* ---- the kernel's command line (cmdline.c) ---- */

/**
 * rtwatch_cmdline_flag - is a flag of ours set on the kernel's command line?
 * @name: "rtwatch.off"; alone it means yes, as does a value that is no boolean.
 *
 * Process context, sleeps. Return: false also where there is no /proc/cmdline.
 */
bool rtwatch_cmdline_flag(const char *name);

/* ---- symbols that are not exported (ksym.c) ---- */

enum rtwatch_ksym {
	RTWATCH_KSYM_START_BTF,
	RTWATCH_KSYM_STOP_BTF,
	RTWATCH_KSYM_RUNQUEUES,
	RTWATCH_KSYM_DEF_RT_BANDWIDTH,
	RTWATCH_KSYM_TOUCH_TS,
	RTWATCH_KSYM_REPORT_TS,
	RTWATCH_KSYM_HRTIMER_INTERRUPTS,
	RTWATCH_KSYM_SETATTR,
	RTWATCH_KSYM_SAVE_TSK,
	RTWATCH_KSYM_RCU_STATE,
	RTWATCH_KSYM_RCU_DATA,
	RTWATCH_KSYM_COUNT
};

/**
 * rtwatch_ksym_init - look up every symbol of the table, once, at load
 *
 * Uses a kprobe to find kallsyms_lookup_name() and calls it by a static call:
 * an indirect call to it is fatal on processors with IBT from 6.12 on. Process
 * context; never call it while a CPU is stuck, it patches text.
 *
 * Return: 0, or -errno where no symbol can be looked up at all.
 */
int rtwatch_ksym_init(void);
/* After every other kprobe of ours is gone. Process context. */
void rtwatch_ksym_exit(void);
/* Written once by rtwatch_ksym_init(). */
extern unsigned long rtwatch_ksym_addresses[RTWATCH_KSYM_COUNT];

/* Address of a symbol, NULL where it does not exist. Any context. */
static inline void *rtwatch_ksym(enum rtwatch_ksym sym)
{
	return (void *)rtwatch_ksym_addresses[sym];
}

const char *rtwatch_ksym_name(enum rtwatch_ksym sym);

/* One CPU's copy of a per-CPU variable that was found by its symbol. */
static inline void *rtwatch_ksym_cpu(enum rtwatch_ksym sym, int cpu)
{
	return (void *)((unsigned long)rtwatch_ksym(sym) + per_cpu_offset(cpu));
}

/* ---- layout of private structures (layout.c) ---- */

/* A set of fields, for a sensor to say what it reads. */
#define RTWATCH_FIELD_BIT(id)	(1ULL << (id))

/**
 * rtwatch_layout_init - find every field of the table in this kernel's BTF
 *
 * A field whose type is not what we expect counts as absent. Process context,
 * sleeps. Return: 0, or -errno where there is no usable BTF.
 */
int rtwatch_layout_init(void);
/* Written once at load, before anything that reads it is started. */
extern struct rtwatch_field_place rtwatch_places[RTWATCH_FIELD_COUNT];

/* Is the field there, with a type that we can read? Any context. */
static inline bool rtwatch_field(enum rtwatch_field_id id)
{
	return rtwatch_places[id].state == RTWATCH_FIELD_FOUND;
}

/**
 * rtwatch_fields_missing - which of these fields cannot be read, and why
 * @fields: set of RTWATCH_FIELD_BIT()
 * @why: the first of them by name, and how many more; untouched where none is
 * @len: room in @why
 *
 * Any context. Return: whether one is missing; on the portable tier all are.
 */
bool rtwatch_fields_missing(u64 fields, char *why, size_t len);

/* Its value in the structure at base; only after rtwatch_field(). Any context. */
static inline u64 rtwatch_peek(const void *base, enum rtwatch_field_id id)
{
	const struct rtwatch_field_place *place = &rtwatch_places[id];
	const void *p = (const u8 *)base + place->offset;

	if (place->size == 8)
		return READ_ONCE(*(const u64 *)p);
	if (place->size == 4)
		return READ_ONCE(*(const u32 *)p);
	return READ_ONCE(*(const u8 *)p) >> place->bit & 1;
}

/* The same for a field that the table of fields.c takes with this size only. */
static inline u64 rtwatch_peek_u64(const void *base, enum rtwatch_field_id id)
{
	return READ_ONCE(*(const u64 *)((const u8 *)base + rtwatch_places[id].offset));
}
static inline u32 rtwatch_peek_u32(const void *base, enum rtwatch_field_id id)
{
	return READ_ONCE(*(const u32 *)((const u8 *)base + rtwatch_places[id].offset));
}

/* Bytes from the start of the structure; only after rtwatch_field(). Any context. */
static inline u32 rtwatch_field_offset(enum rtwatch_field_id id)
{
	return rtwatch_places[id].offset;
}

/* Does this kernel throttle real time, and can it be seen? */
static inline bool rtwatch_throttling_readable(void)
{
#ifdef CONFIG_RT_GROUP_SCHED
	return rtwatch_field(RTWATCH_RT_RQ_THROTTLED);
#else
	return rtwatch_field(RTWATCH_RQ_RT_THROTTLED);
#endif
}

/*
 * Is a real-time task of the run queue @rq held back by throttling? With
 * RT_GROUP_SCHED its group or any above it may be. Own CPU, irqs off; only
 * where rtwatch_throttling_readable().
 */
static inline bool rtwatch_rt_throttled(const struct task_struct *task, const void *rq)
{
#ifdef CONFIG_RT_GROUP_SCHED
	const struct sched_rt_entity *group = &task->rt;
	int depth;

	for (depth = 0; group && group->rt_rq && depth < 16; group = group->parent, depth++)
		if (rtwatch_peek(group->rt_rq, RTWATCH_RT_RQ_THROTTLED))
			return true;
	return false;
#else
	return rtwatch_peek(rq, RTWATCH_RQ_RT_THROTTLED);
#endif
}

/*
 * Does the CFS bandwidth timer run in hard irq? Timers that do not ask for it run
 * in a thread on PREEMPT_RT.
 */
static inline bool rtwatch_cfs_timer_is_hard(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT);
}

/* ---- stacks (stack.c) ---- */

/* NULL where an NMI can be sent to one CPU and its stack be walked, else why not. */
const char *rtwatch_stack_unavailable(void);
/* Makes @cpu run our NMI handler. Any context. */
void rtwatch_stack_kick(int cpu);
int rtwatch_stack_init(int (*handler)(struct pt_regs *regs));
void rtwatch_stack_exit(void);
/* Kernel frames at @regs of the current task, innermost first. NMI-safe. */
unsigned int rtwatch_stack_kernel(struct pt_regs *regs, u64 *ip, unsigned int max);
/* User frames of the current task, by frame pointers; the first is exact. NMI-safe. */
unsigned int rtwatch_stack_user(struct pt_regs *regs, u64 *ip, unsigned int max);

/* ---- sleeping tasks (sleeping.c, lock.c) ---- */

/* The state moved in 5.14; since 6.1 a frozen task says so by its state, before by a flag. */
static inline bool rtwatch_task_blocked(const struct task_struct *task)
{
#ifdef RTWATCH_HAS_TASK_STATE
	unsigned int state = READ_ONCE(task->__state);
#else
	unsigned int state = READ_ONCE(task->state);
#endif

	if (!(state & TASK_UNINTERRUPTIBLE) || state & (TASK_WAKEKILL | TASK_NOLOAD))
		return false;
#ifdef TASK_FROZEN
	return !(state & TASK_FROZEN);
#else
	return !(READ_ONCE(task->flags) & PF_FROZEN);
#endif
}

/* At load, process context. NULL, or why stacks of sleeping tasks cannot be had. */
const char *rtwatch_sleeping_init(void);
/*
 * Kernel frames of a task that sleeps, innermost first, those of the scheduler
 * left out; how many. Under RCU; another task than the caller.
 */
unsigned int rtwatch_stack_sleeping(struct task_struct *task, unsigned long *ip, unsigned int max);

enum rtwatch_lock_kind {
	RTWATCH_LOCK_NONE,
	RTWATCH_LOCK_MUTEX,
	RTWATCH_LOCK_RWSEM,
	RTWATCH_LOCK_RT_MUTEX,
};

struct rtwatch_lock {
	enum rtwatch_lock_kind kind;
	unsigned long addr;
};

/* The lock that a sleeping task waits for; false where it is not known. Under RCU. */
bool rtwatch_lock_of(struct task_struct *task, struct rtwatch_lock *out);
/* Who holds it now, while somebody waits for it; NULL where it is not known. Under RCU. */
struct task_struct *rtwatch_lock_owner(const struct rtwatch_lock *lock);

/* ---- scheduling of our threads (threads.c) ---- */

/**
 * rtwatch_thread_urgent - give a bound kthread the best class there is
 * @task: a kthread that does not run yet, bound to its CPU.
 *
 * Return: the SCHED_* policy it got: SCHED_DEADLINE (10 ms in 100 ms), which
 * a hog of any FIFO priority cannot starve, or SCHED_FIFO where that is refused.
 */
int rtwatch_thread_urgent(struct task_struct *task);

/**
 * rtwatch_thread_leave - out of the deadline class, before its CPU goes
 * @task: a thread that had rtwatch_thread_urgent(), not ended; current, too.
 *
 * A deadline task that has used up its runtime comes back by a timer, which finds
 * no CPU for one that is bound to a CPU on its way offline: a BUG() up to 6.1
 * (dl_task_offline_migration()). A FIFO task just runs.
 *
 * A task that is asleep is left alone: its bandwidth would stay taken for ever,
 * because only a task that can run gives it back (switched_from_dl()). Call it
 * again when it is awake. Process context that may sleep; hotplug callbacks too.
 */
void rtwatch_thread_leave(struct task_struct *task);

#endif
