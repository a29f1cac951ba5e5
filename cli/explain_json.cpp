// SPDX-License-Identifier: BSD-3-Clause
// A log can hold a hundred thousand incidents, of a hundred values each: they are written as they
// come, without a tree of values in between. Only strings that need more than copying go through
// the library.
#include "explain_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <nlohmann/json.hpp>

namespace rtwatchctl
{
namespace
{

namespace splat = rtwatch::splat;

// Whether JSON takes the text as it is. Without a way out of the loop: that is faster for what is
// nearly always plain, and short.
bool is_plain(std::string_view text)
{
	bool odd = false;
	for (const char c : text)
		odd |= static_cast<unsigned char>(c - 0x20) >= 0x5f || c == '"' || c == '\\';
	return !odd;
}

class json_writer
{
public:
	explicit json_writer(std::string &out) : out_(out) {}
	~json_writer() { flush(); }
	json_writer(const json_writer &) = delete;
	json_writer &operator=(const json_writer &) = delete;

	void open(char bracket)
	{
		separate();
		*grow(1) = bracket;
		first_ = true;
	}

	void close(char bracket)
	{
		*grow(1) = bracket;
		first_ = false;
	}

	void key(std::string_view name)
	{
		separate();
		char *to = grow(name.size() + 3);
		*to++ = '"';
		to = std::copy(name.begin(), name.end(), to);
		*to++ = '"';
		*to = ':';
		first_ = true;
	}

	void value(std::string_view text)
	{
		separate();
		if (text.size() <= buffer_.size() / 2 && is_plain(text)) {
			char *to = grow(text.size() + 2);
			*to++ = '"';
			to = std::copy(text.begin(), text.end(), to);
			*to = '"';
			return;
		}
		// Task names may be any bytes; JSON must be UTF-8.
		flush();
		out_ += nlohmann::json(text).dump(-1, ' ', false,
						  nlohmann::json::error_handler_t::replace);
	}

	void value(bool yes)
	{
		separate();
		put(yes ? "true" : "false");
	}

	template <typename T>
	void number(T what)
	{
		separate();
		std::array<char, 32> text{};
		const auto done = std::to_chars(text.data(), text.data() + text.size(), what);
		put({text.data(), static_cast<std::size_t>(done.ptr - text.data())});
	}

	void value(double what)
	{
		separate();
		put(nlohmann::json(what).dump());
	}

	void value(const splat::integer &what)
	{
		separate();
		put(what.negative ? "-" : "");
		first_ = true;
		number(what.magnitude);
	}
	void value(int what) { number(what); }
	void value(std::int64_t what) { number(what); }
	void value(std::uint64_t what) { number(what); }

	template <typename T>
	void pair(std::string_view name, const T &what)
	{
		key(name);
		value(what);
	}

	// A key is there only when the log states it.
	template <typename T>
	void known(std::string_view name, const std::optional<T> &what)
	{
		if (what)
			pair(name, *what);
	}
	void known(std::string_view name, const std::string &what)
	{
		if (!what.empty())
			pair(name, std::string_view(what));
	}

	template <typename T, typename Write>
	void list(std::string_view name, const std::vector<T> &values, Write write)
	{
		if (values.empty())
			return;
		key(name);
		open('[');
		for (const T &one : values)
			write(one);
		close(']');
	}

private:
	void flush()
	{
		out_.append(buffer_.data(), used_);
		used_ = 0;
	}

	// Room for so many bytes more, at most as many as the buffer has.
	char *grow(std::size_t bytes)
	{
		if (used_ + bytes > buffer_.size())
			flush();
		char *const at = buffer_.data() + used_;
		used_ += bytes;
		return at;
	}

	void put(std::string_view text) { std::copy(text.begin(), text.end(), grow(text.size())); }

	void separate()
	{
		if (!first_)
			*grow(1) = ',';
		first_ = false;
	}

