// SPDX-License-Identifier: BSD-3-Clause
// Incidents to stdout as they come: a log full of them needs no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <rtwatch/result.hpp>
#include <rtwatch/splat.hpp>

#include "command.hpp"

namespace rtwatchctl
{

class explain_output
{
public:
	// live: every incident is shown at once, as a document of its own with -j.
	explain_output(const globals &g, bool live);

	// A new log; the indexes of its incidents go on behind those of the one before. An empty
	// name is not shown.
	void begin_log(std::string name);

	// False when nothing can be written any more: the rest need not be read.
	bool add(const rtwatch::splat::incident &incident);

	// Log records known to be missing so far.
	void set_lost(std::uint64_t records) { lost_ = records; }

	// Something could not be read: told at once, and kept for the document.
	void failed(const rtwatch::error &why);

	[[nodiscard]] bool is_empty() const { return count_ == 0; }

	// The end of the output; returns the command's exit status.
	int finish(std::uint64_t cut_lines);

private:
	void add_json(const rtwatch::splat::incident &incident);
	void add_text(const rtwatch::splat::incident &incident);
	void begin_document();
	void end_document();
	bool flush(std::size_t least);

	globals globals_;
	bool live_;
	std::size_t width_;
	std::string name_;
	std::string text_; // not yet written
	std::size_t count_ = 0;
	std::size_t base_ = 0;
	std::uint64_t lost_ = 0;
	bool begun_ = false;
	bool broken_ = false;  // nothing can be written any more
	rtwatch::error error_; // the first that was told; code 0: none
};

} // namespace rtwatchctl
