// SPDX-License-Identifier: BSD-3-Clause
#include "explain_packed.hpp"

#include <algorithm>
#include <zlib.h>

namespace rtwatchctl
{

namespace
{

constexpr std::size_t piece_size = 256 * 1024;
// 15 is the largest window, and 16 more asks for gzip's header.
constexpr int gzip_window = 15 + 16;

struct magic {
	std::string_view bytes;
	const char *what;
	const char *tool; // makes text of it; nullptr: there is none
};

constexpr magic magics[] = {
	{std::string_view("\xfd"
			  "7zXZ",
			  5),
	 "packed by xz", "xz -dc"},
	{"\x28\xb5\x2f\xfd", "packed by zstd", "zstd -dc"},
	{"BZh", "packed by bzip2", "bzip2 -dc"},
	{"PK\x03\x04", "a zip file", "unzip -p"},
	{"LPKSHHRH", "a journal file", "journalctl -k --file"},
	{"\x7f"
	 "ELF",
	 "a program or a crash dump", nullptr},
	{"KDUMP", "a crash dump", nullptr},
};

} // namespace

packing packing_of(std::string_view begin)
{
	if (begin.substr(0, 3) == std::string_view("\x1f\x8b\x08"))
		return packing::gzip;
	return how_to_unpack(begin, {}).empty() ? packing::none : packing::other;
}

std::string how_to_unpack(std::string_view begin, const std::string &path)
{
	for (const magic &m : magics) {
		if (begin.substr(0, m.bytes.size()) != m.bytes)
			continue;
		if (m.tool == nullptr)
			return std::string("it is ") + m.what +
			       ": give the log text, as dmesg or crash's log command prints it";
		return std::string("it is ") + m.what + ": " + m.tool + " " + path +
		       " | rtwatchctl explain -";
	}
	return {};
}

bool is_odd_text(std::string_view begin)
{
	constexpr std::size_t enough = 4096;
	begin = begin.substr(0, enough);
	const auto odd = std::count_if(begin.begin(), begin.end(), [](char c) {
		return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' &&
		       c != '\t' && c != '\x1b';
	});
	return static_cast<std::size_t>(odd) > begin.size() / 16;
}

struct gunzip::stream {
	z_stream z{};
};

gunzip::gunzip(const text_sink &sink)
	: stream_(std::make_unique<stream>()), sink_(sink), out_(piece_size)
{
	damaged_ = ::inflateInit2(&stream_->z, gzip_window) != Z_OK;
}

gunzip::~gunzip()
{
	::inflateEnd(&stream_->z);
}

bool gunzip::feed(std::string_view packed)
{
	z_stream &z = stream_->z;
	z.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
	z.avail_in = static_cast<uInt>(packed.size());
	while (z.avail_in > 0 && !damaged_) {
		z.next_out = reinterpret_cast<Bytef *>(out_.data());
		z.avail_out = static_cast<uInt>(out_.size());
		const int status = ::inflate(&z, Z_NO_FLUSH);
		const std::size_t got = out_.size() - z.avail_out;
		if (got > 0 && !sink_(std::string_view(out_.data(), got)))
			return false;
		whole_ = status == Z_STREAM_END;
		if (whole_) // another member may follow
			::inflateReset(&z);
		else
			damaged_ = status != Z_OK && status != Z_BUF_ERROR;
	}
	return true;
}

} // namespace rtwatchctl
