// SPDX-License-Identifier: GPL-2.0-only
/* Values to attributes. Each returns 0 or -EMSGSIZE and leaves no half nest. */
#include <linux/bitops.h>
#include <linux/kallsyms.h>
#include <net/genetlink.h>

#include "netlink.h"

int rtwatch_put_u64(struct sk_buff *skb, int attr, u64 value)
{
	/* Aligned by nobody: readers copy. Saves the pad in half of the cases. */
	return nla_put(skb, attr, sizeof(value), &value);
}

int rtwatch_put_task(struct sk_buff *skb, int attr, const struct rtwatch_task *task)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_s32(skb, RTWATCH_TASK_PID, task->pid) ||
	    nla_put_s32(skb, RTWATCH_TASK_TGID, task->tgid) ||
	    nla_put_string(skb, RTWATCH_TASK_COMM, task->comm) ||
	    nla_put_u32(skb, RTWATCH_TASK_POLICY, task->policy) ||
	    nla_put_u32(skb, RTWATCH_TASK_PRIO, task->prio) ||
	    (task->wait_ns && rtwatch_put_u64(skb, RTWATCH_TASK_WAIT_NS, task->wait_ns)) ||
	    (task->kthread && nla_put_flag(skb, RTWATCH_TASK_KTHREAD))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Kernel addresses leave as symbol+offset only: its name where it is known already. */
static int put_kernel_frame(struct sk_buff *skb, u64 ip, const char *name)
{
	char text[KSYM_SYMBOL_LEN];

	if (!name) {
		rtwatch_symbol(text, ip);
		name = text;
	}
	return nla_put_string(skb, RTWATCH_FRAME_SYMBOL, name);
}

static int put_frames(struct sk_buff *skb, int attr, const struct rtwatch_stack *stack)
{
	const char *name = stack->names;
	u32 i;

	for (i = 0; i < stack->kernel + stack->user; i++) {
		struct nlattr *nest = nla_nest_start(skb, attr);
		bool named = stack->named & BIT_ULL(i);
		int ret;

		if (!nest)
			return -EMSGSIZE;
		if (i < stack->kernel)
			ret = put_kernel_frame(skb, stack->ip[i], named ? name : NULL);
		else
			ret = rtwatch_put_u64(skb, RTWATCH_FRAME_USER_IP, stack->ip[i]);
		if (ret) {
			nla_nest_cancel(skb, nest);
			return ret;
		}
		nla_nest_end(skb, nest);
		if (named)
			name += strlen(name) + 1;
	}
	return 0;
}

int rtwatch_put_stack(struct sk_buff *skb, const struct rtwatch_stack *stack)
{
	return put_frames(skb, RTWATCH_A_FRAME, stack);
}

/* ---- samples and states: one table ---- */

#define BASE	0	/* of no sensor: in every sample */
#define STATE	0xff	/* in the state of a CPU only */

/*
 * Field, sensor, member of struct rtwatch_state: four or eight bytes wide. In the order
 * of enum rtwatch_field, by which readers know best what comes next.
 */
