// SPDX-License-Identifier: BSD-3-Clause
// Files of knobs: those that the user saves, and the one in which `knobs set`
// remembers what was there before.
#pragma once

#include <string>
#include <vector>

#include <rtwatch/knobs.hpp>
#include <rtwatch/result.hpp>

namespace rtwatchctl
{

// A comment on when and where, and the lines.
std::string knobs_document(const rtwatch::host &machine, const std::string &lines);

// EEXIST when it is there and must not be replaced. Never leaves half a file.
rtwatch::result<void> write_file(const std::string &path, const std::string &text, bool replace);

// "-" is standard input.
rtwatch::result<std::string> read_file(const std::string &path);

// The values before the first `set` since boot. Settings do not outlive a
// restart, and neither does the folder in /run.
class knob_memory
{
public:
	explicit knob_memory(const rtwatch::host &machine);
	~knob_memory();
	knob_memory(const knob_memory &) = delete;
	knob_memory &operator=(const knob_memory &) = delete;

	// Waits until no other process is changing knobs.
	rtwatch::result<void> lock();

	// Empty when nothing is remembered.
	rtwatch::result<std::vector<rtwatch::knob_value>> recall() const;

	// Adds what is about to change; what is known already stays. Called
	// before the change, so that nothing is lost whatever happens next.
	rtwatch::result<void> remember(const std::vector<rtwatch::knob_change> &changes);

	// Back to what recall() told before: the change did not happen.
	rtwatch::result<void> put(const std::vector<rtwatch::knob_value> &values);

	const std::string &path() const { return path_; }

private:
	const rtwatch::host &machine_;
	std::string folder_;
	std::string path_;
	int lock_ = -1;
};

} // namespace rtwatchctl
