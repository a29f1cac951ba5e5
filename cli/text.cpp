// SPDX-License-Identifier: BSD-3-Clause
#include "text.hpp"

#include <algorithm>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

#include <rtwatch/verdict.hpp>

namespace rtwatchctl
{
namespace
{

using rtwatch::nanoseconds;

template <class... Numbers>
std::string print(const char *format, Numbers... numbers)
{
	char out[64];
	std::snprintf(out, sizeof(out), format, numbers...);
	return out;
}

bool ends_with(std::string_view text, std::string_view with)
{
	return text.size() >= with.size() && text.substr(text.size() - with.size()) == with;
}

// A time since boot, as the kernel log shows it; all others are durations.
bool is_moment(std::string_view key)
{
	return key == "time_ns" || key == "level_since_ns" || key == "loaded_ns";
}

std::string short_policy(rtwatch::sched_policy policy)
{
	auto name = std::string(to_string(policy));
	return name.rfind("SCHED_", 0) == 0 ? name.substr(6) : name;
}

std::string flag_names(rtwatch::cpu_flags flags)
{
	std::string out;
	for (std::uint32_t flag = 1; flag != 0; flag <<= 1)
		if (flags.has(flag))
			out.append(out.empty() ? "" : ",").append(rtwatch::flag_name(flag));
	return out.empty() ? unknown : out;
}

struct leaf_text {
	std::string_view key;

	std::string operator()(bool value) const { return value ? "yes" : "no"; }
	std::string operator()(std::int64_t value) const
	{
		if (!ends_with(key, "_ns"))
			return std::to_string(value);
		if (value == -1)
			return "none";
		return is_moment(key) ? print("%.3f", static_cast<double>(value) / 1e9)
				      : short_time(nanoseconds(value));
	}
	std::string operator()(std::uint64_t value) const
	{
		if (ends_with(key, "_ppm"))
			return percent(static_cast<std::uint32_t>(value));
		return std::to_string(value);
	}
	std::string operator()(std::string_view value) const { return rtwatch::printable(value); }
	std::string operator()(rtwatch::cpu_flags value) const { return flag_names(value); }
	std::string operator()(const rtwatch::task *value) const { return short_task(*value); }
	std::string operator()(const std::vector<rtwatch::task> *value) const
	{
		return std::to_string(value->size());
	}
	std::string operator()(const std::vector<rtwatch::frame> *value) const
	{
		return std::to_string(value->size());
	}
};

} // namespace

std::string short_time(nanoseconds value)
{
	if (value == rtwatch::unlimited)
		return "none";
	const auto ns = std::max<long long>(0, value.count());
	const double ms = static_cast<double>(ns) / 1e6;
	if (ns == 0)
		return "0";
	if (ns < 1000)
		return print("%lldns", ns);
	if (ns < 999'500)
		return print("%.0fus", ms * 1e3);
	if (ns < 999'500'000)
		return print("%.0fms", ms);
	if (ns < 99'950'000'000)
		return print("%.1fs", ms / 1e3);
	const long long s = ns / 1'000'000'000;
	if (s < 3600)
		return print("%lldm%02llds", s / 60, s % 60);
	if (s < 86400)
		return print("%lldh%02lldm", s / 3600, s % 3600 / 60);
	if (s < 100 * 86400)
		return print("%lldd%02lldh", s / 86400, s % 86400 / 3600);
	return print("%lldd", s / 86400);
}

std::string short_time(const std::optional<nanoseconds> &value)
{
	return value ? short_time(*value) : unknown;
}

std::string percent(const std::optional<std::uint32_t> &ppm)
{
	if (!ppm)
		return unknown;
	if (*ppm >= 999'500)
		return "100%";
	return print("%.1f%%", *ppm / 1e4);
}

std::string short_task(const std::optional<rtwatch::task> &who)
{
	if (!who)
		return unknown;
	std::string out = who->comm ? rtwatch::printable(*who->comm) : std::string("?");
	if (who->pid)
		out.append("[").append(std::to_string(*who->pid)).append("]");
	if (who->policy && *who->policy != rtwatch::sched_policy::other) {
		out.append(" ").append(short_policy(*who->policy));
		if (who->prio && *who->prio != 0)
			out.append(" ").append(std::to_string(*who->prio));
	}
	return out;
}

std::string short_text(const rtwatch::field &one)
{
	return std::visit(leaf_text{one.key}, one.value);
}

std::string wrap(const std::string &text, std::size_t width, std::size_t indent)
{
	if (width <= indent)
		return text;
	std::string out;
	std::size_t column = 0;
	for (std::size_t at = 0; at < text.size();) {
		const auto stop = std::min(text.find(' ', at), text.size());
		const auto length = stop - at;
		if (column > indent && column + 1 + length > width) {
			out.append("\n").append(indent, ' ');
			column = indent;
		} else if (column != 0) {
			out.append(" ");
			column++;
		}
		out.append(text, at, length);
		column += length;
		at = stop + 1;
	}
	return out;
}

std::size_t terminal_width()
{
	winsize size{};
	if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

} // namespace rtwatchctl
