// Settles overlaps between candidates.
#ifndef TACET_DETECT_RESOLVER_H_
#define TACET_DETECT_RESOLVER_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace tacet {

// A value that passed its checks and its threshold, in the folded text.
struct Candidate {
  uint32_t begin = 0;
  uint32_t end = 0;
  int entity = 0;
  int pattern = 0;
  float score = 0;
  bool lookalike = false;
};

// Replaces `candidates` by those that stand, sorted, without overlaps and look-alikes:
//   1. a look-alike hides the candidates that it covers and that score no higher;
//   2. of the rest, in this order, each takes what is still free of its span: longer span, higher
//      score, earlier begin, earlier pattern. So a loser still covers what the winner does not.
// `spare` is working memory.
void Resolve(std::string_view folded, std::vector<Candidate>& candidates,
             std::vector<Candidate>& spare);

}  // namespace tacet

#endif  // TACET_DETECT_RESOLVER_H_
