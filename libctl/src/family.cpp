// SPDX-License-Identifier: BSD-3-Clause
// Decodes what the control family says about a family.
#include <cerrno>
#include <linux/genetlink.h>

#include "attr.hpp"
#include "decode.hpp"

namespace rtwatch
{
namespace
{

error malformed(const char *what)
{
	return {EBADMSG, std::string("malformed answer from the kernel: ") + what, ""};
}

std::string text_of(bytes in)
{
	std::string_view text(reinterpret_cast<const char *>(in.data), in.size);
	return std::string(text.substr(0, text.find('\0')));
}

result<family_info::group> decode_group(bytes in)
{
	family_info::group out;
	attr_reader attributes(in);
	attr one;
	while (attributes.next(one)) {
		if (one.type == CTRL_ATTR_MCAST_GRP_NAME) {
			out.name = text_of(one.payload);
		} else if (one.type == CTRL_ATTR_MCAST_GRP_ID) {
			if (one.payload.size != sizeof(out.id))
				return malformed("multicast group id");
			out.id = one.payload.load<std::uint32_t>();
		}
	}
	if (attributes.malformed())
		return malformed("multicast group");
	return out;
}

} // namespace

result<family_info> decode_family(bytes in)
{
	family_info out;
	attr_reader attributes(in);
	attr one;
	while (attributes.next(one)) {
		switch (one.type) {
		case CTRL_ATTR_FAMILY_ID:
			if (one.payload.size != sizeof(out.id))
				return malformed("family id");
			out.id = one.payload.load<std::uint16_t>();
			break;
		case CTRL_ATTR_FAMILY_NAME:
			out.name = text_of(one.payload);
			break;
		case CTRL_ATTR_VERSION:
			if (one.payload.size != sizeof(out.version))
				return malformed("family version");
			out.version = one.payload.load<std::uint32_t>();
			break;
		case CTRL_ATTR_MCAST_GROUPS: {
			attr_reader list(one.payload);
			attr entry;
			while (list.next(entry)) {
				auto group = decode_group(entry.payload);
				if (!group)
					return group.error();
				out.groups.push_back(std::move(*group));
			}
			if (list.malformed())
				return malformed("list of multicast groups");
			break;
		}
		}
	}
	if (attributes.malformed())
		return malformed("family");
	return out;
}

} // namespace rtwatch
