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
	auto got = self_->ask(RTWATCH_CMD_CONFIG_SET, false, wanted);
	if (!got)
		return got.error();
	// The new state comes with the answer; if not, it can be asked for.
	if (!got->config)
		return get_config();
	return *got->config;
}

} // namespace rtwatch
