// SPDX-License-Identifier: BSD-3-Clause
// Turns a refusal into one that says what to do.
#pragma once

#include <cstdint>

#include <rtwatch/result.hpp>

namespace rtwatch
{

error not_loaded();

// `command` is of enum rtwatch_cmd.
error advise(error refused, std::uint8_t command);

} // namespace rtwatch
