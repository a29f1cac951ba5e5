// SPDX-License-Identifier: BSD-3-Clause
// Lines that a mailer or an 80-column console broke are put together again.
#ifndef RTWATCH_SPLAT_JOIN_HPP
#define RTWATCH_SPLAT_JOIN_HPP

#include "record.hpp"

namespace rtwatch::splat::detail
{

// Holds the last record until it is known that the next line does not belong to it.
class joiner
{
public:
	// Takes a record; gives the one before it when that is whole.
	std::optional<record> push(record next);
	std::optional<record> flush();

private:
	bool try_join(const record &next);

	std::optional<record> pending_;
	int joined_{};
	bool wide_{}; // a line was wider than a console
};

} // namespace rtwatch::splat::detail

#endif
