// SPDX-License-Identifier: BSD-3-Clause
// Aligned columns.
#pragma once

#include <string>
#include <vector>

namespace rtwatchctl
{

enum class paint { plain, good, warn, bad, faint };

struct cell {
	std::string text;
	rtwatchctl::paint paint = paint::plain;
};

enum class align { left, right };

struct column {
	std::string header;
	rtwatchctl::align align = align::left;
};

// Header and rows, two blanks between columns, none at the end of a line. A
// row may have fewer cells than there are columns.
std::string render_table(const std::vector<column> &columns,
			 const std::vector<std::vector<cell>> &rows, bool color);

std::string painted(const std::string &text, paint how, bool color);

} // namespace rtwatchctl
