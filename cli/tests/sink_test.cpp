// SPDX-License-Identifier: BSD-3-Clause
#include "sink.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace rtwatchctl
{
namespace
{

class sink_test : public ::testing::Test
{
protected:
	void SetUp() override { ASSERT_EQ(::pipe2(ends_, O_CLOEXEC), 0); }
	void TearDown() override
	{
		for (const int end : ends_)
			if (end >= 0)
				::close(end);
	}
	std::size_t read_all()
	{
		::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
		std::size_t total = 0;
		char part[4096];
		for (ssize_t got; (got = ::read(ends_[0], part, sizeof(part))) > 0;)
			total += static_cast<std::size_t>(got);
		return total;
	}
	int ends_[2] = {-1, -1};
};

TEST_F(sink_test, writes_at_once_when_there_is_room)
{
	sink out(ends_[1], false);
	ASSERT_TRUE(out.put("line\n"));
	EXPECT_FALSE(out.pending());
	EXPECT_EQ(read_all(), 5u);
}

TEST_F(sink_test, keeps_what_a_full_pipe_does_not_take)
{
	sink out(ends_[1], false);
	const std::string line(1000, 'x');
	for (int i = 0; i < 200; i++)
		ASSERT_TRUE(out.put(line));
	EXPECT_TRUE(out.pending());
	std::size_t got = read_all();
	ASSERT_TRUE(out.flush());
	got += read_all();
	while (out.pending()) {
		ASSERT_TRUE(out.flush());
		got += read_all();
	}
	EXPECT_EQ(got + read_all(), 200'000u);
	EXPECT_EQ(out.dropped(), 0u);
}

TEST_F(sink_test, its_memory_is_for_what_is_pending_only)
{
	sink out(ends_[1], false);
	const std::string line(32 * 1024, 'x');
	for (int i = 0; i < 100; i++) {
		ASSERT_TRUE(out.put(line));
		read_all();
	}
	EXPECT_EQ(out.dropped(), 0u);
}

TEST_F(sink_test, counts_what_is_beyond_its_memory)
{
	sink out(ends_[1], false);
	const std::string line(64 * 1024, 'x');
	for (int i = 0; i < 40; i++)
		ASSERT_TRUE(out.put(line));
	EXPECT_GT(out.dropped(), 0u);
	const auto before = out.dropped();
	ASSERT_TRUE(out.drain(1));
	EXPECT_FALSE(out.pending());
	EXPECT_GT(out.dropped(), before) << "nobody took the rest";
}

TEST_F(sink_test, leaves_the_mode_of_a_shared_descriptor_alone)
{
	sink out(ends_[1], false);
	EXPECT_EQ(::fcntl(ends_[1], F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(sink_test, tells_that_nobody_reads)
{
	std::signal(SIGPIPE, SIG_IGN);
	sink out(ends_[1], false);
	::close(ends_[0]);
	ends_[0] = -1;
	EXPECT_EQ(out.put("line\n").error().code, EPIPE);
}

} // namespace
} // namespace rtwatchctl
