// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks that sleep where nothing can interrupt them (state D) for too long,
 * without the kernel's own khungtaskd, which may be off, muted, or late.
 *
 * A post's thread walks all tasks in bounded steps, some passes in the time of
 * the limit, and one a second while somebody has been blocked for half of it; but
 * with so many tasks that this would cost more than a share of a CPU, less often,
 * down to four in the time of the limit. Who
 * has been blocked for a second is remembered with its number of switches; who is
 * met again with the same number has not run since. Those that wait for the same
 * lock, or in the same function, are one incident.
 *
 * Apart from them, and never told: tasks that a signal can kill, idle ones that
 * only look so (TASK_NOLOAD), and frozen ones.
 *
 * There is room for so many sleepers and so many incidents at a time. Whoever finds
 * none is counted, and the sensor tells how many they are for as long as it is so.
 */
#include <linux/hash.h>
#include <linux/kallsyms.h>
#include <linux/mm.h>
#include <linux/sched/clock.h>
#include <linux/sched/task.h>

#include "../rtwatch.h"

#define SLICE		16384			/* tasks looked at in one round of a post */
#define PASS_NS		NSEC_PER_SEC		/* between the starts of two passes, the least */
#define PASSES		12			/* in the time of the limit */
#define PASSES_LEAST	4
#define SHARE		200			/* one in so many: half a percent of one CPU */
#define SOON_NS		NSEC_PER_SEC		/* who is blocked for less is not remembered */
#define TABLE_BITS	11
#define TABLE		(1 << TABLE_BITS)
#define WATCHED		(TABLE / 4 * 3)		/* a quarter stays free, so that searches stay short */
#define TRIES		3			/* to find the lock of a sleeper */
#define LOCK_FRAMES	5			/* of a sleeping lock, the most on top of a stack */

struct sleeper {
	struct task_struct *task;	/* to tell them apart; never followed */
	u64 born;			/* task->start_time: an address is used again */
	unsigned long switches;
	u64 start_ns;
	unsigned long wchan;
	struct rtwatch_lock lock;
	s32 pid;
	u8 tries;
	bool io;
};

/* Those that wait for one thing. */
struct group {
	unsigned long key;		/* 0: free */
	u64 start_ns;			/* of the longest wait */
	u64 seen_ns;
	unsigned long wchan;
	struct rtwatch_lock lock;
	struct rtwatch_task owner;
	bool io;
	struct rtwatch_victims victims;
	struct rtwatch_stack stack;	/* of the longest wait */
	char wait_channel[RTWATCH_NAME_LEN];
	char lock_name[RTWATCH_NAME_LEN];
};

/* The scanner's own: whoever has set scanning. */
static struct scan {
	struct sleeper *old, *new;	/* of the last pass, of this one; hashed by task */
	struct group *groups;		/* RTWATCH_SLOTS */
	u32 used;			/* of new */
	u32 unwatched;			/* blocked, and no room in new */
	u32 untold;			/* blocked for long, and no group is free */
	int next;			/* pid to go on from; 0: between two passes */
	u64 begun_ns;
	u64 before_ns;			/* when the pass before began; 0: there was none */
	u64 took_ns;			/* what this pass has taken so far */
} scan;

static atomic_t scanning = ATOMIC_INIT(0);

/* Written by the scanner, read by the posts' timers. */
static u64 pass_ns;			/* when the last pass began */
static bool under_way;			/* it has not ended */
static bool alert;			/* it met somebody who has waited for long */
static u64 cost_ns;			/* what the last whole pass took */
static bool ready;

/* Of the last whole pass: who was counted only. Written by the scanner, read by anyone. */
static u32 last_unwatched;
static u32 last_untold;

/* What look() and explain() tell; under the log's lock. */
static struct group *published;

/* By the limit as it is now: a lower one counts at once. */
static u64 pace_ns(void)
{
	u64 limit = rtwatch_config_ns(RTWATCH_CONFIG_HUNG_TASK_MS);
	u64 pace = READ_ONCE(alert) ? PASS_NS : max_t(u64, div_u64(limit, PASSES), PASS_NS);
	u64 most = max_t(u64, div_u64(limit, PASSES_LEAST), PASS_NS);

	return clamp(READ_ONCE(cost_ns) * SHARE, pace, max(pace, most));
}

bool rtwatch_hung_task_due(u64 now)
{
	return READ_ONCE(ready) &&
	       (READ_ONCE(under_way) || rtwatch_since(now, READ_ONCE(pass_ns)) >= pace_ns());
}

