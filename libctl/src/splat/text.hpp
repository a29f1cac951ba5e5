// SPDX-License-Identifier: BSD-3-Clause
// Reading numbers and words out of a line without copying it.
#ifndef RTWATCH_SPLAT_TEXT_HPP
#define RTWATCH_SPLAT_TEXT_HPP

#include <rtwatch/splat.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rtwatch::splat::detail
{

using view = std::string_view;
constexpr std::size_t npos = view::npos;

// The locale must not decide what a digit is, and a damaged byte is none of these.
constexpr bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}
constexpr bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}
constexpr bool is_name(char c)
{
	return is_alpha(c) || is_digit(c) || c == '_';
}

// Inline, and by the first byte before anything else: every line of a report is asked often.
inline bool starts_with(view s, view head)
{
	return s.size() >= head.size() && (head.empty() || (s.front() == head.front() &&
							    s.compare(0, head.size(), head) == 0));
}
inline bool ends_with(view s, view tail)
{
	return s.size() >= tail.size() && s.substr(s.size() - tail.size()) == tail;
}
inline bool contains(view s, view part)
{
	return s.find(part) != npos;
}
inline bool contains(view s, char c)
{
	return s.find(c) != npos;
}

inline view trim_left(view s)
{
	std::size_t i = 0;
	while (i < s.size() && is_blank(s[i]))
		++i;
	return s.substr(i);
}

inline view trim(view s)
{
	s = trim_left(s);
	while (!s.empty() && is_blank(s.back()))
		s.remove_suffix(1);
	return s;
}

// A place in a line that moves only when what is asked for is there.
class cursor
{
public:
	explicit cursor(view text, std::size_t at = 0)
		: text_(text), at_(at < text.size() ? at : text.size())
	{
	}

	[[nodiscard]] std::size_t at() const { return at_; }
	[[nodiscard]] bool end() const { return at_ >= text_.size(); }
	[[nodiscard]] char peek() const { return end() ? '\0' : text_[at_]; }
	[[nodiscard]] view rest() const { return text_.substr(at_); }
	void move(std::size_t at) { at_ = at < text_.size() ? at : text_.size(); }

	bool eat(char c)
	{
		if (end() || text_[at_] != c)
			return false;
		++at_;
		return true;
	}
	bool eat(view literal)
	{
		if (!starts_with(rest(), literal))
			return false;
		at_ += literal.size();
		return true;
	}
	std::size_t blanks() { return pass(is_blank); } // how many were passed
	std::size_t digits() { return pass(is_digit); } // the same

	// Unsigned decimal; at most what fits, otherwise absent and not moved.
	std::optional<std::uint64_t> number();
	std::optional<std::int64_t> signed_number();
	std::optional<integer> any_integer();
	std::optional<int> small_number(); // 0 .. INT_MAX: CPUs and pids

	// With or without 0x; empty when there is none.
	view hex()
	{
		const std::size_t from = at_;
		eat(view("0x"));
		pass(is_hex);
		return text_.substr(from, at_ - from);
	}
	// Up to the next blank.
	view word()
	{
		const std::size_t from = at_;
		pass([](char c) { return !is_blank(c); });
		return text_.substr(from, at_ - from);
	}
	// [A-Za-z0-9_]*
	view name()
	{
		const std::size_t from = at_;
		pass(is_name);
		return text_.substr(from, at_ - from);
	}
	template <typename Of>
	std::size_t pass(Of of) // over all bytes that are of its kind; how many they were
	{
		const std::size_t from = at_;
		while (at_ < text_.size() && of(text_[at_]))
			++at_;
		return at_ - from;
	}

private:
	view text_;
	std::size_t at_;
};

// The number right after the first occurrence of key, if there is one.
std::optional<integer> number_after(view text, view key, std::size_t from = 0);
std::optional<int> small_number_after(view text, view key, std::size_t from = 0);
// The word (up to a blank or one of stop) right after the first occurrence of key.
view word_after(view text, view key, view stop = {}, std::size_t from = 0);

// "0-3,7" in the kernel's list format; bounded, so a damaged range cannot exhaust memory.
std::vector<int> cpu_list(view text);

std::string to_text(const integer &value);
std::string to_text(std::int64_t value);

} // namespace rtwatch::splat::detail

#endif
