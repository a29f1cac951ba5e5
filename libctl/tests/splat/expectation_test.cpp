// SPDX-License-Identifier: BSD-3-Clause
#include "expectation.hpp"

#include <gtest/gtest.h>

TEST(expectation, reads_quotes_and_absence)
{
	const auto label =
		splat_test::read_label("# note\nsoft_lockup line=3 comm=\"CPU 17/KVM\" top=-\n");
	ASSERT_EQ(label.size(), 1U);
	EXPECT_EQ(label[0].type, "soft_lockup");
	EXPECT_EQ(label[0].values.at("comm"), "CPU 17/KVM");
	EXPECT_EQ(label[0].values.at("top"), "-");
	EXPECT_EQ(label[0].values.at("line"), "3");
}
