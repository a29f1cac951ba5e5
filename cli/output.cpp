// SPDX-License-Identifier: BSD-3-Clause
#include "output.hpp"

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <string>
#include <unistd.h>

namespace rtwatchctl
{
namespace
{

bool wait_writable(int fd)
{
	pollfd one{fd, POLLOUT, 0};
	return ::poll(&one, 1, -1) > 0 || errno == EINTR;
}

int cannot_write(const rtwatch::error &why)
{
	if (why.code != EPIPE)
		note(why.text());
	return exit_error;
}

} // namespace

rtwatch::result<void> write_all(int fd, std::string_view text)
{
	while (!text.empty()) {
		const auto done = ::write(fd, text.data(), text.size());
		if (done >= 0) {
			text.remove_prefix(static_cast<std::size_t>(done));
			continue;
		}
		if (errno == EINTR || (errno == EAGAIN && wait_writable(fd)))
			continue;
		const int code = errno;
		return rtwatch::error{
			code, std::string("cannot write the output: ") + std::strerror(code),
			code == ENOSPC ? "what was written is incomplete, make room" : ""};
	}
	return {};
}

int show(std::string_view text, int status)
{
	if (auto done = write_all(STDOUT_FILENO, text); !done)
		return cannot_write(done.error());
	return status;
}

std::string dump(const globals &g, const nlohmann::ordered_json &document)
{
	// Task names may be any bytes; JSON must be UTF-8.
	return document.dump(g.pretty ? 2 : -1, ' ', false,
			     nlohmann::ordered_json::error_handler_t::replace) +
	       "\n";
}

int show(const globals &g, const nlohmann::ordered_json &document, int status)
{
	return show(dump(g, document), status);
}

nlohmann::ordered_json error_json(const rtwatch::error &why)
{
	nlohmann::ordered_json out;
	out["errno"] = why.code;
	if (const char *name = ::strerrorname_np(why.code))
		out["code"] = name;
	out["message"] = why.message;
	if (!why.advice.empty())
		out["advice"] = why.advice;
	return out;
}

int fail(const globals &g, const rtwatch::error &why)
{
	note(why.text());
	if (g.json) {
		nlohmann::ordered_json document;
		document["schema"] = json_schema;
		document["lost"] = 0;
		document["error"] = error_json(why);
		static_cast<void>(show(g, document));
	}
	return exit_error;
}

void note(std::string_view text)
{
	std::string line = "rtwatchctl: ";
	line.append(text).append("\n");
	// Nothing is left to tell when this fails too.
	static_cast<void>(write_all(STDERR_FILENO, line).ok());
}

int finish(int status)
{
	if (::close(STDOUT_FILENO) == 0 || errno == EBADF)
		return status;
	return cannot_write(
		{errno, std::string("cannot write the output: ") + std::strerror(errno), ""});
}

} // namespace rtwatchctl
