// SPDX-License-Identifier: BSD-3-Clause
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <unistd.h>

#include <rtwatch/client.hpp>
#include <rtwatch/monitor.hpp>
#include <rtwatch/verdict.hpp>

#include "clock.hpp"
#include "command.hpp"
#include "deadline.hpp"
#include "options.hpp"
#include "output.hpp"
#include "sink.hpp"
#include "tracker.hpp"
#include "watch_line.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::nanoseconds;

const command_line &watch_line()
{
	static const command_line it{
		"watch [OPTION]...",
		"Shows incidents as they happen: those active at the start, then every begin,\n"
		"change and end. With -j one line of JSON each. Needs root, CAP_NET_ADMIN or\n"
		"CAP_SYS_ADMIN.\n"
		"\n"
		"A real-time hog starves ordinary readers too: --deadline keeps this one running.\n"
		"Terminals behind ssh show nothing meanwhile, whoever writes to them: add --kmsg "
		"or\n"
		"--output, where it does show. With --deadline a full terminal or pipe is not "
		"waited\n"
		"for; up to 1 MiB is kept for it, and what is dropped beyond that is counted.",
		{{"deadline", nullptr, "Run as SCHED_DEADLINE, 10 of 100 ms, memory locked"},
		 {"until", "WHAT",
		  "Exit 2 at the first incident: begin (also one that is active at the start; "
		  "default) or end",
		  "begin"},
		 {"count", "N", "Exit 0 after N changes of incidents were shown"},
		 {"for", "SECONDS", "Exit 0 after this time, 1 to 31536000"},
		 {"levels", nullptr, "Also every change of a CPU's level"},
		 {"output", "FILE", "Also write to this file, at its end"},
		 {"kmsg", nullptr, "Also write to the kernel log"}}};
	return it;
}

struct wishes {
	bool deadline = false;
	bool levels = false;
	bool kmsg = false;
	std::string until; // empty, "begin" or "end"
	std::string output;
	std::optional<std::uint64_t> count;
	std::optional<std::uint64_t> seconds;
};

rtwatch::result<wishes> understand(const parsed &given)
{
	wishes out;
	out.deadline = given.has("deadline");
	out.levels = given.has("levels");
	out.kmsg = given.has("kmsg");
	out.until = given.text("until").value_or("");
	out.output = given.text("output").value_or("");
	if (!out.until.empty() && out.until != "begin" && out.until != "end")
		return rtwatch::error{EINVAL, "--until cannot be '" + out.until + "'",
				      "give begin or end"};
	auto count = given.number("count", 1, UINT32_MAX);
	if (!count)
		return count.error();
	auto seconds = given.number("for", 1, 31'536'000);
	if (!seconds)
		return seconds.error();
	out.count = *count;
	out.seconds = *seconds;
	return out;
}

// Set by the signal that ends the watch; a handler can reach nothing else.
volatile std::sig_atomic_t ended_by_signal = 0;

void end_on_signals()
{
	struct sigaction action {
	};
	action.sa_handler = [](int) { ended_by_signal = 1; };
	::sigaction(SIGINT, &action, nullptr);
	::sigaction(SIGTERM, &action, nullptr);
}

struct descriptor {
	int fd = -1;
	descriptor() = default;
	explicit descriptor(int opened) : fd(opened) {}
	~descriptor()
	{
		if (fd >= 0)
			::close(fd);
	}
	descriptor(const descriptor &) = delete;
	descriptor &operator=(const descriptor &) = delete;
};

class watcher
{
public:
	watcher(const globals &g, const wishes &want)
		: g_(g), want_(want), stdout_(STDOUT_FILENO, !want.deadline)
	{
	}

	rtwatch::result<int> run();

private:
	rtwatch::result<void> open();
	rtwatch::result<void> take(const rtwatch::notice &what);
	rtwatch::result<void> take(const rtwatch::incident &what);
	rtwatch::result<void> read_log(bool only_active);
	rtwatch::result<void> wait();
	rtwatch::result<void> show_everywhere(const std::string &text);
	line_style style() const;
	bool time_is_up() const { return until_ && monotonic_now() >= *until_; }

	globals g_;
	wishes want_;
	sink stdout_;
	std::unique_ptr<descriptor> file_;
	std::unique_ptr<descriptor> kmsg_;
	std::optional<rtwatch::monitor> monitor_;
	std::optional<rtwatch::client> client_;
	tracker tracker_;
	std::optional<nanoseconds> until_;
	std::uint64_t shown_ = 0;
	std::uint64_t lost_ = 0;
	bool catch_up_ = false;
	bool met_ = false; // what --until waits for has come
	int status_ = exit_fine;
};

line_style watcher::style() const
{
	return {g_, monotonic_now(), realtime_now(), lost_};
}

