// SPDX-License-Identifier: BSD-3-Clause
#include "text.hpp"

#include <climits>

namespace rtwatch::splat::detail
{

namespace
{
// More CPUs than any kernel is built for.
constexpr int max_cpu = 16384;
} // namespace

std::optional<std::uint64_t> cursor::number()
{
	std::uint64_t value = 0;
	std::size_t i = at_;
	for (; i < text_.size() && is_digit(text_[i]); ++i) {
		const auto digit = static_cast<std::uint64_t>(text_[i] - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return std::nullopt;
		value = value * 10 + digit;
	}
	if (i == at_)
		return std::nullopt;
	at_ = i;
	return value;
}

std::optional<integer> cursor::any_integer()
{
	const std::size_t from = at_;
	const bool negative = eat('-');
	const auto value = number();
	if (!value) {
		at_ = from;
		return std::nullopt;
	}
	return integer{*value, negative};
}

std::optional<std::int64_t> cursor::signed_number()
{
	const std::size_t from = at_;
	const auto value = any_integer();
	if (!value || value->magnitude > static_cast<std::uint64_t>(INT64_MAX)) {
		at_ = from;
		return std::nullopt;
	}
	const auto magnitude = static_cast<std::int64_t>(value->magnitude);
	return value->negative ? -magnitude : magnitude;
}

std::optional<int> cursor::small_number()
{
	const std::size_t from = at_;
	const auto value = number();
	if (!value || *value > static_cast<std::uint64_t>(INT_MAX)) {
		at_ = from;
		return std::nullopt;
	}
	return static_cast<int>(*value);
}

std::optional<integer> number_after(view text, view key, std::size_t from)
{
	const std::size_t at = text.find(key, from);
	if (at == npos)
		return std::nullopt;
	cursor c(text, at + key.size());
	c.blanks();
	return c.any_integer();
}

std::optional<int> small_number_after(view text, view key, std::size_t from)
{
	const std::size_t at = text.find(key, from);
	if (at == npos)
		return std::nullopt;
	cursor c(text, at + key.size());
	c.blanks();
	return c.small_number();
}

view word_after(view text, view key, view stop, std::size_t from)
{
	std::size_t at = text.find(key, from);
	if (at == npos)
		return {};
	at += key.size();
	while (at < text.size() && is_blank(text[at]))
		++at;
	std::size_t to = at;
	while (to < text.size() && !is_blank(text[to]) && stop.find(text[to]) == npos)
		++to;
	return text.substr(at, to - at);
}

std::vector<int> cpu_list(view text)
{
	std::vector<int> cpus;
	cursor c(text);
	while (cpus.size() < static_cast<std::size_t>(max_cpu)) {
		const auto first = c.small_number();
		if (!first || *first >= max_cpu)
			break;
		auto last = first;
		if (c.eat('-'))
			last = c.small_number();
		if (!last || *last >= max_cpu)
			last = first;
		for (int cpu = *first; cpu <= *last; ++cpu)
			cpus.push_back(cpu);
		if (!c.eat(','))
			break;
	}
	return cpus;
}

std::string to_text(const integer &value)
{
	return (value.negative ? "-" : "") + std::to_string(value.magnitude);
}

std::string to_text(std::int64_t value)
{
	return std::to_string(value);
}

} // namespace rtwatch::splat::detail
