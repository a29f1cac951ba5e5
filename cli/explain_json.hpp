// SPDX-License-Identifier: BSD-3-Clause
// Incidents as JSON: the schema is in docs/explain.md.
#pragma once

#include <rtwatch/splat.hpp>

#include <nlohmann/json.hpp>

namespace rtwatchctl
{

// base is added to the indexes in related: incidents of several logs share one list.
[[nodiscard]] nlohmann::ordered_json to_json(const rtwatch::splat::incident &incident,
					     std::size_t base);

} // namespace rtwatchctl
