// SPDX-License-Identifier: BSD-3-Clause
// How a client is made from any transport; the tests do it with theirs.
#pragma once

#include <rtwatch/client.hpp>

#include "advice.hpp"
#include "answer.hpp"
#include "attr.hpp"
#include "dialogue.hpp"

namespace rtwatch
{

struct client::impl {
	explicit impl(std::unique_ptr<transport> over) : talk(std::move(over)) {}

	result<void> resolve();

	// Sends one request of the family. The lists of all messages come in one
	// answer, the rest of it is of the last. `each` sees it after each message;
	// `restart`, when a dump begins anew and the answer with it.
	template <class Each, class Restart>
	result<answer> ask(std::uint8_t command, bool dump, const attr_writer &attributes,
			   const Each &each, const Restart &restart)
	{
		result<answer> out = answer{};
		answer &got = *out;
		auto done = talk.ask(
			compose(command, dump, attributes),
			[&](bytes payload, std::optional<error> &wrong) {
				got.forget_message();
				if (!decode(payload, got, wrong))
					return false;
				each(got);
				return true;
			},
			[&] {
				got = {};
				restart();
			});
		if (!done)
			out = advise(done.error(), command);
		return out;
	}
	template <class Each>
	result<answer> ask(std::uint8_t command, bool dump, const attr_writer &attributes,
			   const Each &each)
	{
		return ask(command, dump, attributes, each, [] {});
	}
	result<answer> ask(std::uint8_t command, bool dump, const attr_writer &attributes);

	request compose(std::uint8_t command, bool dump, const attr_writer &attributes) const;

	result<incident_log> incidents(const incident_filter &filter);

	dialogue talk;
	std::uint16_t family = 0;
	std::size_t cpus_seen = 0;
};

// A client on this transport, its family resolved.
result<client> make_client(std::unique_ptr<transport> over);

} // namespace rtwatch
