// SPDX-License-Identifier: BSD-3-Clause
// What is left to read after a restart?
#include "doctor_parts.hpp"

namespace rtwatch
{
namespace
{

constexpr auto traces_area = doctor_area::traces;

// The newest kernels have a folder of its own for it.
std::optional<std::int64_t> kexec(const examination &e, const char *what)
{
	for (const auto &path : {std::string("/sys/kernel/kexec/crash_") + what,
				 std::string("/sys/kernel/kexec_crash_") + what})
		if (const auto text = e.machine.read(path); text && !text->empty())
			return std::atoll(text->c_str());
	return {};
}

bool kdump_installed(const examination &e)
{
	for (const char *path :
	     {"/usr/sbin/kdump-config", "/usr/bin/kdumpctl", "/usr/sbin/kdumpctl",
	      "/lib/systemd/system/kdump.service", "/usr/lib/systemd/system/kdump.service",
	      "/lib/systemd/system/kdump-tools.service",
	      "/usr/lib/systemd/system/kdump-tools.service"})
		if (e.machine.exists(path))
			return true;
	return false;
}

void kdump(examination &e)
{
	const auto loaded = kexec(e, "loaded");
	const auto size = kexec(e, "size");
	if (!loaded)
		return e.add(traces_area, severity::warning, "kdump_absent",
			     "this kernel cannot load a crash kernel (CONFIG_KEXEC): a panic "
			     "leaves no dump",
			     "use a kernel that can, or rely on pstore");
	if (*loaded != 0)
		return e.add(traces_area, severity::fine, "kdump",
			     "a crash kernel is loaded: a panic leaves a dump");
	const bool installed = kdump_installed(e);
	const auto asked = e.boot_option("crashkernel=");
	if (size.value_or(0) == 0)
		return e.add(
			traces_area, severity::warning, "kdump_no_memory",
			asked ? "crashkernel=" + *asked +
					" was asked for at boot, but no memory is reserved: a "
					"panic leaves no dump"
			      : "no memory is reserved for a crash kernel: a panic leaves no "
				"dump",
			std::string(installed ? "" : "install kdump-tools (or kexec-tools); ") +
				"boot with crashkernel=512M");
	e.add(traces_area, severity::warning, "kdump_not_loaded",
	      "memory is reserved for a crash kernel (" + std::to_string(*size / 1048576) +
		      " MiB), but none is loaded: a panic leaves no dump",
	      installed ? "systemctl enable --now kdump-tools (or kdump); its log says why not"
			: "install kdump-tools (or kexec-tools) and start its service");
}

void pstore(examination &e)
{
	const auto backend = e.text("/sys/module/pstore/parameters/backend");
	const auto left = e.machine.list("/sys/fs/pstore").size();
	if (left != 0)
		e.add(traces_area, severity::note, "pstore_left",
		      "an earlier crash left " + std::to_string(left) +
			      (left == 1 ? " file" : " files") + " in /sys/fs/pstore",
		      "read them (rtwatchctl explain /sys/fs/pstore/dmesg-*), then remove them to "
		      "make room");
	if (backend.empty() || backend == "(null)")
		return e.add(traces_area,
			     crash_kernel_loaded(e) ? severity::note : severity::warning,
			     "pstore_absent",
			     "no pstore backend: the last messages of the kernel are lost in a "
			     "restart",
			     "modprobe efi_pstore on EFI machines, ramoops with memory set aside, "
			     "or netconsole to another machine");
	e.add(traces_area, severity::fine, "pstore",
	      "pstore keeps the last messages of the kernel (" + backend + ")");
}

} // namespace

bool crash_kernel_loaded(const examination &e)
{
	return kexec(e, "loaded").value_or(0) != 0;
}

void examine_traces(examination &e)
{
	kdump(e);
	pstore(e);
}

} // namespace rtwatch
