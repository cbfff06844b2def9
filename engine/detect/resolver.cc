#include "engine/detect/resolver.h"

#include <algorithm>

namespace tacet {
namespace {

bool IsValueByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || byte >= 0x80;
}

bool Precedes(const Candidate& a, const Candidate& b) {
  const uint32_t a_length = a.end - a.begin, b_length = b.end - b.begin;
  if (a_length != b_length) return a_length > b_length;
  if (a.score != b.score) return a.score > b.score;
  if (a.begin != b.begin) return a.begin < b.begin;
  return a.pattern < b.pattern;
}

// Puts `piece` where it belongs among the disjoint `settled`, less the punctuation at its edges.
void Settle(std::string_view folded, Candidate piece, std::vector<Candidate>& settled,
            std::vector<Candidate>::iterator at) {
  while (piece.begin < piece.end && !IsValueByte(folded[piece.begin])) ++piece.begin;
  while (piece.begin < piece.end && !IsValueByte(folded[piece.end - 1])) --piece.end;
  if (piece.begin < piece.end) settled.insert(at, piece);
}

}  // namespace

void Resolve(std::string_view folded, std::vector<Candidate>& candidates,
             std::vector<Candidate>& spare) {
  if (candidates.empty()) return;
  // Look-alikes to the back.
  const auto lookalikes = std::partition(candidates.begin(), candidates.end(),
                                         [](const Candidate& c) { return !c.lookalike; });
  const auto hidden = [&](const Candidate& c) {
    return std::any_of(lookalikes, candidates.end(), [&](const Candidate& l) {
      return l.begin <= c.begin && l.end >= c.end && l.score >= c.score;
    });
  };
  const auto end = std::remove_if(candidates.begin(), lookalikes, hidden);
  std::sort(candidates.begin(), end, Precedes);

  std::vector<Candidate>& settled = spare;
  settled.clear();
  for (auto c = candidates.begin(); c != end; ++c) {
    // The first settled span that ends behind the candidate's begin.
    auto next = std::upper_bound(settled.begin(), settled.end(), c->begin,
                                 [](uint32_t begin, const Candidate& s) { return begin < s.end; });
    if (next == settled.end() || next->begin >= c->end) {
      settled.insert(next, *c);
      continue;
    }
    // Walk the gaps between the settled spans that it overlaps.
    Candidate piece = *c;
    size_t index = static_cast<size_t>(next - settled.begin());
    while (piece.begin < c->end) {
      const bool has_next = index < settled.size() && settled[index].begin < c->end;
      piece.end = has_next ? std::max(piece.begin, settled[index].begin) : c->end;
      const uint32_t resume = has_next ? settled[index].end : c->end;
      const size_t before = settled.size();
      if (piece.begin < piece.end) {
        Settle(folded, piece, settled, settled.begin() + static_cast<std::ptrdiff_t>(index));
      }
      index += settled.size() - before + 1;
      piece.begin = resume;
    }
  }
  candidates.swap(settled);
}

}  // namespace tacet
