// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "btf.h"
#include "compat.h"

struct rtwatch_field_place rtwatch_places[RTWATCH_FIELD_COUNT] __read_mostly;

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
		rtwatch_fields_find(&btf, rtwatch_places);
	kvfree(btf.offsets);
	return ret;
}

bool rtwatch_fields_missing(u64 fields, char *why, size_t len)
{
	size_t n = 0;
	int i, missing = 0;

	for (i = 0; i < RTWATCH_FIELD_COUNT; i++) {
		if (!(fields & RTWATCH_FIELD_BIT(i)) || !rtwatch_field_is_news(rtwatch_places, i))
			continue;
		if (!missing++ && rtwatch_places[i].state == RTWATCH_FIELD_UNKNOWN)
			n = scnprintf(why, len, "private kernel data is not read on the portable tier");
		else if (missing == 1)
			n = scnprintf(why, len, "%s %s", rtwatch_field_name(i),
				      rtwatch_field_state_text(rtwatch_places[i].state));
	}
	if (missing > 1 && rtwatch_places[0].state != RTWATCH_FIELD_UNKNOWN)
		scnprintf(why + n, len - n, ", and %d more", missing - 1);
	return missing;
}
