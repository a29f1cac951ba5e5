// SPDX-License-Identifier: GPL-2.0-only
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <string.h>
#endif

#include "btf.h"

#define BTF_MAGIC	0xeb9f
#define BTF_HDR_LEN	24
#define BTF_TYPE_LEN	12
#define BTF_DEPTH	16	/* of typedefs, qualifiers and nested members */
#define BTF_PATH_PART	64
#define BTF_STEPS	(1u << 20)	/* members looked at in one search */
#define BTF_SIZE_MAX	(1u << 24)	/* bytes of a structure; rcu_state has 430 kB */

/* Kinds as the format numbers them. */
enum {
	K_INT = 1, K_PTR, K_ARRAY, K_STRUCT, K_UNION, K_ENUM, K_FWD, K_TYPEDEF, K_VOLATILE,
	K_CONST, K_RESTRICT, K_FUNC, K_FUNC_PROTO, K_VAR, K_DATASEC, K_FLOAT, K_DECL_TAG,
	K_TYPE_TAG, K_ENUM64
};

struct btf_type {
	u32 name;
	u32 info;
	u32 size;		/* or the type that is referred to */
};

static u32 get32(const u8 *p)
{
	u32 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static u32 kind_of(const struct btf_type *t)
{
	return (t->info >> 24) & 0x1f;
}

static u32 vlen_of(const struct btf_type *t)
{
	return t->info & 0xffff;
}

/* Bytes that follow a type's header, or -EINVAL where the kind is not known. */
static int tail_len(const struct btf_type *t)
{
	u32 n = vlen_of(t);

	switch (kind_of(t)) {
	case K_PTR: case K_FWD: case K_TYPEDEF: case K_VOLATILE: case K_CONST:
	case K_RESTRICT: case K_FUNC: case K_FLOAT: case K_TYPE_TAG:
		return 0;
	case K_INT: case K_VAR: case K_DECL_TAG:
		return 4;
	case K_ARRAY:
		return 12;
	case K_STRUCT: case K_UNION: case K_DATASEC: case K_ENUM64:
		return 12 * n;
	case K_ENUM: case K_FUNC_PROTO:
		return 8 * n;
	default:
		return -EINVAL;
	}
}

static void type_at(const struct rtwatch_btf *btf, u32 off, struct btf_type *t)
{
	t->name = get32(btf->types + off);
	t->info = get32(btf->types + off + 4);
	t->size = get32(btf->types + off + 8);
}

static int type_by_id(const struct rtwatch_btf *btf, u32 id, struct btf_type *t)
{
	if (id == 0 || id > btf->count)
		return -EINVAL;
	type_at(btf, btf->offsets[id], t);
	return 0;
}

/* The string section ends with NUL (checked in open), so this is bounded. */
static const char *name_at(const struct rtwatch_btf *btf, u32 off)
{
	return off < btf->strings_len ? btf->strings + off : "";
}

static int walk(struct rtwatch_btf *btf, bool fill)
{
	u32 off = 0, id = 0;

	while (off < btf->types_len) {
		struct btf_type t;
		int tail;

		if (btf->types_len - off < BTF_TYPE_LEN)
			return -EINVAL;
		type_at(btf, off, &t);
		tail = tail_len(&t);
		if (tail < 0 || (u32)tail > btf->types_len - off - BTF_TYPE_LEN)
			return -EINVAL;
		id++;
		if (fill)
			btf->offsets[id] = off;
		off += BTF_TYPE_LEN + tail;
	}
	return id;
}

int rtwatch_btf_open(struct rtwatch_btf *btf, const void *blob, size_t len)
{
	const u8 *p = blob;
	u32 hdr, type_off, type_len, str_off, str_len;
	u16 magic;
	int n;

	memset(btf, 0, sizeof(*btf));
	if (len < BTF_HDR_LEN || len > (1u << 30))
		return -EINVAL;
	memcpy(&magic, p, sizeof(magic));
	hdr = get32(p + 4);
	type_off = get32(p + 8);
	type_len = get32(p + 12);
	str_off = get32(p + 16);
	str_len = get32(p + 20);
	if (magic != BTF_MAGIC || p[2] != 1 || hdr < BTF_HDR_LEN || hdr > len)
		return -EINVAL;
	len -= hdr;
	if (type_off > len || type_len > len - type_off || str_off > len ||
	    str_len > len - str_off || str_len == 0)
		return -EINVAL;
	btf->types = p + hdr + type_off;
	btf->types_len = type_len;
	btf->strings = (const char *)p + hdr + str_off;
	btf->strings_len = str_len;
	if (btf->strings[str_len - 1] != '\0')
		return -EINVAL;
	n = walk(btf, false);
	if (n < 0)
		return n;
	btf->count = n;
	return n;
}

int rtwatch_btf_index(struct rtwatch_btf *btf)
{
	int n = walk(btf, true);

	return n < 0 ? n : 0;
}

int rtwatch_btf_struct(const struct rtwatch_btf *btf, const char *name)
{
	u32 id;

	for (id = 1; id <= btf->count; id++) {
		struct btf_type t;

		type_at(btf, btf->offsets[id], &t);
		if (kind_of(&t) == K_STRUCT && vlen_of(&t) && !strcmp(name_at(btf, t.name), name))
			return id;
	}
	return -ENOENT;
}

/* Follows typedefs and qualifiers. */
static int resolve(const struct rtwatch_btf *btf, u32 id, struct btf_type *t, u32 *out_id)
{
	int depth;

	for (depth = 0; depth < BTF_DEPTH; depth++) {
		if (type_by_id(btf, id, t))
			return -EINVAL;
		switch (kind_of(t)) {
		case K_TYPEDEF: case K_VOLATILE: case K_CONST: case K_RESTRICT: case K_TYPE_TAG:
			id = t->size;
			continue;
		default:
			*out_id = id;
			return 0;
		}
	}
	return -EINVAL;
}

static void describe(const struct btf_type *t, struct rtwatch_btf_field *out)
{
	out->size = t->size;
	switch (kind_of(t)) {
	case K_INT: case K_ENUM: case K_ENUM64:
		out->kind = RTWATCH_BTF_INT;
		break;
	case K_PTR:
		out->kind = RTWATCH_BTF_PTR;
		out->size = sizeof(void *);
		break;
	case K_STRUCT: case K_UNION:
		out->kind = RTWATCH_BTF_STRUCT;
		break;
	case K_ARRAY:
		out->kind = RTWATCH_BTF_ARRAY;
		out->size = 0;
		break;
	default:
		out->kind = RTWATCH_BTF_OTHER;
		out->size = 0;
	}
}

/* Does what @off and @f (or a bit-field of @bits) claim lie within @t? */
static bool inside(const struct btf_type *t, u32 off, u32 bits, const struct rtwatch_btf_field *f)
{
	u64 end = off + (bits ? bits : (u64)f->size * 8);

	return t->size <= BTF_SIZE_MAX && end <= (u64)t->size * 8;
}

/*
 * One step of a path in one struct; looks into unnamed members too. Recursion
 * is bounded by depth, and each level by the number of its members.
 */
static int step(struct rtwatch_btf *btf, u32 id, const char *name, u32 base, int depth,
		struct rtwatch_btf_field *out, u32 *out_id)
{
	struct btf_type t, m;
	const u8 *p;
	u32 i;

	if (depth >= BTF_DEPTH || resolve(btf, id, &t, &id))
		return -EINVAL;
	if (kind_of(&t) != K_STRUCT && kind_of(&t) != K_UNION)
		return -ENOENT;
	p = btf->types + btf->offsets[id] + BTF_TYPE_LEN;
	for (i = 0; i < vlen_of(&t); i++, p += 12) {
		const char *member = name_at(btf, get32(p));
		u32 off = get32(p + 8), bits = 0, mid;

		if (!btf->steps--)
			return -EINVAL;
		if (t.info >> 31) {
			bits = off >> 24;
			off &= 0xffffff;
		}
		if (*member && strcmp(member, name))
			continue;
		if (resolve(btf, get32(p + 4), &m, &mid))
			return -EINVAL;
		describe(&m, out);
		if (!inside(&t, off, bits, out))
			return -EINVAL;
		if (!*member) {
			int ret = step(btf, mid, name, base + off, depth + 1, out, out_id);

			if (ret != -ENOENT)
				return ret;
			continue;
		}
		out->bit_offset = base + off;
		out->bits = bits;
		*out_id = mid;
		return 0;
	}
	return -ENOENT;
}

int rtwatch_btf_member(struct rtwatch_btf *btf, u32 id, const char *path,
		       struct rtwatch_btf_field *out)
{
	u32 base = 0;
	int depth;

	for (depth = 0; depth < BTF_DEPTH; depth++) {
		const char *dot = strchr(path, '.');
		size_t n = dot ? (size_t)(dot - path) : strlen(path);
		char part[BTF_PATH_PART];
		int ret;

		if (n == 0 || n >= sizeof(part))
			return -EINVAL;
		memcpy(part, path, n);
		part[n] = '\0';
		btf->steps = BTF_STEPS;
		ret = step(btf, id, part, base, 0, out, &id);
		if (ret || !dot)
			return ret;
		base = out->bit_offset;
		path = dot + 1;
	}
	return -EINVAL;
}

int rtwatch_btf_percpu(const struct rtwatch_btf *btf, const char *name,
		       struct rtwatch_btf_field *out)
{
	u32 id;

	for (id = 1; id <= btf->count; id++) {
		struct btf_type t, v;
		const u8 *p;
		u32 i, vid;

		type_at(btf, btf->offsets[id], &t);
		if (kind_of(&t) != K_DATASEC || strcmp(name_at(btf, t.name), ".data..percpu"))
			continue;
		p = btf->types + btf->offsets[id] + BTF_TYPE_LEN;
		for (i = 0; i < vlen_of(&t); i++, p += 12) {
			if (type_by_id(btf, get32(p), &v) || kind_of(&v) != K_VAR ||
			    strcmp(name_at(btf, v.name), name))
				continue;
			if (resolve(btf, v.size, &v, &vid))
				return -EINVAL;
			memset(out, 0, sizeof(*out));
			describe(&v, out);
			return 0;
		}
	}
	return -ENOENT;
}
