// SPDX-License-Identifier: BSD-3-Clause
#include "nl.hpp"

#include <cerrno>
#include <cstring>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace rtwatch
{
namespace
{

struct socket_free {
	void operator()(nl_sock *socket) const noexcept { nl_socket_free(socket); }
};

// libnl's error texts are its own; errno is what users know.
error system_error(const char *what, int code)
{
	return {code, std::string(what) + ": " + std::strerror(code), ""};
}

// Overflow of the receive buffer loses notifications, so ask for one that
// holds some thousands; beyond the system's limit it takes CAP_NET_ADMIN.
constexpr int receive_buffer_bytes = 4 * 1024 * 1024;

class nl_transport final : public transport
{
public:
	result<void> open()
	{
		socket_.reset(nl_socket_alloc());
		if (!socket_)
			return system_error("netlink socket", ENOMEM);
		errno = 0;
		if (nl_connect(socket_.get(), NETLINK_GENERIC) < 0)
			return system_error("netlink socket", errno != 0 ? errno : EPROTO);
		// libnl never asks for the texts of refusals.
		const int on = 1;
		::setsockopt(fd(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
		timeval limit{};
		limit.tv_sec = nl_answer_limit.count();
		::setsockopt(fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
		return {};
	}

	result<void> send(bytes message) override
	{
		errno = 0;
		// nl_sendto() takes a pointer to non-const but only reads.
		auto *data = const_cast<unsigned char *>(message.data);
		if (nl_sendto(socket_.get(), data, message.size) < 0)
			return system_error("netlink send", errno != 0 ? errno : EIO);
		return {};
	}

	// Not by nl_recv(): it allocates and clears a buffer of this size for each
	// datagram, which costs as much as the state of a CPU.
	result<bytes> receive() override
	{
		for (;;) {
			sockaddr_nl from{};
			socklen_t from_size = sizeof(from);
			const ssize_t got =
				::recvfrom(fd(), received_.get(), nl_datagram_bytes, MSG_TRUNC,
					   reinterpret_cast<sockaddr *>(&from), &from_size);
			const int code = errno;
			if (got < 0 && code == EINTR)
				continue;
			if (got < 0 && (code == EAGAIN || code == EWOULDBLOCK))
				return error{ETIMEDOUT, "the kernel did not answer in time",
					     "look at dmesg"};
			if (got < 0)
				return system_error("netlink receive", code);
			if (from.nl_pid != 0)
				continue; // not from the kernel: any process may send to us
			const auto size = static_cast<std::size_t>(got);
			if (size > nl_datagram_bytes)
				return error{EMSGSIZE, "a netlink message is too large", ""};
			if (size == 0)
				return system_error("netlink receive", EIO);
			return bytes(received_.get(), size);
		}
	}

	result<bool> wait(std::chrono::milliseconds timeout) override
	{
		pollfd one{fd(), POLLIN, 0};
		constexpr std::chrono::milliseconds most{1 << 30};
		const int limit = timeout.count() < 0
					  ? -1
					  : static_cast<int>(std::min(timeout, most).count());
		const int ready = ::poll(&one, 1, limit);
		if (ready < 0 && errno != EINTR)
			return system_error("poll", errno);
		return ready > 0;
	}

	result<void> join(std::uint32_t group) override
	{
		// Not through nl_socket_add_membership(): it hides errno behind
		// a code that does not tell EPERM from the rest.
		if (::setsockopt(fd(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) <
		    0)
			return system_error("netlink group", errno);
		if (::setsockopt(fd(), SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer_bytes,
				 sizeof(receive_buffer_bytes)) < 0)
			::setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
				     sizeof(receive_buffer_bytes));
		return {};
	}

	std::uint32_t port() const override { return nl_socket_get_local_port(socket_.get()); }

	int fd() const override { return nl_socket_get_fd(socket_.get()); }

private:
	std::unique_ptr<nl_sock, socket_free> socket_;
	// Not cleared: only what was received is looked at.
	std::unique_ptr<unsigned char[]> received_{new unsigned char[nl_datagram_bytes]};
};

} // namespace

result<std::unique_ptr<transport>> nl_open()
{
	auto opened = std::make_unique<nl_transport>();
	if (auto done = opened->open(); !done)
		return done.error();
	return std::unique_ptr<transport>(std::move(opened));
}

} // namespace rtwatch
