// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "btf.h"
#include "compat.h"

/* Sizes that a field may have; anything else turns it off. */
#define B4	(1 << 4)
#define B8	(1 << 8)

/*
 * One row a field. A variable has no structure: its symbol gives the address,
 * and BTF (where it describes per-CPU variables, not in 5.10) confirms the size.
 */
static const struct {
	const char *in;
	const char *path;
	u16 sizes;
	enum rtwatch_btf_kind kind;
} wanted[RTWATCH_FIELD_COUNT] = {
	[RTWATCH_RQ_NR_RUNNING]		= { "rq", "nr_running", B4, RTWATCH_BTF_INT },
	[RTWATCH_RQ_RT_NR_RUNNING]	= { "rq", "rt.rt_nr_running", B4, RTWATCH_BTF_INT },
	[RTWATCH_RQ_DL_NR_RUNNING]	= { "rq", "dl.dl_nr_running", B4 | B8, RTWATCH_BTF_INT },
	[RTWATCH_RQ_RT_TIME]		= { "rq", "rt.rt_time", B8, RTWATCH_BTF_INT },
	[RTWATCH_RQ_RT_RUNTIME]		= { "rq", "rt.rt_runtime", B8, RTWATCH_BTF_INT },
	[RTWATCH_RQ_RT_THROTTLED]	= { "rq", "rt.rt_throttled", B4, RTWATCH_BTF_INT },
	[RTWATCH_RQ_FAIR_SERVER_RUNTIME] = { "rq", "fair_server.dl_runtime", B8, RTWATCH_BTF_INT },
	[RTWATCH_RT_BANDWIDTH_PERIOD]	= { "rt_bandwidth", "rt_period", B8, RTWATCH_BTF_INT },
	[RTWATCH_RT_BANDWIDTH_RUNTIME]	= { "rt_bandwidth", "rt_runtime", B8, RTWATCH_BTF_INT },
	[RTWATCH_VAR_TOUCH_TS]		= { NULL, "watchdog_touch_ts", B8, RTWATCH_BTF_INT },
	[RTWATCH_VAR_REPORT_TS]		= { NULL, "watchdog_report_ts", B8, RTWATCH_BTF_INT },
	/* unsigned long up to 6.4, then atomic_t: a structure of four bytes */
	[RTWATCH_VAR_HRTIMER_INTERRUPTS] = { NULL, "hrtimer_interrupts", B4 | B8,
					     RTWATCH_BTF_OTHER },
};

/* Written once at load, before anything that reads it is started. */
static struct {
	u32 offset;
	u8 size;
} found[RTWATCH_FIELD_COUNT];

static bool fits(int i, const struct rtwatch_btf_field *f)
{
	if (wanted[i].kind != RTWATCH_BTF_OTHER && f->kind != wanted[i].kind)
		return false;
	return !f->bits && f->bit_offset % 8 == 0 && f->size <= 8 &&
	       wanted[i].sizes & (1 << f->size);
}

static void find(struct rtwatch_btf *btf, int i)
{
	struct rtwatch_btf_field f;
	int ret;

	if (wanted[i].in) {
		int id = rtwatch_btf_struct(btf, wanted[i].in);

		ret = id < 0 ? id : rtwatch_btf_member(btf, id, wanted[i].path, &f);
	} else {
		ret = rtwatch_btf_percpu(btf, wanted[i].path, &f);
	}
	if (ret || !fits(i, &f))
		return;
	found[i].offset = f.bit_offset / 8;
	found[i].size = f.size;
}

int rtwatch_layout_init(void)
{
	const u8 *start = rtwatch_ksym(RTWATCH_KSYM_START_BTF);
	const u8 *stop = rtwatch_ksym(RTWATCH_KSYM_STOP_BTF);
	struct rtwatch_btf btf;
	int i, count, ret;

	if (!start || !stop || stop <= start)
		return -ENOENT;
	count = rtwatch_btf_open(&btf, start, stop - start);
	if (count < 0)
		return count;
	btf.offsets = kvmalloc_array(count + 1, sizeof(*btf.offsets), GFP_KERNEL);
	if (!btf.offsets)
		return -ENOMEM;
	ret = rtwatch_btf_index(&btf);
	for (i = 0; !ret && i < RTWATCH_FIELD_COUNT; i++)
		find(&btf, i);
	kvfree(btf.offsets);
	return ret;
}

bool rtwatch_field(enum rtwatch_field_id id)
{
	return found[id].size;
}

const char *rtwatch_field_name(enum rtwatch_field_id id)
{
	return wanted[id].path;
}

u64 rtwatch_peek(const void *base, enum rtwatch_field_id id)
{
	const void *p = (const u8 *)base + found[id].offset;

	return found[id].size == 8 ? READ_ONCE(*(const u64 *)p) : READ_ONCE(*(const u32 *)p);
}
