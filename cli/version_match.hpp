// SPDX-License-Identifier: BSD-3-Clause
// Whether module and command belong together.
#pragma once

#include <string>

#include <rtwatch/types.hpp>

namespace rtwatchctl
{

// What does not fit and what to do about it; empty when all fits.
std::string mismatch(const rtwatch::module_info &info);

} // namespace rtwatchctl
