// SPDX-License-Identifier: GPL-2.0-only
/* The incident log: the last RTWATCH_LOG_DEPTH incidents, the oldest overwritten. */
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "rtwatch.h"

/* At most a burst of as many new incidents as the log holds, then a few a second. */
#define BURST		RTWATCH_LOG_DEPTH
#define REFILL_NS	(NSEC_PER_SEC / 8)

DEFINE_RAW_SPINLOCK(rtwatch_log_lock);

/* Under the lock. Incident n lies in slot (n - 1) % depth. */
static struct rtwatch_incident *entries;
static u64 last_id;
static u64 tokens;
static u64 refilled_ns;

static atomic64_t news = ATOMIC64_INIT(0);

u64 rtwatch_news(void)
{
	return atomic64_read(&news);
}

void rtwatch_news_add(void)
{
	atomic64_inc(&news);
}

static struct rtwatch_incident *slot_of(u64 id)
{
	return &entries[(id - 1) % RTWATCH_LOG_DEPTH];
}

static u64 oldest_id(void)
{
	return last_id > RTWATCH_LOG_DEPTH ? last_id - RTWATCH_LOG_DEPTH + 1 : 1;
}

int rtwatch_log_init(void)
{
	entries = vzalloc(array_size(RTWATCH_LOG_DEPTH, sizeof(*entries)));
	if (!entries)
		return -ENOMEM;
	tokens = BURST;
	refilled_ns = rtwatch_now();
	return 0;
}

void rtwatch_log_exit(void)
{
	vfree(entries);
}

static bool take_token(u64 now)
{
	u64 fresh = div64_u64(rtwatch_since(now, refilled_ns), REFILL_NS);

	if (fresh) {
		tokens = min_t(u64, tokens + fresh, BURST);
		refilled_ns += fresh * REFILL_NS;
	}
	if (!tokens)
		return false;
	tokens--;
	return true;
}

struct rtwatch_incident *rtwatch_incident_begin(u32 type, u32 sensor, int cpu, u64 start, u64 now)
{
	struct rtwatch_incident *inc;

	lockdep_assert_held(&rtwatch_log_lock);
	if (!take_token(now)) {
		atomic64_inc(&rtwatch_counters.incidents_suppressed);
		return NULL;
	}
	inc = slot_of(++last_id);
	if (inc->id)
		atomic64_inc(&rtwatch_counters.incidents_lost);
	memset(inc, 0, sizeof(*inc));
	inc->id = last_id;
	inc->type = type;
	inc->sensor = sensor;
	inc->cpu = cpu;
	inc->level = RTWATCH_LEVEL_STARVING;
	inc->active = true;
	inc->start_ns = start;
	inc->detected_ns = now;
	inc->start_realtime_ns = ktime_get_real_fast_ns() - rtwatch_since(now, start);
	rtwatch_incident_changed(inc);
	return inc;
}

struct rtwatch_incident *rtwatch_incident_find(u64 id)
{
	struct rtwatch_incident *inc;

	lockdep_assert_held(&rtwatch_log_lock);
	if (!id)
		return NULL;
	inc = slot_of(id);
	return inc->id == id ? inc : NULL;
}

struct rtwatch_incident *rtwatch_incident_active(u64 after_id)
{
	u64 id;

	lockdep_assert_held(&rtwatch_log_lock);
	for (id = max(after_id + 1, oldest_id()); id <= last_id; id++)
		if (slot_of(id)->active)
			return slot_of(id);
	return NULL;
}

void rtwatch_incident_changed(struct rtwatch_incident *inc)
{
	lockdep_assert_held(&rtwatch_log_lock);
	inc->revision++;
	inc->changed_ns = rtwatch_now();
	rtwatch_news_add();
}

void rtwatch_incident_blame(struct rtwatch_incident *inc, const struct rtwatch_task *who,
			    u64 weight)
{
	lockdep_assert_held(&rtwatch_log_lock);
	if (inc->culprit.pid && inc->culprit.pid != who->pid) {
		if (inc->culprit_weight >= weight) {
			inc->culprit_weight -= weight;
			return;
		}
		weight -= inc->culprit_weight;
		inc->culprit_weight = 0;
	}
	inc->culprit_weight += weight;
	inc->culprit = *who;
}

/* Sorted by their waits, each once, with its longest. True: was not among them. */
static bool add_victim(struct rtwatch_incident *inc, const struct rtwatch_task *who)
{
	struct rtwatch_task *all = inc->victims;
	u32 at = 0, i;
	bool added;

	while (at < inc->victims_count && all[at].pid != who->pid)
		at++;
	added = at == inc->victims_count;
	if (added && at < RTWATCH_VICTIMS_MAX)
		all[inc->victims_count++].wait_ns = 0;
	else if (added)
		at--;
	if (all[at].wait_ns >= who->wait_ns)
		return false;
	for (i = at; i && all[i - 1].wait_ns < who->wait_ns; i--)
		all[i] = all[i - 1];
	all[i] = *who;
	return added;
}

bool rtwatch_incident_suffers(struct rtwatch_incident *inc, const struct rtwatch_victims *v)
{
	bool news = v->total > inc->victims_total;
	u32 i;

	lockdep_assert_held(&rtwatch_log_lock);
	for (i = 0; i < v->count; i++)
		news |= add_victim(inc, &v->task[i]);
	inc->victims_total = max3(inc->victims_total, v->total, inc->victims_count);
	return news;
}

u64 rtwatch_incidents_total(void)
{
	unsigned long flags;
	u64 total;

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	total = last_id;
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	return total;
}

void rtwatch_log_use(u32 *used, u32 *active)
{
	unsigned long flags;
	u64 id;

	*active = 0;
	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	*used = last_id + 1 - oldest_id();
	for (id = oldest_id(); id <= last_id; id++)
		*active += slot_of(id)->active;
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
}

u64 rtwatch_log_bytes(void)
{
	return RTWATCH_LOG_DEPTH * sizeof(*entries);
}

bool rtwatch_incident_next(u64 after_id, bool active, struct rtwatch_incident *out, u64 *lost)
{
	unsigned long flags;
	bool found;
	u64 id;

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	id = min(after_id, last_id) + 1;
	if (id < oldest_id()) {
		*lost += oldest_id() - id;
		id = oldest_id();
	}
	while (active && id <= last_id && !slot_of(id)->active)
		id++;
	found = id <= last_id;
	if (found)
		*out = *slot_of(id);
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	return found;
}

bool rtwatch_incident_undelivered(struct rtwatch_incident *out)
{
	bool found = false;
	unsigned long flags;
	u64 id;

	raw_spin_lock_irqsave(&rtwatch_log_lock, flags);
	for (id = oldest_id(); id <= last_id && !found; id++) {
		struct rtwatch_incident *inc = slot_of(id);

		if (inc->sent == inc->revision)
			continue;
		inc->sent = inc->revision;
		*out = *inc;
		found = true;
	}
	raw_spin_unlock_irqrestore(&rtwatch_log_lock, flags);
	return found;
}
