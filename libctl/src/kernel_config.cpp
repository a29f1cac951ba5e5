// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/host.hpp>

#include <zlib.h>

namespace rtwatch
{
namespace
{

// The text in a gzip file; empty when it is damaged.
std::string unzip(const std::string &packed)
{
	constexpr std::size_t most = 8U << 20;
	z_stream stream{};
	// 15 is the largest window, and 16 more asks for gzip's header.
	if (::inflateInit2(&stream, 15 + 16) != Z_OK)
		return {};
	stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
	stream.avail_in = static_cast<uInt>(packed.size());
	std::string out;
	char chunk[16384];
	int status = Z_OK;
	while (status == Z_OK && out.size() < most) {
		stream.next_out = reinterpret_cast<Bytef *>(chunk);
		stream.avail_out = sizeof(chunk);
		status = ::inflate(&stream, Z_NO_FLUSH);
		out.append(chunk, sizeof(chunk) - stream.avail_out);
	}
	::inflateEnd(&stream);
	return status == Z_STREAM_END ? out : std::string();
}

} // namespace

kernel_config kernel_config::of(const host &machine)
{
	kernel_config out;
	// A newline before the first line, so that every option follows one.
	const auto take = [&](const std::string &text) {
		if (text.find("CONFIG_") != std::string::npos)
			out.text_ = "\n" + text + "\n";
		return out.known();
	};
	if (const auto packed = machine.read("/proc/config.gz"); packed && take(unzip(*packed)))
		return out;
	const auto release = machine.read("/proc/sys/kernel/osrelease");
	if (!release)
		return out;
	for (const auto &path : {"/boot/config-" + *release, "/lib/modules/" + *release + "/config",
				 "/usr/lib/modules/" + *release + "/config",
				 "/lib/modules/" + *release + "/build/.config"})
		if (const auto plain = machine.read(path); plain && take(*plain))
			return out;
	return out;
}

std::optional<std::string> kernel_config::value(std::string_view option) const
{
	if (!known())
		return {};
	const auto start = "\nCONFIG_" + std::string(option) + "=";
	const auto at = text_.find(start);
	if (at == std::string::npos)
		return "n";
	const auto from = at + start.size();
	auto out = text_.substr(from, text_.find('\n', from) - from);
	if (out.size() > 1 && out.front() == '"' && out.back() == '"')
		out = out.substr(1, out.size() - 2);
	return out;
}

} // namespace rtwatch
