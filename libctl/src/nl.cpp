// SPDX-License-Identifier: BSD-3-Clause
#include "nl.hpp"

#include <cerrno>
#include <cstdlib>
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
struct buffer_free {
	void operator()(unsigned char *buffer) const noexcept { std::free(buffer); }
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
		nl_socket_set_msg_buf_size(socket_.get(), nl_datagram_bytes);
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

	result<bytes> receive() override
	{
		for (;;) {
			sockaddr_nl from{};
			unsigned char *raw = nullptr;
			errno = 0;
			const int got = nl_recv(socket_.get(), &from, &raw, nullptr);
			const int code = errno;
			received_.reset(raw);
			if (got > 0 && from.nl_pid != 0)
				continue; // not from the kernel: any process may send to us
			if (got > 0)
				return bytes(raw, static_cast<std::size_t>(got));
			if (got == -NLE_AGAIN || (got == 0 && code == EAGAIN))
				return error{ETIMEDOUT, "the kernel did not answer in time",
					     "look at dmesg"};
			if (got == -NLE_INTR)
				continue;
			if (got == -NLE_MSG_TRUNC)
				return error{EMSGSIZE, "a netlink message is too large", ""};
			// libnl says NLE_NOMEM for ENOBUFS too; errno tells which.
			return system_error("netlink receive", code != 0 ? code : EIO);
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
	std::unique_ptr<unsigned char, buffer_free> received_;
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
