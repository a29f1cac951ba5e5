// SPDX-License-Identifier: BSD-3-Clause
// What goes to stdout and stderr. Data is written with write() and checked, so
// that a full disk is told and not met later as a cut-off file.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>
#include <rtwatch/result.hpp>

#include "command.hpp"

namespace rtwatchctl
{

// "schema" of every JSON document; grows when a key changes its meaning or goes.
inline constexpr int json_schema = 1;

// All of `text` to a file descriptor; waits where that one would block. The
// error's code is EPIPE when nobody reads any more.
rtwatch::result<void> write_all(int fd, std::string_view text);

// `text` to stdout. Returns `status`, or exit_error when it cannot be written
// (told on stderr, except that nobody reads).
int show(std::string_view text, int status = exit_fine);

// One document (or one line of a stream) to stdout.
int show(const globals &g, const nlohmann::ordered_json &document, int status = exit_fine);

// The text of a document as -j and -p want it, with its newline.
std::string dump(const globals &g, const nlohmann::ordered_json &document);

// {"errno", "code", "message", "advice"}: what a document says of an error.
nlohmann::ordered_json error_json(const rtwatch::error &why);

// The error on stderr and, when JSON was asked, also as JSON on stdout.
// Returns exit_error.
int fail(const globals &g, const rtwatch::error &why);

// A remark on stderr.
void note(std::string_view text);

// Closes stdout, so that errors which only show then are told. Returns
// `status` or exit_error.
int finish(int status);

} // namespace rtwatchctl
