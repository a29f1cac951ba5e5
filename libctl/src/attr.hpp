// SPDX-License-Identifier: BSD-3-Clause
// Netlink attributes: taken apart without ever reading beyond their bytes, and
// put together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/netlink.h>
#include <string_view>
#include <vector>

#include "bytes.hpp"

namespace rtwatch
{

// One attribute; the type without its flag bits.
struct attr {
	std::uint16_t type = 0;
	bytes payload;
};

// Goes through the attributes of one nest (or of a message).
class attr_reader
{
public:
	explicit attr_reader(bytes in) : at_(in.data), left_(in.size) {}

	// False at the end and at the first attribute that does not fit. Here, because
	// a dump has thousands.
	bool next(attr &out)
	{
		nlattr header;
		if (left_ < sizeof(header))
			return false;
		std::memcpy(&header, at_, sizeof(header));
		const std::size_t length = header.nla_len;
		if (length < sizeof(header) || length > left_)
			return false;
		out.type = header.nla_type & static_cast<std::uint16_t>(NLA_TYPE_MASK);
		out.payload = {at_ + sizeof(header), length - sizeof(header)};
		// The last attribute may come without its padding.
		const std::size_t step = std::min<std::size_t>(NLA_ALIGN(length), left_);
		at_ += step;
		left_ -= step;
		return true;
	}

	// After next() returned false: whether there are bytes left that are no
	// attribute.
	bool malformed() const { return left_ != 0; }

private:
	const unsigned char *at_;
	std::size_t left_;
};

// Builds attributes; nests are closed by nest_end() in reverse order.
class attr_writer
{
public:
	void put(std::uint16_t type, bytes payload);
	void put_u32(std::uint16_t type, std::uint32_t value);
	void put_s32(std::uint16_t type, std::int32_t value);
	void put_u64(std::uint16_t type, std::uint64_t value);
	void put_string(std::uint16_t type, std::string_view value);
	void put_flag(std::uint16_t type) { put(type, {}); }

	std::size_t nest_begin(std::uint16_t type);
	void nest_end(std::size_t began);

	bytes view() const { return bytes(out_); }

private:
	std::vector<unsigned char> out_;
};

} // namespace rtwatch
