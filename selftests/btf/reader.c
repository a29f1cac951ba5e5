// SPDX-License-Identifier: GPL-2.0-only
/* The BTF reader, with whole and with damaged blobs. */
#include "kselftest_harness.h"

#include "blob.h"
#include "btf.h"
#include "fields.h"

/* Every byte of a blob stands alone at the end of its memory, for ASan to guard. */
static int open_copy(const void *image, size_t len, struct rtwatch_btf *btf, void **copy)
{
	int count;

	*copy = malloc(len ? len : 1);
	memcpy(*copy, image, len);
	count = rtwatch_btf_open(btf, *copy, len);
	if (count < 0)
		return count;
	btf->offsets = calloc(count + 1, sizeof(*btf->offsets));
	return rtwatch_btf_index(btf);
}

static void close_copy(struct rtwatch_btf *btf, void *copy)
{
	free(btf->offsets);
	free(copy);
}

/* Opens, and reads whatever can be read: must not touch a byte that is not there. */
static int read_all(const void *image, size_t len, struct rtwatch_field_place *places)
{
	struct rtwatch_btf btf;
	void *copy;
	int ret = open_copy(image, len, &btf, &copy);

	if (!ret)
		rtwatch_fields_find(&btf, places);
	close_copy(&btf, copy);
	return ret;
}

FIXTURE(reader)
{
	struct blob *blob;
	struct rtwatch_btf btf;
	void *copy;
	size_t len;
};

FIXTURE_SETUP(reader)
{
	self->blob = malloc(sizeof(*self->blob));
	blob_start(self->blob);
}

FIXTURE_TEARDOWN(reader)
{
	free(self->blob);
}

/* Finishes the blob, opens it, and looks for a member. */
#define FIND(in, path, out) ({							\
	int id_;								\
	self->len = blob_finish(self->blob);					\
	ASSERT_EQ(0, open_copy(self->blob->image, self->len, &self->btf, &self->copy)); \
	id_ = rtwatch_btf_struct(&self->btf, in);				\
	id_ = id_ < 0 ? id_ : rtwatch_btf_member(&self->btf, id_, path, out);	\
	close_copy(&self->btf, self->copy);					\
	id_;									\
})

TEST_F(reader, finds_members_by_path_through_typedefs_and_unnamed_unions)
{
	struct rtwatch_btf_field f = {};
	uint32_t word = blob_int(self->blob, "int", 4), inner, u;

	inner = blob_struct(self->blob, "inner", 12, 2);
	blob_member(self->blob, "first", word, 0);
	blob_member(self->blob, "second", word, 64);
	inner = blob_typedef(self->blob, "inner_t", inner);
	u = blob_union(self->blob, "", 12, 2);
	blob_member(self->blob, "whole", inner, 0);
	blob_member(self->blob, "alone", word, 0);
	blob_struct(self->blob, "outer", 32, 2);
	blob_member(self->blob, "before", word, 0);
	blob_member(self->blob, "", u, 96);

	EXPECT_EQ(0, FIND("outer", "whole.second", &f));
	EXPECT_EQ(96 + 64, f.bit_offset);
	EXPECT_EQ(4, f.size);
	EXPECT_EQ(RTWATCH_BTF_INT, f.kind);
	EXPECT_EQ(0, FIND("outer", "whole", &f));
	EXPECT_EQ(RTWATCH_BTF_STRUCT, f.kind);
	EXPECT_EQ(12, f.size);
	EXPECT_EQ(-ENOENT, FIND("outer", "second", &f));
	EXPECT_EQ(-ENOENT, FIND("outer", "before.second", &f));
	EXPECT_EQ(-ENOENT, FIND("missing", "before", &f));
	EXPECT_EQ(-EINVAL, FIND("outer", "", &f));
	EXPECT_EQ(-EINVAL, FIND("outer", "whole.", &f));
}

TEST_F(reader, tells_bit_fields_pointers_and_arrays_from_numbers)
{
	struct rtwatch_btf_field f = {};
	uint32_t word = blob_int(self->blob, "unsigned int", 4), ptr, array;

	ptr = blob_ptr(self->blob, word);
	array = blob_array(self->blob, word, 4);
	blob_bit_struct(self->blob, "outer", 32, 3);
	blob_bitfield(self->blob, "flag", word, 35, 1);
	blob_bitfield(self->blob, "ptr", ptr, 64, 0);
	blob_bitfield(self->blob, "array", array, 128, 0);

	EXPECT_EQ(0, FIND("outer", "flag", &f));
	EXPECT_EQ(35, f.bit_offset);
	EXPECT_EQ(1, f.bits);
	EXPECT_EQ(0, FIND("outer", "ptr", &f));
	EXPECT_EQ(RTWATCH_BTF_PTR, f.kind);
	EXPECT_EQ(8, f.size);
	EXPECT_EQ(0, FIND("outer", "array", &f));
	EXPECT_EQ(RTWATCH_BTF_ARRAY, f.kind);
}

