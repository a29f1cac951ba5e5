// SPDX-License-Identifier: BSD-3-Clause
#include "advice.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <linux/rtwatch.h>

namespace rtwatch
{

namespace
{

std::string line_of(const char *path)
{
	std::ifstream file(path);
	std::string line;
	std::getline(file, line);
	return line;
}

} // namespace

error not_loaded()
{
	if (line_of("/sys/module/rtwatch/parameters/off") == "Y")
		return {ENOENT, "the module is loaded, but off",
			"rtwatch.off was given at boot or at load; to arm it: "
			"rmmod rtwatch && modprobe rtwatch off=0"};
	const auto lockdown = line_of("/sys/kernel/security/lockdown");
	if (lockdown.find("[integrity]") != std::string::npos ||
	    lockdown.find("[confidentiality]") != std::string::npos)
		return {ENOENT, "module not loaded",
			"this kernel is locked down and takes only signed modules: "
			"sign it, then run modprobe rtwatch (see man 4 rtwatch)"};
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
		if (refused.message.find("CAP_") != std::string::npos) {
			refused.advice = "run as root";
			break;
		}
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
