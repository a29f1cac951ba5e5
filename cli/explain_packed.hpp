// SPDX-License-Identifier: BSD-3-Clause
// Logs that were rotated and packed: gzip is unpacked on the way, what else is no text is named.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rtwatch/result.hpp>

#include "explain_input.hpp"

namespace rtwatchctl
{

// What a file is by its first bytes.
enum class packing { none, gzip, other };

packing packing_of(std::string_view begin);

// How to make text of what is neither text nor gzip; nothing when it may be text.
std::string how_to_unpack(std::string_view begin, const std::string &path);

// A serial console may print odd bytes; no log consists of them.
bool is_odd_text(std::string_view begin);

// Unpacks a gzip file piece by piece, of one member or several.
class gunzip
{
public:
	explicit gunzip(const text_sink &sink);
	~gunzip();
	gunzip(const gunzip &) = delete;
	gunzip &operator=(const gunzip &) = delete;

	// False: the sink wants no more. damaged() tells whether all could be read.
	bool feed(std::string_view packed);
	[[nodiscard]] bool damaged() const { return damaged_; }
	// At the end of the file: whether the last member is whole.
	[[nodiscard]] bool whole() const { return whole_ && !damaged_; }

private:
	struct stream;
	std::unique_ptr<stream> stream_;
	const text_sink &sink_;
	std::vector<char> out_;
	bool damaged_ = false;
	bool whole_ = true;
};

} // namespace rtwatchctl
