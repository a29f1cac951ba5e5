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

#define NEAR		8	/* samples looked at one by one before the others are searched */
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
	struct rtwatch_sample *newest;	/* its slot, NULL before the first; release by the writer */
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
	smp_store_release(&ring->newest, slot); /* pairs with rtwatch_ring_ran() */
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

static u64 time_of(const struct rtwatch_sample *slot)
{
	return data_race(READ_ONCE(slot->time_ns)); /* the writer clears it in one piece */
}

/*
 * The last of the slots @lo to @hi that is not younger than @time_ns; NULL: none is.
 * Their times grow, those of slots not written yet are zero. First the page, then the
 * slot in it: so a step takes a handful of instructions.
 */
static const struct rtwatch_sample *find(const struct rtwatch_ring *ring, u32 lo, u32 hi,
					 u64 time_ns)
{
	u32 page = lo / PER_PAGE, last = hi / PER_PAGE;
	const struct rtwatch_sample *from, *end;

	while (page < last) {
		u32 middle = (page + last + 1) / 2;

		if (time_of(ring->page[middle]->slot) <= time_ns)
			page = middle;
		else
			last = middle - 1;
	}
	from = ring->page[page]->slot;
	end = from + (page == hi / PER_PAGE ? hi % PER_PAGE : PER_PAGE - 1);
	from += page == lo / PER_PAGE ? lo % PER_PAGE : 0;
	if (time_of(from) > time_ns)
		return NULL;
	while (from < end) {
		const struct rtwatch_sample *middle = from + (end - from + 1) / 2;

		if (time_of(middle) <= time_ns)
			from = middle;
		else
			end = middle - 1;
	}
	return from;
}

static const struct ring_page *page_of(const struct rtwatch_sample *slot)
{
	return (void *)((unsigned long)slot & PAGE_MASK);
}

/* The last slot of the page before @page; in an unwritten one the time is zero. */
static noinline const struct rtwatch_sample *page_before(const struct rtwatch_ring *ring,
							 const struct ring_page *page)
{
	return slot_of(ring, (page->head.index ? page->head.index * PER_PAGE : ring->depth) - 1);
}

/* The newest that is not younger than @time_ns, NULL where there is none. */
static noinline const struct rtwatch_sample *search(const struct rtwatch_ring *ring,
						    const struct rtwatch_sample *from, u64 time_ns)
{
	const struct ring_page *page = page_of(from);
	u32 newest = page->head.index * PER_PAGE + (from - page->slot);
	const struct rtwatch_sample *slot = find(ring, 0, newest, time_ns);

	if (!slot && newest + 1 < ring->depth)
		slot = find(ring, newest + 1, ring->depth - 1, time_ns);
	return slot;
}

static __always_inline bool read_ran(const struct rtwatch_sample *slot, u64 time_ns, struct rtwatch_ran *out)
{
	u64 seq = smp_load_acquire(&slot->seq), valid; /* pairs with rtwatch_ring_push() */

	valid = data_race(READ_ONCE(slot->valid)); /* may meet the writer: see below */
	out->time_ns = time_of(slot);
	out->rt_time_ns = data_race(READ_ONCE(slot->rt_time_ns)); /* the same */
	out->dl_time_ns = data_race(READ_ONCE(slot->dl_time_ns)); /* the same */
	smp_rmb(); /* pairs with smp_wmb() in rtwatch_ring_open() */
	/* Met it: what was read does not count. */
	return seq && READ_ONCE(slot->seq) == seq && out->time_ns <= time_ns &&
	       (valid & RTWATCH_VALID(RT_TIME_NS));
}

unsigned int rtwatch_ring_ran(const struct rtwatch_ring *ring, const u64 *times, unsigned int n,
			      struct rtwatch_ran *out)
{
	/* pairs with rtwatch_ring_push() */
	const struct rtwatch_sample *newest = smp_load_acquire(&ring->newest), *slot = newest, *first;
	unsigned int i, near;

	if (!newest)
		return 0;
	first = page_of(slot)->slot;
	for (i = 0; i < n; i++) {
		/* A CPU that sleeps has few ticks, and so few samples. */
		for (near = NEAR; near && time_of(slot) > times[i]; near--) {
			if (slot != first) {
				slot--;
				continue;
			}
			slot = page_before(ring, page_of(slot));
			first = page_of(slot)->slot;
		}
		if (!near) {
			slot = search(ring, newest, times[i]);
			if (!slot)
				break;
			first = page_of(slot)->slot;
		}
		if (!read_ran(slot, times[i], &out[i]))
			break;
	}
	return i;
}
