// SPDX-License-Identifier: GPL-2.0-only
/*
 * The patrol judges every CPU from the outside, so that detection depends on
 * no single CPU and on no thread.
 *
 * Two posts, each on another housekeeping CPU, have a pinned hard hrtimer and a
 * delivery thread. Any tick that finds a round due does a part of it too. One
 * round at a time, by trylock: who comes second has nothing to do.
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <asm/irq_regs.h>

#include "rtwatch.h"

#define POSTS		RTWATCH_POSTS
#define TICK_BATCH	8			/* CPUs judged in one tick */
#define TIMER_BATCH	64			/* and in one timer interrupt */
#define CALM_NS		NSEC_PER_SEC		/* of one post's timer; the two alternate */
#define ALERT_NS	(NSEC_PER_SEC / 4)	/* while some CPU is not well */
#define ROUND_NS	(NSEC_PER_SEC / 4)	/* in ticks: all CPUs once */
#define HASTE_NS	(NSEC_PER_SEC / 20)	/* the same, when a limit is close */
/* Nobody looked for so long: the machine slept or was paused, nobody starved. */
#define PAUSE_NS	(5 * NSEC_PER_SEC / 2)
#define DISMISS_MS	1000			/* for a thread to go by itself; its period is 100 ms */

struct post {
	struct hrtimer timer;
	struct task_struct *task;
	struct rtwatch_notifier *notifier;
	int cpu;			/* -1: not manned */
	bool leaving;			/* its CPU goes: no more rounds */
	bool left;			/* its thread has left the deadline class, or ends */
	bool dismissed;			/* no more needed: its thread is to end by itself */
	u64 seen;			/* news it has delivered; written by its thread */
	u64 offset_ns;
};

static struct post posts[POSTS];
static DEFINE_MUTEX(posts_mutex);
static bool posts_open;

/* Under the log's lock. */
static int cursor;			/* next CPU to judge */
static u64 round_ns;			/* when the last step was made */
static u64 limit_ns = U64_MAX;		/* when the first of those that are late is at its limit */
static struct rtwatch_watch global_watch[RTWATCH_SENSOR_MAX + 1][RTWATCH_SLOTS];

u64 rtwatch_resumed_ns;
static u64 due_ns;			/* of the next step in a tick; any CPU */
static bool alert;			/* some CPU is not well */

/* ---- judging ---- */

static u32 level_of(const struct rtwatch_finding *f, bool mild)
{
	if (f->age_ns >= f->limit_ns && f->suffers && !mild)
		return RTWATCH_LEVEL_STARVING;
	return f->age_ns >= f->late_ns ? RTWATCH_LEVEL_LATE : RTWATCH_LEVEL_OK;
}

/* From this level on a sensor's finding is an incident. */
static u32 worth(const struct rtwatch_sensor *sensor)
{
	return sensor->mild ? RTWATCH_LEVEL_LATE : RTWATCH_LEVEL_STARVING;
}

static void begin(struct rtwatch_watch *w, const struct rtwatch_sensor *sensor, int at,
		  const struct rtwatch_finding *f, u64 now)
{
	int cpu = sensor->global ? -1 : at;
	struct rtwatch_incident *inc;

	inc = rtwatch_incident_begin(f->type, sensor->id, cpu,
				     f->start_ns ?: now - f->age_ns, now);
	w->incident = inc ? inc->id : 0;
	if (inc) {
		inc->level = w->level;
		inc->slot = sensor->global ? at : 0;
	}
	if (cpu >= 0)
		rtwatch_cpus[cpu].scan_due = true;
}

