// SPDX-License-Identifier: BSD-3-Clause
#include "dates.hpp"

namespace rtwatch::splat::detail
{

namespace
{

constexpr view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr view weekdays = "MonTueWedThuFriSatSun";

bool in_table(view word, view table)
{
	if (word.size() < 3)
		return false;
	const std::size_t at = table.find(word.substr(0, 3));
	return at != npos && at % 3 == 0;
}

} // namespace

bool is_month(view word)
{
	return in_table(word, months);
}

bool eat_digits(cursor &c, std::size_t least, std::size_t most)
{
	const std::size_t count = c.digits();
	return count >= least && count <= most;
}

// 22:43:47, with a fraction after '.' or ','
bool eat_clock(cursor &c)
{
	if (!eat_digits(c, 1, 2) || !c.eat(':') || !eat_digits(c, 2, 2))
		return false;
	if (c.eat(':')) {
		if (!eat_digits(c, 2, 2))
			return false;
		if (c.eat('.') || c.eat(','))
			return c.digits() > 0;
	}
	return true;
}

// 2022-10-24T22:43:47.123456+02:00
bool eat_iso(cursor &c)
{
	if (!eat_digits(c, 4, 4) || !(c.eat('-') || c.eat('/')) || !eat_digits(c, 2, 2) ||
	    !(c.eat('-') || c.eat('/')) || !eat_digits(c, 2, 2) || !(c.eat('T') || c.eat(' ')))
		return false;
	if (!eat_clock(c))
		return false;
	if (c.eat('Z'))
		return true;
	cursor zone = c;
	if ((zone.eat('+') || zone.eat('-')) && eat_digits(zone, 2, 4)) {
		if (zone.eat(':'))
			zone.digits();
		c = zone;
	}
	return true;
}

// Oct 24 22:43:47, with weekday, year, fraction where printed
bool eat_syslog_date(cursor &c)
{
	view word = c.name();
	if (word.size() == 3 && in_table(word, weekdays)) {
		c.blanks();
		cursor iso = c;
		if (eat_iso(iso)) { // journalctl -o short-full
			iso.blanks();
			cursor zone = iso;
			const view name = zone.name();
			if (name.size() >= 2 && name.size() <= 5 && is_alpha(name[0]))
				iso = zone;
			c = iso;
			return true;
		}
		word = c.name();
	} else if (!word.empty() && is_digit(word[0])) {
		if (word.size() != 4)
			return false;
		c.blanks();
		word = c.name();
	}
	if (word.size() != 3 || !in_table(word, months) || c.blanks() == 0 ||
	    !eat_digits(c, 1, 2) || c.blanks() == 0 || !eat_clock(c))
		return false;
	cursor year = c;
	if (year.blanks() > 0 && eat_digits(year, 4, 4) &&
	    (year.end() || is_blank(year.peek()) || year.peek() == ']'))
		c = year;
	return true;
}

// 10-24 22:43:47.123 of logcat
bool eat_logcat_date(cursor &c)
{
	return eat_digits(c, 2, 2) && c.eat('-') && eat_digits(c, 2, 2) && c.eat(' ') &&
	       eat_clock(c);
}

// 10/24/22 22:43:47, 10/24/2022 10:43:47 PM
bool eat_slash_date(cursor &c)
{
	if (!eat_digits(c, 1, 2) || !c.eat('/') || !eat_digits(c, 1, 2) || !c.eat('/') ||
	    !eat_digits(c, 2, 4) || c.blanks() == 0 || !eat_clock(c))
		return false;
	cursor half = c;
	half.blanks();
	if (half.eat(view("AM")) || half.eat(view("PM")))
		c = half;
	return true;
}

// "  123.456789" as seconds; the kernel prints microseconds, some loggers fewer places.
std::optional<double> eat_seconds(cursor &c)
{
	c.blanks();
	const view from = c.rest();
	const std::size_t whole = c.digits();
	if (whole == 0 || whole > most_stamp_digits || !c.eat('.'))
		return std::nullopt;
	// None at all only in kernels without a fine clock: "[  240.]"
	const std::size_t places = c.digits();
	if (places > 9 || (places == 0 && c.peek() != ']'))
		return std::nullopt;
	// One division at the end, so that the value prints as it was written.
	std::uint64_t seconds = 0;
	std::uint64_t rest = 0;
	std::uint64_t unit = 1;
	for (const char digit : from.substr(0, whole))
		seconds = seconds * 10 + static_cast<std::uint64_t>(digit - '0');
	for (const char digit : from.substr(whole + 1, places)) {
		rest = rest * 10 + static_cast<std::uint64_t>(digit - '0');
		unit *= 10;
	}
	const auto per_second = static_cast<double>(unit);
	return (static_cast<double>(seconds) * per_second + static_cast<double>(rest)) / per_second;
}

} // namespace rtwatch::splat::detail
