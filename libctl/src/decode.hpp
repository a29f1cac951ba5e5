// SPDX-License-Identifier: BSD-3-Clause
// Bytes in, values out. Pure: no socket, no clock, no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <rtwatch/result.hpp>

#include "answer.hpp"
#include "bytes.hpp"

namespace rtwatch
{

// The attributes of one message of the family, after its genetlink header.
// Attributes of a newer module are skipped. EBADMSG, naming the field, when
// an attribute does not fit its nest or has not the size of its kind.
result<answer> decode(bytes attributes);
// The same, added to what is in `out` already: lists grow. False, with the reason in
// `wrong`: it cannot be read.
bool decode(bytes attributes, answer &out, std::optional<error> &wrong);

// What the kernel's control family tells about a family.
struct family_info {
	struct group {
		std::string name;
		std::uint32_t id = 0;
	};
	std::uint16_t id = 0;
	std::string name;
	std::uint32_t version = 0;
	std::vector<group> groups;
};
result<family_info> decode_family(bytes attributes);

// The extended acknowledgement: why the kernel refused `request`. `tlvs` are
// its attributes, `request` those that we sent (after the genetlink header);
// `header` is how much of the request lay before these. The error's message is
// empty when the kernel gave neither text nor attribute.
error decode_refusal(int code, bytes tlvs, bytes request, std::size_t header);

} // namespace rtwatch
