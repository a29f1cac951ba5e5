// SPDX-License-Identifier: BSD-3-Clause
// Where the log text comes from: files, standard input, the kernel's own buffer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <rtwatch/result.hpp>

namespace rtwatchctl
{

// Given every piece of text as it comes; an empty piece says that nothing more is there for now.
// False stops the reading.
using text_sink = std::function<bool(std::string_view)>;

// The whole of a file, "-" being standard input. What was read before an error has been given out.
rtwatch::result<void> read_log(const std::string &path, const text_sink &sink);

// The records of /dev/kmsg, one line each; with follow until interrupted. lost counts records that
// were overwritten before they could be read.
rtwatch::result<void> read_kmsg(bool follow, std::uint64_t &lost, const text_sink &sink);

} // namespace rtwatchctl
