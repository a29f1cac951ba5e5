// SPDX-License-Identifier: BSD-3-Clause
// libFuzzer: any bytes, cut anywhere, must give no crash, and incidents that make sense.
#include <rtwatch/splat.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace
{

using rtwatch::splat::incident;

void require(bool holds)
{
	if (!holds)
		std::abort();
}

std::vector<incident> parse(std::string_view text, std::size_t piece)
{
	rtwatch::splat::parser parser;
	std::vector<incident> all;
	incident one;
	while (!text.empty()) {
		parser.feed(text.substr(0, piece));
		text.remove_prefix(piece < text.size() ? piece : text.size());
		while (parser.next(one))
			all.push_back(one);
	}
	parser.finish();
	while (parser.next(one))
		all.push_back(one);
	require(!parser.next(one));
	for (const incident &in : all) {
		require(in.first_line >= 1 && in.first_line <= in.last_line);
		require(in.last_line <= parser.lines() + 1);
	}
	return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
	const std::string_view text(reinterpret_cast<const char *>(data), size);
	const std::vector<incident> whole = parse(text, size + 1);
	const std::vector<incident> cut = parse(text, 61);
	require(whole.size() == cut.size());
	for (std::size_t i = 0; i < whole.size(); ++i) {
		require(whole[i].index == i);
		require(whole[i].type == cut[i].type);
		require(whole[i].first_line == cut[i].first_line);
		require(!whole[i].summary.empty() && !whole[i].cause.empty());
		for (const std::size_t other : whole[i].related)
			require(other < whole.size() && other != i);
	}
	return 0;
}