rtwatch::result<void> watcher::open()
{
	if (want_.deadline)
		if (auto done = become_deadline(); !done)
			return done;
	if (!want_.output.empty()) {
		file_ = std::make_unique<descriptor>(::open(
			want_.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
		if (file_->fd < 0)
			return rtwatch::error{errno, want_.output + ": " + std::strerror(errno),
					      ""};
	}
	if (want_.kmsg) {
		kmsg_ = std::make_unique<descriptor>(
			::open("/dev/kmsg", O_WRONLY | O_NONBLOCK | O_CLOEXEC));
		if (kmsg_->fd < 0)
			return rtwatch::error{errno,
					      std::string("/dev/kmsg: ") + std::strerror(errno),
					      "needs root"};
	}
	// Subscribe first and read the log then: what happens in between comes
	// twice and is shown once.
	auto monitor = rtwatch::monitor::open(want_.levels ? rtwatch::groups::all
							   : rtwatch::groups::incidents);
	if (!monitor)
		return monitor.error();
	monitor_.emplace(std::move(*monitor));
	auto client = rtwatch::client::connect();
	if (!client)
		return client.error();
	client_.emplace(std::move(*client));
	return {};
}

rtwatch::result<void> watcher::show_everywhere(const std::string &text)
{
	if (file_)
		if (auto done = write_all(file_->fd, text); !done) {
			note(want_.output + ": " + done.error().text());
			file_.reset();
			status_ = exit_error;
		}
	if (kmsg_) {
		// One record holds about 1,000 bytes; the rest is in the log.
		constexpr std::size_t most = 900;
		const auto record =
			"<4>rtwatch: " + text.substr(0, std::min(most, text.find('\n'))) + "\n";
		if (::write(kmsg_->fd, record.data(), record.size()) < 0)
			status_ = exit_error;
	}
	return stdout_.put(text);
}

rtwatch::result<void> watcher::take(const rtwatch::incident &what)
{
	const auto kind = tracker_.take(what);
	if (kind == news::nothing)
		return {};
	shown_++;
	met_ = met_ || (want_.until == "begin" && kind == news::begin) ||
	       (!want_.until.empty() && kind == news::end);
	return show_everywhere(incident_line(style(), kind, what));
}

rtwatch::result<void> watcher::take(const rtwatch::notice &what)
{
	if (const auto *incident = std::get_if<rtwatch::incident_notice>(&what))
		return take(incident->incident);
	if (const auto *level = std::get_if<rtwatch::level_notice>(&what))
		return show_everywhere(level_line(style(), level->state));
	const auto &loss = std::get<rtwatch::loss_notice>(what);
	lost_ += loss.count.value_or(0);
	catch_up_ = true;
	return show_everywhere(loss_line(style(), loss));
}

rtwatch::result<void> watcher::read_log(bool only_active)
{
	auto log = client_->incidents();
	if (!log)
		return log.error();
	for (const auto &one : log->incidents) {
		if (only_active && !one.active)
			static_cast<void>(tracker_.take(one)); // ended before we came
		else if (auto done = take(one); !done)
			return done;
	}
	return {};
}

// Until there is something to read, or room for what is pending, or the time
// is up.
rtwatch::result<void> watcher::wait()
{
	pollfd waiting[2] = {{monitor_->fd(), POLLIN, 0},
			     {stdout_.pending() ? stdout_.fd() : -1, POLLOUT, 0}};
	timespec limit{};
	const timespec *limited = nullptr;
	if (until_) {
		const auto left = std::max(nanoseconds(0), *until_ - monotonic_now()).count();
		limit.tv_sec = left / 1'000'000'000;
		limit.tv_nsec = left % 1'000'000'000;
		limited = &limit;
	}
	// A signal between the look at the flag and the wait must not be missed.
	sigset_t blocked, open;
	::sigemptyset(&blocked);
	::sigaddset(&blocked, SIGINT);
	::sigaddset(&blocked, SIGTERM);
	::sigprocmask(SIG_BLOCK, &blocked, &open);
	if (ended_by_signal == 0)
		::ppoll(waiting, 2, limited, &open);
	::sigprocmask(SIG_SETMASK, &open, nullptr);
	return stdout_.flush();
}

rtwatch::result<int> watcher::run()
{
	if (auto done = open(); !done)
		return done.error();
	end_on_signals();
	if (want_.seconds)
		until_ = monotonic_now() + std::chrono::seconds(*want_.seconds);
	if (auto done = read_log(true); !done)
		return done.error();
	const auto enough = [&] { return met_ || (want_.count && shown_ >= *want_.count); };
	while (!enough() && !time_is_up() && ended_by_signal == 0) {
		auto got = monitor_->next(std::chrono::milliseconds(0));
		if (!got && got.error().code != EBADMSG)
			return got.error();
		if (!got)
			note(got.error().text());
		else if (*got) {
			if (auto done = take(**got); !done)
				return done.error();
		} else if (catch_up_) {
			catch_up_ = false;
			if (auto done = read_log(false); !done)
				return done.error();
		} else if (auto done = wait(); !done) {
			return done.error();
		}
	}
	constexpr int drain_limit_ms = 2000;
	if (auto done = stdout_.drain(drain_limit_ms); !done)
		return done.error();
	if (stdout_.dropped() != 0) {
		note(std::to_string(stdout_.dropped()) +
		     " lines could not be written: nobody took them in time");
		status_ = exit_error;
	}
	return met_ ? exit_condition : status_;
}

} // namespace

int cmd_watch(const globals &g, int argc, char **argv)
{
	auto given = parse(watch_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(watch_line()));
	auto want = understand(*given);
	if (!want)
		return fail(g, want.error());
	auto status = watcher(g, *want).run();
	if (status)
		return *status;
	// Nobody reads any more: nothing to tell, and nobody to tell it to.
	return status.error().code == EPIPE ? exit_error : fail(g, status.error());
}

} // namespace rtwatchctl
