// SPDX-License-Identifier: BSD-3-Clause
#include "explain.hpp"

namespace rtwatch::splat::detail
{

namespace
{

struct taint {
	char letter;
	view words;
};

constexpr taint taints[] = {
	{'P', "a proprietary module was loaded"},
	{'G', "only GPL modules were loaded"},
	{'F', "a module was force-loaded"},
	{'S', "the hardware or its use is out of specification"},
	{'R', "a module was force-unloaded"},
	{'M', "a machine check happened"},
	{'B', "a bad page was found"},
	{'U', "user space asked for it"},
	{'D', "the kernel had died (oops) before"},
	{'A', "an ACPI table was overridden"},
	{'W', "a warning was issued before"},
	{'C', "a staging driver was loaded"},
	{'I', "works around a firmware bug"},
	{'O', "an out-of-tree module was loaded"},
	{'E', "an unsigned module was loaded"},
	{'L', "a soft lockup happened before"},
	{'K', "the kernel was live-patched"},
	{'X', "the distribution's own mark"},
	{'T', "the structure layout was randomised"},
	{'N', "an in-kernel test was run"},
	{'J', "a mutating fwctl operation was used"},
};

} // namespace

std::string taint_words(view flags)
{
	std::string text;
	for (const char flag : flags) {
		for (const taint &t : taints) {
			if (t.letter != flag)
				continue;
			if (!text.empty())
				text += "; ";
			text += flag;
			text += ": ";
			text += t.words;
		}
	}
	return text;
}

} // namespace rtwatch::splat::detail
