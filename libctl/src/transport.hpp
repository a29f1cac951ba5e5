// SPDX-License-Identifier: BSD-3-Clause
// A netlink socket as the rest of the library sees it. The real one is nl.cpp;
// the tests have one made of prepared datagrams.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include <rtwatch/result.hpp>

#include "bytes.hpp"

namespace rtwatch
{

class transport
{
public:
	virtual ~transport() = default;

	virtual result<void> send(bytes message) = 0;

	// The next datagram, valid until the next call. ENOBUFS: the socket
	// overflowed and something was lost. ETIMEDOUT: nothing came in time.
	virtual result<bytes> receive() = 0;

	// Whether receive() would return at once; false when the time passed or
	// a signal came. Negative: wait for ever.
	virtual result<bool> wait(std::chrono::milliseconds timeout) = 0;

	virtual result<void> join(std::uint32_t group) = 0;

	// Our netlink address.
	virtual std::uint32_t port() const = 0;

	virtual int fd() const = 0;
};

} // namespace rtwatch
