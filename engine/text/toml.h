// Reads TOML 1.0 by toml++, and keeps broken files from what toml++ 3.3 does at them: it asserts
// that some faults do not happen which it then reports all the same, and in telling whether a
// character outside of a string is a space it has no answer for some below U+FF00.
//
// toml++ is included here alone, by its headers: Debian's compiled one throws on a faulty file.
#ifndef TACET_TEXT_TOML_H_
#define TACET_TEXT_TOML_H_

#undef NDEBUG  // with it toml++ turns its assertions into promises to the compiler
#define TOML_ASSERT(condition) static_assert(true)
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <string>
#include <string_view>

namespace tacet {

// Parses `text`; `name` is for messages. Any bytes are allowed: what is no TOML gives an error with
// its line. Keys outside ASCII come back changed; no file format of ours has any.
toml::parse_result ParseToml(std::string_view text, std::string_view name);

}  // namespace tacet

#endif  // TACET_TEXT_TOML_H_
