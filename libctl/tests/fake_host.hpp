// SPDX-License-Identifier: BSD-3-Clause
// A machine's /proc and /sys in memory, with the conditions that a kernel has
// on what is written there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <rtwatch/host.hpp>

namespace rtwatch::testing
{

class fake_host : public host
{
public:
	mutable std::map<std::string, std::string> files;
	std::map<std::string, int> errors;        // errno of an access to this path
	std::map<std::string, int> write_errors;  // errno of a write to this path
	std::string read_only;                    // a file that the kernel only shows
	mutable std::vector<std::string> written; // "path=text", also what was refused
	bool no_limit_without_server = false;     // a kernel that miscounts bandwidth then
	double promised = 0.0;                    // bandwidth of a CPU given to deadline tasks

	result<std::string> read(const std::string &path) const override;
	result<void> write(const std::string &path, const std::string &text) const override;
	std::vector<std::string> list(const std::string &path) const override;
	result<std::vector<std::string>> folders(const std::string &path) const override;
	bool exists(const std::string &path) const override;
	bool writable(const std::string &path) const override { return read_only != path; }

	const std::string &at(const std::string &path) const { return files.at(path); }
	void sysctl(const std::string &name, const std::string &value)
	{
		files["/proc/sys/kernel/" + name] = value;
	}

private:
	int refusal(const std::string &path, const std::string &text) const;
};

// Debian 12: kernel 6.1, throttling by runtime, as it comes from the box.
fake_host debian12();

// Debian 13: kernel 6.12 with fair servers, two CPUs.
fake_host debian13();

} // namespace rtwatch::testing