#define FIELDS(X)							\
	X(CPU,			BASE, s.cpu)					\
	X(SEQ,			BASE, s.seq)					\
	X(TIME_NS,		BASE, s.time_ns)				\
	X(FLAGS,		BASE, s.flags)					\
	X(LEVEL,		BASE, s.level)					\
	X(LEVEL_SINCE_NS,	STATE, level_since_ns)				\
	X(RT_TIME_NS,		RTWATCH_SENSOR_RT, s.rt_time_ns)		\
	X(DL_TIME_NS,		RTWATCH_SENSOR_RT, s.dl_time_ns)		\
	X(STREAK_NS,		RTWATCH_SENSOR_RT, s.streak_ns)			\
	X(RT_SHARE_1S_PPM,	STATE, rt_share_1s_ppm)				\
	X(RT_SHARE_10S_PPM,	STATE, rt_share_10s_ppm)			\
	X(TICK_AGE_NS,		STATE, tick_age_ns)				\
	X(STUCK_NS,		STATE, stuck_ns)				\
	X(TICK_GAP_NS,		RTWATCH_SENSOR_HARDLOCKUP, s.tick_gap_ns)	\
	X(TOUCH_AGE_NS,		RTWATCH_SENSOR_SOFTLOCKUP, s.touch_age_ns)	\
	X(HRTIMER_AGE_NS,	RTWATCH_SENSOR_HARDLOCKUP, s.hrtimer_age_ns)	\
	X(GP_SEQ,		RTWATCH_SENSOR_RCU, s.gp_seq)			\
	X(GP_AGE_NS,		RTWATCH_SENSOR_RCU, s.gp_age_ns)		\
	X(RQ_RT_TIME_NS,	RTWATCH_SENSOR_RT, s.rq_rt_time_ns)		\
	X(RQ_RT_RUNTIME_NS,	RTWATCH_SENSOR_RT, s.rq_rt_runtime_ns)		\
	X(NR_RUNNING,		RTWATCH_SENSOR_RT, s.nr_running)		\
	X(RT_NR_RUNNING,	RTWATCH_SENSOR_RT, s.rt_nr_running)		\
	X(CULPRIT_PID,		RTWATCH_SENSOR_RT, s.culprit_pid)		\
	X(VICTIMS_TOTAL,	STATE, victims_total)				\
	X(SAMPLES_PUSHED,	STATE, samples_pushed)				\
	X(DL_SHARE_1S_PPM,	STATE, dl_share_1s_ppm)				\
	X(DL_SHARE_10S_PPM,	STATE, dl_share_10s_ppm)			\
	X(RT_THROTTLED_COUNT,	STATE, rt_throttled_count)			\
	X(FAIR_SERVER_RUNTIME_NS, STATE, fair_server.runtime_ns)		\
	X(FAIR_SERVER_PERIOD_NS, STATE, fair_server.period_ns)			\
	X(CFS_TIMER_RUNS,	STATE, cfs_timer_runs)				\
	X(CFS_TIMER_MAX_NS,	STATE, cfs_timer_max_ns)			\
	X(CFS_TIMER_OVER_100US,	STATE, cfs_timer_over[0])			\
	X(CFS_TIMER_OVER_1MS,	STATE, cfs_timer_over[1])			\
	X(CFS_TIMER_OVER_10MS,	STATE, cfs_timer_over[2])			\
	X(STEAL_TIME_NS,	STATE, steal_time_ns)				\
	X(RCU_CALLBACKS,	STATE, rcu_callbacks)

/* Those in the table, and the eight bytes wide among them. */
#define X(f, of, member) | RTWATCH_VALID(f)
static const u64 in_table = 0 FIELDS(X);
#undef X
#define X(f, of, member) | (sizeof_field(struct rtwatch_state, member) == 8 ? RTWATCH_VALID(f) : 0)
static const u64 wide = 0 FIELDS(X);
#undef X

static u64 fields_of(u32 sensor)
{
#define X(f, of, member) | ((of) == BASE || (of) == sensor ? RTWATCH_VALID(f) : 0)
	return 0 FIELDS(X);
#undef X
}

static __always_inline u32 fields_size(u64 valid)
{
	u64 those = valid & in_table;

	return hweight64(those) * (NLA_HDRLEN + 4) + hweight64(those & wide) * 4;
}

/* At @at, which it moves on. */
static __always_inline void write_field(void **at, const void *from, u64 valid, u16 field,
					size_t offset, u16 width)
{
	if (!(valid & (1ULL << field)))
		return;
	*(struct nlattr *)*at = (struct nlattr){ NLA_HDRLEN + width, field };
	memcpy(*at + NLA_HDRLEN, from + offset, width);
	*at += NLA_HDRLEN + width;
}

/*
 * Those of @valid, from a state or from the sample at its beginning, to room that was
 * made for all of them at once. A snapshot has thousands, a dump of samples tens of
 * thousands: with the table unrolled, offsets and sizes known, one takes six
 * instructions, a tenth of nla_put().
 */
static __always_inline void write_fields(void *at, const void *from, u64 valid)
{
	BUILD_BUG_ON(offsetof(struct rtwatch_state, s) != 0);
	BUILD_BUG_ON(RTWATCH_F_MAX >= 64);
	BUILD_BUG_ON(NLA_ALIGNTO != 4 || NLA_HDRLEN != 4);
#define X(f, of, member)								\
	, write_field(&at, from, valid, RTWATCH_F_##f, offsetof(struct rtwatch_state, member),	\
		      sizeof_field(struct rtwatch_state, member))
	(void)0 FIELDS(X);
#undef X
}

