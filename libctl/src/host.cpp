// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/host.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace rtwatch
{
namespace
{

constexpr std::size_t host_file_max = 4U << 20;

error file_error(int code, const std::string &path)
{
	// The kernel's ENOTSUPP has no name in the C library.
	constexpr int not_supported_here = 524;
	return {code, path + ": " + std::strerror(code == not_supported_here ? EOPNOTSUPP : code),
		code == EACCES || code == EPERM ? "run as root" : ""};
}

class open_file
{
public:
	explicit open_file(int fd) : fd_(fd) {}
	~open_file()
	{
		if (fd_ >= 0)
			::close(fd_);
	}
	open_file(const open_file &) = delete;
	open_file &operator=(const open_file &) = delete;
	int fd() const { return fd_; }

private:
	int fd_;
};

struct close_folder {
	void operator()(DIR *folder) const { ::closedir(folder); }
};

// "cpu2" before "cpu10".
bool by_number(const std::string &a, const std::string &b)
{
	return ::strverscmp(a.c_str(), b.c_str()) < 0;
}

// Some file systems do not tell it with the name.
bool is_folder(DIR *parent, const dirent &one)
{
	struct stat found {
	};
	if (one.d_type != DT_UNKNOWN)
		return one.d_type == DT_DIR;
	return ::fstatat(::dirfd(parent), one.d_name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(found.st_mode);
}

} // namespace

host::~host() = default;

result<std::string> host::read(const std::string &path) const
{
	const open_file file(::open((root_ + path).c_str(), O_RDONLY | O_CLOEXEC));
	if (file.fd() < 0)
		return file_error(errno, path);
	std::string out;
	char chunk[4096];
	for (;;) {
		const auto got = ::read(file.fd(), chunk, sizeof(chunk));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return file_error(errno, path);
		if (got == 0)
			break;
		out.append(chunk, static_cast<std::size_t>(got));
		if (out.size() > host_file_max)
			return file_error(EFBIG, path);
	}
	if (!out.empty() && out.back() == '\n')
		out.pop_back();
	return out;
}

result<void> host::write(const std::string &path, const std::string &text) const
{
	const open_file file(::open((root_ + path).c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
	if (file.fd() < 0)
		return file_error(errno, path);
	const auto line = text + "\n";
	for (;;) {
		const auto done = ::write(file.fd(), line.data(), line.size());
		if (done == static_cast<ssize_t>(line.size()))
			return {};
		if (done >= 0)
			return file_error(EIO, path);
		if (errno != EINTR)
			return file_error(errno, path);
	}
}

std::vector<std::string> host::list(const std::string &path) const
{
	std::vector<std::string> out;
	const std::unique_ptr<DIR, close_folder> folder(::opendir((root_ + path).c_str()));
	if (!folder)
		return out;
	while (const auto *one = ::readdir(folder.get())) {
		const std::string name = one->d_name;
		if (name != "." && name != "..")
			out.push_back(name);
	}
	std::sort(out.begin(), out.end(), by_number);
	return out;
}

result<std::vector<std::string>> host::folders(const std::string &path) const
{
	std::vector<std::string> out;
	const std::unique_ptr<DIR, close_folder> folder(::opendir((root_ + path).c_str()));
	if (!folder)
		return file_error(errno, path);
	for (;;) {
		errno = 0;
		const auto *one = ::readdir(folder.get());
		if (!one && errno != 0)
			return file_error(errno, path);
		if (!one)
			return out;
		const std::string_view name = one->d_name;
		if (name != "." && name != ".." && is_folder(folder.get(), *one))
			out.emplace_back(name);
	}
}

bool host::exists(const std::string &path) const
{
	struct stat unused {
	};
	return ::stat((root_ + path).c_str(), &unused) == 0;
}

bool host::writable(const std::string &path) const
{
	struct stat found {
	};
	return ::stat((root_ + path).c_str(), &found) == 0 && (found.st_mode & S_IWUSR) != 0;
}

} // namespace rtwatch
