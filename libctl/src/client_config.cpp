// SPDX-License-Identifier: BSD-3-Clause
// Changing thresholds: the one request that is made from a field table.
#include <linux/rtwatch.h>

#include "client_impl.hpp"
#include "tables.hpp"

namespace rtwatch
{

result<config> client::set_config(const config &changes)
{
	attr_writer wanted;
	const auto nest = wanted.nest_begin(RTWATCH_A_CONFIG);
	for (const auto &one : table<config>::rows) {
		const auto where = std::get<std::optional<std::uint32_t> config::*>(one.where);
		if (changes.*where)
			wanted.put_u32(one.attr, *(changes.*where));
	}
	wanted.nest_end(nest);
	std::optional<config> out;
	auto done = self_->ask(RTWATCH_CMD_CONFIG_SET, false, wanted,
			       [&](answer &got) { out = got.config; });
	if (!done)
		return done.error();
	// The new state comes with the answer; if not, it can be asked for.
	if (!out)
		return get_config();
	return *out;
}

} // namespace rtwatch
