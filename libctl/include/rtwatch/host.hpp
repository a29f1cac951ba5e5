// SPDX-License-Identifier: BSD-3-Clause
// The files in which a kernel shows itself: /proc, /sys and its configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rtwatch/export.hpp>
#include <rtwatch/result.hpp>

namespace rtwatch
{

// Of this machine, or of a copy below a folder (of another machine, or of a
// test). Paths are absolute ("/proc/sys/kernel/panic"). Keeps nothing open;
// several threads may use one. Derive from it to answer from elsewhere.
class RTWATCH_API host
{
public:
	explicit host(std::string root = {}) : root_(std::move(root)) {}
	virtual ~host();

	const std::string &root() const noexcept { return root_; }

	// The whole file without the newline at its end, at most 4 MiB. Errors
	// are those of open(2) and read(2) and name the path; EFBIG beyond that.
	virtual result<std::string> read(const std::string &path) const;

	// One write(2) of `text` and a newline: what a setting needs. Creates
	// no file.
	virtual result<void> write(const std::string &path, const std::string &text) const;

	// The names in a folder, numbers in them by value (cpu2 before cpu10);
	// empty when it cannot be read.
	virtual std::vector<std::string> list(const std::string &path) const;

	// The names of the folders in a folder, in no order; symbolic links are
	// none. Errors are those of opendir(3) and readdir(3) and name the path.
	virtual result<std::vector<std::string>> folders(const std::string &path) const;

	// The file is there, whether it may be read or not.
	virtual bool exists(const std::string &path) const;

	// The file is one that somebody may write.
	virtual bool writable(const std::string &path) const;

private:
	std::string root_;
};

// The options that a kernel was built with.
class RTWATCH_API kernel_config
{
public:
	// From /proc/config.gz, /boot/config-RELEASE, /lib/modules/RELEASE/config
	// or /lib/modules/RELEASE/build/.config, whichever is there first.
	static kernel_config of(const host &machine);

	// Whether any of those was there.
	bool known() const noexcept { return !text_.empty(); }

	// "y", "m", a number or text, as CONFIG_`option` has it; "n" when it is
	// not set or this kernel has never heard of it; empty when !known().
	std::optional<std::string> value(std::string_view option) const;

private:
	std::string text_;
};

// The numbers in a list of CPUs ("0-3,8"); empty when it is none.
RTWATCH_API std::optional<std::vector<unsigned>> parse_cpu_list(std::string_view text);

// "0-3,8"; the numbers in ascending order.
RTWATCH_API std::string cpu_list_text(const std::vector<unsigned> &cpus);

} // namespace rtwatch
