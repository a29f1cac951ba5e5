// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "btf.h"
#include "compat.h"

/* Written once at load, before anything that reads it is started. */
static struct rtwatch_field_place places[RTWATCH_FIELD_COUNT];

int rtwatch_layout_init(void)
{
	const u8 *start = rtwatch_ksym(RTWATCH_KSYM_START_BTF);
	const u8 *stop = rtwatch_ksym(RTWATCH_KSYM_STOP_BTF);
	struct rtwatch_btf btf;
	int count, ret;

	if (!start || !stop || stop <= start)
		return -ENOENT;
	count = rtwatch_btf_open(&btf, start, stop - start);
	if (count < 0)
		return count;
	btf.offsets = kvmalloc_array(count + 1, sizeof(*btf.offsets), GFP_KERNEL);
	if (!btf.offsets)
		return -ENOMEM;
	ret = rtwatch_btf_index(&btf);
	if (!ret)
		rtwatch_fields_find(&btf, places);
	kvfree(btf.offsets);
	return ret;
}

bool rtwatch_field(enum rtwatch_field_id id)
{
	return places[id].state == RTWATCH_FIELD_FOUND;
}

bool rtwatch_fields_missing(u64 fields, char *why, size_t len)
{
	size_t n = 0;
	int i, missing = 0;

	for (i = 0; i < RTWATCH_FIELD_COUNT; i++) {
		if (!(fields & RTWATCH_FIELD_BIT(i)) || !rtwatch_field_is_news(places, i))
			continue;
		if (!missing++ && places[i].state == RTWATCH_FIELD_UNKNOWN)
			n = scnprintf(why, len, "private kernel data is not read on the portable tier");
		else if (missing == 1)
			n = scnprintf(why, len, "%s %s", rtwatch_field_name(i),
				      rtwatch_field_state_text(places[i].state));
	}
	if (missing > 1 && places[0].state != RTWATCH_FIELD_UNKNOWN)
		scnprintf(why + n, len - n, ", and %d more", missing - 1);
	return missing;
}

u64 rtwatch_peek(const void *base, enum rtwatch_field_id id)
{
	const void *p = (const u8 *)base + places[id].offset;

	if (places[id].size == 1)
		return READ_ONCE(*(const u8 *)p) >> places[id].bit & 1;
	return places[id].size == 8 ? READ_ONCE(*(const u64 *)p) : READ_ONCE(*(const u32 *)p);
}

u32 rtwatch_field_offset(enum rtwatch_field_id id)
{
	return places[id].offset;
}
