// SPDX-License-Identifier: BSD-3-Clause
// A view of bytes that someone else owns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace rtwatch
{

struct bytes {
	const unsigned char *data = nullptr;
	std::size_t size = 0;

	bytes() = default;
	bytes(const void *start, std::size_t length)
		: data(static_cast<const unsigned char *>(start)), size(length)
	{
	}
	bytes(const std::vector<unsigned char> &from) : data(from.data()), size(from.size()) {}

	// The part after the first `count` bytes; empty when there are not so many.
	bytes after(std::size_t count) const
	{
		return count < size ? bytes(data + count, size - count) : bytes();
	}
	bytes first(std::size_t count) const { return {data, count < size ? count : size}; }

	// A copy, because netlink promises no alignment. Only when size allows.
	template <class T>
	T load() const
	{
		T value;
		std::memcpy(&value, data, sizeof(value));
		return value;
	}
};

} // namespace rtwatch