	std::string &out_;
	std::array<char, 2048> buffer_; // what is not in out_ yet: strings grow slowly
	std::size_t used_ = 0;
	bool first_ = true;
};

void write(json_writer &to, const splat::cpu_state &cpu)
{
	to.open('{');
	to.pair("cpu", cpu.cpu);
	to.known("ticks_this_gp", cpu.ticks_this_gp);
	to.known("gps_behind", cpu.gps_behind);
	to.known("idle", cpu.idle);
	to.known("softirq_start", cpu.softirq_start);
	to.known("softirq_now", cpu.softirq_now);
	to.known("fqs", cpu.fqs);
	to.known("flags", cpu.flags);
	to.close('}');
}

void write(json_writer &to, const splat::stack_frame &frame)
{
	to.open('{');
	to.pair("function", std::string_view(frame.function));
	to.known("offset", frame.offset);
	to.known("module", frame.module);
	to.known("section", frame.section);
	to.pair("reliable", frame.reliable);
	to.close('}');
}

void write(json_writer &to, const splat::field &field)
{
	to.open('{');
	to.pair("name", std::string_view(field.name));
	to.pair("value", std::string_view(field.value));
	to.pair("meaning", std::string_view(field.meaning));
	to.close('}');
}

void write_duration(json_writer &to, const splat::duration &what)
{
	to.key("duration");
	to.open('{');
	to.pair("value", what.value);
	to.pair("unit", std::string_view(splat::to_string(what.unit)));
	to.close('}');
}

void write_kthread(json_writer &to, const splat::kthread_state &state)
{
	to.key("kthread");
	to.open('{');
	to.pair("name", std::string_view(state.name));
	to.known("starved_jiffies", state.starved_jiffies);
	to.known("state", state.state);
	to.known("cpu", state.cpu);
	to.close('}');
}

void write_owner(json_writer &to, const splat::lock_owner &owner)
{
	to.key("owner");
	to.open('{');
	to.pair("comm", std::string_view(owner.comm));
	to.pair("pid", owner.pid);
	to.close('}');
}

void write_report(json_writer &to, const splat::incident &in)
{
	const auto each = [&to](const auto &one) { write(to, one); };
	to.known("flavor", in.flavor);
	to.known("gp_seq", in.gp_seq);
	if (in.duration)
		write_duration(to, *in.duration);
	to.known("queued_callbacks", in.queued_callbacks);
	to.known("detected_by", in.detected_by);
	to.list("per_cpu", in.per_cpu, each);
	to.list("blocked_tasks", in.blocked_tasks, [&to](int pid) { to.value(pid); });
	if (in.kthread)
		write_kthread(to, *in.kthread);
	if (in.owner)
		write_owner(to, *in.owner);
	to.known("top_function", in.top_function);
	to.known("user_mode", in.user_mode);
	to.list("trace", in.trace, each);
}

} // namespace

void append_json(std::string &out, const splat::incident &in, std::size_t base,
		 const std::string &name)
{
	json_writer to(out);
	to.open('{');
	to.pair("type", std::string_view(splat::to_string(in.type)));
	to.list("lines", std::vector<std::uint64_t>{in.first_line, in.last_line},
		[&to](std::uint64_t line) { to.value(line); });
	to.known("time", in.time);
	to.known("monotonic_s", in.monotonic_s);
	to.known("kernel", in.kernel);
	to.known("arch", in.arch);
	to.list("cpus", in.cpus, [&to](int cpu) { to.value(cpu); });
	to.known("comm", in.comm);
	to.known("pid", in.pid);
	write_report(to, in);
	to.pair("cause", std::string_view(in.cause));
	to.pair("summary", std::string_view(in.summary));
	to.list("fields", in.fields, [&to](const splat::field &field) { write(to, field); });
	to.list("related", in.related, [&to, base](std::size_t index) { to.number(index + base); });
	to.known("file", name);
	to.close('}');
}

} // namespace rtwatchctl
