// SPDX-License-Identifier: BSD-3-Clause
// Where the log text comes from: files, standard input, the kernel's own buffer.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace rtwatchctl
{

// Given every piece of text as it comes; an empty piece says that nothing more is there for now.
// False stops the reading.
using text_sink = std::function<bool(std::string_view)>;

// The whole of a file, "-" being standard input. Empty result: fine, else what went wrong.
[[nodiscard]] std::string read_log(const std::string &path, const text_sink &sink);

// The records of /dev/kmsg, one line each; with follow until interrupted. lost counts records that
// were overwritten before they could be read.
[[nodiscard]] std::string read_kmsg(bool follow, unsigned long long &lost, const text_sink &sink);

} // namespace rtwatchctl
