// SPDX-License-Identifier: BSD-3-Clause
#include "sink.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.hpp"

namespace rtwatchctl
{
namespace
{

// O_NONBLOCK belongs to the open file, which a terminal shares with the shell
// that started us: open it anew where the system lets us.
int open_anew(int fd)
{
	struct stat what {
	};
	if (::fstat(fd, &what) != 0 || !(S_ISCHR(what.st_mode) || S_ISFIFO(what.st_mode)))
		return -1;
	const auto path = "/proc/self/fd/" + std::to_string(fd);
	return ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool writable(int fd, int timeout_ms)
{
	pollfd one{fd, POLLOUT, 0};
	return ::poll(&one, 1, timeout_ms) > 0;
}

// What a descriptor that can block takes at once after poll() (PIPE_BUF).
constexpr std::size_t safe_bytes = 4096;

} // namespace

sink::sink(int fd, bool patient) : fd_(fd), patient_(patient)
{
	if (patient_)
		return;
	if (const int anew = open_anew(fd); anew >= 0) {
		fd_ = anew;
		own_ = true;
	}
}

sink::~sink()
{
	if (own_)
		::close(fd_);
}

rtwatch::result<void> sink::put(const std::string &line)
{
	if (patient_)
		return write_all(fd_, line);
	if (pending_bytes_ + line.size() > pending_most) {
		dropped_++;
		return flush();
	}
	pending_bytes_ += line.size();
	pending_.push_back(line);
	return flush();
}

rtwatch::result<void> sink::flush()
{
	while (!pending_.empty()) {
		const auto &line = pending_.front();
		auto length = line.size() - begun_;
		if (!own_) {
			if (!writable(fd_, 0))
				return {};
			length = std::min(length, safe_bytes);
		}
		const auto done = ::write(fd_, line.data() + begun_, length);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && errno == EAGAIN)
			return {};
		if (done < 0)
			return rtwatch::error{errno,
					      std::string("cannot write the output: ") +
						      std::strerror(errno),
					      ""};
		begun_ += static_cast<std::size_t>(done);
		if (begun_ < line.size())
			continue;
		pending_bytes_ -= line.size();
		begun_ = 0;
		pending_.pop_front();
	}
	return {};
}

rtwatch::result<void> sink::drain(int limit_ms)
{
	using std::chrono::steady_clock;
	const auto deadline = steady_clock::now() + std::chrono::milliseconds(limit_ms);
	for (;;) {
		if (auto done = flush(); !done)
			return done;
		const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline -
									       steady_clock::now());
		if (pending_.empty() || left.count() <= 0 ||
		    !writable(fd_, static_cast<int>(left.count())))
			break;
	}
	dropped_ += pending_.size();
	pending_.clear();
	return {};
}

} // namespace rtwatchctl
