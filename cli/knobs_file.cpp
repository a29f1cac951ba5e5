// SPDX-License-Identifier: BSD-3-Clause
#include "knobs_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.hpp"
#include "output.hpp"

namespace rtwatchctl
{
namespace
{

rtwatch::error of_file(const std::string &path, const char *advice = "")
{
	const int code = errno;
	return {code, path + ": " + std::strerror(code),
		code == EACCES || code == EPERM ? "run as root" : advice};
}

} // namespace

std::string knobs_document(const rtwatch::host &machine, const std::string &lines)
{
	const auto release = machine.read("/proc/sys/kernel/osrelease");
	return "# rtwatchctl knobs, " + iso8601(realtime_now()) + ", kernel " +
	       (release ? *release : "unknown") + "\n" + lines;
}

rtwatch::result<void> write_file(const std::string &path, const std::string &text, bool replace)
{
	struct stat there {
	};
	if (::stat(path.c_str(), &there) == 0) {
		if (!replace)
			return rtwatch::error{EEXIST, path + " is there already",
					      "choose another name or give --force"};
		// A device or pipe is written to, not replaced.
		if (!S_ISREG(there.st_mode)) {
			const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
			if (fd < 0)
				return of_file(path);
			auto done = write_all(fd, text);
			::close(fd);
			return done;
		}
	}
	const auto fresh = path + ".new";
	const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return of_file(fresh);
	auto done = write_all(fd, text);
	if (done && ::fsync(fd) != 0)
		done = of_file(fresh);
	if (::close(fd) != 0 && done)
		done = of_file(fresh);
	if (done && ::rename(fresh.c_str(), path.c_str()) != 0)
		done = of_file(path);
	if (!done)
		::unlink(fresh.c_str());
	return done;
}

rtwatch::result<std::string> read_file(const std::string &path)
{
	const rtwatch::host here;
	auto text = here.read(path == "-" ? "/dev/stdin" : path);
	if (!text)
		return rtwatch::error{text.error().code, text.error().message,
				      "write one with rtwatchctl knobs save"};
	return text;
}

knob_memory::knob_memory(const rtwatch::host &machine)
	: machine_(machine), folder_(machine.root() + "/run/rtwatch"), path_(folder_ + "/knobs")
{
}

knob_memory::~knob_memory()
{
	if (lock_ >= 0)
		::close(lock_);
}

rtwatch::result<void> knob_memory::lock()
{
	if (::mkdir(folder_.c_str(), 0755) != 0 && errno != EEXIST)
		return of_file(folder_, "what was there before must be remembered there");
	const auto name = folder_ + "/knobs.lock";
	lock_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock_ < 0)
		return of_file(name, "what was there before must be remembered there");
	while (::flock(lock_, LOCK_EX) != 0)
		if (errno != EINTR)
			return of_file(name);
	return {};
}

rtwatch::result<std::vector<rtwatch::knob_value>> knob_memory::recall() const
{
	const rtwatch::host here;
	auto text = here.read(path_);
	if (!text && text.error().code == ENOENT)
		return std::vector<rtwatch::knob_value>();
	if (!text)
		return text.error();
	return rtwatch::knobs_from_text(*text);
}

rtwatch::result<void> knob_memory::remember(const std::vector<rtwatch::knob_change> &changes)
{
	auto known = recall();
	if (!known)
		return known.error();
	for (const auto &one : changes) {
		bool there = one.before == one.after;
		for (const auto &old : *known)
			there = there || old.name == one.name;
		if (!there)
			known->push_back({one.name, one.before});
	}
	return put(*known);
}

rtwatch::result<void> knob_memory::put(const std::vector<rtwatch::knob_value> &values)
{
	if (values.empty()) {
		if (::unlink(path_.c_str()) != 0 && errno != ENOENT)
			return of_file(path_);
		return {};
	}
	std::string lines;
	for (const auto &one : values)
		lines.append(one.name).append("=").append(one.value).append("\n");
	return write_file(path_, knobs_document(machine_, lines), true);
}

} // namespace rtwatchctl
