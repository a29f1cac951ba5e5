// SPDX-License-Identifier: GPL-2.0-only
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <string.h>
#endif

#include "fields.h"

/* Sizes that a field may have; anything else turns it off. */
#define B4	(1 << 4)
#define B8	(1 << 8)
#define BIT1	(1 << 1)	/* a bit-field of one bit */

/* rtwatch_btf_kind as a set, for fields whose type differs between kernels. */
#define INT	(1 << RTWATCH_BTF_INT)
#define PTR	(1 << RTWATCH_BTF_PTR)
#define STRUCT	(1 << RTWATCH_BTF_STRUCT)

/*
 * One row a field. A variable has no structure: its symbol gives the address,
 * and BTF (where it describes per-CPU variables, not in 5.10) confirms the size.
 */
static const struct {
	const char *name;
	const char *in;
	const char *path;
	u16 sizes;
	u16 kinds;
} wanted[RTWATCH_FIELD_COUNT] = {
#define FIELD(in, path, sizes)	{ in "." path, in, path, sizes, INT }
#define VARIABLE(name, sizes, kinds)	{ name, NULL, name, sizes, kinds }
	[RTWATCH_RQ_NR_RUNNING]		= FIELD("rq", "nr_running", B4),
	[RTWATCH_RQ_RT_NR_RUNNING]	= FIELD("rq", "rt.rt_nr_running", B4),
	[RTWATCH_RQ_DL_NR_RUNNING]	= FIELD("rq", "dl.dl_nr_running", B4 | B8),
	[RTWATCH_RQ_RT_TIME]		= FIELD("rq", "rt.rt_time", B8),
	[RTWATCH_RQ_RT_RUNTIME]		= FIELD("rq", "rt.rt_runtime", B8),
	[RTWATCH_RQ_RT_THROTTLED]	= FIELD("rq", "rt.rt_throttled", B4),
	[RTWATCH_RQ_FAIR_SERVER_RUNTIME] = FIELD("rq", "fair_server.dl_runtime", B8),
	[RTWATCH_RT_BANDWIDTH_PERIOD]	= FIELD("rt_bandwidth", "rt_period", B8),
	[RTWATCH_RT_BANDWIDTH_RUNTIME]	= FIELD("rt_bandwidth", "rt_runtime", B8),
	[RTWATCH_VAR_TOUCH_TS]		= VARIABLE("watchdog_touch_ts", B8, INT),
	[RTWATCH_VAR_REPORT_TS]		= VARIABLE("watchdog_report_ts", B8, INT),
	/* unsigned long up to 6.4, then atomic_t: a structure of four bytes */
	[RTWATCH_VAR_HRTIMER_INTERRUPTS] = VARIABLE("hrtimer_interrupts", B4 | B8, INT | STRUCT),
	[RTWATCH_RT_RQ_THROTTLED]	= FIELD("rt_rq", "rt_throttled", B4),
#define POINTER(in, path)	{ in "." path, in, path, B8, PTR }
	[RTWATCH_MUTEX_OWNER]		= FIELD("mutex", "owner.counter", B8),
	[RTWATCH_MUTEX_WAIT_LIST]	= POINTER("mutex", "wait_list.next"),
	[RTWATCH_MUTEX_WAITER_LIST]	= POINTER("mutex_waiter", "list.next"),
	[RTWATCH_MUTEX_WAITER_TASK]	= POINTER("mutex_waiter", "task"),
	[RTWATCH_RWSEM_OWNER]		= FIELD("rw_semaphore", "owner.counter", B8),
	[RTWATCH_RWSEM_WAIT_LIST]	= POINTER("rw_semaphore", "wait_list.next"),
	[RTWATCH_RWSEM_WAITER_LIST]	= POINTER("rwsem_waiter", "list.next"),
	[RTWATCH_RWSEM_WAITER_TASK]	= POINTER("rwsem_waiter", "task"),
	[RTWATCH_RT_WAITER_LOCK]	= POINTER("rt_mutex_waiter", "lock"),
	[RTWATCH_RT_MUTEX_OWNER]	= POINTER("rt_mutex_base", "owner"),
	[RTWATCH_TASK_BLOCKER]		= FIELD("task_struct", "blocker", B8),
	[RTWATCH_FAIR_SERVER_PERIOD]	= FIELD("rq", "fair_server.dl_period", B8),
	[RTWATCH_FAIR_SERVER_ACTIVE]	= FIELD("rq", "fair_server.dl_server_active", BIT1),
	[RTWATCH_CFS_B_QUOTA]		= FIELD("cfs_bandwidth", "quota", B8),
	[RTWATCH_CFS_B_PERIOD_TIMER]	= FIELD("cfs_bandwidth", "period_timer.node.expires", B8),
	[RTWATCH_CFS_B_THROTTLED_LIST]	= POINTER("cfs_bandwidth", "throttled_cfs_rq.next"),
	[RTWATCH_CFS_B_NR_PERIODS]	= FIELD("cfs_bandwidth", "nr_periods", B4),
	[RTWATCH_CFS_B_NR_THROTTLED]	= FIELD("cfs_bandwidth", "nr_throttled", B4),
	[RTWATCH_CFS_B_THROTTLED_TIME]	= FIELD("cfs_bandwidth", "throttled_time", B8),
	[RTWATCH_TG_CFS_BANDWIDTH]	= FIELD("task_group", "cfs_bandwidth.quota", B8),
	[RTWATCH_TG_CGROUP]		= POINTER("task_group", "css.cgroup"),
	[RTWATCH_RCU_GP_KTHREAD]	= POINTER("rcu_state", "gp_kthread"),
	[RTWATCH_RCU_GP_ACTIVITY]	= FIELD("rcu_state", "gp_activity", B8),
	[RTWATCH_RDP_MYNODE]		= POINTER("rcu_data", "mynode"),
	[RTWATCH_RDP_GRPMASK]		= FIELD("rcu_data", "grpmask", B8),
	/* long without RCU_NOCB_CPU, else atomic_long_t: a structure of eight bytes */
	[RTWATCH_RDP_CBLIST_LEN]	= { "rcu_data.cblist.len", "rcu_data", "cblist.len", B8,
					    INT | STRUCT },
	[RTWATCH_RNP_GP_SEQ]		= FIELD("rcu_node", "gp_seq", B8),
	[RTWATCH_RNP_QSMASK]		= FIELD("rcu_node", "qsmask", B8),
	[RTWATCH_RNP_EXPMASK]		= FIELD("rcu_node", "expmask", B8),
	[RTWATCH_RNP_GP_TASKS]		= POINTER("rcu_node", "gp_tasks"),
	[RTWATCH_RNP_EXP_TASKS]		= POINTER("rcu_node", "exp_tasks"),
	[RTWATCH_RNP_PARENT]		= POINTER("rcu_node", "parent"),
	[RTWATCH_RNP_GP_SEQ_NEEDED]	= FIELD("rcu_node", "gp_seq_needed", B8),
#undef POINTER
#undef FIELD
#undef VARIABLE
};

