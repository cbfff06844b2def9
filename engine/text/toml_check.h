// A check in front of the TOML parser.
#ifndef TACET_TEXT_TOML_CHECK_H_
#define TACET_TEXT_TOML_CHECK_H_

#include <string_view>

namespace tacet {

// The first line of `text` with what toml++ 3.3 takes for granted that a file does not hold, or 0:
// a [ or [[ of a table header that no name follows, or a character outside ASCII that stands in
// neither a string nor a comment. Both are faults (TOML 1.0, "Keys" and "Table"); at them the
// parser asserts in a debug build, and does anything at all in a release build.
int FaultyTomlLine(std::string_view text);

}  // namespace tacet

#endif  // TACET_TEXT_TOML_CHECK_H_
