// SPDX-License-Identifier: BSD-3-Clause
#include "user_map.hpp"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <unistd.h>

namespace rtwatchctl
{
namespace
{

// Takes a hexadecimal number and the character behind it off `text`.
bool take_hex(std::string_view &text, std::uint64_t &out)
{
	const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
	if (code != std::errc() || stop == text.data() + text.size())
		return false;
	text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
	return true;
}

void skip_word(std::string_view &text)
{
	text.remove_prefix(std::min(text.find(' '), text.size()));
	text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

} // namespace

std::optional<file_position> find_in_maps(std::string_view maps, std::uint64_t address)
{
	// start-end perms offset device inode path
	while (!maps.empty()) {
		const auto end_of_line = std::min(maps.find('\n'), maps.size());
		auto line = maps.substr(0, end_of_line);
		maps.remove_prefix(std::min(end_of_line + 1, maps.size()));
		std::uint64_t start = 0, end = 0, offset = 0;
		if (!take_hex(line, start) || !take_hex(line, end))
			continue;
		if (address < start || address >= end)
			continue;
		skip_word(line);
		if (!take_hex(line, offset))
			return {};
		skip_word(line);
		skip_word(line);
		if (line.empty())
			return {};
		return file_position{std::string(line), address - start + offset};
	}
	return {};
}

std::string read_maps(std::int32_t pid)
{
	const auto path = "/proc/" + std::to_string(pid) + "/maps";
	const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return {};
	std::string out;
	char part[4096];
	for (;;) {
		const auto got = ::read(fd, part, sizeof(part));
		if (got <= 0)
			break;
		out.append(part, static_cast<std::size_t>(got));
	}
	::close(fd);
	return out;
}

} // namespace rtwatchctl