/* What a structure was called before, where it was. */
static const char * const older[RTWATCH_FIELD_COUNT] = {
	[RTWATCH_RT_MUTEX_OWNER]	= "rt_mutex",	/* until 5.15 */
};

static bool fits(int i, const struct rtwatch_btf_field *f)
{
	if (wanted[i].sizes == BIT1)
		return f->kind == RTWATCH_BTF_INT && f->bits == 1;
	return wanted[i].kinds & (1 << f->kind) && !f->bits && f->bit_offset % 8 == 0 &&
	       (f->size == 4 || f->size == 8) && wanted[i].sizes & (1 << f->size) &&
	       f->bit_offset / 8 % f->size == 0;
}

static int look_up(struct rtwatch_btf *btf, int i, struct rtwatch_btf_field *f)
{
	int id;

	if (!wanted[i].in)
		return rtwatch_btf_percpu(btf, wanted[i].path, f);
	id = rtwatch_btf_struct(btf, wanted[i].in);
	if (id == -ENOENT && older[i])
		id = rtwatch_btf_struct(btf, older[i]);
	return id < 0 ? id : rtwatch_btf_member(btf, id, wanted[i].path, f);
}

void rtwatch_fields_find(struct rtwatch_btf *btf, struct rtwatch_field_place *place)
{
	int i;

	for (i = 0; i < RTWATCH_FIELD_COUNT; i++) {
		struct rtwatch_btf_field f;
		int ret = look_up(btf, i, &f);

		memset(&place[i], 0, sizeof(place[i]));
		if (ret == -ENOENT) {
			place[i].state = RTWATCH_FIELD_ABSENT;
		} else if (ret || !fits(i, &f)) {
			place[i].state = RTWATCH_FIELD_CHANGED;
		} else {
			place[i].state = RTWATCH_FIELD_FOUND;
			place[i].offset = f.bit_offset / 8;
			place[i].size = f.bits ? 1 : f.size;
			place[i].bit = f.bit_offset % 8;
		}
	}
}

const char *rtwatch_field_name(enum rtwatch_field_id id)
{
	return wanted[id].name;
}

/* RT throttling went when the fair server came: a kernel has one of the two. */
bool rtwatch_field_is_news(const struct rtwatch_field_place *place, enum rtwatch_field_id id)
{
	static const u8 instead[RTWATCH_FIELD_COUNT] = {
		[RTWATCH_RQ_RT_TIME] = RTWATCH_RQ_FAIR_SERVER_RUNTIME,
		[RTWATCH_RQ_RT_RUNTIME] = RTWATCH_RQ_FAIR_SERVER_RUNTIME,
		[RTWATCH_RQ_RT_THROTTLED] = RTWATCH_RQ_FAIR_SERVER_RUNTIME,
		[RTWATCH_RT_RQ_THROTTLED] = RTWATCH_RQ_FAIR_SERVER_RUNTIME,
		[RTWATCH_RQ_FAIR_SERVER_RUNTIME] = RTWATCH_RQ_RT_RUNTIME,
	};

	if (place[id].state == RTWATCH_FIELD_FOUND)
		return false;
	return place[id].state != RTWATCH_FIELD_ABSENT || !instead[id] ||
	       place[instead[id]].state != RTWATCH_FIELD_FOUND;
}

const char *rtwatch_field_state_text(enum rtwatch_field_state state)
{
	switch (state) {
	case RTWATCH_FIELD_UNKNOWN:
		return "is not read on the portable tier";
	case RTWATCH_FIELD_ABSENT:
		return "is not in this kernel's BTF";
	case RTWATCH_FIELD_CHANGED:
		return "has another type in this kernel";
	default:
		return "is there";
	}
}
