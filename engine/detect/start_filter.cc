#include "engine/detect/start_filter.h"

#include <algorithm>
#include <bit>

#include "engine/detect/boundary.h"
#include "engine/detect/start_filter_kernel.h"

namespace tacet {
namespace {

constexpr size_t kPivotRows = 512;

bool IsDigit(unsigned char c) { return c >= '0' && c <= '9'; }
bool IsLetter(unsigned char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsSpace(unsigned char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsContinuation(unsigned char c) { return (c & 0xC0) == 0x80; }

// Which bytes the first bytes of a match can be, and what may stand behind a shorter one; all from
// where a match may have been over before.
std::vector<ByteSet> Positions(const StartFilter::Entry& entry, size_t count) {
  const RegexProgram& program = *entry.program;
  std::vector<ByteSet> positions(count);
  positions[0] = program.first_bytes();
  for (size_t k = 1; k < count; ++k) positions[k].set();
  const Automaton& automaton = program.automaton();
  if (automaton.empty()) return positions;
  ByteSet behind;
  behind.set();
  if (entry.checks_match && entry.boundary != Boundary::kNone) {
    for (size_t digit = '0'; digit <= '9'; ++digit) behind.reset(digit);
  }
  std::vector<uint8_t> layer(automaton.accepting.size(), 0), next;
  layer[1] = 1;
  for (size_t k = 0; k < count; ++k) {
    ByteSet bytes;
    bool over = false;
    next.assign(layer.size(), 0);
    for (size_t state = 1; state < layer.size(); ++state) {
      if (layer[state] == 0) continue;
      over |= automaton.accepting[state] != 0;
      for (size_t c = 0; c < 256; ++c) {
        const uint16_t to = automaton.next[state * automaton.class_count + automaton.class_of[c]];
        if (to == 0) continue;
        bytes.set(c);
        next[to] = 1;
      }
    }
    if (over) {
      positions[k] = bytes | behind;
      return positions;
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
  const Boundary boundary = entry.checks_match ? entry.boundary : Boundary::kNone;
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

// Bits where a run of set bits of `of` begins, in one block.
uint64_t RunBegins(const Triggers& triggers, uint64_t ByteClasses::*of, size_t block) {
  const uint64_t carry = block == 0 ? 0 : triggers.classes[block - 1].*of >> 63;
  const uint64_t bits = triggers.classes[block].*of;
  return bits & ~(bits << 1 | carry);
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
  begins_non_ascii_.assign(words_, 0);
  for (size_t c = 0; c < 256; ++c) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsDigit(byte) || IsLetter(byte) || byte == '_') byte_flags_[c] |= kWordByte;
  }
  for (size_t i = 0; i < known; ++i) {
    const Entry& entry = entries[i];
    const RegexProgram& program = *entry.program;
    Insert(covered_, i);
    const uint64_t bit = uint64_t{1} << (i % 64);
    const auto insert = [&](std::vector<uint64_t>& table, size_t row) {
      table[row * words_ + i / 64] |= bit;
    };
    const std::vector<ByteSet> positions = Positions(entry, kLookahead);
    for (size_t k = 0; k < kLookahead; ++k) {
      for (size_t c = 0; c < 256; ++c) {
        if (positions[k][c]) insert(by_byte_, k * 256 + c);
      }
      if (static_cast<size_t>(program.min_width()) <= k) insert(by_end_, k);
    }
    for (unsigned left = 0; left < kLeftContexts; ++left) {
      if (entry.checks_match && !LeftAllows(entry.boundary, left)) continue;
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
    for (size_t c = 0; c < 256; ++c) {
      if (!positions[0][c]) continue;
      byte_flags_[c] |= kFlagOfReach[reach];
      if (c >= 0x80) insert(begins_non_ascii_, 0);
    }
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

void StartFilter::ForEachStart(std::string_view text, const Triggers& triggers,
                               const PatternSet& enabled, Scratch& scratch, TryAt try_at) const {
  const size_t count = std::min(words_, enabled.size());
  if (scratch.anywhere.size() != words_) {
    for (PatternSet* set : {&scratch.in_stretches, &scratch.anywhere, &scratch.near_digit}) {
      set->assign(words_, 0);
    }
    for (Scratch::Reachable* reachable : {&scratch.in_plain, &scratch.in_marked}) {
      for (Scratch::Active* active : {&reachable->far, &reachable->near}) {
        active->set.resize(words_);
        active->vectors.resize(words_);
      }
    }
  }
  uint64_t any[kReaches] = {}, any_non_ascii = 0;
  for (size_t w = 0; w < count; ++w) {
    scratch.anywhere[w] = enabled[w] & by_reach_[kAnywhere * words_ + w];
    scratch.near_digit[w] = enabled[w] & by_reach_[kNearDigit * words_ + w];
    scratch.in_stretches[w] = enabled[w] & by_reach_[kStretch * words_ + w];
    any_non_ascii |= enabled[w] & begins_non_ascii_[w];
    any[kAnywhere] |= scratch.anywhere[w];
    any[kNearDigit] |= scratch.near_digit[w];
    any[kStretch] |= scratch.in_stretches[w];
  }
  scratch.flags = 0;
  for (size_t reach = 0; reach < kReaches; ++reach) {
    if (any[reach] != 0) scratch.flags |= kFlagOfReach[reach];
  }
  if (scratch.flags == 0) return;
  const Tables tables{.words = words_,
                      .by_byte = by_byte_.data(),
                      .by_end = by_end_.data(),
                      .by_left = by_left_.data(),
                      .by_pivot = by_pivot_.data(),
                      .byte_flags = byte_flags_.data()};
  scratch.here = nullptr;
  scratch.stretch_end = 0;
  for (size_t block = 0; block * 64 < text.size(); ++block) {
    const ByteClasses& of = triggers.classes[block];
    // Most texts of other scripts have no place at all.
    const uint64_t passed_over = any_non_ascii != 0 ? of.continuations : of.non_ascii;
    const uint64_t others = ~(of.letters | of.digits | of.spaces | passed_over);
    const uint64_t digit_begins = RunBegins(triggers, &ByteClasses::digits, block);
    Places places{.base = block * 64,
                  .all = RunBegins(triggers, &ByteClasses::letters, block) | digit_begins | others};
    if (any[kNearDigit] != 0) {
      uint64_t here = digit_begins, ahead = RunBegins(triggers, &ByteClasses::digits, block + 1);
      for (unsigned shift = 1; shift <= kNear; shift *= 2) {
        here |= here >> shift | ahead << (64 - shift);
        ahead |= ahead >> shift;
      }
      places.near_digit = here;
    }
    if (scratch.flags == kBeginsNearDigit) places.all &= places.near_digit;
    if (text.size() - block * 64 < 64) {
      places.all &= (uint64_t{1} << (text.size() - block * 64)) - 1;
    }
    if (places.all == 0) continue;
    FindStarts(tables, text, triggers, places, scratch);
    for (const auto& [pattern, place] : scratch.starts) {
      if (!try_at(pattern, place)) return;
    }
  }
}

}  // namespace tacet
