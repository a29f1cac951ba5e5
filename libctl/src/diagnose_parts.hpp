// SPDX-License-Identifier: BSD-3-Clause
// The steps of a diagnosis.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <rtwatch/diagnose.hpp>
#include <rtwatch/verdict.hpp>

namespace rtwatch
{

std::optional<std::string> knob_text(const situation &of, std::string_view name);
std::optional<std::int64_t> knob_number(const situation &of, std::string_view name);

// The code of the cause; fills in what.cause where the machine tells more than
// the module knew.
std::string name_the_cause(incident &what, const situation &of);

// `later` would not be there without `root`. Both as the log has them.
bool follows_from(const incident &later, const incident &root, nanoseconds now);

// The same thing again, or on another CPU.
bool repeats(const verdict &one, const verdict &other);

// Smaller is nearer to the root of a sickness.
int distance_from_root(const incident &what) noexcept;

// What to do; `now` stays empty when it is over.
void advise(verdict &about, const situation &of);

// While it lasts: a sentence on when the kernel's own detector reports it, or why it
// does not; "" where there is none, or where it has by now.
std::string kernels_report(const incident &what, const situation &of);

// The readings behind it.
std::vector<evidence> grounds_of(const verdict &about, const situation &of);

} // namespace rtwatch
