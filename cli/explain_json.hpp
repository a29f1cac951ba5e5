// SPDX-License-Identifier: BSD-3-Clause
// Incidents as JSON: the schema is in docs/explain.md.
#pragma once

#include <cstddef>
#include <string>

#include <rtwatch/splat.hpp>

namespace rtwatchctl
{

// Appends the incident as one object without blanks. base is added to the indexes in related:
// incidents of several logs share one list. A name that is not empty becomes the key "file".
void append_json(std::string &out, const rtwatch::splat::incident &incident, std::size_t base,
		 const std::string &name);

} // namespace rtwatchctl
