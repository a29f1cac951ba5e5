// SPDX-License-Identifier: BSD-3-Clause
#include "explain_input.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>
#include <vector>

#include "explain_packed.hpp"
#include "output.hpp"

namespace rtwatchctl
{

namespace
{

constexpr std::size_t block_size = 256 * 1024;
constexpr std::size_t record_size = 8192; // more than the kernel's longest record
constexpr int pause_ms = 1500;            // a report that has been quiet for so long is whole

class file_descriptor
{
public:
	explicit file_descriptor(int fd) : fd_(fd) {}
	~file_descriptor()
	{
		if (fd_ > STDIN_FILENO)
			::close(fd_);
	}
	file_descriptor(const file_descriptor &) = delete;
	file_descriptor &operator=(const file_descriptor &) = delete;
	[[nodiscard]] int get() const { return fd_; }

private:
	int fd_;
};

rtwatch::error failed(const std::string &what, const char *advice)
{
	const int code = errno;
	return {code, what + ": " + std::strerror(code), advice};
}

volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int)
{
	interrupted = 1;
}

// Ctrl-C ends the reading, so that the last report is still printed.
void catch_interrupts()
{
	struct sigaction action = {};
	action.sa_handler = on_interrupt;
	sigaction(SIGINT, &action, nullptr);
	sigaction(SIGTERM, &action, nullptr);
}

} // namespace

rtwatch::result<void> read_log(const std::string &path, const text_sink &sink)
{
	constexpr const char *advice = "give the path of a log, or - for standard input";
	const bool standard = path == "-";
	const file_descriptor fd(standard ? STDIN_FILENO
					  : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
	if (fd.get() < 0)
		return failed(path, advice);
	std::vector<char> block(block_size);
	std::unique_ptr<gunzip> unpacked;
	bool begun = false;
	for (;;) {
		const ssize_t got = ::read(fd.get(), block.data(), block.size());
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return failed(path, advice);
		if (got == 0)
			break;
		const std::string_view text(block.data(), static_cast<std::size_t>(got));
		if (!begun && packing_of(text) == packing::other)
			return rtwatch::error{EINVAL, path + " cannot be read",
					      how_to_unpack(text, path)};
		if (!begun && packing_of(text) == packing::gzip)
			unpacked = std::make_unique<gunzip>(sink);
		else if (!begun && is_odd_text(text))
			note((standard ? std::string("standard input") : path) +
			     " does not look like a log: reading it nevertheless; wanted is text "
			     "as "
			     "dmesg or journalctl -k prints it");
		begun = true;
		if (!(unpacked ? unpacked->feed(text) : sink(text)))
			return {};
		if (unpacked && unpacked->damaged())
			break;
	}
	if (unpacked && !unpacked->whole())
		return rtwatch::error{
			EBADMSG, path + ": the packed file is cut or damaged",
			"what could be unpacked has been read; look for a whole copy"};
	return {};
}

rtwatch::result<void> read_kmsg(bool follow, std::uint64_t &lost, const text_sink &sink)
{
	const file_descriptor fd(::open("/dev/kmsg", O_RDONLY | O_CLOEXEC | O_NONBLOCK));
	if (fd.get() < 0)
		return failed("/dev/kmsg", "run as root, or pipe dmesg into rtwatchctl explain -");
	if (follow)
		catch_interrupts();
	std::array<char, record_size> record{};
	std::uint64_t expected = 0;
	// What was logged before the interruption is read; a flood of messages is not waited out.
	constexpr int most_afterwards = 4096;
	int afterwards = 0;
	while (interrupted == 0 || ++afterwards < most_afterwards) {
		const ssize_t got = ::read(fd.get(), record.data(), record.size());
		if (got > 0) {
			const std::string_view text(record.data(), static_cast<std::size_t>(got));
			// "level,sequence,...": a gap in the sequence is what was overwritten
			const std::size_t comma = text.find(',');
			if (comma != std::string_view::npos) {
				const std::uint64_t sequence =
					std::strtoull(record.data() + comma + 1, nullptr, 10);
				if (expected != 0 && sequence > expected)
					lost += sequence - expected;
				expected = sequence + 1;
			}
			if (!sink(text.substr(0, text.find('\n') + 1)))
				return {};
			continue;
		}
		if (got < 0 && errno == EPIPE) // overwritten while we read: the next read goes on
			continue;
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return failed("/dev/kmsg", "");
		if (!follow || interrupted != 0)
			return {};
		struct pollfd wait = {fd.get(), POLLIN, 0};
		if (::poll(&wait, 1, pause_ms) == 0 && !sink({}))
			return {};
	}
	return {};
}

} // namespace rtwatchctl
