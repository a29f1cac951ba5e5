// SPDX-License-Identifier: BSD-3-Clause
#include "tracker.hpp"

#include <gtest/gtest.h>

namespace rtwatchctl
{
namespace
{

rtwatch::incident make(std::uint64_t id, std::uint32_t revision, bool active)
{
	rtwatch::incident out;
	out.id = id;
	out.revision = revision;
	out.active = active;
	return out;
}

TEST(tracker, tells_begin_change_and_end_once)
{
	tracker all;
	EXPECT_EQ(all.take(make(1, 1, true)), news::begin);
	EXPECT_EQ(all.take(make(1, 1, true)), news::nothing) << "log and notification overlap";
	EXPECT_EQ(all.take(make(1, 3, true)), news::change);
	EXPECT_EQ(all.take(make(1, 2, true)), news::nothing) << "the log was read before";
	EXPECT_EQ(all.take(make(1, 4, false)), news::end);
	EXPECT_EQ(all.take(make(1, 4, false)), news::nothing);
	EXPECT_EQ(all.take(make(1, 3, true)), news::nothing) << "late news of an ended one";
}

TEST(tracker, tells_the_end_of_one_whose_begin_was_lost)
{
	tracker all;
	EXPECT_EQ(all.take(make(5, 9, false)), news::end);
	EXPECT_EQ(all.take(make(5, 9, false)), news::nothing);
}

TEST(tracker, believes_an_end_without_a_new_revision)
{
	tracker all;
	EXPECT_EQ(all.take(make(1, 1, true)), news::begin);
	EXPECT_EQ(all.take(make(1, 1, false)), news::end);
}

TEST(tracker, does_not_grow_for_ever)
{
	tracker all;
	for (std::uint64_t id = 1; id <= tracker::most + 10; id++)
		EXPECT_EQ(all.take(make(id, 1, false)), news::end);
	EXPECT_EQ(all.take(make(tracker::most + 10, 1, false)), news::nothing);
}

} // namespace
} // namespace rtwatchctl
