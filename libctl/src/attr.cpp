// SPDX-License-Identifier: BSD-3-Clause
#include "attr.hpp"

namespace rtwatch
{

void attr_writer::put(std::uint16_t type, bytes payload)
{
	nlattr header{};
	header.nla_type = type;
	header.nla_len = static_cast<std::uint16_t>(sizeof(header) + payload.size);
	const auto *raw = reinterpret_cast<const unsigned char *>(&header);
	out_.insert(out_.end(), raw, raw + sizeof(header));
	if (payload.size != 0)
		out_.insert(out_.end(), payload.data, payload.data + payload.size);
	out_.resize(NLA_ALIGN(out_.size()));
}

void attr_writer::put_u32(std::uint16_t type, std::uint32_t value)
{
	put(type, {&value, sizeof(value)});
}

void attr_writer::put_s32(std::uint16_t type, std::int32_t value)
{
	put(type, {&value, sizeof(value)});
}

void attr_writer::put_u64(std::uint16_t type, std::uint64_t value)
{
	put(type, {&value, sizeof(value)});
}

void attr_writer::put_string(std::uint16_t type, std::string_view value)
{
	std::vector<unsigned char> terminated(value.begin(), value.end());
	terminated.push_back(0);
	put(type, terminated);
}

std::size_t attr_writer::nest_begin(std::uint16_t type)
{
	const auto began = out_.size();
	put(static_cast<std::uint16_t>(type | NLA_F_NESTED), {});
	return began;
}

void attr_writer::nest_end(std::size_t began)
{
	nlattr header;
	std::memcpy(&header, &out_[began], sizeof(header));
	header.nla_len = static_cast<std::uint16_t>(out_.size() - began);
	std::memcpy(&out_[began], &header, sizeof(header));
}

} // namespace rtwatch