/* ---- the tables of sleepers ---- */

static struct sleeper *find(struct sleeper *table, const struct task_struct *task)
{
	u32 i = hash_ptr(task, TABLE_BITS), n;

	for (n = 0; n < TABLE; n++, i = (i + 1) % TABLE)
		if (!table[i].task || table[i].task == task)
			return &table[i];
	return NULL;
}

/*
 * Since when a task is blocked that is met for the first time. It has not been on
 * a CPU for @slept at the most: it came to one then, and may have run on for a
 * while. If it did so until after the last pass, which has not met it blocked,
 * nothing tells how long: then from now on.
 */
static u64 blocked_since(u64 slept, u64 now)
{
	u64 came = now - min(slept, now);

	return scan.before_ns && (s64)(came - (scan.before_ns - SOON_NS)) >= 0 ? came : now;
}

/*
 * Remembers a task that was blocked before and has not run since, or a new one.
 * Where there is no room for it, since when it is blocked is not known, so it
 * is no victim of any incident, though others wait in the same place.
 */
static struct sleeper *remember(struct task_struct *task, unsigned long switches, u64 slept)
{
	struct sleeper *s = find(scan.old, task), *to;
	u64 now = rtwatch_now();

	if (scan.used >= WATCHED) {
		scan.unwatched++;
		return NULL;
	}
	to = find(scan.new, task);
	if (!to || to->task)
		return NULL;
	scan.used++;
	if (s && s->task && s->born == task->start_time && s->switches == switches) {
		*to = *s;
		return to;
	}
	*to = (struct sleeper){
		.task = task, .born = task->start_time, .switches = switches, .pid = task->pid,
		.start_ns = blocked_since(slept, now),
	};
	return to;
}

/* ---- one task ---- */

/* What it ran after it came to a CPU last, as far as its class keeps account of that. */
static u64 ran_last(const struct task_struct *task)
{
	s64 ran = READ_ONCE(task->se.sum_exec_runtime) - READ_ONCE(task->se.prev_sum_exec_runtime);

	return task->prio >= MAX_RT_PRIO && ran > 0 ? ran : 0;
}

/*
 * For how long it cannot have run: since it came to a CPU last and ran there. It
 * may have run for longer, so this is the most.
 */
static u64 slept_at_most(struct task_struct *task)
{
	s64 slept = cpu_clock(task_cpu(task)) - rtwatch_last_arrival(task) - ran_last(task);

	return slept > 0 ? slept : 0;
}

/* A part of a sleeping lock, on a kernel that keeps it outside of the scheduler's text. */
static bool is_lock_function(unsigned long addr)
{
	static const char * const names[] = { "rt_mutex_", "__rt_mutex_", "mutex_lock" };
	char text[KSYM_SYMBOL_LEN];
	int i;

	sprint_symbol(text, addr);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strncmp(text, names[i], strlen(names[i])))
			return true;
	return false;
}

/* The function that asked to sleep. The kernel leaves out the scheduler's own frames. */
static unsigned long waits_in(struct task_struct *task)
{
	unsigned long ip[LOCK_FRAMES + 1] = { };
	unsigned int n = rtwatch_stack_sleeping(task, ip, ARRAY_SIZE(ip)), i;

	for (i = 0; i + 1 < n && is_lock_function(ip[i]); i++)
		;
	return ip[i];
}

static void look_closer(struct task_struct *task, struct sleeper *s)
{
	struct rtwatch_lock lock;

	s->tries++;
	s->io = task->in_iowait;
	if (!s->wchan)
		s->wchan = waits_in(task);
	if (rtwatch_lock_of(task, &lock))
		s->lock = lock;
}

static void join(struct task_struct *task, const struct sleeper *s, u64 now)
{
	unsigned long key = s->lock.addr ?: s->wchan ?: 1;
	struct group *g, *free = NULL;
	struct task_struct *owner;

	for (g = scan.groups; g < scan.groups + RTWATCH_SLOTS; g++) {
		if (g->key == key)
			break;
		if (!g->key && !free)
			free = g;
	}
	if (g == scan.groups + RTWATCH_SLOTS)
		g = free;
	if (!g) {
		scan.untold++;
		return;
	}
	if (!g->victims.total || s->start_ns < g->start_ns) {
		g->start_ns = s->start_ns;
		g->wchan = s->wchan;
		g->lock = s->lock;
		g->stack.kernel = rtwatch_stack_sleeping(task, (unsigned long *)g->stack.ip,
							 RTWATCH_FRAMES_MAX / 2);
	}
	g->key = key;
	g->io |= s->io;
	g->seen_ns = now;
	rtwatch_victims_add(&g->victims, task, rtwatch_age(now, s->start_ns));
	/* Read each time: it may have gone from hand to hand. */
	owner = rtwatch_lock_owner(&g->lock);
	memset(&g->owner, 0, sizeof(g->owner));
	if (owner)
		rtwatch_task_fill(&g->owner, owner);
}

