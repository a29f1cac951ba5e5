// SPDX-License-Identifier: GPL-2.0-only
#include "blob.h"

#include <stdlib.h>
#include <string.h>

enum { INT = 1, PTR, ARRAY, STRUCT, UNION, TYPEDEF = 8, VAR = 14, DATASEC };

#define WITH_BITS	(1u << 31)

static void put(struct blob *b, uint32_t value)
{
	if (b->types_len + sizeof(value) > sizeof(b->types))
		abort();
	memcpy(b->types + b->types_len, &value, sizeof(value));
	b->types_len += sizeof(value);
}

static uint32_t text(struct blob *b, const char *name)
{
	uint32_t at = b->strings_len;
	size_t len = strlen(name) + 1;

	if (!*name)
		return 0;
	if (at + len > sizeof(b->strings))
		abort();
	memcpy(b->strings + at, name, len);
	b->strings_len += len;
	return at;
}

void blob_start(struct blob *b)
{
	memset(b, 0, sizeof(*b));
	b->strings_len = 1;
}

uint32_t blob_raw(struct blob *b, const char *name, uint32_t info, uint32_t size)
{
	put(b, text(b, name));
	put(b, info);
	put(b, size);
	return ++b->count;
}

static uint32_t type(struct blob *b, const char *name, uint32_t kind, uint32_t vlen, uint32_t size)
{
	return blob_raw(b, name, kind << 24 | vlen, size);
}

uint32_t blob_int(struct blob *b, const char *name, uint32_t size)
{
	uint32_t id = type(b, name, INT, 0, size);

	put(b, size * 8);
	return id;
}

uint32_t blob_ptr(struct blob *b, uint32_t to)
{
	return type(b, "", PTR, 0, to);
}

uint32_t blob_array(struct blob *b, uint32_t of, uint32_t n)
{
	uint32_t id = type(b, "", ARRAY, 0, 0);

	put(b, of);
	put(b, of);
	put(b, n);
	return id;
}

uint32_t blob_typedef(struct blob *b, const char *name, uint32_t to)
{
	return type(b, name, TYPEDEF, 0, to);
}

uint32_t blob_var(struct blob *b, const char *name, uint32_t of)
{
	uint32_t id = type(b, name, VAR, 0, of);

	put(b, 1);
	return id;
}

uint32_t blob_struct(struct blob *b, const char *name, uint32_t size, uint32_t members)
{
	return type(b, name, STRUCT, members, size);
}

uint32_t blob_union(struct blob *b, const char *name, uint32_t size, uint32_t members)
{
	return type(b, name, UNION, members, size);
}

uint32_t blob_bit_struct(struct blob *b, const char *name, uint32_t size, uint32_t members)
{
	return blob_raw(b, name, WITH_BITS | STRUCT << 24 | members, size);
}

void blob_member(struct blob *b, const char *name, uint32_t of, uint32_t offset)
{
	put(b, text(b, name));
	put(b, of);
	put(b, offset);
}

void blob_bitfield(struct blob *b, const char *name, uint32_t of, uint32_t offset, uint32_t bits)
{
	blob_member(b, name, of, bits << 24 | offset);
}

uint32_t blob_datasec(struct blob *b, const char *name, uint32_t vars)
{
	return type(b, name, DATASEC, vars, 0);
}

void blob_secinfo(struct blob *b, uint32_t var, uint32_t offset, uint32_t size)
{
	put(b, var);
	put(b, offset);
	put(b, size);
}

size_t blob_finish(struct blob *b)
{
	const uint32_t header[] = {
		0x0001eb9f, BLOB_HEADER, 0, b->types_len, b->types_len, b->strings_len,
	};

	memcpy(b->image, header, sizeof(header));
	memcpy(b->image + BLOB_HEADER, b->types, b->types_len);
	memcpy(b->image + BLOB_HEADER + b->types_len, b->strings, b->strings_len);
	return BLOB_HEADER + b->types_len + b->strings_len;
}

/* Sizes and offsets are our own; only the names are the kernel's. */
size_t blob_kernel(struct blob *b, const struct blob_kernel *k)
{
	uint32_t u32, u64, s64, ktime, atomic, rt, dl, server = 0, time, vars[3];

	blob_start(b);
	u32 = blob_int(b, "unsigned int", 4);
	u64 = blob_int(b, "long long unsigned int", 8);
	u64 = blob_typedef(b, "u64", k->typedef_loop ? b->count + 1 : u64);
	s64 = blob_int(b, "long long int", 8);
	ktime = blob_typedef(b, "ktime_t", s64);
	atomic = blob_struct(b, "", 4, 1);
	blob_member(b, "counter", u32, 0);
	atomic = blob_typedef(b, "atomic_t", atomic);
	time = k->rt_time_size ? blob_int(b, "narrow", k->rt_time_size) : u64;

	if (k->rt_time_is_bits) {
		rt = blob_bit_struct(b, "rt_rq", 64, 2);
		blob_bitfield(b, "rt_nr_running", u32, 0, 0);
		blob_bitfield(b, "rt_time", u64, 128, 40);
	} else {
		rt = blob_struct(b, "rt_rq", 64, k->fair_server ? 1 : 4);
		blob_member(b, "rt_nr_running", u32, 0);
		if (!k->fair_server) {
			blob_member(b, "rt_throttled", u32, 64);
			blob_member(b, k->rt_time ? k->rt_time : "rt_time", time,
				    k->rt_time_outside ? 480 : 128);
			blob_member(b, "rt_runtime", u64, 192);
		}
	}
	dl = blob_struct(b, "dl_rq", 16, 1);
	blob_member(b, "dl_nr_running", u32, 64);
	if (k->fair_server) {
		server = blob_struct(b, "sched_dl_entity", 32, 1);
		blob_member(b, "dl_runtime", u64, 192);
	}

	/* A forward declaration of the same name comes first, as it may. */
	blob_raw(b, "rq", 7 << 24, 0);
	blob_struct(b, "rq", 256, k->fair_server ? 4 : 3);
	blob_member(b, "nr_running", u32, 32);
	blob_member(b, "rt", rt, 512);
	blob_member(b, "dl", dl, 1024);
	if (k->fair_server)
		blob_member(b, "fair_server", server, 1280);

	blob_struct(b, "rt_bandwidth", 32, 2);
	blob_member(b, "rt_period", ktime, 64);
	blob_member(b, "rt_runtime", u64, 128);

	if (!k->no_percpu) {
		uint32_t word = blob_int(b, "long unsigned int", 8), counter = word;

		if (k->hrtimer_interrupts_ptr)
			counter = blob_ptr(b, word);
		else if (k->fair_server)
			counter = atomic;

		vars[0] = blob_var(b, "watchdog_touch_ts", word);
		vars[1] = blob_var(b, "watchdog_report_ts", word);
		vars[2] = blob_var(b, "hrtimer_interrupts", counter);
		blob_datasec(b, ".data..percpu", 3);
		for (int i = 0; i < 3; i++)
			blob_secinfo(b, vars[i], i * 8, 8);
	}
	return blob_finish(b);
}
