// SPDX-License-Identifier: BSD-3-Clause
#include "explain_text.hpp"
namespace rtwatchctl {
std::string to_text(const rtwatch::splat::incident &i, std::size_t, std::size_t, bool, std::size_t)
{
	return i.summary;
}
}