static void look_at(struct task_struct *task, void *arg)
{
	u64 limit = rtwatch_config_ns(RTWATCH_CONFIG_HUNG_TASK_MS), slept, now = *(u64 *)arg;
	unsigned long switches;
	struct sleeper *s;

	if (likely(!rtwatch_task_blocked(task)))
		return;
	switches = task->nvcsw + task->nivcsw;
	slept = slept_at_most(task);
	/* One that was never switched out has just been made. */
	if (!switches || slept < SOON_NS)
		return;
	s = remember(task, switches, slept);
	if (!s || rtwatch_age(now, s->start_ns) < limit / 2)
		return;
	if (s->tries < TRIES && !s->lock.addr)
		look_closer(task, s);
	/* It may have gone on while we looked. */
	if (rtwatch_task_blocked(task) && task->nvcsw + task->nivcsw == switches)
		join(task, s, now);
}

/* ---- a pass ---- */

static void name_symbol(char *out, unsigned long addr, bool whole)
{
	char text[KSYM_SYMBOL_LEN], *plus;

	rtwatch_symbol(text, addr);
	plus = strchr(text, '+');
	if (!addr || !plus || (whole && strncmp(plus, "+0x0/", 5)))
		return;
	*plus = '\0';
	strscpy(out, text, RTWATCH_NAME_LEN);
}

static void name_group(struct group *g)
{
	static const char * const kinds[] = {
		[RTWATCH_LOCK_NONE] = "", [RTWATCH_LOCK_MUTEX] = "mutex",
		[RTWATCH_LOCK_RWSEM] = "rw_semaphore", [RTWATCH_LOCK_RT_MUTEX] = "rt_mutex",
	};
	char symbol[RTWATCH_NAME_LEN] = "";

	rtwatch_stack_name(&g->stack);
	g->wait_channel[0] = g->lock_name[0] = '\0';
	name_symbol(g->wait_channel, g->wchan, false);
	if (!g->lock.kind)
		return;
	name_symbol(symbol, g->lock.addr, true);
	snprintf(g->lock_name, sizeof(g->lock_name), *symbol ? "%s %s" : "%s",
		 kinds[g->lock.kind], symbol);
}

/* A slot keeps its group as long as somebody waits there. */
static void end_pass(void)
{
	bool somebody = false;
	unsigned long flags;
	int i;

	for (i = 0; i < RTWATCH_SLOTS; i++) {
		if (!scan.groups[i].victims.total) {
			scan.groups[i].key = 0;
			continue;
		}
		name_group(&scan.groups[i]);
		somebody = true;
	}
	WRITE_ONCE(alert, somebody);
	WRITE_ONCE(last_unwatched, scan.unwatched);
	WRITE_ONCE(last_untold, scan.untold);
	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	memcpy(published, scan.groups, RTWATCH_SLOTS * sizeof(*published));
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	swap(scan.old, scan.new);
}

static void begin_pass(u64 now)
{
	int i;

	memset(scan.new, 0, TABLE * sizeof(*scan.new));
	scan.used = scan.unwatched = scan.untold = 0;
	scan.took_ns = 0;
	scan.next = 1;
	scan.before_ns = scan.begun_ns;
	scan.begun_ns = now;
	WRITE_ONCE(under_way, true);
	WRITE_ONCE(pass_ns, now);
	for (i = 0; i < RTWATCH_SLOTS; i++) {
		scan.groups[i].victims.total = scan.groups[i].victims.count = 0;
		/* Of those who are met now; the slot may have been somebody else's. */
		scan.groups[i].io = false;
	}
}

void rtwatch_hung_task_scan(void)
{
	u64 now = rtwatch_now();
	bool more = true;
	int n;

	if (!rtwatch_hung_task_due(now) || atomic_cmpxchg_acquire(&scanning, 0, 1))
		return;
	if (!scan.next)
		begin_pass(now);
	for (n = 0; n < SLICE && more; n += RTWATCH_TASKS_STEP)
		more = rtwatch_tasks_step(&scan.next, look_at, &now);
	/* Time that went by: who shares this CPU with many others is to walk less, too. */
	scan.took_ns += rtwatch_since(rtwatch_now(), now);
	if (!more) {
		end_pass();
		WRITE_ONCE(cost_ns, scan.took_ns);
		scan.next = 0;
		WRITE_ONCE(under_way, false);
	}
	atomic_set_release(&scanning, 0);
}

