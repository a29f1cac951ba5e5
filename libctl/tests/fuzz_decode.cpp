// SPDX-License-Identifier: BSD-3-Clause
// libFuzzer: whatever bytes come from the socket, the codec neither reads
// beyond them nor loops nor overflows. The first byte chooses the entry.
#include <cstddef>
#include <cstdint>
#include <vector>

#include <rtwatch/verdict.hpp>

#include "decode.hpp"
#include "dialogue.hpp"
#include "fake_module.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace
{

using message = std::vector<unsigned char>;

void use_answer(rtwatch::bytes attributes)
{
	auto got = rtwatch::decode(attributes);
	if (!got)
		return;
	for (const auto &one : got->incidents) {
		static_cast<void>(rtwatch::summary(one, rtwatch::nanoseconds(1)).size());
		static_cast<void>(rtwatch::remedy(one).size());
	}
}

void use_messages(rtwatch::bytes rest)
{
	for (rtwatch::netlink_message one; rtwatch::next_message(rest, one);) {
		std::uint8_t command = 0;
		rtwatch::bytes attributes;
		if (rtwatch::split_genetlink(one.payload, command, attributes))
			use_answer(attributes);
	}
}

// What a module with a hogged CPU says: every command's answer.
std::vector<message> true_messages()
{
	const auto module = rtwatch::testing::hogged_machine();
	std::vector<rtwatch::answer> answers(7);
	answers[0].info = module->info;
	answers[1].sensors = module->sensors;
	answers[2].cpus = module->cpus;
	answers[3].config = module->config;
	answers[4].frames = module->stack.frames;
	answers[4].task = module->stack.task;
	for (const auto &one : module->samples)
		for (const auto &sample : one.samples)
			answers[5].samples.push_back(sample);
	answers[6].incidents = module->log.incidents;
	for (const auto &one : answers)
		module->notify(0, one);
	return {module->notifications.begin(), module->notifications.end()};
}

// A true message, damaged: each three bytes of the input are a place and a
// value, and the rest of the message is cut off where the value is 0xff.
void use_damaged(rtwatch::bytes edits)
{
	static const auto all = true_messages();

	if (edits.size == 0)
		return;
	auto damaged = all[edits.data[0] % all.size()];
	for (std::size_t i = 1; i + 2 < edits.size && !damaged.empty(); i += 3) {
		const std::size_t place =
			(edits.data[i] + std::size_t{256} * edits.data[i + 1]) % damaged.size();
		if (edits.data[i + 2] == 0xff)
			damaged.resize(place);
		else
			damaged[place] = edits.data[i + 2];
	}
	// In memory of its own size: a read beyond it is seen.
	damaged.shrink_to_fit();
	use_messages(rtwatch::bytes(damaged));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
	if (size == 0)
		return 0;
	const rtwatch::bytes in(data + 1, size - 1);
	switch (data[0] % 5) {
	case 0:
		use_answer(in);
		break;
	case 1:
		static_cast<void>(rtwatch::decode_family(in).ok());
		break;
	case 2:
		static_cast<void>(rtwatch::decode_refusal(1, in, in, 0).code);
		break;
	case 3:
		use_messages(in);
		break;
	case 4:
		use_damaged(in);
		break;
	}
	return 0;
}
