// SPDX-License-Identifier: BSD-3-Clause
#include "dialogue.hpp"

#include <cerrno>
#include <cstring>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <optional>

#include "attr.hpp"

namespace rtwatch
{
namespace
{

constexpr std::size_t request_header = NLMSG_HDRLEN + GENL_HDRLEN;

std::vector<unsigned char> compose(const request &what, std::uint32_t sequence, std::uint32_t port)
{
	nlmsghdr header{};
	header.nlmsg_len = static_cast<std::uint32_t>(request_header + what.attributes.size);
	header.nlmsg_type = what.family;
	header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK |
							(what.dump ? NLM_F_DUMP : 0));
	header.nlmsg_seq = sequence;
	header.nlmsg_pid = port;
	genlmsghdr generic{};
	generic.cmd = what.command;
	generic.version = what.version;

	std::vector<unsigned char> out(header.nlmsg_len);
	std::memcpy(out.data(), &header, sizeof(header));
	std::memcpy(out.data() + NLMSG_HDRLEN, &generic, sizeof(generic));
	if (what.attributes.size != 0)
		std::memcpy(out.data() + request_header, what.attributes.data,
			    what.attributes.size);
	return out;
}

// What an NLMSG_ERROR or NLMSG_DONE says: nothing, or why the request failed.
// By value: the message of a loop that has its address taken would stay in memory.
std::optional<error> outcome(netlink_message message, const request &what)
{
	if (message.payload.size < sizeof(int)) {
		if (message.type == NLMSG_DONE)
			return {};
		return error{EBADMSG, "malformed answer from the kernel: acknowledgement", ""};
	}
	const int code = message.payload.load<int>();
	if (code >= 0)
		return {};
	bytes tlvs;
	if ((message.flags & NLM_F_ACK_TLVS) != 0) {
		std::size_t skip = NLMSG_ALIGN(sizeof(int));
		if (message.type == NLMSG_ERROR) {
			skip = sizeof(nlmsgerr);
			if ((message.flags & NLM_F_CAPPED) == 0 &&
			    message.payload.size >= sizeof(nlmsgerr))
				skip = sizeof(int) +
				       NLMSG_ALIGN(message.payload.load<nlmsgerr>().msg.nlmsg_len);
		}
		tlvs = message.payload.after(skip);
	}
	return decode_refusal(-code, tlvs, what.attributes, request_header);
}

} // namespace

// One round. `again` is set when a list changed while it was read, or a part of
// it did not fit the socket.
result<void> dialogue::attempt(const request &what, const message_handler &each, bool &again)
{
	// Zero is what notifications have.
	if (++sequence_ == 0)
		sequence_ = 1;
	if (auto done = transport_->send(compose(what, sequence_, transport_->port())); !done)
		return done;

	std::optional<error> wrong;
	for (;;) {
		auto datagram = transport_->receive();
		if (!datagram) {
			again = datagram.error().code == ENOBUFS;
			// A dump goes on and has to be read to its end before the
			// next one can start; a single answer is gone.
			if (again && what.dump)
				continue;
			return datagram.error();
		}
		bytes rest = *datagram;
		netlink_message message;
		while (next_message(rest, message)) {
			if (message.sequence != sequence_)
				continue; // left over from an attempt that was given up
			if ((message.flags & NLM_F_DUMP_INTR) != 0)
				again = true;
			if (message.type == NLMSG_ERROR || message.type == NLMSG_DONE) {
				auto failed = outcome(message, what);
				// An acknowledgement may come before the list.
				if (message.type == NLMSG_ERROR && what.dump && !failed)
					continue;
				if (failed)
					return *failed;
				return wrong ? result<void>(std::move(*wrong)) : result<void>();
			}
			if (message.type != what.family || again || wrong)
				continue;
			std::uint8_t command = 0;
			bytes attributes;
			if (!split_genetlink(message.payload, command, attributes))
				wrong = error{EBADMSG, "malformed answer: no header", ""};
			else
				each(attributes, wrong);
		}
		if (rest.size != 0)
			return error{EBADMSG, "malformed answer from the kernel: cut short", ""};
	}
}

result<void> dialogue::ask(const request &what, const message_handler &each,
			   const std::function<void()> &restart)
{
	for (int round = 0; round < dump_attempts; round++) {
		bool again = false;
		auto done = attempt(what, each, again);
		if (!again)
			return done;
		restart();
	}
	return error{EINTR, "the list kept changing while it was read", "try again"};
}

result<family_info> dialogue::family(const char *name)
{
	attr_writer writer;
	writer.put_string(CTRL_ATTR_FAMILY_NAME, name);
	request what;
	what.family = GENL_ID_CTRL;
	what.command = CTRL_CMD_GETFAMILY;
	what.version = 2;
	what.attributes = writer.view();
	std::optional<family_info> found;
	auto done = ask(what, [&](bytes attributes, std::optional<error> &wrong) {
		auto decoded = decode_family(attributes);
		if (!decoded)
			return wrong = decoded.error(), false;
		found = std::move(*decoded);
		return true;
	});
	if (!done)
		return done.error();
	if (!found || found->id == 0)
		return error{EBADMSG, "malformed answer from the kernel: no family id", ""};
	return std::move(*found);
}

} // namespace rtwatch