/* ---- the sensor ---- */

bool rtwatch_hung_task_look(int slot, u64 now, struct rtwatch_finding *f)
{
	const struct group *g = &published[slot];

	f->type = RTWATCH_INCIDENT_HUNG_TASK;
	f->suffers = true;
	if (!g->key)
		return true;
	f->age_ns = rtwatch_age(now, g->start_ns);
	f->last_ns = g->seen_ns;
	return true;
}

void rtwatch_hung_task_explain(struct rtwatch_incident *inc)
{
	const struct group *g = &published[inc->slot];
	struct rtwatch_detail *d = &inc->detail;
	u32 before = inc->victims_total;

	if (!g->key)
		return;
	/* The most at a time: when it ends they leave one after the other. */
	if (g->victims.total >= inc->victims_total) {
		inc->victims_total = g->victims.total;
		inc->victims_count = g->victims.count;
		memcpy(inc->victims, g->victims.task,
		       g->victims.count * sizeof(g->victims.task[0]));
		inc->stack = g->stack;
	}
	if (g->wait_channel[0]) {
		strscpy(d->wait_channel, g->wait_channel, sizeof(d->wait_channel));
		d->valid |= 1ULL << RTWATCH_INCIDENT_A_WAIT_CHANNEL;
	}
	if (g->lock_name[0]) {
		strscpy(d->lock, g->lock_name, sizeof(d->lock));
		d->valid |= 1ULL << RTWATCH_INCIDENT_A_LOCK;
	}
	if (g->owner.pid)
		inc->culprit = g->owner;
	if (inc->culprit.pid)
		inc->cause = RTWATCH_CAUSE_LOCK_HELD;
	else if (g->io && !g->lock.kind)
		inc->cause = RTWATCH_CAUSE_IO_WAIT;
	if (before && before != inc->victims_total)
		rtwatch_incident_changed(inc);
}

bool rtwatch_hung_task_misses(char *text, size_t len)
{
	u32 unwatched = READ_ONCE(last_unwatched), untold = READ_ONCE(last_untold);

	if (unwatched)
		snprintf(text, len, "more tasks are blocked than are watched (%u): %u are not counted",
			 WATCHED, unwatched + untold);
	else if (untold)
		snprintf(text, len, "tasks wait for more things than are told (%u): %u are not counted",
			 RTWATCH_SLOTS, untold);
	return unwatched || untold;
}

static void free_all(void)
{
	struct group *old = published;
	unsigned long flags;

	/*
	 * Ticks still patrol. Whoever found the sensor available holds the lock until it
	 * has looked; whoever takes it after us finds that it is not.
	 */
	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	published = NULL;
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	kvfree(scan.old);
	kvfree(scan.new);
	kvfree(scan.groups);
	kvfree(old);
	memset(&scan, 0, sizeof(scan));
}

int rtwatch_hung_task_init(struct rtwatch_sensor *self)
{
	const char *why = rtwatch_sched_info_unavailable();

	if (why) {
		strscpy(self->reason, why, sizeof(self->reason));
		return -EOPNOTSUPP;
	}
	scan.old = kvcalloc(TABLE, sizeof(*scan.old), GFP_KERNEL);
	scan.new = kvcalloc(TABLE, sizeof(*scan.new), GFP_KERNEL);
	scan.groups = kvcalloc(RTWATCH_SLOTS, sizeof(*scan.groups), GFP_KERNEL);
	published = kvcalloc(RTWATCH_SLOTS, sizeof(*published), GFP_KERNEL);
	if (!scan.old || !scan.new || !scan.groups || !published) {
		free_all();
		strscpy(self->reason, "no memory", sizeof(self->reason));
		return -ENOMEM;
	}
	why = rtwatch_sleeping_init();
	if (why)
		snprintf(self->reason, sizeof(self->reason), "without wait channels: %s", why);
	self->source = rtwatch_full ? "task scan, waiters of locks" : "task scan";
	WRITE_ONCE(ready, true);
	return 0;
}

/* The posts, which scan, are gone. */
void rtwatch_hung_task_exit(void)
{
	WRITE_ONCE(ready, false);
	free_all();
}
