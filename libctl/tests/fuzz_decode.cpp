// SPDX-License-Identifier: BSD-3-Clause
// libFuzzer: whatever bytes come from the socket, the codec neither reads
// beyond them nor loops nor overflows. The first byte chooses the entry.
#include <cstddef>
#include <cstdint>

#include <rtwatch/verdict.hpp>

#include "decode.hpp"
#include "dialogue.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
	if (size == 0)
		return 0;
	const rtwatch::bytes in(data + 1, size - 1);
	switch (data[0] % 4) {
	case 0: {
		auto got = rtwatch::decode(in);
		if (!got)
			break;
		for (const auto &one : got->incidents) {
			static_cast<void>(rtwatch::summary(one, rtwatch::nanoseconds(1)).size());
			static_cast<void>(rtwatch::remedy(one).size());
		}
		break;
	}
	case 1:
		static_cast<void>(rtwatch::decode_family(in).ok());
		break;
	case 2:
		static_cast<void>(rtwatch::decode_refusal(1, in, in, 0).code);
		break;
	case 3: {
		auto rest = in;
		for (rtwatch::netlink_message message; rtwatch::next_message(rest, message);) {
			std::uint8_t command = 0;
			rtwatch::bytes attributes;
			static_cast<void>(
				rtwatch::split_genetlink(message.payload, command, attributes));
		}
		break;
	}
	}
	return 0;
}
