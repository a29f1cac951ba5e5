// SPDX-License-Identifier: BSD-3-Clause
// Requests and answers on a netlink socket: numbering, acknowledgements,
// refusals, dumps that have to be read again.
#pragma once

#include <cstdint>
#include <functional>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <memory>
#include <optional>

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

// Takes the attributes of one message. False, with the reason in `wrong`: the rest of the
// answer is read and dropped.
using message_handler = std::function<bool(bytes attributes, std::optional<error> &wrong)>;

class dialogue
{
public:
	explicit dialogue(std::unique_ptr<transport> over) : transport_(std::move(over)) {}

	// Sends and hands the attributes of each answer to `each`; before a list
	// is read again, calls `restart`, so that nothing counts twice.
	result<void> ask(
		const request &what, const message_handler &each,
		const std::function<void()> &restart = [] {});

	// Resolves a family by name. ENOENT: there is no such one.
	result<family_info> family(const char *name);

	transport &over() { return *transport_; }

private:
	result<void> attempt(const request &what, const message_handler &each, bool &again);

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
inline bool next_message(bytes &rest, netlink_message &out)
{
	if (rest.size < sizeof(nlmsghdr))
		return false;
	const auto header = rest.load<nlmsghdr>();
	if (header.nlmsg_len < sizeof(nlmsghdr) || header.nlmsg_len > rest.size)
		return false;
	out.type = header.nlmsg_type;
	out.flags = header.nlmsg_flags;
	out.sequence = header.nlmsg_seq;
	out.payload = {rest.data + sizeof(nlmsghdr), header.nlmsg_len - sizeof(nlmsghdr)};
	rest = rest.after(NLMSG_ALIGN(header.nlmsg_len));
	return true;
}

// The genetlink command of a payload, and its attributes. False when too short.
inline bool split_genetlink(bytes payload, std::uint8_t &command, bytes &attributes)
{
	if (payload.size < GENL_HDRLEN)
		return false;
	command = payload.load<genlmsghdr>().cmd;
	attributes = {payload.data + GENL_HDRLEN, payload.size - GENL_HDRLEN};
	return true;
}

} // namespace rtwatch
