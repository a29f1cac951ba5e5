// SPDX-License-Identifier: BSD-3-Clause
#include "words.hpp"

#include <array>

namespace rtwatch::splat::detail
{

namespace
{

struct body_word {
	view text;
	word_set bit;
};

// All that the readers of those lines search for, by its rarest part.
constexpr body_word body_words[] = {
	{"jiffies", word_rcu},
	{"Tasks blocked on", word_rcu},
	{"All QSes seen", word_rcu},
	{"Unless ", word_rcu},
	{"blocking rcu_node", word_rcu},
	{"Possible timer", word_rcu},
	{"on offline CPU", word_rcu},
	{"Offline CPU", word_rcu},
	{"hardirqs ", word_rcu},
	{"number: ", word_rcu},
	{"cputime: ", word_rcu},
	{" nvcsw: ", word_rcu},
	{" holdouts", word_rcu},
	{"kthread stack dump:", word_kthread},
	{"GP kthread last ran:", word_kthread},
	{"invoked oom-killer", word_foreign},
	{"page allocation failure", word_foreign},
	{"omm: ", word_task},
	{"Process ", word_task},
};

constexpr std::size_t shortest_word()
{
	std::size_t length = body_words[0].text.size();
	for (const body_word &word : body_words)
		length = word.text.size() < length ? word.text.size() : length;
	return length;
}

constexpr std::size_t word_count = sizeof(body_words) / sizeof(body_words[0]);
static_assert(word_count <= 32, "one bit a word");
constexpr std::size_t word_window = shortest_word();
static_assert(word_window >= 4, "shorter words are found everywhere");
constexpr unsigned pair_bits = 11;

constexpr std::size_t pair_slot(char first, char second)
{
	const std::uint32_t pair = static_cast<std::uint32_t>(static_cast<unsigned char>(first)) |
				   static_cast<std::uint32_t>(static_cast<unsigned char>(second))
					   << 8;
	return (pair * 0x9e3779b1U) >> (32 - pair_bits);
}

// Wu-Manber: by the last two bytes of a window, how far no word can end, and which may here.
struct pair_table {
	std::array<unsigned char, std::size_t{1} << pair_bits> move{};
	std::array<std::uint32_t, std::size_t{1} << pair_bits> candidates{};
};

constexpr pair_table make_pairs()
{
	pair_table made;
	for (unsigned char &move : made.move)
		move = word_window - 1;
	for (std::size_t w = 0; w < word_count; ++w) {
		for (std::size_t i = 0; i + 2 <= word_window; ++i) {
			const std::size_t at =
				pair_slot(body_words[w].text[i], body_words[w].text[i + 1]);
			const auto left = static_cast<unsigned char>(word_window - 2 - i);
			if (left < made.move[at])
				made.move[at] = left;
			if (left == 0)
				made.candidates[at] |= std::uint32_t{1} << w;
		}
	}
	return made;
}

constexpr pair_table pairs = make_pairs();

} // namespace

word_set find_words(view text)
{
	word_set found = 0;
	std::size_t end = word_window;
	while (end <= text.size()) {
		const std::size_t at = pair_slot(text[end - 2], text[end - 1]);
		if (pairs.move[at] != 0) {
			end += pairs.move[at];
			continue;
		}
		const view rest = text.substr(end - word_window);
		std::uint32_t candidates = pairs.candidates[at];
		for (std::size_t w = 0; candidates != 0; ++w, candidates >>= 1) {
			if ((candidates & 1) != 0 && starts_with(rest, body_words[w].text))
				found |= body_words[w].bit;
		}
		++end;
	}
	return found;
}

} // namespace rtwatch::splat::detail
