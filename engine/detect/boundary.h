// What may not touch a value: the rules of Boundary, in one place.
#ifndef TACET_DETECT_BOUNDARY_H_
#define TACET_DETECT_BOUNDARY_H_

#include <cstddef>
#include <string_view>

#include "tacet/pattern_library.h"

namespace tacet {

// What stands before a place, as far as it can keep a value from beginning there. Bits, so that a
// table can be made over all of them.
inline constexpr unsigned kLeftDigit = 1;        // a digit touches it
inline constexpr unsigned kLeftLetter = 2;       // a letter of a script with spaces
inline constexpr unsigned kLeftWordByte = 4;     // what \b calls a word byte
inline constexpr unsigned kLeftJoinsNumber = 8;  // one of . , : / - with a digit behind it
inline constexpr unsigned kLeftJoinsGroup = 16;  // a space with a digit behind it
inline constexpr unsigned kLeftJoinsToken = 32;  // one of _ - @ . / # & = with an alnum behind it
inline constexpr unsigned kLeftContexts = 64;
unsigned LeftContextAt(std::string_view text, size_t begin);
// Whether a value may begin behind `left_context`.
bool LeftAllows(Boundary boundary, unsigned left_context);

// Whether a value may begin or end at a place of `text`.
bool LeftAllowsAt(Boundary boundary, std::string_view text, size_t begin);
bool RightAllowsAt(Boundary boundary, std::string_view text, size_t end);

// Whether what stands between two values makes them one: nothing, or one joining character.
bool Joins(Boundary boundary, std::string_view between);

}  // namespace tacet

#endif  // TACET_DETECT_BOUNDARY_H_
