// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ring of samples for one CPU that overwrites its oldest.
 *
 * One writer, the tick of its CPU; any number of readers elsewhere, which never
 * wait: the sequence number of a slot is zero while the slot is being written,
 * so a reader sees the old sample, the new one or none, never a mix.
 *
 * Single pages, not one area: each carries a magic number, its index and a
 * checksum, so that the ring can be found in a memory dump without debug
 * information.
 */
#include <linux/crc32.h>
#include <linux/gfp.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "rtwatch.h"

#define RING_MAGIC	0x3268637461777472ULL	/* "rtwatch2", the digit being the format */

struct ring_page_head {
	u64 magic;
	u16 index;
	u16 cpu;
	u32 crc;		/* crc32_le(~0) of the twelve bytes above */
};

#define PER_PAGE	((PAGE_SIZE - sizeof(struct ring_page_head)) / sizeof(struct rtwatch_sample))

struct ring_page {
	struct ring_page_head head;
	struct rtwatch_sample slot[PER_PAGE];
};

struct rtwatch_ring {
	u32 depth;
	u32 pages;
	u32 next;		/* slot to write; the writer's own */
	u64 head;		/* newest sequence number; release by the writer */
	struct ring_page *page[];
};

static u32 pages_for(u32 depth)
{
	return DIV_ROUND_UP(depth, PER_PAGE);
}

u64 rtwatch_ring_bytes(u32 depth)
{
	return (u64)pages_for(depth) * PAGE_SIZE +
	       sizeof(struct rtwatch_ring) + pages_for(depth) * sizeof(void *);
}

void rtwatch_ring_free(struct rtwatch_ring *ring)
{
	u32 i;

	if (!ring)
		return;
	for (i = 0; i < ring->pages; i++)
		free_page((unsigned long)ring->page[i]);
	kfree(ring);
}

struct rtwatch_ring *rtwatch_ring_alloc(int cpu, u32 depth)
{
	u32 i, pages = pages_for(depth);
	int node = cpu_to_node(cpu);
	struct rtwatch_ring *ring;

	BUILD_BUG_ON(sizeof(struct rtwatch_sample) != 128);
	BUILD_BUG_ON(sizeof(struct ring_page) > PAGE_SIZE);
	ring = kzalloc_node(struct_size(ring, page, pages), GFP_KERNEL, node);
	if (!ring)
		return NULL;
	ring->depth = depth;
	ring->pages = pages;
	for (i = 0; i < pages; i++) {
		struct page *p = alloc_pages_node(node, GFP_KERNEL | __GFP_ZERO, 0);

		if (!p) {
			rtwatch_ring_free(ring);
			return NULL;
		}
		ring->page[i] = page_address(p);
		ring->page[i]->head = (struct ring_page_head){
			.magic = RING_MAGIC, .index = i, .cpu = cpu,
		};
		ring->page[i]->head.crc = crc32_le(~0, (u8 *)&ring->page[i]->head,
						   offsetof(struct ring_page_head, crc));
	}
	return ring;
}

static struct rtwatch_sample *slot_of(const struct rtwatch_ring *ring, u32 index)
{
	return &ring->page[index / PER_PAGE]->slot[index % PER_PAGE];
}

struct rtwatch_sample *rtwatch_ring_open(struct rtwatch_ring *ring)
{
	struct rtwatch_sample *slot = slot_of(ring, ring->next);

	WRITE_ONCE(slot->seq, 0);
	smp_wmb(); /* pairs with smp_rmb() in rtwatch_ring_read() */
	return slot;
}

void rtwatch_ring_push(struct rtwatch_ring *ring, struct rtwatch_sample *slot)
{
	u64 seq = ring->head + 1;

	smp_store_release(&slot->seq, seq); /* pairs with rtwatch_ring_read() */
	smp_store_release(&ring->head, seq); /* pairs with rtwatch_ring_head() */
	if (++ring->next == ring->depth)
		ring->next = 0;
}

u64 rtwatch_ring_head(const struct rtwatch_ring *ring)
{
	return smp_load_acquire(&ring->head); /* pairs with rtwatch_ring_push() */
}

bool rtwatch_ring_read(const struct rtwatch_ring *ring, u64 seq, struct rtwatch_sample *out)
{
	const struct rtwatch_sample *slot;
	u32 index;

	if (!seq)
		return false;
	div_u64_rem(seq - 1, ring->depth, &index);
	slot = slot_of(ring, index);
	if (smp_load_acquire(&slot->seq) != seq) /* pairs with rtwatch_ring_push() */
		return false;
	/* May meet the writer: then what was copied does not count. */
	data_race(memcpy(out, slot, sizeof(*out)));
	smp_rmb(); /* pairs with smp_wmb() in rtwatch_ring_push() */
	return READ_ONCE(slot->seq) == seq && out->seq == seq;
}

/* When sample @seq was taken; false where it was overwritten. */
static bool time_of(const struct rtwatch_ring *ring, u64 seq, u64 *time)
{
	const struct rtwatch_sample *slot;
	u32 index;

	div_u64_rem(seq - 1, ring->depth, &index);
	slot = slot_of(ring, index);
	if (smp_load_acquire(&slot->seq) != seq) /* pairs with rtwatch_ring_push() */
		return false;
	*time = data_race(READ_ONCE(slot->time_ns)); /* the writer clears it in one piece */
	smp_rmb(); /* pairs with smp_wmb() in rtwatch_ring_open() */
	return READ_ONCE(slot->seq) == seq;
}

bool rtwatch_ring_at(const struct rtwatch_ring *ring, u64 time_ns, struct rtwatch_sample *out)
{
	u64 head = rtwatch_ring_head(ring);
	u64 lo = head > ring->depth ? head - ring->depth + 1 : 1;
	u64 hi = head;
	u64 found = 0;

	/* Times grow with the sequence: the last one that is not younger. */
	while (lo <= hi) {
		u64 mid = lo + (hi - lo) / 2, time;
		bool there = time_of(ring, mid, &time);

		/* An overwritten slot was an old one. */
		if (!there || time <= time_ns) {
			if (there)
				found = mid;
			lo = mid + 1;
		} else {
			hi = mid - 1;
		}
	}
	return rtwatch_ring_read(ring, found, out);
}
