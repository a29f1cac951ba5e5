// SPDX-License-Identifier: BSD-3-Clause
#include "advice.hpp"

#include <cerrno>
#include <cstring>
#include <linux/rtwatch.h>

namespace rtwatch
{

error not_loaded()
{
	return {ENOENT, "module not loaded", "run modprobe rtwatch"};
}

error advise(error refused, std::uint8_t command)
{
	const bool silent = refused.message.empty();
	// The family's number is gone: the kernel has no text for that.
	if (refused.code == ENOENT && silent)
		return not_loaded();
	if (silent)
		refused.message = std::strerror(refused.code);
	if (!refused.advice.empty())
		return refused;
	switch (refused.code) {
	case EPERM:
	case EACCES:
		refused.advice = command == RTWATCH_CMD_CONFIG_SET || command == RTWATCH_CMD_SIM_SET
					 ? "needs CAP_SYS_ADMIN: run as root"
				 : command == RTWATCH_CMD_INCIDENT_NTF
					 ? "needs CAP_NET_ADMIN or CAP_SYS_ADMIN: run as root"
					 : "needs CAP_PERFMON or CAP_SYS_ADMIN: run as root";
		break;
	case EOPNOTSUPP:
		refused.advice =
			command == RTWATCH_CMD_SIM_SET
				? "load a debug build of the module"
				: "the module may be older than this program: compare with "
				  "rtwatchctl version";
		break;
	case EBUSY:
	case EAGAIN:
		refused.advice = "try again in a second";
		break;
	default:
		break;
	}
	return refused;
}

} // namespace rtwatch