TEST_F(reader, a_member_beyond_its_structure_is_damage)
{
	struct rtwatch_btf_field f = {};
	uint32_t word = blob_int(self->blob, "int", 4), inner;

	inner = blob_struct(self->blob, "", 8, 1);
	blob_member(self->blob, "deep", word, 0);
	blob_struct(self->blob, "outer", 16, 3);
	blob_member(self->blob, "last", word, 96);
	blob_member(self->blob, "over", word, 97);
	blob_member(self->blob, "", inner, 96);
	blob_struct(self->blob, "huge", 1u << 31, 1);
	blob_member(self->blob, "far", word, 0xfffffff0);

	EXPECT_EQ(0, FIND("outer", "last", &f));
	EXPECT_EQ(-EINVAL, FIND("outer", "over", &f));
	EXPECT_EQ(-EINVAL, FIND("outer", "deep", &f));
	EXPECT_EQ(-EINVAL, FIND("huge", "far", &f));
}

TEST_F(reader, loops_of_types_end)
{
	struct rtwatch_btf_field f = {};
	uint32_t self_typedef = blob_typedef(self->blob, "self", 1), nest;

	/* A structure that holds itself without a name, twice at each level. */
	nest = blob_struct(self->blob, "nest", 16, 3);
	blob_member(self->blob, "", nest, 0);
	blob_member(self->blob, "", nest, 0);
	blob_member(self->blob, "loop", self_typedef, 0);

	EXPECT_EQ(-EINVAL, FIND("nest", "loop", &f));
	EXPECT_EQ(-EINVAL, FIND("nest", "nowhere", &f));
}

TEST_F(reader, an_unknown_kind_is_not_guessed)
{
	blob_int(self->blob, "int", 4);
	blob_raw(self->blob, "new", 20u << 24, 0);
	self->len = blob_finish(self->blob);
	EXPECT_EQ(-EINVAL, open_copy(self->blob->image, self->len, &self->btf, &self->copy));
	close_copy(&self->btf, self->copy);
}

TEST_F(reader, every_truncation_is_refused)
{
	const struct blob_kernel kernel = {};
	struct rtwatch_field_place places[RTWATCH_FIELD_COUNT];

	self->len = blob_kernel(self->blob, &kernel);
	ASSERT_EQ(0, read_all(self->blob->image, self->len, places));
	for (size_t len = 0; len < self->len; len++) {
		EXPECT_EQ(-EINVAL, read_all(self->blob->image, len, places))
		{
			TH_LOG("cut to %zu of %zu bytes", len, self->len);
		}
	}
}

TEST_F(reader, types_cut_anywhere_but_between_two_are_refused)
{
	struct rtwatch_field_place places[RTWATCH_FIELD_COUNT];
	const uint32_t whole = 16, both = 16 + 24;

	blob_int(self->blob, "int", 4);
	blob_struct(self->blob, "outer", 4, 1);
	blob_member(self->blob, "only", 1, 0);
	self->len = blob_finish(self->blob);
	for (uint32_t len = 0; len <= both; len++) {
		int fine = len == 0 || len == whole || len == both;

		memcpy(self->blob->image + 12, &len, sizeof(len));
		EXPECT_EQ(fine ? 0 : -EINVAL, read_all(self->blob->image, self->len, places))
		{
			TH_LOG("types cut to %u bytes", len);
		}
	}
}

TEST_F(reader, foreign_blobs_are_refused)
{
	static const struct {
		const char *what;
		size_t at;
		uint8_t is;
	} foreign[] = {
		{ "no magic", 0, 0x7f },
		{ "other byte order", 0, 0xeb },
		{ "next version of the format", 2, 2 },
		{ "header shorter than it is", 4, 20 },
		{ "header longer than the blob", 7, 0x7f },
		{ "types far away", 11, 0x7f },
		{ "more types than there are bytes", 15, 0x7f },
		{ "strings far away", 19, 0x7f },
		{ "more strings than there are bytes", 23, 0x7f },
	};
	const struct blob_kernel kernel = {};
	struct rtwatch_field_place places[RTWATCH_FIELD_COUNT];

	self->len = blob_kernel(self->blob, &kernel);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		uint8_t was = self->blob->image[foreign[i].at];

		self->blob->image[foreign[i].at] = foreign[i].is;
		EXPECT_EQ(-EINVAL, read_all(self->blob->image, self->len, places))
		{
			TH_LOG("taken: %s", foreign[i].what);
		}
		self->blob->image[foreign[i].at] = was;
	}
	/* The last string must end. */
	self->blob->image[self->len - 1] = 'x';
	EXPECT_EQ(-EINVAL, read_all(self->blob->image, self->len, places));
	EXPECT_EQ(-EINVAL, read_all("\177ELF, and no BTF at all", 24, places));
}

/* Any one byte may be anything: what is found then lies within a structure all the same. */
TEST_F(reader, every_damaged_byte_is_survived)
{
	static const uint8_t damage[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	const struct blob_kernel kernel = {};
	struct rtwatch_field_place places[RTWATCH_FIELD_COUNT] = {};
	size_t refused = 0;

	self->len = blob_kernel(self->blob, &kernel);
	for (size_t at = 0; at < self->len; at++) {
		uint8_t was = self->blob->image[at];

		for (size_t i = 0; i < sizeof(damage); i++) {
			self->blob->image[at] = damage[i];
			if (read_all(self->blob->image, self->len, places)) {
				refused++;
				continue;
			}
			for (int f = 0; f < RTWATCH_FIELD_COUNT; f++) {
				if (places[f].state != RTWATCH_FIELD_FOUND)
					continue;
				EXPECT_TRUE(places[f].size == 4 || places[f].size == 8);
				EXPECT_GE(1u << 24, places[f].offset + places[f].size);
			}
		}
		self->blob->image[at] = was;
	}
	EXPECT_LT(0, refused);
}

TEST_HARNESS_MAIN