/* While it lasts: the peak, the evidence; when calm came back: the end. */
static void follow(struct rtwatch_watch *w, const struct rtwatch_sensor *sensor,
		   const struct rtwatch_finding *f, u64 now)
{
	struct rtwatch_incident *inc = rtwatch_incident_find(w->incident);
	u32 cause;
	s32 pid;

	if (!inc) {
		w->incident = 0;	/* the log has overwritten it */
		return;
	}
	if (w->level < worth(sensor)) {
		inc->active = false;
		inc->end_ns = w->bad_ns;
		w->incident = 0;
		rtwatch_incident_changed(inc);
		return;
	}
	if (f->age_ns < f->late_ns)
		return;
	inc->peak_ns = max(inc->peak_ns, f->age_ns);
	cause = inc->cause;
	pid = inc->culprit.pid;
	if (sensor->explain)
		sensor->explain(inc);
	rtwatch_sim_explain(inc);
	if (f->type != inc->type || cause != inc->cause || pid != inc->culprit.pid) {
		inc->type = f->type;
		rtwatch_incident_changed(inc);
	}
}

static bool look(const struct rtwatch_sensor *sensor, int cpu, u64 now, struct rtwatch_finding *f)
{
	bool known;

	*f = (struct rtwatch_finding){
		.limit_ns = rtwatch_config_ns(sensor->limit),
		.late_ns = rtwatch_config_ns(sensor->limit) / 2,
	};
	known = sensor->look(cpu, now, f);
	/* Only the first slot of a machine-wide one can be simulated. */
	return (!(sensor->global && cpu) && rtwatch_sim_look(cpu, sensor->id, f)) || known;
}

bool rtwatch_is_bad(int cpu, const struct rtwatch_sensor *sensor, u64 now)
{
	struct rtwatch_finding f;

	lockdep_assert_held(&rtwatch_log_lock);
	return look(sensor, cpu, now, &f) && f.age_ns >= f.late_ns;
}

/* One sensor, one CPU: the level rises at once and falls after calm. */
static u32 judge(struct rtwatch_watch *w, const struct rtwatch_sensor *sensor, int cpu, u64 now)
{
	struct rtwatch_finding f;
	u32 level;

	if (!look(sensor, cpu, now, &f))
		f.age_ns = 0;
	level = level_of(&f, sensor->mild);
	if (level == RTWATCH_LEVEL_LATE && !sensor->mild && f.age_ns < f.limit_ns)
		limit_ns = min(limit_ns, now + f.limit_ns - f.age_ns);
	if (level >= w->level && level != RTWATCH_LEVEL_OK)
		w->bad_ns = f.last_ns ?: now;
	if (level > w->level ||
	    rtwatch_since(now, w->bad_ns) >= rtwatch_config_ns(RTWATCH_CONFIG_CLEAR_MS))
		w->level = level;
	if (w->level >= worth(sensor) && !w->incident)
		begin(w, sensor, cpu, &f, now);
	if (w->incident)
		follow(w, sensor, &f, now);
	return w->level;
}

static void set_level(struct rtwatch_cpu *c, int cpu, u32 level, u64 now)
{
	if (level == c->level)
		return;
	WRITE_ONCE(c->level, level);
	c->level_since = now;
	c->scan_ns = 0;
	c->scans = 0;
	if (level == RTWATCH_LEVEL_OK)
		cpumask_clear_cpu(cpu, rtwatch_suspects);
	else
		cpumask_set_cpu(cpu, rtwatch_suspects);
	rtwatch_news_add();
}

static void judge_cpu(int cpu, u64 now)
{
	struct rtwatch_cpu *c = &rtwatch_cpus[cpu];
	u32 level = RTWATCH_LEVEL_OK;
	struct rtwatch_sensor *s;

	rtwatch_for_each_sensor(s) {
		if (!s->look || s->global || !rtwatch_available(s))
			continue;
		level = max(level, judge(&c->watch[s->id], s, cpu, now));
	}
	set_level(c, cpu, level, now);
}

static bool judge_machine(u64 now)
{
	u32 level = RTWATCH_LEVEL_OK;
	struct rtwatch_sensor *s;
	int slot;

	rtwatch_for_each_sensor(s) {
		if (!s->look || !s->global || !rtwatch_available(s))
			continue;
		for (slot = 0; slot < max_t(int, s->slots, 1); slot++)
			level = max(level, judge(&global_watch[s->id][slot], s, slot, now));
	}
	return level != RTWATCH_LEVEL_OK;
}

