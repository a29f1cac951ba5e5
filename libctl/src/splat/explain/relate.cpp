// SPDX-License-Identifier: BSD-3-Clause
#include "../assembler.hpp"
namespace rtwatch::splat::detail
{
void relate(std::deque<report> &) {}
void explain(report &) {}
} // namespace rtwatch::splat::detail
