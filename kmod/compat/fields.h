/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The private fields that rtwatch reads, as data: where each should be, what it
 * must look like, and what a kernel's BTF says about it. Compiles in user space
 * too, where it is tested against the BTF of other kernels.
 */
#ifndef RTWATCH_COMPAT_FIELDS_H
#define RTWATCH_COMPAT_FIELDS_H

#include "btf.h"

enum rtwatch_field_id {
	RTWATCH_RQ_NR_RUNNING,
	RTWATCH_RQ_RT_NR_RUNNING,
	RTWATCH_RQ_DL_NR_RUNNING,
	RTWATCH_RQ_RT_TIME,
	RTWATCH_RQ_RT_RUNTIME,
	RTWATCH_RQ_RT_THROTTLED,
	RTWATCH_RQ_FAIR_SERVER_RUNTIME,
	RTWATCH_RT_BANDWIDTH_PERIOD,
	RTWATCH_RT_BANDWIDTH_RUNTIME,
	RTWATCH_VAR_TOUCH_TS,
	RTWATCH_VAR_REPORT_TS,
	RTWATCH_VAR_HRTIMER_INTERRUPTS,
	RTWATCH_RT_RQ_THROTTLED,
	RTWATCH_MUTEX_OWNER,
	RTWATCH_MUTEX_WAIT_LIST,
	RTWATCH_MUTEX_WAITER_LIST,
	RTWATCH_MUTEX_WAITER_TASK,
	RTWATCH_RWSEM_OWNER,
	RTWATCH_RWSEM_WAIT_LIST,
	RTWATCH_RWSEM_WAITER_LIST,
	RTWATCH_RWSEM_WAITER_TASK,
	RTWATCH_RT_WAITER_LOCK,
	RTWATCH_RT_MUTEX_OWNER,
	RTWATCH_TASK_BLOCKER,
	RTWATCH_FAIR_SERVER_PERIOD,
	RTWATCH_FAIR_SERVER_ACTIVE,
	RTWATCH_CFS_B_QUOTA,
	RTWATCH_CFS_B_PERIOD_TIMER,
	RTWATCH_CFS_B_THROTTLED_LIST,
	RTWATCH_CFS_B_NR_PERIODS,
	RTWATCH_CFS_B_NR_THROTTLED,
	RTWATCH_CFS_B_THROTTLED_TIME,
	RTWATCH_TG_CFS_BANDWIDTH,
	RTWATCH_TG_CGROUP,
	RTWATCH_RCU_GP_KTHREAD,
	RTWATCH_RCU_GP_ACTIVITY,
	RTWATCH_RDP_MYNODE,
	RTWATCH_RDP_GRPMASK,
	RTWATCH_RDP_CBLIST_LEN,
	RTWATCH_RNP_GP_SEQ,
	RTWATCH_RNP_QSMASK,
	RTWATCH_RNP_EXPMASK,
	RTWATCH_RNP_GP_TASKS,
	RTWATCH_RNP_EXP_TASKS,
	RTWATCH_RNP_PARENT,
	RTWATCH_RNP_GP_SEQ_NEEDED,
	RTWATCH_FIELD_COUNT
};

enum rtwatch_field_state {
	RTWATCH_FIELD_UNKNOWN,	/* never looked for: portable tier, or no usable BTF */
	RTWATCH_FIELD_ABSENT,	/* the BTF describes no field of that name there */
	RTWATCH_FIELD_CHANGED,	/* it has one, of a type that we do not read */
	RTWATCH_FIELD_FOUND,
};

struct rtwatch_field_place {
	enum rtwatch_field_state state;
	u32 offset;		/* bytes from the start of the structure; FOUND only */
	u8 size;		/* 4 or 8 bytes, 1 for a flag of one bit; FOUND only */
	u8 bit;			/* of a flag: which one of the byte at offset */
};

/**
 * rtwatch_fields_find - look every field up in an indexed blob
 * @btf: after rtwatch_btf_index().
 * @place: RTWATCH_FIELD_COUNT of them; each is written.
 *
 * Damage in the blob makes a field CHANGED, never FOUND in a wrong place: a
 * field that does not lie within its structure is none.
 */
void rtwatch_fields_find(struct rtwatch_btf *btf, struct rtwatch_field_place *place);

/* Its name for people, like "rq.rt.rt_time"; a per-CPU variable has no dot. */
const char *rtwatch_field_name(enum rtwatch_field_id id);
/*
 * Is it worth telling that the field cannot be read? Not where the kernel has
 * the other of two fields of which no kernel has both.
 */
bool rtwatch_field_is_news(const struct rtwatch_field_place *place, enum rtwatch_field_id id);
/* The state in words that follow the name: "is not in this kernel's BTF". */
const char *rtwatch_field_state_text(enum rtwatch_field_state state);

#endif
