// SPDX-License-Identifier: BSD-3-Clause
// The one place that knows libnl: a generic netlink socket.
#pragma once

#include <memory>

#include "transport.hpp"

namespace rtwatch
{

// How much one datagram may have. The kernel fills the answers to a dump up to
// 32 KiB when the reader's buffer is as large.
inline constexpr std::size_t nl_datagram_bytes = 64 * 1024;

// How long receive() waits. Answers are ready when the request was sent, so
// only a broken kernel needs it.
inline constexpr std::chrono::seconds nl_answer_limit{10};

result<std::unique_ptr<transport>> nl_open();

} // namespace rtwatch
