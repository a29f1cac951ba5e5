// SPDX-License-Identifier: BSD-3-Clause
// Where the lines of `watch` go: a descriptor that may never make it wait. A
// terminal stops taking bytes while kworkers starve; a reader that waited for
// it would miss what it is there to see.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include <rtwatch/result.hpp>

namespace rtwatchctl
{

class sink
{
public:
	// What is kept while the other side takes nothing; beyond it, lines are
	// dropped and counted.
	static constexpr std::size_t pending_most = 1024 * 1024;

	// Does not own `fd`. `patient`: wait for the other side instead.
	sink(int fd, bool patient);
	~sink();
	sink(const sink &) = delete;
	sink &operator=(const sink &) = delete;

	rtwatch::result<void> put(const std::string &line);

	// Writes what can be written now.
	rtwatch::result<void> flush();

	// Writes what is pending, for at most `limit_ms`.
	rtwatch::result<void> drain(int limit_ms);

	bool pending() const { return !pending_.empty(); }
	int fd() const { return fd_; }
	std::uint64_t dropped() const { return dropped_; }

private:
	int fd_;
	bool own_ = false; // fd_ was opened anew
	bool patient_;
	std::deque<std::string> pending_;
	std::size_t pending_bytes_ = 0;
	std::size_t begun_ = 0; // bytes of the first pending line that are out
	std::uint64_t dropped_ = 0;
};

} // namespace rtwatchctl