/* An offline CPU is well: what was raised there ends. */
static void forget_cpu(int cpu, u64 now)
{
	struct rtwatch_cpu *c = &rtwatch_cpus[cpu];
	struct rtwatch_sensor *s;

	rtwatch_for_each_sensor(s) {
		struct rtwatch_watch *w = &c->watch[s->id];
		struct rtwatch_finding none = { 0 };

		w->level = RTWATCH_LEVEL_OK;
		if (w->incident)
			follow(w, s, &none, now);
	}
	/* What it showed of life before says nothing when it is back: see hardlockup.c. */
	c->life_ns = 0;
	WRITE_ONCE(c->stuck_ns, 0);
	set_level(c, cpu, RTWATCH_LEVEL_OK, now);
}

/*
 * The next round comes when a limit is reached that is foreseen, so that nobody
 * waits another round for it; not much sooner, as an age may stand still.
 */
static u64 next_round(u64 now)
{
	u64 next = clamp(limit_ns, now + HASTE_NS, now + ROUND_NS);

	limit_ns = U64_MAX;
	return next;
}

/*
 * Readers take the log's lock one after the other, and where many do, on a large
 * machine, nobody who only tries ever gets it. So when nobody has patrolled for
 * long, who @insists queues up like a reader, before it would look like a pause.
 */
static bool lock_log(u64 now, bool insists)
{
	if (raw_spin_trylock(&rtwatch_log_lock))
		return true;
	if (!insists || rtwatch_since(now, READ_ONCE(round_ns)) < CALM_NS)
		return false;
	raw_spin_lock(&rtwatch_log_lock);
	return true;
}

/*
 * Up to @batch CPUs from the cursor on; @parts counts those of this CPU. Interrupts off.
 * @insists: a post's timer, of which there are two.
 */
static void patrol(struct rtwatch_hot *hot, u64 *parts, u64 now, int batch, bool insists)
{
	bool whole = false;

	if (!lock_log(now, insists))
		return;
	WRITE_ONCE(*parts, *parts + 1);
	if (round_ns && rtwatch_since(now, round_ns) > PAUSE_NS) {
		WRITE_ONCE(rtwatch_resumed_ns, now);
		atomic64_inc(&rtwatch_counters.pauses);
		atomic64_add(now - round_ns, &rtwatch_counters.paused_ns);
	}
	WRITE_ONCE(round_ns, now);
	while (batch-- && !whole) {
		if (cpu_online(cursor))
			judge_cpu(cursor, now);
		else if (rtwatch_cpus[cursor].seen)
			forget_cpu(cursor, now);
		cursor = cpumask_next(cursor, cpu_possible_mask);
		whole = cursor >= nr_cpu_ids;
	}
	if (whole) {
		cursor = cpumask_first(cpu_possible_mask);
		WRITE_ONCE(alert, judge_machine(now) || !cpumask_empty(rtwatch_suspects));
		atomic64_inc(&rtwatch_counters.patrol_rounds);
		WRITE_ONCE(hot->patrol_rounds, hot->patrol_rounds + 1);
	}
	WRITE_ONCE(due_ns, whole ? next_round(now) : now);
	raw_spin_unlock(&rtwatch_log_lock);
}

void rtwatch_patrol_tick(struct rtwatch_hot *hot, u64 now)
{
	if (likely((s64)(now - READ_ONCE(due_ns)) < 0))
		return;
	patrol(hot, &hot->patrol_ticks, now, TICK_BATCH, false);
}

/* ---- posts ---- */

static bool has_work(const struct post *p)
{
	return rtwatch_news() != READ_ONCE(p->seen) || READ_ONCE(alert) ||
	       rtwatch_hung_task_due(rtwatch_now()) || rtwatch_budget_pending();
}

/*
 * When a post's timer fires next. In calm the posts alternate; in alert both are
 * there for the next round.
 */
