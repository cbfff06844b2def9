#include "engine/detect/start_filter.h"

#include <algorithm>
#include <bit>

#include "engine/detect/boundary.h"
#include "engine/detect/start_filter_kernel.h"

namespace tacet {
namespace {

constexpr size_t kPivotRows = 512;
constexpr size_t kDigitsInStretch = 256;

bool IsDigit(unsigned char c) { return c >= '0' && c <= '9'; }
bool IsLetter(unsigned char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsSpace(unsigned char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsContinuation(unsigned char c) { return (c & 0xC0) == 0x80; }

// Which bytes each of the first bytes of a match can be; all from where a match may be over.
std::vector<ByteSet> Positions(const RegexProgram& program, size_t count) {
  std::vector<ByteSet> positions(count);
  positions[0] = program.first_bytes();
  for (size_t k = 1; k < count; ++k) positions[k].set();
  const Automaton& automaton = program.automaton();
  if (automaton.empty()) return positions;
  std::vector<uint8_t> layer(automaton.accepting.size(), 0), next;
  layer[1] = 1;
  for (size_t k = 0; k < count; ++k) {
    ByteSet bytes;
    next.assign(layer.size(), 0);
    for (size_t state = 1; state < layer.size(); ++state) {
      if (layer[state] == 0) continue;
      if (automaton.accepting[state] != 0) return positions;
      for (size_t c = 0; c < 256; ++c) {
        const uint16_t to = automaton.next[state * automaton.class_count + automaton.class_of[c]];
        if (to == 0) continue;
        bytes.set(c);
        next[to] = 1;
      }
    }
    positions[k] = k == 0 ? bytes & positions[0] : bytes;
    layer.swap(next);
  }
  return positions;
}

// True if no match can begin inside a word, a number or a character: then edges of those are all
// places.
bool BeginsAtEdges(const StartFilter::Entry& entry) {
  const ByteSet& first = entry.program->first_bytes();
  const bool at_word_boundary = entry.program->begins_at_word_boundary();
  const Boundary boundary = entry.checks_left ? entry.boundary : Boundary::kNone;
  const bool not_after_letter =
      at_word_boundary || boundary == Boundary::kWord || boundary == Boundary::kToken;
  const bool not_after_digit = not_after_letter || boundary != Boundary::kNone;
  for (size_t c = 0; c < 256; ++c) {
    if (!first[c]) continue;
    const auto byte = static_cast<unsigned char>(c);
    if (IsSpace(byte) || IsContinuation(byte)) return false;
    if (IsDigit(byte) && !not_after_digit) return false;
    if (IsLetter(byte) && !not_after_letter) return false;
  }
  return true;
}

// --- bitmaps, a bit a byte of the text ---

// The first set bit at or behind `at`, or `size`.
size_t NextSet(const std::vector<uint64_t>& bits, size_t at, size_t size) {
  if (at >= size) return size;
  size_t word = at / 64;
  uint64_t left = bits[word] >> (at % 64) << (at % 64);
  while (left == 0) {
    if (++word * 64 >= size) return size;
    left = bits[word];
  }
  return std::min(size, word * 64 + static_cast<size_t>(std::countr_zero(left)));
}

// One past the last set bit before `at`, or 0.
size_t PreviousSetEnd(const std::vector<uint64_t>& bits, size_t at) {
  size_t word = at / 64;
  uint64_t left = bits[word] & ((uint64_t{1} << (at % 64)) - 1);
  while (left == 0) {
    if (word == 0) return 0;
    left = bits[--word];
  }
  return word * 64 + 64 - static_cast<size_t>(std::countl_zero(left));
}

// Bits where a run of set bits begins, in one word.
uint64_t RunBegins(const std::vector<uint64_t>& bits, size_t word) {
  const uint64_t carry = word == 0 ? 0 : bits[word - 1] >> 63;
  return bits[word] & ~(bits[word] << 1 | carry);
}

}  // namespace

bool StartFilter::Covers(const Entry& entry) {
  return entry.program != nullptr && BeginsAtEdges(entry);
}

StartFilter::StartFilter(const std::vector<Entry>& entries) : covered_(entries.size() / 64 + 1, 0) {
  size_t known = 0;
  while (known < entries.size() && Covers(entries[known])) ++known;
  words_ = (known / 64 + kWordsInVector) / kWordsInVector * kWordsInVector;
  by_byte_.assign(kLookahead * 256 * words_, 0);
  by_end_.assign(kLookahead * words_, 0);
  by_left_.assign(kLeftContexts * 2 * words_, 0);
  by_reach_.assign(kReaches * words_, 0);
  by_pivot_.assign(kPivotRows * words_, 0);
  for (size_t i = 0; i < known; ++i) {
    const Entry& entry = entries[i];
    const RegexProgram& program = *entry.program;
    Insert(covered_, i);
    const uint64_t bit = uint64_t{1} << (i % 64);
    const auto insert = [&](std::vector<uint64_t>& table, size_t row) {
      table[row * words_ + i / 64] |= bit;
    };
    const std::vector<ByteSet> positions = Positions(program, kLookahead);
    for (size_t k = 0; k < kLookahead; ++k) {
      for (size_t c = 0; c < 256; ++c) {
        if (positions[k][c]) insert(by_byte_, k * 256 + c);
      }
      if (static_cast<size_t>(program.min_width()) <= k) insert(by_end_, k);
    }
    for (size_t c = 0; c < 256; ++c) {
      const auto byte = static_cast<unsigned char>(c);
      begins_[c] |= positions[0][c] && !IsDigit(byte) && !IsLetter(byte);
    }
    for (unsigned left = 0; left < kLeftContexts; ++left) {
      if (entry.checks_left && !LeftAllows(entry.boundary, left)) continue;
      for (const bool word_byte : {false, true}) {
        const bool boundary = ((left & kLeftWordByte) != 0) != word_byte;
        if (program.begins_at_word_boundary() && !boundary) continue;
        insert(by_left_, left * 2 + (word_byte ? 1 : 0));
      }
    }
    bool lead_has_space = false;
    for (const char space : {' ', '\t', '\n', '\f', '\r'}) {
      lead_has_space |= program.lead_bytes()[static_cast<unsigned char>(space)];
    }
    Reach reach = kAnywhere;
    if (program.pivot() == Pivot::kDigit && program.lead_max() <= static_cast<int>(kNear)) {
      reach = kNearDigit;
    } else if (program.pivot() != Pivot::kNone && !lead_has_space) {
      reach = kStretch;
    }
    insert(by_reach_, reach);
    if (reach != kStretch) continue;
    for (size_t row = 0; row < kPivotRows; ++row) {
      if (program.pivot() == Pivot::kDigit
              ? (row & kDigitsInStretch) != 0
              : (row >> static_cast<size_t>(program.pivot()) & 1) != 0) {
        insert(by_pivot_, row);
      }
    }
  }
}

bool StartFilter::Try(std::string_view text, const Triggers& triggers, size_t low, size_t high,
                      Scratch& scratch, TryAt try_at) const {
  uint64_t any_far = 0, any_near = 0;
  for (uint64_t word : scratch.far_active) any_far |= word;
  for (uint64_t word : scratch.near_digit) any_near |= word;
  if ((any_far | any_near) == 0) return true;
  for (size_t w = 0; w < words_; ++w) {
    scratch.near_active[w] = scratch.far_active[w] | scratch.near_digit[w];
  }
  const Tables tables{.words = words_,
                      .by_byte = by_byte_.data(),
                      .by_end = by_end_.data(),
                      .by_left = by_left_.data(),
                      .begins = begins_.data()};
  for (size_t word = low / 64; word * 64 < high; ++word) {
    const uint64_t others = ~(triggers.letters[word] | triggers.digits_map[word] |
                              triggers.spaces[word] | triggers.continuations[word]);
    const uint64_t digit_begins = RunBegins(triggers.digits_map, word);
    Places places{.base = word * 64,
                  .all = RunBegins(triggers.letters, word) | digit_begins | others};
    if (any_near != 0) {
      uint64_t here = digit_begins, ahead = RunBegins(triggers.digits_map, word + 1);
      for (unsigned shift = 1; shift <= kNear; shift *= 2) {
        here |= here >> shift | ahead << (64 - shift);
        ahead |= ahead >> shift;
      }
      places.near_digit = here;
    }
    if (any_far == 0) places.all &= places.near_digit;
    if (word == low / 64) places.all &= ~uint64_t{0} << (low % 64);
    if (high - word * 64 < 64) places.all &= (uint64_t{1} << (high - word * 64)) - 1;
    if (places.all == 0) continue;
    scratch.starts.clear();
    FindStarts(tables, text, places, scratch.near_active.data(), scratch.far_active.data(),
               scratch.starts);
    for (const auto& [pattern, place] : scratch.starts) {
      if (!try_at(pattern, place)) return false;
    }
  }
  return true;
}

void StartFilter::ForEachStart(std::string_view text, const Triggers& triggers,
                               const PatternSet& enabled, Scratch& scratch, TryAt try_at) const {
  const size_t count = std::min(words_, enabled.size());
  uint64_t any = 0;
  for (size_t w = 0; w < count; ++w) any |= enabled[w];
  if (any == 0) return;
  for (PatternSet* set :
       {&scratch.anywhere, &scratch.near_digit, &scratch.far_active, &scratch.near_active}) {
    set->resize(words_);
  }
  for (size_t w = 0; w < count; ++w) {
    scratch.anywhere[w] = enabled[w] & by_reach_[kAnywhere * words_ + w];
    scratch.near_digit[w] = enabled[w] & by_reach_[kNearDigit * words_ + w];
  }
  // Stretches without spaces that hold a digit or a sign, and what stands between them.
  for (size_t at = 0; at < text.size();) {
    const size_t mark = NextSet(triggers.marks, at, text.size());
    const size_t begin =
        mark == text.size() ? mark : std::max(at, PreviousSetEnd(triggers.spaces, mark));
    scratch.far_active = scratch.anywhere;
    if (at < begin && !Try(text, triggers, at, begin, scratch, try_at)) return;
    if (mark == text.size()) return;
    const size_t end = NextSet(triggers.spaces, mark, text.size());
    size_t row = NextSet(triggers.digits_map, mark, end) < end ? kDigitsInStretch : 0;
    for (size_t m = NextSet(triggers.signs, mark, end); m < end;
         m = NextSet(triggers.signs, m + 1, end)) {
      row |= TriggerBit(text[m]);
    }
    for (size_t w = 0; w < count; ++w)
      scratch.far_active[w] |= enabled[w] & by_pivot_[row * words_ + w];
    if (!Try(text, triggers, begin, end, scratch, try_at)) return;
    at = end;
  }
}

}  // namespace tacet
