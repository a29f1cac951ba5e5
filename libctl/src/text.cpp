// SPDX-License-Identifier: BSD-3-Clause
// Durations and foreign text for people.
#include <cstdint>
#include <cstdio>

#include <rtwatch/verdict.hpp>

namespace rtwatch
{

std::string human(nanoseconds value)
{
	if (value == unlimited)
		return "unlimited";
	const auto ns = value.count();
	char out[48];
	const auto print = [&](const char *format, auto... numbers) {
		std::snprintf(out, sizeof(out), format, numbers...);
		return std::string(out);
	};
	const double ms = static_cast<double>(ns) / 1e6;
	// Each limit is where rounding would show the next unit's number.
	if (ns < 0)
		return "-" + human(ns == INT64_MIN ? unlimited : nanoseconds(-ns));
	if (ns < 1000)
		return print("%lld ns", static_cast<long long>(ns));
	if (ns < 999'500)
		return print("%.0f us", static_cast<double>(ns) / 1e3);
	if (ns < 9'950'000)
		return print("%.1f ms", ms);
	if (ns < 999'500'000)
		return print("%.0f ms", ms);
	if (ns < 59'950'000'000)
		return print("%.1f s", ms / 1e3);
	const long long s = (ns + 500'000'000) / 1'000'000'000;
	if (s < 3600)
		return print("%lld min %lld s", s / 60, s % 60);
	if (s < 86400)
		return print("%lld h %lld min", s / 3600, s % 3600 / 60);
	return print("%lld d %lld h", s / 86400, s % 86400 / 3600);
}

std::string printable(std::string_view text)
{
	std::string out;
	for (const char c : text) {
		const auto byte = static_cast<unsigned char>(c);
		if (byte >= 0x20 && byte < 0x7f) {
			out.push_back(c);
			continue;
		}
		char escape[8];
		std::snprintf(escape, sizeof(escape), "\\x%02x", byte);
		out.append(escape);
	}
	return out;
}

} // namespace rtwatch
