/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small reader of BTF, the type information that a kernel carries of itself.
 *
 * It trusts nothing: every offset is checked against the blob, every walk is
 * bounded, and what it does not know makes it give up. It compiles in user
 * space too, where it is tested with damaged blobs.
 *
 * Source of the format: Documentation/bpf/btf.rst.
 */
#ifndef RTWATCH_COMPAT_BTF_H
#define RTWATCH_COMPAT_BTF_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
#endif

struct rtwatch_btf {
	const u8 *types;
	u32 types_len;
	const char *strings;
	u32 strings_len;
	u32 *offsets;		/* of type n in types; owned by the caller */
	u32 count;		/* of types; ids run from 1 to count */
	u32 steps;		/* left for one search, so that no blob makes it endless */
};

enum rtwatch_btf_kind {
	RTWATCH_BTF_OTHER,
	RTWATCH_BTF_INT,	/* also bool and enum */
	RTWATCH_BTF_PTR,
	RTWATCH_BTF_STRUCT,	/* also union */
	RTWATCH_BTF_ARRAY,
};

struct rtwatch_btf_field {
	u32 bit_offset;		/* from the start of the outermost struct */
	u32 size;		/* bytes; of a bit-field, its container */
	u32 bits;		/* width of a bit-field, else 0 */
	enum rtwatch_btf_kind kind;
};

/* Number of types in the blob, or -EINVAL: how long offsets must be, plus one. */
int rtwatch_btf_open(struct rtwatch_btf *btf, const void *blob, size_t len);
/* Fills offsets[1..count]; the caller has allocated count + 1 of them. */
int rtwatch_btf_index(struct rtwatch_btf *btf);
/* Id of a struct by name, or -ENOENT. */
int rtwatch_btf_struct(const struct rtwatch_btf *btf, const char *name);
/* A member by its path ("rt.rt_time"), through unnamed unions; -ENOENT: no such member. */
int rtwatch_btf_member(struct rtwatch_btf *btf, u32 id, const char *path,
		       struct rtwatch_btf_field *out);
/* A variable of the per-CPU section: its size and kind. -ENOENT: not described. */
int rtwatch_btf_percpu(const struct rtwatch_btf *btf, const char *name,
		       struct rtwatch_btf_field *out);

#endif