static u64 next_watch(const struct post *p, u64 now)
{
	u64 due = READ_ONCE(due_ns), calm;

	if (!READ_ONCE(alert)) {
		calm = div64_u64(now, CALM_NS) * CALM_NS + p->offset_ns;
		return calm > now ? calm : calm + CALM_NS;
	}
	return due > now && due < now + ALERT_NS ? due : now + ALERT_NS;
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	struct post *p = container_of(timer, struct post, timer);
	struct rtwatch_hot *hot = this_cpu_ptr(&rtwatch_hot);
	u64 now;

	/* Both posts look when a limit is reached: one may want this CPU's stack just now. */
	WRITE_ONCE(hot->interrupted, get_irq_regs());
	now = rtwatch_now();
	patrol(hot, &hot->patrol_timers, now, TIMER_BATCH, true);
	/* Its own thread, on this CPU: no other CPU is asked for anything. */
	if (has_work(p))
		wake_up_process(p->task);
	hrtimer_set_expires(timer, ns_to_ktime(next_watch(p, now)));
	rtwatch_cost_end(hot, RTWATCH_HOOK_PATROL, now);
	WRITE_ONCE(hot->interrupted, NULL);
	return HRTIMER_RESTART;
}

static int post_thread(void *arg)
{
	struct post *p = arg;
	u64 news;

	/* Started here, because a pinned timer stays where it was started. */
	hrtimer_start(&p->timer, ns_to_ktime(next_watch(p, rtwatch_now())),
		      HRTIMER_MODE_ABS_PINNED_HARD);
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		if (READ_ONCE(p->leaving) && !p->left) {
			__set_current_state(TASK_RUNNING);
			rtwatch_thread_leave(current);
			WRITE_ONCE(p->left, true);
			continue;
		}
		if (READ_ONCE(p->dismissed))
			break;
		schedule();
		__set_current_state(TASK_RUNNING);
		if (READ_ONCE(p->leaving))
			continue;
		news = rtwatch_news();
		if (rtwatch_notifier_round(p->notifier))
			WRITE_ONCE(p->seen, news);
	}
	__set_current_state(TASK_RUNNING);
	hrtimer_cancel(&p->timer);
	WRITE_ONCE(p->left, true);
	return 0;
}

/*
 * With its CPU a thread must not wait for new runtime, so it leaves its class. It
 * does so itself when it comes round, unless it is throttled already: then from
 * here. Not when the module goes: a hog of FIFO 99 would keep it from ending.
 */
static void post_demote(struct post *p)
{
	WRITE_ONCE(p->leaving, true);
	wake_up_process(p->task);
	while (!READ_ONCE(p->left)) {
		rtwatch_thread_leave(p->task);
		usleep_range(500, 1000);
	}
}

static void post_leave(struct post *p, bool with_cpu)
{
	if (!p->task)
		return;
	if (with_cpu)
		post_demote(p);
	kthread_stop(p->task);
	put_task_struct(p->task);
	p->task = NULL;
	p->cpu = -1;
	if (!p->dismissed)
		atomic_dec(&rtwatch_counters.notifiers);
}

/*
 * Its CPU stays, and may be sick: so its thread is asked to end, in its class, which
 * gets it there beside any hog, and a CPU that comes up waits a while only. If it has
 * not ended by then it does so when it can, and a later refresh finds that.
 */
static void post_dismiss(struct post *p)
{
	int ms;

	atomic_dec(&rtwatch_counters.notifiers);
	WRITE_ONCE(p->dismissed, true);
	wake_up_process(p->task);
	for (ms = 0; ms < DISMISS_MS && !READ_ONCE(p->left); ms++)
		usleep_range(1000, 1500);
	if (READ_ONCE(p->left))
		post_leave(p, false);
}

