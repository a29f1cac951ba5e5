// SPDX-License-Identifier: GPL-2.0-only
/* The table of private fields, against BTF that is as wished and BTF that is not. */
#include "kselftest_harness.h"

#include "blob.h"
#include "btf.h"
#include "fields.h"

static struct rtwatch_field_place places[RTWATCH_FIELD_COUNT];

static int read_fields(const void *image, size_t len)
{
	struct rtwatch_btf btf;
	int ret = rtwatch_btf_open(&btf, image, len);

	if (ret < 0)
		return ret;
	btf.offsets = calloc(ret + 1, sizeof(*btf.offsets));
	ret = rtwatch_btf_index(&btf);
	if (!ret)
		rtwatch_fields_find(&btf, places);
	free(btf.offsets);
	return ret;
}

static int read_kernel(struct blob_kernel kernel)
{
	struct blob *blob = malloc(sizeof(*blob));
	size_t len = blob_kernel(blob, &kernel);
	int ret = read_fields(blob->image, len);

	free(blob);
	return ret;
}

#define KERNEL(...) read_kernel((struct blob_kernel){ __VA_ARGS__ })

/* The blob describes the fields up to this one; the rest is told by real kernels. */
#define DESCRIBED	(RTWATCH_VAR_HRTIMER_INTERRUPTS + 1)

/* All of them but those named are found. */
#define EXPECT_STATE(wanted, ...) do {						\
	static const enum rtwatch_field_id ids_[] = { __VA_ARGS__ };		\
	for (int i_ = 0; i_ < DESCRIBED; i_++) {			\
		enum rtwatch_field_state want_ = RTWATCH_FIELD_FOUND;		\
		for (size_t j_ = 0; j_ < sizeof(ids_) / sizeof(ids_[0]); j_++)	\
			if ((int)ids_[j_] == i_)				\
				want_ = (wanted);				\
		EXPECT_EQ(want_, places[i_].state)				\
		{								\
			TH_LOG("%s %s", rtwatch_field_name(i_),			\
			       rtwatch_field_state_text(places[i_].state));	\
		}								\
	}									\
} while (0)

TEST(all_fields_are_where_the_structures_say)
{
	ASSERT_EQ(0, KERNEL());
	EXPECT_STATE(RTWATCH_FIELD_ABSENT, RTWATCH_RQ_FAIR_SERVER_RUNTIME);
	EXPECT_EQ(4, places[RTWATCH_RQ_NR_RUNNING].offset);
	EXPECT_EQ(4, places[RTWATCH_RQ_NR_RUNNING].size);
	EXPECT_EQ(64 + 16, places[RTWATCH_RQ_RT_TIME].offset);
	EXPECT_EQ(8, places[RTWATCH_RQ_RT_TIME].size);
	EXPECT_EQ(128 + 8, places[RTWATCH_RQ_DL_NR_RUNNING].offset);
	EXPECT_EQ(8, places[RTWATCH_RT_BANDWIDTH_PERIOD].offset);
	EXPECT_EQ(8, places[RTWATCH_VAR_HRTIMER_INTERRUPTS].size);
}

TEST(a_fair_server_replaces_throttling_and_that_is_no_news)
{
	ASSERT_EQ(0, KERNEL(.fair_server = true));
	EXPECT_STATE(RTWATCH_FIELD_ABSENT, RTWATCH_RQ_RT_TIME, RTWATCH_RQ_RT_RUNTIME,
		     RTWATCH_RQ_RT_THROTTLED);
	EXPECT_EQ(160 + 24, places[RTWATCH_RQ_FAIR_SERVER_RUNTIME].offset);
	EXPECT_EQ(4, places[RTWATCH_VAR_HRTIMER_INTERRUPTS].size);
	for (int i = 0; i < DESCRIBED; i++)
		EXPECT_FALSE(rtwatch_field_is_news(places, i));
}

TEST(a_renamed_field_is_absent_and_named)
{
	ASSERT_EQ(0, KERNEL(.rt_time = "rt_time_ns"));
	EXPECT_STATE(RTWATCH_FIELD_ABSENT, RTWATCH_RQ_RT_TIME, RTWATCH_RQ_FAIR_SERVER_RUNTIME);
	EXPECT_TRUE(rtwatch_field_is_news(places, RTWATCH_RQ_RT_TIME));
	EXPECT_STREQ("rq.rt.rt_time", rtwatch_field_name(RTWATCH_RQ_RT_TIME));
	EXPECT_STREQ("is not in this kernel's BTF",
		     rtwatch_field_state_text(places[RTWATCH_RQ_RT_TIME].state));
}

TEST(a_field_of_another_size_or_kind_is_changed_and_named)
{
	static const struct blob_kernel kernels[] = {
		{ .rt_time_size = 4 },
		{ .rt_time_size = 2 },
		{ .rt_time_size = 16 },
		{ .rt_time_outside = true },
	};

	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		ASSERT_EQ(0, read_kernel(kernels[i]));
		EXPECT_EQ(RTWATCH_FIELD_CHANGED, places[RTWATCH_RQ_RT_TIME].state)
		{
			TH_LOG("kernel %zu", i);
		}
		EXPECT_TRUE(rtwatch_field_is_news(places, RTWATCH_RQ_RT_TIME));
		EXPECT_EQ(RTWATCH_FIELD_FOUND, places[RTWATCH_RQ_NR_RUNNING].state);
	}
	EXPECT_STREQ("has another type in this kernel",
		     rtwatch_field_state_text(places[RTWATCH_RQ_RT_TIME].state));

	ASSERT_EQ(0, KERNEL(.rt_time_is_bits = true));
	EXPECT_EQ(RTWATCH_FIELD_CHANGED, places[RTWATCH_RQ_RT_TIME].state);
	ASSERT_EQ(0, KERNEL(.hrtimer_interrupts_ptr = true));
	EXPECT_EQ(RTWATCH_FIELD_CHANGED, places[RTWATCH_VAR_HRTIMER_INTERRUPTS].state);
	EXPECT_EQ(RTWATCH_FIELD_FOUND, places[RTWATCH_VAR_TOUCH_TS].state);
}

TEST(without_described_variables_only_they_are_absent)
{
	ASSERT_EQ(0, KERNEL(.no_percpu = true));
	EXPECT_STATE(RTWATCH_FIELD_ABSENT, RTWATCH_VAR_TOUCH_TS, RTWATCH_VAR_REPORT_TS,
		     RTWATCH_VAR_HRTIMER_INTERRUPTS, RTWATCH_RQ_FAIR_SERVER_RUNTIME);
}

TEST(a_loop_behind_a_type_changes_its_fields_only)
{
	ASSERT_EQ(0, KERNEL(.typedef_loop = true));
	EXPECT_EQ(RTWATCH_FIELD_CHANGED, places[RTWATCH_RQ_RT_TIME].state);
	EXPECT_EQ(RTWATCH_FIELD_CHANGED, places[RTWATCH_RT_BANDWIDTH_RUNTIME].state);
	EXPECT_EQ(RTWATCH_FIELD_FOUND, places[RTWATCH_RT_BANDWIDTH_PERIOD].state);
	EXPECT_EQ(RTWATCH_FIELD_FOUND, places[RTWATCH_RQ_NR_RUNNING].state);
}

/* Names are reported in messages of limited length. */
TEST(names_are_there_and_short)
{
	for (int i = 0; i < DESCRIBED; i++) {
		ASSERT_NE(NULL, rtwatch_field_name(i));
		EXPECT_GT(40, strlen(rtwatch_field_name(i)));
	}
}

TEST_HARNESS_MAIN
