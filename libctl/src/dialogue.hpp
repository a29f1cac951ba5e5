// SPDX-License-Identifier: BSD-3-Clause
// Requests and answers on a netlink socket: numbering, acknowledgements,
// refusals, dumps that have to be read again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <rtwatch/result.hpp>

#include "bytes.hpp"
#include "decode.hpp"
#include "transport.hpp"

namespace rtwatch
{

// How often a list is read anew that changed while it was read.
inline constexpr int dump_attempts = 8;

struct request {
	std::uint16_t family = 0;
	std::uint8_t command = 0;
	std::uint8_t version = 1;
	bool dump = false;
	bytes attributes;
};

class dialogue
{
public:
	explicit dialogue(std::unique_ptr<transport> over) : transport_(std::move(over)) {}

	// Sends and hands the attributes of each answer to `each`; before a list
	// is read again, calls `restart`, so that nothing counts twice. After an
	// error of `each` the rest of the answer is read and dropped.
	result<void> ask(
		const request &what, const std::function<result<void>(bytes)> &each,
		const std::function<void()> &restart = [] {});

	// Resolves a family by name. ENOENT: there is no such one.
	result<family_info> family(const char *name);

	transport &over() { return *transport_; }

private:
	result<void> attempt(const request &what, const std::function<result<void>(bytes)> &each,
			     bool &again);

	std::unique_ptr<transport> transport_;
	std::uint32_t sequence_ = 0;
};

// One netlink message of a datagram.
struct netlink_message {
	std::uint16_t type = 0;
	std::uint16_t flags = 0;
	std::uint32_t sequence = 0;
	bytes payload;
};

// Takes the next message off `rest`. False at the end and when what is left is
// no message.
bool next_message(bytes &rest, netlink_message &out);

// The genetlink command of a payload, and its attributes. False when too short.
bool split_genetlink(bytes payload, std::uint8_t &command, bytes &attributes);

} // namespace rtwatch
