// A check in front of the TOML parser.
#ifndef TACET_TEXT_TOML_HEADERS_H_
#define TACET_TEXT_TOML_HEADERS_H_

#include <string_view>

namespace tacet {

// The first line of `text` that begins with [ or [[ and goes on with what no table name begins
// with, or 0. toml++ 3.3 asserts that there is none, rather than to report it: without this check
// a debug build aborts on such a file, and a release build may misread it.
int FaultyTableHeader(std::string_view text);

}  // namespace tacet

#endif  // TACET_TEXT_TOML_HEADERS_H_
