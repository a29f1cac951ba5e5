// SPDX-License-Identifier: BSD-3-Clause
// How a monitor is made from any transport; the tests do it with theirs.
#pragma once

#include <array>
#include <deque>

#include <rtwatch/monitor.hpp>

#include "dialogue.hpp"

namespace rtwatch
{

struct monitor::impl {
	explicit impl(std::unique_ptr<transport> over) : talk(std::move(over)) {}

	result<void> join(groups which);
	// Takes one datagram apart into `queue`.
	result<void> receive();
	result<void> control_message(bytes payload);
	result<void> family_message(bytes payload);
	// Counts a notification of a group; a gap becomes a loss notice.
	void count(groups group, std::optional<std::uint64_t> seq);

	dialogue talk;
	std::uint16_t family = 0;
	std::deque<notice> queue;
	std::optional<std::uint64_t> incidents_seq;
	std::optional<std::uint64_t> levels_seq;
};

// A monitor on this transport, its groups joined.
result<monitor> make_monitor(std::unique_ptr<transport> over, groups which);

} // namespace rtwatch
