// SPDX-License-Identifier: BSD-3-Clause
// A module made of prepared answers, behind a transport: what the library does
// with interruptions, losses and refusals can be tested without a kernel.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "answer.hpp"
#include "bytes.hpp"
#include "transport.hpp"

namespace rtwatch::testing
{

// What the module knows and how it behaves; shared by its transports.
struct fake_module {
	bool loaded = true;
	module_info info;
	std::vector<sensor_info> sensors;
	std::vector<cpu_state> cpus;
	std::vector<cpu_samples> samples;
	incident_log log;
	rtwatch::config config;
	std::vector<cpu_stat> stats;
	rtwatch::backtrace stack;

	// The next dumps are marked as interrupted, so many of them.
	int interrupted_dumps = 0;
	// receive() fails once with this errno.
	int receive_errno = 0;
	// Requests of this command are refused: errno, text, and the attributes
	// of the acknowledgement after the text.
	struct refusal {
		std::uint8_t command = 0;
		int code = 0;
		std::string text;
		std::vector<unsigned char> more;
	};
	std::vector<refusal> refusals;
	// Joining a group is refused with this errno.
	int join_errno = 0;

	// Datagrams that were multicast and not read yet; an empty one stands for
	// an overflow of the socket.
	std::deque<std::vector<unsigned char>> notifications;

	// Datagrams that are in the socket before any answer.
	std::deque<std::vector<unsigned char>> left_over;

	// False: ABI 3, which refuses RTWATCH_A_ACTIVE.
	bool knows_active = true;

	// What was asked.
	struct asked {
		std::uint8_t command = 0;
		bool dump = false;
		std::vector<unsigned char> attributes;
	};
	std::vector<asked> requests;
	std::vector<std::uint32_t> joined;

	void notify(std::uint8_t command, const answer &what);
	void notify_overflow() { notifications.emplace_back(); }
	void notify_unloaded();
};

inline constexpr std::uint16_t fake_family = 31;
inline constexpr std::uint32_t fake_group_incidents = 7;
inline constexpr std::uint32_t fake_group_levels = 8;

std::unique_ptr<transport> open_fake(std::shared_ptr<fake_module> module);

// A netlink message with its genetlink header.
std::vector<unsigned char> compose(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence,
				   std::uint8_t command, bytes attributes);

// The 6.1 machine of the demo: CPU 1 of 4 is hogged by surfaceflinger, which
// borrowed runtime from the others.
std::shared_ptr<fake_module> healthy_machine();
std::shared_ptr<fake_module> hogged_machine();
incident hogged_incident();

} // namespace rtwatch::testing
