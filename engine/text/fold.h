// Makes text comparable: valid UTF-8 with ASCII digits, no invisible characters and no broken
// bytes, and the way back to the bytes it came from.
#ifndef TACET_TEXT_FOLD_H_
#define TACET_TEXT_FOLD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tacet {

// Folded text and its map. Reused from message to message; its memory stays at the largest seen.
class Folded {
 public:
  // The folded text: valid UTF-8. Views the caller's text if nothing had to change.
  std::string_view text() const { return text_; }
  // True if text() is the caller's text itself.
  bool identical() const { return identical_; }

  // Where the source bytes of folded_begin begin, and where those of the byte before folded_end
  // end. For a non-empty folded span these give the source span: from its first to its last
  // character, with what was dropped between them.
  size_t SourceBegin(size_t folded_begin) const {
    return identical_ ? folded_begin : source_begin_[folded_begin];
  }
  size_t SourceEnd(size_t folded_end) const {
    return identical_ ? folded_end : source_end_[folded_end - 1];
  }

 private:
  friend void Fold(std::string_view source, Folded& folded);
  std::string_view text_;
  bool identical_ = true;
  std::string buffer_;
  std::vector<uint32_t> source_begin_;  // by folded byte
  std::vector<uint32_t> source_end_;
};

// Folds `source`, any bytes, at most 2^31 of them:
//   - broken UTF-8 and control characters other than tab, line feed and carriage return are
//   dropped;
//   - default-ignorable characters (zero-width, bidi controls, variation selectors, tags, soft
//     hyphen, Hangul fillers, ...), and combining marks of the Latin script, are dropped;
//   - decimal digits of every script (Unicode Nd), and enclosed or styled digits, become ASCII;
//   - width and compatibility forms become what they stand for (NFKC, a character at a time);
//   - spaces become a space, dashes a hyphen-minus, curly quotes straight ones;
//   - in a word that mixes Latin letters with Cyrillic or Greek look-alikes of Latin letters, the
//     look-alikes become Latin (Unicode UTS 39 confusables); words of one script stay.
// Case is kept. Text that needs none of this, in any script, is not copied.
void Fold(std::string_view source, Folded& folded);

}  // namespace tacet

#endif  // TACET_TEXT_FOLD_H_