/* Room for @size bytes and the header of a nest before them; NULL: there is none. */
static struct nlattr *nest_of(struct sk_buff *skb, int attr, u32 size)
{
	struct nlattr *nest;

	if (skb_tailroom(skb) < NLA_HDRLEN + size)
		return NULL;
	nest = skb_put(skb, NLA_HDRLEN + size);
	*nest = (struct nlattr){ NLA_HDRLEN + size, attr | NLA_F_NESTED };
	return nest;
}

int rtwatch_put_sample(struct sk_buff *skb, const struct rtwatch_sample *s, u32 sensor,
		       bool identity)
{
	u64 valid = s->valid | RTWATCH_VALID(SEQ);
	struct nlattr *nest;

	if (!identity)
		valid &= ~RTWATCH_VALID(CULPRIT_PID);
	if (sensor)
		valid &= fields_of(sensor);
	nest = nest_of(skb, RTWATCH_A_SAMPLE, fields_size(valid));
	if (!nest)
		return -EMSGSIZE;
	write_fields(nla_data(nest), s, valid);
	return 0;
}

/*
 * What a CPU without trouble has on the full tier: a fair server since Linux 6.12, and
 * later no limit of its own for real time.
 */
#define SERVER	(RTWATCH_VALID(FAIR_SERVER_RUNTIME_NS) | RTWATCH_VALID(FAIR_SERVER_PERIOD_NS))
#define RT_LIMIT	(RTWATCH_VALID(RQ_RT_TIME_NS) | RTWATCH_VALID(RQ_RT_RUNTIME_NS))
#define X(f, of, member) | RTWATCH_VALID(f)
#define USUAL	((0 FIELDS(X)) & ~(SERVER | RTWATCH_VALID(SEQ) | RTWATCH_VALID(CULPRIT_PID) | \
				   RTWATCH_VALID(VICTIMS_TOTAL)))

/* With the set known, half of the instructions. */
static u32 state_size(u64 valid)
{
	return likely(valid == USUAL) ? fields_size(USUAL) : fields_size(valid);
}

static void write_state(void *at, const struct rtwatch_state *st, u64 valid)
{
	if (likely(valid == USUAL))
		write_fields(at, st, USUAL);
	else if (valid == (USUAL | SERVER))
		write_fields(at, st, USUAL | SERVER);
	else if (valid == ((USUAL | SERVER) & ~RT_LIMIT))
		write_fields(at, st, (USUAL | SERVER) & ~RT_LIMIT);
	else
		write_fields(at, st, valid);
}
#undef X

#define TASKS	(RTWATCH_VALID(CULPRIT) | RTWATCH_VALID(WORST_VICTIM))

static u64 may_see(const struct rtwatch_state *st, bool identity)
{
	return identity ? st->s.valid : st->s.valid & ~(RTWATCH_VALID(CULPRIT_PID) | TASKS);
}

