// SPDX-License-Identifier: BSD-3-Clause
// How knobs and their changes look.
#pragma once

#include <string>
#include <vector>

#include <rtwatch/knobs.hpp>

#include "json.hpp"

namespace rtwatchctl
{

std::string knobs_text(const std::vector<rtwatch::knob> &knobs, bool color, std::size_t width);
json to_json(const rtwatch::knob &one);

std::string changes_text(const std::vector<rtwatch::knob_change> &changes, bool color);
json to_json(const rtwatch::knob_change &one);

// The command that takes the changes back; empty when there is nothing to take.
std::string undo_command(const std::vector<rtwatch::knob_change> &changes);

} // namespace rtwatchctl
