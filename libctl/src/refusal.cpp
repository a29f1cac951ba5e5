// SPDX-License-Identifier: BSD-3-Clause
// Decodes the extended acknowledgement: the kernel's text, which of our
// attributes it is about, and the range it would have taken.
#include <linux/netlink.h>

#include "attr.hpp"
#include "decode.hpp"
#include "tables.hpp"

namespace rtwatch
{
namespace
{

template <class T>
std::string_view key_of(std::uint16_t type)
{
	for (const auto &one : table<T>::rows)
		if (one.attr == type)
			return one.key;
	return {};
}

// The name of our attribute at `offset`: also inside the one nest with names
// of its own that users set.
std::string_view attribute_at(bytes request, std::size_t offset)
{
	attr_reader attributes(request);
	attr one;
	while (attributes.next(one)) {
		const auto start = static_cast<std::size_t>(one.payload.data - request.data);
		if (offset == start - sizeof(nlattr))
			return key_of<answer>(one.type);
		if (one.type != RTWATCH_A_CONFIG || offset < start ||
		    offset >= start + one.payload.size)
			continue;
		attr_reader nest(one.payload);
		attr inner;
		while (nest.next(inner)) {
			const auto at = static_cast<std::size_t>(inner.payload.data - request.data);
			if (offset == at - sizeof(nlattr))
				return key_of<config>(inner.type);
		}
	}
	return {};
}

// NLMSGERR_ATTR_POLICY: "100..600000", or empty.
std::string range_of(bytes policy)
{
	std::string low, high;
	attr_reader attributes(policy);
	attr one;
	while (attributes.next(one)) {
		if (one.payload.size != sizeof(std::uint64_t))
			continue;
		const auto text = std::to_string(one.payload.load<std::uint64_t>());
		if (one.type == NL_POLICY_TYPE_ATTR_MIN_VALUE_U)
			low = text;
		else if (one.type == NL_POLICY_TYPE_ATTR_MAX_VALUE_U)
			high = text;
	}
	return low.empty() || high.empty() ? std::string() : low + ".." + high;
}

} // namespace

error decode_refusal(int code, bytes tlvs, bytes request, std::size_t header)
{
	error out{code, "", ""};
	std::string_view name;
	std::string range;
	attr_reader attributes(tlvs);
	attr one;
	while (attributes.next(one)) {
		if (one.type == NLMSGERR_ATTR_MSG) {
			std::string_view text(reinterpret_cast<const char *>(one.payload.data),
					      one.payload.size);
			// NL_SET_ERR_MSG_MOD: whose word it is, the reader knows.
			constexpr std::string_view module = "rtwatch: ";
			if (text.substr(0, module.size()) == module)
				text.remove_prefix(module.size());
			out.message = text.substr(0, text.find('\0'));
		} else if (one.type == NLMSGERR_ATTR_OFFS && one.payload.size == 4) {
			const auto offset = one.payload.load<std::uint32_t>();
			if (offset >= header)
				name = attribute_at(request, offset - header);
		} else if (one.type == NLMSGERR_ATTR_POLICY) {
			range = range_of(one.payload);
		}
	}
	if (name.empty() || out.message.find(name) != std::string::npos)
		return out;
	if (out.message.empty())
		out.message = "refused";
	out.message.append(" (").append(name);
	if (!range.empty())
		out.message.append(": ").append(range);
	out.message.append(")");
	return out;
}

} // namespace rtwatch