static void post_man(struct post *p, int cpu)
{
	struct task_struct *task;

	task = kthread_create_on_node(post_thread, p, cpu_to_node(cpu), "rtwatch/%d", cpu);
	if (IS_ERR(task))
		return;
	kthread_bind(task, cpu);
	atomic_set(&rtwatch_counters.notifier_policy, rtwatch_thread_urgent(task));
	get_task_struct(task);
	p->task = task;
	p->cpu = cpu;
	p->leaving = false;
	p->left = false;
	p->dismissed = false;
	atomic_inc(&rtwatch_counters.notifiers);
	wake_up_process(task);
}

/* Somebody who changes the posts may have to wait: then it is not told. */
bool rtwatch_posts_time(u64 *ns)
{
	int i;

	if (!mutex_trylock(&posts_mutex))
		return false;
	*ns = 0;
	for (i = 0; i < POSTS; i++)
		if (posts[i].task)
			*ns += READ_ONCE(posts[i].task->se.sum_exec_runtime);
	mutex_unlock(&posts_mutex);
	return true;
}

static bool is_manned(int cpu)
{
	int i;

	for (i = 0; i < POSTS; i++)
		if (posts[i].task && !posts[i].dismissed && posts[i].cpu == cpu)
			return true;
	return false;
}

static bool is_housekept(void)
{
	int i;

	for (i = 0; i < POSTS; i++)
		if (posts[i].task && rtwatch_housekeeping(posts[i].cpu))
			return true;
	return false;
}

/* An online housekeeping CPU without a post; any other one if there is none. */
static int free_cpu(int leaving)
{
	int cpu, other = -1;

	for_each_online_cpu(cpu) {
		if (cpu == leaving || is_manned(cpu))
			continue;
		if (rtwatch_housekeeping(cpu))
			return cpu;
		other = cpu;
	}
	/* An isolated CPU only when nothing else could watch at all. */
	return atomic_read(&rtwatch_counters.notifiers) ? -1 : other;
}

/* One that had to go to an isolated CPU goes when there is another on a better one. */
static void leave_isolated(void)
{
	int i;

	for (i = 0; i < POSTS && is_housekept(); i++)
		if (posts[i].task && !posts[i].dismissed && !rtwatch_housekeeping(posts[i].cpu))
			post_dismiss(&posts[i]);
}

void rtwatch_posts_refresh(int leaving)
{
	int i;

	mutex_lock(&posts_mutex);
	for (i = 0; posts_open && i < POSTS; i++) {
		struct post *p = &posts[i];
		int cpu;

		if (p->task && p->cpu == leaving)
			post_leave(p, true);
		else if (p->task && p->dismissed && READ_ONCE(p->left))
			post_leave(p, false);
		if (p->task)
			continue;
		cpu = free_cpu(leaving);
		if (cpu >= 0)
			post_man(p, cpu);
	}
	leave_isolated();
	mutex_unlock(&posts_mutex);
}

static void free_notifiers(void)
{
	int i;

	for (i = 0; i < POSTS; i++)
		rtwatch_notifier_free(posts[i].notifier);
}

int rtwatch_patrol_init(void)
{
	int i;

	for (i = 0; i < POSTS; i++) {
		struct post *p = &posts[i];

		rtwatch_hrtimer_setup(&p->timer, on_timer);
		p->cpu = -1;
		/* The two alternate, so a round is made every half period. */
		p->offset_ns = i * CALM_NS / POSTS;
		p->notifier = rtwatch_notifier_alloc();
		if (!p->notifier) {
			free_notifiers();
			return -ENOMEM;
		}
	}
	cpus_read_lock();
	mutex_lock(&posts_mutex);
	posts_open = true;
	mutex_unlock(&posts_mutex);
	rtwatch_posts_refresh(-1);
	cpus_read_unlock();
	if (!atomic_read(&rtwatch_counters.notifiers)) {
		rtwatch_patrol_exit();
		return -ENOMEM;
	}
	return 0;
}

void rtwatch_patrol_exit(void)
{
	int i;

	mutex_lock(&posts_mutex);
	posts_open = false;
	for (i = 0; i < POSTS; i++)
		post_leave(&posts[i], false);
	mutex_unlock(&posts_mutex);
	free_notifiers();
}