/* Of a nest whose numbers are there and that ends the buffer. */
static int put_state_tasks(struct sk_buff *skb, struct nlattr *nest,
			   const struct rtwatch_state *st, u64 valid)
{
	if (((valid & RTWATCH_VALID(CULPRIT)) &&
	     rtwatch_put_task(skb, RTWATCH_F_CULPRIT, &st->culprit)) ||
	    ((valid & RTWATCH_VALID(WORST_VICTIM)) &&
	     rtwatch_put_task(skb, RTWATCH_F_WORST_VICTIM, &st->worst_victim)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int rtwatch_put_state(struct sk_buff *skb, const struct rtwatch_state *st, bool identity)
{
	u64 valid = may_see(st, identity);
	struct nlattr *nest = nest_of(skb, RTWATCH_A_CPU_STATE, state_size(valid));

	if (!nest)
		return -EMSGSIZE;
	write_state(nla_data(nest), st, valid);
	if ((valid & TASKS) && put_state_tasks(skb, nest, st, valid)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	return 0;
}

struct state_message {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	struct nlattr time;
	u64 time_ns;
	struct nlattr state;
} __packed __aligned(NLA_ALIGNTO);

int rtwatch_put_state_message(struct sk_buff *skb, const struct nlmsghdr *request, u32 portid,
			      const struct rtwatch_state *st, bool identity)
{
	struct state_message *m;
	u64 valid = may_see(st, identity);
	u32 size = sizeof(*m) + state_size(valid);

	BUILD_BUG_ON(sizeof(*m) != NLMSG_HDRLEN + GENL_HDRLEN + 2 * NLA_HDRLEN + sizeof(u64));
	if (skb_tailroom(skb) < size)
		return -EMSGSIZE;
	m = __skb_put(skb, size);
	m->nl = (struct nlmsghdr){
		.nlmsg_len = size, .nlmsg_type = rtwatch_family.id, .nlmsg_flags = NLM_F_MULTI,
		.nlmsg_seq = request->nlmsg_seq, .nlmsg_pid = portid,
	};
	m->genl = (struct genlmsghdr){
		.cmd = RTWATCH_CMD_CPU_GET, .version = RTWATCH_GENL_VERSION,
	};
	m->time = (struct nlattr){ NLA_HDRLEN + sizeof(u64), RTWATCH_A_TIME_NS };
	m->time_ns = st->s.time_ns;
	m->state = (struct nlattr){
		size - offsetof(typeof(*m), state), RTWATCH_A_CPU_STATE | NLA_F_NESTED,
	};
	write_state(m + 1, st, valid);
	if (!(valid & TASKS))
		return 0;
	if (put_state_tasks(skb, &m->state, st, valid)) {
		nlmsg_cancel(skb, &m->nl);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, &m->nl);
	return 0;
}

int rtwatch_put_level(struct sk_buff *skb, u32 cpu, u32 level, u64 since)
{
	struct nlattr *nest = nla_nest_start(skb, RTWATCH_A_CPU_STATE);

	if (!nest || nla_put_u32(skb, RTWATCH_F_CPU, cpu) ||
	    nla_put_u32(skb, RTWATCH_F_LEVEL, level) ||
	    rtwatch_put_u64(skb, RTWATCH_F_LEVEL_SINCE_NS, since))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* ---- incidents ---- */

/*
 * The culprit of a CPU waits as well, where it takes turns with another one, and
 * who of them is met most may change after the scan. A lock's owner may wait for
 * its own lock.
 */
static bool is_victim(const struct rtwatch_incident *inc, const struct rtwatch_task *who)
{
	return inc->cpu < 0 || who->pid != inc->culprit.pid;
}

static u32 victims_total(const struct rtwatch_incident *inc)
{
	u32 total = inc->victims_total, i;

	for (i = 0; i < inc->victims_count; i++)
		total -= !is_victim(inc, &inc->victims[i]);
	return total;
}

static int put_incident_numbers(struct sk_buff *skb, const struct rtwatch_incident *inc)
{
	return rtwatch_put_u64(skb, RTWATCH_INCIDENT_A_ID, inc->id) ||
	       nla_put_u32(skb, RTWATCH_INCIDENT_A_REVISION, inc->revision) ||
	       nla_put_u32(skb, RTWATCH_INCIDENT_A_TYPE, inc->type) ||
	       (inc->cpu >= 0 && nla_put_u32(skb, RTWATCH_INCIDENT_A_CPU, inc->cpu)) ||
	       nla_put_u32(skb, RTWATCH_INCIDENT_A_LEVEL, inc->level) ||
	       (inc->active && nla_put_flag(skb, RTWATCH_INCIDENT_A_ACTIVE)) ||
	       rtwatch_put_u64(skb, RTWATCH_INCIDENT_A_START_NS, inc->start_ns) ||
	       rtwatch_put_u64(skb, RTWATCH_INCIDENT_A_DETECTED_NS, inc->detected_ns) ||
	       (!inc->active && rtwatch_put_u64(skb, RTWATCH_INCIDENT_A_END_NS, inc->end_ns)) ||
	       rtwatch_put_u64(skb, RTWATCH_INCIDENT_A_START_REALTIME_NS, inc->start_realtime_ns) ||
	       rtwatch_put_u64(skb, RTWATCH_INCIDENT_A_PEAK_NS, inc->peak_ns) ||
	       nla_put_u32(skb, RTWATCH_INCIDENT_A_CAUSE, inc->cause) ||
	       nla_put_u32(skb, RTWATCH_INCIDENT_A_VICTIMS_TOTAL, victims_total(inc));
}

static int put_evidence(struct sk_buff *skb, const struct rtwatch_incident *inc)
{
	const struct {
		u32 attr;
		u64 value;
	} rows[] = {
		{ RTWATCH_INCIDENT_A_RQ_RT_RUNTIME_NS, inc->rq_rt_runtime_ns },
		{ RTWATCH_INCIDENT_A_RT_RUNTIME_NS, inc->rt_runtime_ns },
		{ RTWATCH_INCIDENT_A_RT_PERIOD_NS, inc->rt_period_ns },
		{ RTWATCH_INCIDENT_A_GP_SEQ, inc->gp_seq },
		{ RTWATCH_INCIDENT_A_PERIODS, inc->periods },
		{ RTWATCH_INCIDENT_A_THROTTLED_PERIODS, inc->throttled_periods },
		{ RTWATCH_INCIDENT_A_THROTTLED_TIME_NS, inc->throttled_time_ns },
		{ RTWATCH_INCIDENT_A_FAIR_SERVER_RUNTIME_NS, inc->fair_server_runtime_ns },
		{ RTWATCH_INCIDENT_A_FAIR_SERVER_PERIOD_NS, inc->fair_server_period_ns },
		{ RTWATCH_INCIDENT_A_HOOK_MEAN_NS, inc->hook_mean_ns },
		{ RTWATCH_INCIDENT_A_BUDGET_NS, inc->budget_ns },
	};
	int i;

	BUILD_BUG_ON(RTWATCH_INCIDENT_A_MAX >= 64);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if ((inc->valid & (1ULL << rows[i].attr)) &&
		    rtwatch_put_u64(skb, rows[i].attr, rows[i].value))
			return -EMSGSIZE;
	if ((inc->valid & (1ULL << RTWATCH_INCIDENT_A_EVENTS)) &&
	    nla_put_u32(skb, RTWATCH_INCIDENT_A_EVENTS, inc->events))
		return -EMSGSIZE;
	if ((inc->valid & (1ULL << RTWATCH_INCIDENT_A_EXPEDITED)) &&
	    nla_put_flag(skb, RTWATCH_INCIDENT_A_EXPEDITED))
		return -EMSGSIZE;
	if ((inc->valid & (1ULL << RTWATCH_INCIDENT_A_QUEUES)) &&
	    nla_put_u32(skb, RTWATCH_INCIDENT_A_QUEUES, inc->queues))
		return -EMSGSIZE;
	if ((inc->valid & (1ULL << RTWATCH_INCIDENT_A_HOOK)) &&
	    nla_put_u32(skb, RTWATCH_INCIDENT_A_HOOK, inc->hook))
		return -EMSGSIZE;
	return 0;
}

/* What was found later; nothing of it names a task. */
static int put_detail(struct sk_buff *skb, const struct rtwatch_detail *detail)
{
	const struct {
		u32 attr;
		const char *text;
	} rows[] = {
		{ RTWATCH_INCIDENT_A_DONOR_CPUS, detail->donor_cpus.text },
		{ RTWATCH_INCIDENT_A_WAIT_CHANNEL, detail->wait_channel },
		{ RTWATCH_INCIDENT_A_LOCK, detail->lock },
		{ RTWATCH_INCIDENT_A_HOLDOUT_CPUS, detail->holdout_cpus.text },
	};
	const struct {
		u32 attr;
		u64 value;
	} numbers[] = {
		{ RTWATCH_INCIDENT_A_GP_KTHREAD_AGE_NS, detail->gp_kthread_age_ns },
		{ RTWATCH_INCIDENT_A_RCU_CALLBACKS, detail->rcu_callbacks },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if ((detail->valid & (1ULL << rows[i].attr)) &&
		    nla_put_string(skb, rows[i].attr, rows[i].text))
			return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if ((detail->valid & (1ULL << numbers[i].attr)) &&
		    rtwatch_put_u64(skb, numbers[i].attr, numbers[i].value))
			return -EMSGSIZE;
	return 0;
}

static int put_identities(struct sk_buff *skb, const struct rtwatch_incident *inc)
{
	u32 i;

	if (inc->culprit.pid && rtwatch_put_task(skb, RTWATCH_INCIDENT_A_CULPRIT, &inc->culprit))
		return -EMSGSIZE;
	if (inc->booster.pid && rtwatch_put_task(skb, RTWATCH_INCIDENT_A_BOOSTER, &inc->booster))
		return -EMSGSIZE;
	/* The name of a cgroup tells who runs what. */
	if ((inc->detail.valid & (1ULL << RTWATCH_INCIDENT_A_CGROUP)) &&
	    nla_put_string(skb, RTWATCH_INCIDENT_A_CGROUP, inc->detail.cgroup))
		return -EMSGSIZE;
	if ((inc->detail.valid & (1ULL << RTWATCH_INCIDENT_A_HOLDOUT)) &&
	    rtwatch_put_task(skb, RTWATCH_INCIDENT_A_HOLDOUT, &inc->detail.holdout))
		return -EMSGSIZE;
	for (i = 0; i < inc->victims_count; i++)
		if (is_victim(inc, &inc->victims[i]) &&
		    rtwatch_put_task(skb, RTWATCH_INCIDENT_A_VICTIM, &inc->victims[i]))
			return -EMSGSIZE;
	return put_frames(skb, RTWATCH_INCIDENT_A_FRAME, &inc->stack);
}

int rtwatch_put_incident(struct sk_buff *skb, const struct rtwatch_incident *inc, bool identity)
{
	struct nlattr *nest = nla_nest_start(skb, RTWATCH_A_INCIDENT);

	if (!nest)
		return -EMSGSIZE;
	if (put_incident_numbers(skb, inc) || put_evidence(skb, inc) ||
	    put_detail(skb, &inc->detail) ||
	    (identity && put_identities(skb, inc))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* ---- the rest ---- */

int rtwatch_put_sensor(struct sk_buff *skb, const struct rtwatch_sensor *s)
{
	struct nlattr *nest = nla_nest_start(skb, RTWATCH_A_SENSOR);
	/* Why it was taken out says more than what follows from it. */
	const char *disarmed = smp_load_acquire(&s->disarmed); /* pairs with budget.c */
	const char *trouble = disarmed ?: s->trouble && s->available ? s->trouble() : NULL;
	bool available = rtwatch_available(s) && !trouble;
	const char *reason = trouble ? trouble : s->reason;
	char missed[RTWATCH_REASON_LEN];

	/* For as long as it is so it matters more than what is poorer for good. */
	if (available && s->misses && s->misses(missed, sizeof(missed)))
		reason = missed;

	if (!nest || nla_put_u32(skb, RTWATCH_SENSOR_A_ID, s->id) ||
	    nla_put_string(skb, RTWATCH_SENSOR_A_NAME, s->name) ||
	    (available && nla_put_flag(skb, RTWATCH_SENSOR_A_AVAILABLE)) ||
	    (s->source && nla_put_string(skb, RTWATCH_SENSOR_A_SOURCE, s->source)) ||
	    (*reason && nla_put_string(skb, RTWATCH_SENSOR_A_REASON, reason)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int rtwatch_put_config(struct sk_buff *skb, const struct rtwatch_config *config)
{
	struct nlattr *nest = nla_nest_start(skb, RTWATCH_A_CONFIG);
	int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 1; i <= RTWATCH_CONFIG_MAX; i++)
		if (nla_put_u32(skb, i, config->value[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int rtwatch_put_info(struct sk_buff *skb)
{
	const struct rtwatch_counters *c = &rtwatch_counters;
	u32 used, active;
	u64 time;
	struct nlattr *nest = nla_nest_start(skb, RTWATCH_A_INFO);

	rtwatch_log_use(&used, &active);
	if (!nest || nla_put_string(skb, RTWATCH_INFO_VERSION, RTWATCH_VERSION) ||
	    nla_put_u32(skb, RTWATCH_INFO_ABI, RTWATCH_ABI) ||
	    nla_put_u32(skb, RTWATCH_INFO_TIER,
			rtwatch_full ? RTWATCH_TIER_FULL : RTWATCH_TIER_PORTABLE) ||
	    (rtwatch_sensors[RTWATCH_SENSOR_SIM].name && nla_put_flag(skb, RTWATCH_INFO_DEBUG)) ||
	    nla_put_u32(skb, RTWATCH_INFO_CPUS_POSSIBLE, num_possible_cpus()) ||
	    nla_put_u32(skb, RTWATCH_INFO_CPUS_ONLINE, num_online_cpus()) ||
	    nla_put_u32(skb, RTWATCH_INFO_RING_DEPTH, rtwatch_ring_depth) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_RING_BYTES, rtwatch_ring_bytes(rtwatch_ring_depth)) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_INCIDENTS_TOTAL, rtwatch_incidents_total()) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_INCIDENTS_LOST, atomic64_read(&c->incidents_lost)) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_INCIDENTS_SUPPRESSED,
		    atomic64_read(&c->incidents_suppressed)) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_NTF_SENT, atomic64_read(&c->ntf_sent)) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_NTF_FAILED, atomic64_read(&c->ntf_failed)) ||
	    nla_put_u32(skb, RTWATCH_INFO_NOTIFIERS, atomic_read(&c->notifiers)) ||
	    nla_put_u32(skb, RTWATCH_INFO_NOTIFIER_POLICY, atomic_read(&c->notifier_policy)) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_TICKS_MISSED, rtwatch_ticks_missed()) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_PATROL_ROUNDS, atomic64_read(&c->patrol_rounds)) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_LOADED_NS, rtwatch_loaded_ns) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_PAUSES, atomic64_read(&c->pauses)) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_PAUSED_NS, atomic64_read(&c->paused_ns)) ||
	    nla_put_u32(skb, RTWATCH_INFO_LOG_DEPTH, RTWATCH_LOG_DEPTH) ||
	    nla_put_u32(skb, RTWATCH_INFO_LOG_USED, used) ||
	    nla_put_u32(skb, RTWATCH_INFO_INCIDENTS_ACTIVE, active) ||
	    rtwatch_put_u64(skb, RTWATCH_INFO_MEMORY_BYTES, rtwatch_memory()) ||
	    (rtwatch_posts_time(&time) &&
	     rtwatch_put_u64(skb, RTWATCH_INFO_NOTIFIER_TIME_NS, time)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_hook(struct sk_buff *skb, u32 hook, const struct rtwatch_cost_reading *cost)
{
	struct nlattr *nest = nla_nest_start(skb, RTWATCH_STAT_HOOK);

	if (!nest || nla_put_u32(skb, RTWATCH_HOOK_A_ID, hook) ||
	    rtwatch_put_u64(skb, RTWATCH_HOOK_A_CALLS, cost->calls) ||
	    (cost->timed &&
	     (rtwatch_put_u64(skb, RTWATCH_HOOK_A_TIMED, cost->timed) ||
	      rtwatch_put_u64(skb, RTWATCH_HOOK_A_TIME_NS, cost->time_ns) ||
	      rtwatch_put_u64(skb, RTWATCH_HOOK_A_MAX_NS, cost->max_ns))))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* The caller cancels the whole message where it does not fit. */
int rtwatch_put_stat(struct sk_buff *skb, int cpu)
{
	const struct rtwatch_hot *hot = per_cpu_ptr(&rtwatch_hot, cpu);
	const struct rtwatch_ring *ring = READ_ONCE(rtwatch_cpus[cpu].ring);
	struct nlattr *nest = nla_nest_start(skb, RTWATCH_A_STAT);
	u64 pushed = ring ? rtwatch_ring_head(ring) : 0;
	struct rtwatch_cost_reading cost;
	u32 hook;

	if (!nest || rtwatch_put_u64(skb, RTWATCH_STAT_SAMPLES_PUSHED, pushed) ||
	    rtwatch_put_u64(skb, RTWATCH_STAT_SAMPLES_LOST,
			    pushed > rtwatch_ring_depth ? pushed - rtwatch_ring_depth : 0) ||
	    rtwatch_put_u64(skb, RTWATCH_STAT_PATROL_ROUNDS, READ_ONCE(hot->patrol_rounds)) ||
	    rtwatch_put_u64(skb, RTWATCH_STAT_PATROL_TICKS, READ_ONCE(hot->patrol_ticks)) ||
	    rtwatch_put_u64(skb, RTWATCH_STAT_PATROL_TIMERS, READ_ONCE(hot->patrol_timers)))
		return -EMSGSIZE;
	for (hook = 1; hook <= RTWATCH_HOOK_MAX; hook++)
		if (rtwatch_cost_read(cpu, hook, &cost) && put_hook(skb, hook, &cost))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
