/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes BTF, type by type, for tests: whole, and in whatever way damaged.
 * Source of the format: Documentation/bpf/btf.rst.
 */
#ifndef RTWATCH_SELFTESTS_BTF_BLOB_H
#define RTWATCH_SELFTESTS_BTF_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLOB_TYPES	16384
#define BLOB_STRINGS	8192
#define BLOB_HEADER	24

struct blob {
	uint8_t types[BLOB_TYPES];
	char strings[BLOB_STRINGS];
	uint32_t types_len;
	uint32_t strings_len;
	uint32_t count;			/* ids given out so far */
	uint8_t image[BLOB_HEADER + BLOB_TYPES + BLOB_STRINGS];
};

void blob_start(struct blob *b);
/* Each returns the new type's id. Sizes in bytes, offsets in bits. */
uint32_t blob_int(struct blob *b, const char *name, uint32_t size);
uint32_t blob_ptr(struct blob *b, uint32_t to);
uint32_t blob_array(struct blob *b, uint32_t of, uint32_t n);
uint32_t blob_typedef(struct blob *b, const char *name, uint32_t to);
uint32_t blob_var(struct blob *b, const char *name, uint32_t type);
/* A struct, followed by exactly @members calls of blob_member(). */
uint32_t blob_struct(struct blob *b, const char *name, uint32_t size, uint32_t members);
uint32_t blob_union(struct blob *b, const char *name, uint32_t size, uint32_t members);
/* As blob_struct(), its members blob_bitfield(). */
uint32_t blob_bit_struct(struct blob *b, const char *name, uint32_t size, uint32_t members);
void blob_member(struct blob *b, const char *name, uint32_t type, uint32_t offset);
void blob_bitfield(struct blob *b, const char *name, uint32_t type, uint32_t offset,
		   uint32_t bits);
/* A section, followed by @vars calls of blob_secinfo(). */
uint32_t blob_datasec(struct blob *b, const char *name, uint32_t vars);
void blob_secinfo(struct blob *b, uint32_t var, uint32_t offset, uint32_t size);
/* A type of any kind without anything behind it. */
uint32_t blob_raw(struct blob *b, const char *name, uint32_t info, uint32_t size);
/* Header, types and strings in a row, in b->image; returns its length. */
size_t blob_finish(struct blob *b);

/* What a small kernel would say of itself: every field that rtwatch knows. */
struct blob_kernel {
	const char *rt_time;		/* name of that member of rt_rq; NULL: as it is */
	uint32_t rt_time_size;		/* bytes; 0: as it is */
	bool rt_time_is_bits;		/* a bit-field instead */
	bool rt_time_outside;		/* at an offset beyond the end of its structure */
	bool fair_server;		/* as from 6.12 on: instead of RT throttling */
	bool no_percpu;			/* as 5.10: no section of per-CPU variables */
	bool hrtimer_interrupts_ptr;	/* as no kernel yet: a pointer */
	bool typedef_loop;		/* u64 is a typedef of itself */
};

/* The image's length, as of blob_finish(). */
size_t blob_kernel(struct blob *b, const struct blob_kernel *k);

#endif
