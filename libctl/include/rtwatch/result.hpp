// SPDX-License-Identifier: BSD-3-Clause
// A value or an error; what every call that can fail returns. The library
// throws nothing of its own (std::bad_alloc may still pass through).
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace rtwatch
{

// Why a call failed.
struct error {
	int code = 0;        // an errno value, never 0 in a failed result
	std::string message; // what went wrong; the kernel's own words where it gave some
	std::string advice;  // what to do next; empty when there is nothing to advise

	// "message: advice", or the message alone.
	std::string text() const { return advice.empty() ? message : message + ": " + advice; }
};

template <class T>
class [[nodiscard]] result
{
public:
	result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
	result(rtwatch::error e) : state_(std::in_place_index<1>, std::move(e)) {}

	bool ok() const noexcept { return state_.index() == 0; }
	explicit operator bool() const noexcept { return ok(); }

	// Only when ok(): asserts otherwise.
	T &value() &
	{
		assert(ok());
		return *std::get_if<0>(&state_);
	}
	const T &value() const &
	{
		assert(ok());
		return *std::get_if<0>(&state_);
	}
	T &&value() &&
	{
		assert(ok());
		return std::move(*std::get_if<0>(&state_));
	}
	T &operator*() & { return value(); }
	const T &operator*() const & { return value(); }
	T &&operator*() && { return std::move(*this).value(); }
	T *operator->() { return &value(); }
	const T *operator->() const { return &value(); }

	// Only when not ok(): asserts otherwise.
	const rtwatch::error &error() const
	{
		assert(!ok());
		return *std::get_if<1>(&state_);
	}

private:
	std::variant<T, rtwatch::error> state_;
};

// Success without a value, or an error.
template <>
class [[nodiscard]] result<void>
{
public:
	result() = default;
	result(rtwatch::error e) : error_(std::move(e)) {}

	bool ok() const noexcept { return !error_.has_value(); }
	explicit operator bool() const noexcept { return ok(); }

	// Only when not ok(): asserts otherwise.
	const rtwatch::error &error() const
	{
		assert(!ok());
		return *error_;
	}

private:
	std::optional<rtwatch::error> error_;
};

} // namespace rtwatch
