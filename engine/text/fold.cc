// Folding works in two steps. A scan, near memory speed on ASCII, tells text that needs nothing
// apart by one table look-up a character; most text ends there. What is left is built anew:
// characters are replaced or dropped by the same table, then two rules that need the characters
// around them run over the result (words of mixed script, ideographic full stops in host names).
//
// Where this is not NFKC a character at a time, it is on purpose:
//   - superscripts, subscripts and fractions stay, since x² is not x2;
//   - letters that are in everyday use stay, though they have compatibility forms: Thai and Lao am,
//     the Armenian ligature ew, the Hangul letters of a keyboard;
//   - canonical compositions stay as they are written; only what equals one other character becomes
//   it;
//   - a spacing accent does not become a space and a mark;
//   - the numero sign becomes '#' rather than two letters that would touch the number.
#include "engine/text/fold.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tacet {
namespace {

using Byte = unsigned char;

bool IsAsciiLetter(Byte b) { return static_cast<Byte>((b | 0x20) - 'a') < 26; }
bool IsAsciiDigit(Byte b) { return static_cast<Byte>(b - '0') < 10; }
bool IsAsciiAlnum(Byte b) { return IsAsciiLetter(b) || IsAsciiDigit(b); }
bool IsContinuation(Byte b) { return (b & 0xC0) == 0x80; }
bool IsPlainAscii(Byte b) { return (b >= 0x20 && b < 0x7F) || b == '\t' || b == '\n' || b == '\r'; }

// Length of the longest beginning of the `size` bytes at `text` which is ASCII without control
// characters other than tab, line feed and carriage return.
size_t PlainAsciiLength(const Byte* text, size_t size) {
  size_t i = 0;
#ifdef __SSE2__
  const auto odd_bytes = [text](size_t at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at));
    // Bytes from 0x80 are negative here, so one comparison finds them and the control characters.
    __m128i odd = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
                               _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F)));
    if (_mm_movemask_epi8(odd) == 0) return 0u;
    const __m128i kept = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')),
                                      _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')),
                                                   _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'))));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_andnot_si128(kept, odd)));
  };
  for (; i + 16 <= size; i += 16) {
    if (const unsigned odd = odd_bytes(i)) return i + static_cast<size_t>(std::countr_zero(odd));
  }
  if (i == size) return size;
  if (size >= 16) {  // the last 16 bytes; those that were seen before are plain
    const unsigned odd = odd_bytes(size - 16);
    return odd ? size - 16 + static_cast<size_t>(std::countr_zero(odd)) : size;
  }
#else
  // A byte of the sum or of the difference has its high bit set if the byte of `word` is not plain
  // (or if it follows one that is not, which the loop below sorts out).
  for (; i + 8 <= size; i += 8) {
    uint64_t word;
    std::memcpy(&word, text + i, 8);
    constexpr uint64_t kOnes = 0x0101010101010101;
    const uint64_t odd = (word | (word - kOnes * 0x20) | (word + kOnes)) & (kOnes * 0x80);
    if (odd == 0) continue;
    for (size_t k = i; k < i + 8; ++k) {
      if (!IsPlainAscii(text[k])) return k;
    }
  }
#endif
  while (i < size && IsPlainAscii(text[i])) ++i;
  return i;
}

// What the table says of a character. Below kSpecial: a character that stays; the number is 0 or
// the group of scripts that it is a letter of. From kFirstReplacement on: its replacement.
using Entry = uint16_t;
constexpr Entry kLatin = 1;
constexpr Entry kCyrillic = 2;
constexpr Entry kGreek = 4;
constexpr Entry kOtherLookAlike = 8;  // a script with some letters that look like Latin ones
constexpr Entry kSpecial = 16;
constexpr Entry kMark = 16;    // a combining mark of the Latin script
constexpr Entry kStop = 17;    // the ideographic full stop
constexpr Entry kBroken = 18;  // not valid in UTF-8
constexpr Entry kFirstReplacement = 19;

constexpr std::string_view kIdeographicStop = "\xE3\x80\x82";  // U+3002

struct Replacement {
  std::string text;
  Entry groups = 0;      // of its letters
  bool is_stop = false;  // it is the ideographic full stop, from its half-width form
};

// Letters that look like Latin letters, in the same order as those (Unicode UTS 39, confusables).
struct LookAlikes {
  std::u32string_view letters;
  std::string_view latin;
};
constexpr LookAlikes kLookAlikes[] = {
    // Cyrillic
    {U"авеёһіїјкмнорстухѕԁԛԝүѵьӏ", "abeehiijkmhopctyxsdqwyvbl"},
    {U"АВЕЁІЇЈКМНОРСТУХЅԌԚԜҮѴӀ", "ABEEIIJKMHOPCTYXSGQWYVI"},
    // Greek
    {U"αάεέηήιίκνοόρτυύχγϲϳ", "aaeenniikvooptuuxycj"},
    {U"ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ABEZHIKMNOPTYXCJ"},
    // Armenian
    {U"օոսհցզյՕՏՍԼ", "onuhgqjOSUL"},
    // Cherokee
    {U"ᎠᎡᎢᎥᎪᎫᎬᎳᎷᎻᎽᏀᏃᏏᏒᏔᏚᏙᏞᏟᏢᏦᏴ", "DRTiAJEWMHYGZbRWSVLCPKB"},
    // Coptic
    {U"ⲀⲂⲎⲒⲔⲘⲚⲞⲢⲤⲦⲨⲬⲟⲣⲥ", "ABHIKMNOPCTYXopc"},
    // Lisu
    {U"ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "BPDTGKJCZFMNLSRVHWXYAEIOU"},
};

// Punctuation that stands for an ASCII character and has no compatibility form that says so.
constexpr LookAlikes kPunctuation[] = {
    // Curly quotes, primes, modifier apostrophes, Hebrew geresh; doubled: also gershayim.
    {U"‘’‚‛′‵ʹʻʼ´׳❛❜", "'''''''''''''"},
    {U"“”„‟″‶״〝〞〟❝❞", "\"\"\"\"\"\"\"\"\"\"\"\""},
    // The minus sign and the hyphen bullet, beside the dashes that Unicode calls so.
    {U"−⁃", "--"},
    // The separators that are written between Arabic and Persian digits.
    {U"٫٬٪", ".,%"},
    // Slashes and colons that are seen in place of those of a URL.
    {U"⁄∕⧸∶꞉", "///::"},
    {U"№", "#"},
};

constexpr bool SameLengths(const LookAlikes* rows, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (rows[i].letters.size() != rows[i].latin.size()) return false;
  }
  return true;
}
static_assert(SameLengths(kLookAlikes, std::size(kLookAlikes)));
static_assert(SameLengths(kPunctuation, std::size(kPunctuation)));

void AppendUtf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// The combining marks that are dropped after Latin letters and ASCII: those of the blocks that
// serve the Latin script and symbols. Marks of other scripts are part of their words.
bool IsLatinMark(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
         (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) ||
         (c >= 0xFE20 && c <= 0xFE2F);
}

// A letter or sign of everyday text whose compatibility form nobody writes.
bool StaysThoughCompatible(char32_t c) {
  return c == 0x0E33 || c == 0x0EB3 || c == 0x0587 || (c >= 0x3131 && c <= 0x318E);
}

// What every character becomes, built once from ICU's data.
class Table {
 public:
  static const Table& Get() {
    static const Table table;
    return table;
  }

  // The part of the table that every character is looked up in. A copy of it stays in registers.
  struct Index {
    const uint32_t* blocks;  // by the number of a character without its last six bits: its block
    const Entry* entries;

    // Entries of characters of two, three and four bytes, all but the first known to be
    // continuation bytes. kBroken if there is a shorter way to write the number, or if it is none
    // of a character.
    Entry At2(const Byte* text) const { return At(text[0] & 0x1Fu, text[1]); }
    Entry At3(const Byte* text) const {
      const uint32_t prefix = (text[0] & 0x0Fu) << 6 | (text[1] & 0x3Fu);
      return prefix < 0x20 ? kBroken : At(prefix, text[2]);
    }
    Entry At4(const Byte* text) const {
      const uint32_t prefix = (text[0] & 0x0Fu) << 12 | (text[1] & 0x3Fu) << 6 | (text[2] & 0x3Fu);
      return prefix < 0x400 || prefix >= kPrefixes ? kBroken : At(prefix, text[3]);
    }
    Entry At(uint32_t prefix, Byte last) const { return entries[blocks[prefix] + (last & 0x3F)]; }
  };
  Index index() const { return {blocks_.data(), entries_.data()}; }
  const Replacement& At(Entry entry) const { return replacements_[entry - kFirstReplacement]; }

  // The Latin letter that `c` looks like, or 0.
  char LatinLookAlike(char32_t c) const {
    const auto at =
        std::lower_bound(look_alikes_.begin(), look_alikes_.end(), c,
                         [](const auto& pair, char32_t key) { return pair.first < key; });
    return at != look_alikes_.end() && at->first == c ? at->second : '\0';
  }

 private:
  static constexpr uint32_t kPrefixes = 0x110000 >> 6;

  Table() : blocks_(kPrefixes, 0), entries_(64, 0) {
    for (char32_t c = 0; c < 0x80; ++c) Set(c, kBroken);  // in two bytes: longer than need be
    UErrorCode error = U_ZERO_ERROR;
    // Part of ICU's data library, without which this one does not load.
    nfkc_ = unorm2_getNFKCInstance(&error);
    for (const LookAlikes& row : kLookAlikes) {
      for (size_t i = 0; i < row.letters.size(); ++i) {
        look_alikes_.emplace_back(row.letters[i], row.latin[i]);
      }
    }
    std::sort(look_alikes_.begin(), look_alikes_.end());
    for (const LookAlikes& row : kPunctuation) {
      for (size_t i = 0; i < row.letters.size(); ++i) {
        punctuation_.emplace_back(row.letters[i], row.latin[i]);
      }
    }
    std::sort(punctuation_.begin(), punctuation_.end());
    u_enumCharTypes(
        [](const void* context, UChar32 begin, UChar32 end, UCharCategory category) -> UBool {
          static_cast<Table*>(const_cast<void*>(context))->AddRange(begin, end, category);
          return true;
        },
        this);
    // Default-ignorable whether assigned or not (Unicode 15.0, DerivedCoreProperties).
    for (char32_t c = 0xE0000; c < 0xE1000; ++c) Add(c, U_UNASSIGNED);
  }

  void AddRange(UChar32 begin, UChar32 end, UCharCategory category) {
    if (category == U_PRIVATE_USE_CHAR) return;
    if (category == U_UNASSIGNED && begin >= 0x10000) return;
    for (char32_t c = static_cast<char32_t>(std::max(begin, 0x80)); c < static_cast<char32_t>(end);
         ++c) {
      Add(c, category);
    }
  }

  void Add(char32_t c, UCharCategory category) {
    if (category == U_SURROGATE) return Set(c, kBroken);
    if (c == 0x3002) return Set(c, kStop);
    if (!MayChange(c, category)) return SetPlain(c, category);
    std::string folded;
    Expand(c, category, folded);
    std::string same;
    AppendUtf8(c, same);
    // A spacing accent stands for a mark on nothing.
    if (folded == same || (folded.size() > 1 && folded[0] == ' ')) return SetPlain(c, category);
    if (IsLatinMark(c) && !folded.empty()) return Set(c, kMark);
    Set(c, Intern(folded));
  }

  void SetPlain(char32_t c, UCharCategory category) {
    if (IsLatinMark(c)) return Set(c, kMark);
    if (const Entry group = Group(c, category)) Set(c, group);
  }

  // False only if Expand gives `c` itself. Cheap, since it is asked of every character there is.
  static bool MayChange(char32_t c, UCharCategory category) {
    constexpr uint32_t kMostCharacters = U_GC_LU_MASK | U_GC_LL_MASK | U_GC_LO_MASK | U_GC_MC_MASK;
    if (!(U_MASK(category) & kMostCharacters)) return true;
    const UChar32 point = static_cast<UChar32>(c);
    return u_getIntPropertyValue(point, UCHAR_DECOMPOSITION_TYPE) != U_DT_NONE ||
           u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
  }

  // Appends what `c` becomes.
  void Expand(char32_t c, UCharCategory category, std::string& out) const {
    const UChar32 point = static_cast<UChar32>(c);
    const auto sign =
        std::lower_bound(punctuation_.begin(), punctuation_.end(), c,
                         [](const auto& pair, char32_t key) { return pair.first < key; });
    if (sign != punctuation_.end() && sign->first == c) {
      out += sign->second;
    } else if (c == 0x85 || category == U_LINE_SEPARATOR || category == U_PARAGRAPH_SEPARATOR) {
      out += '\n';
    } else if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (category == U_CONTROL_CHAR ||
               u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
               (c >= 0xFFF9 && c <= 0xFFFB)) {  // interlinear annotation: invisible
      // nothing
    } else if (category == U_DECIMAL_DIGIT_NUMBER) {
      out += static_cast<char>('0' + u_charDigitValue(point));
    } else if (category == U_SPACE_SEPARATOR || c == 0x2800) {  // and the blank Braille pattern
      out += ' ';
    } else if (category == U_DASH_PUNCTUATION) {
      out += '-';
    } else if (StaysThoughCompatible(c)) {
      AppendUtf8(c, out);
    } else {
      ExpandCompatible(c, category, out);
    }
  }

  void ExpandCompatible(char32_t c, UCharCategory category, std::string& out) const {
    const UChar32 point = static_cast<UChar32>(c);
    switch (u_getIntPropertyValue(point, UCHAR_DECOMPOSITION_TYPE)) {
      case U_DT_SUPER:
      case U_DT_SUB:
      case U_DT_FRACTION:
        break;
      case U_DT_NONE:
        // The digits of the Dingbats and the circled numbers on black.
        if (category == U_OTHER_NUMBER &&
            ((c >= 0x2776 && c <= 0x2793) || (c >= 0x24EB && c <= 0x24FF))) {
          out += std::to_string(static_cast<int>(u_getNumericValue(point)));
          return;
        }
        break;
      default: {
        UChar parts[32];
        UErrorCode error = U_ZERO_ERROR;
        const int32_t length =
            unorm2_getRawDecomposition(nfkc_, point, parts, std::size(parts), &error);
        if (U_FAILURE(error) || length <= 0) break;
        const bool canonical =
            u_getIntPropertyValue(point, UCHAR_DECOMPOSITION_TYPE) == U_DT_CANONICAL;
        if (canonical && CountCharacters(parts, length) > 1) break;
        for (int32_t i = 0; i < length;) {
          UChar32 part;
          U16_NEXT(parts, i, length, part);
          Expand(static_cast<char32_t>(part), static_cast<UCharCategory>(u_charType(part)), out);
        }
        return;
      }
    }
    AppendUtf8(c, out);
  }

  static int32_t CountCharacters(const UChar* text, int32_t length) {
    int32_t count = 0;
    for (int32_t i = 0; i < length; ++count) U16_FWD_1(text, i, length);
    return count;
  }

  static Entry Group(char32_t c, UCharCategory category) {
    if (!(U_MASK(category) & U_GC_L_MASK)) return 0;
    UErrorCode error = U_ZERO_ERROR;
    switch (uscript_getScript(static_cast<UChar32>(c), &error)) {
      case USCRIPT_LATIN:
        return kLatin;
      case USCRIPT_CYRILLIC:
        return kCyrillic;
      case USCRIPT_GREEK:
        return kGreek;
      case USCRIPT_ARMENIAN:
      case USCRIPT_CHEROKEE:
      case USCRIPT_COPTIC:
      case USCRIPT_LISU:
        return kOtherLookAlike;
      default:
        return 0;
    }
  }

  Entry Intern(const std::string& text) {
    // In table order most neighbours differ, but all digits and all empty ones are alike.
    for (size_t i = 0; i < shared_.size(); ++i) {
      if (At(shared_[i]).text == text) return shared_[i];
    }
    Replacement replacement{text, 0, text == kIdeographicStop};
    for (size_t i = 0; i < text.size();) {
      const Byte b = static_cast<Byte>(text[i]);
      if (IsAsciiLetter(b)) replacement.groups |= kLatin;
      UChar32 c;
      const int32_t size = static_cast<int32_t>(text.size());
      int32_t at = static_cast<int32_t>(i);
      U8_NEXT(text.data(), at, size, c);
      if (c >= 0x80) {
        replacement.groups |=
            Group(static_cast<char32_t>(c), static_cast<UCharCategory>(u_charType(c)));
      }
      i = static_cast<size_t>(at);
    }
    replacements_.push_back(std::move(replacement));
    const Entry entry = static_cast<Entry>(kFirstReplacement + replacements_.size() - 1);
    if (text.size() <= 1) shared_.push_back(entry);
    return entry;
  }

  void Set(char32_t c, Entry entry) {
    uint32_t& block = blocks_[c >> 6];
    if (block == 0) {
      block = static_cast<uint32_t>(entries_.size());
      entries_.resize(entries_.size() + 64, 0);
    }
    entries_[block + (c & 0x3F)] = entry;
  }

  const UNormalizer2* nfkc_ = nullptr;
  std::vector<uint32_t> blocks_;
  std::vector<Entry> entries_;  // the first block is all zero
  std::vector<Replacement> replacements_;
  std::vector<Entry> shared_;  // replacements of at most one byte
  std::vector<std::pair<char32_t, char>> look_alikes_;
  std::vector<std::pair<char32_t, char>> punctuation_;
};

struct Character {
  size_t length = 0;  // 0: not valid UTF-8
  Entry entry = 0;
};

// The character that begins at `text`, whose first byte is not ASCII.
Character Decode(const Table& table, const Byte* text, size_t size) {
  const Byte b = text[0];
  const size_t length = b < 0xC0 ? 0 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
  if (length == 0 || length > size) return {};
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return {};
  }
  const Table::Index index = table.index();
  const Entry entry = length == 2   ? index.At2(text)
                      : length == 3 ? index.At3(text)
                                    : index.At4(text);
  if (entry == kBroken) return {};
  return {length, entry};
}

// The number of a valid character of `length` bytes.
char32_t CodePoint(const Byte* text, size_t length) {
  switch (length) {
    case 1:
      return text[0];
    case 2:
      return (text[0] & 0x1Fu) << 6 | (text[1] & 0x3Fu);
    case 3:
      return (text[0] & 0x0Fu) << 12 | (text[1] & 0x3Fu) << 6 | (text[2] & 0x3Fu);
    default:
      return (text[0] & 0x07u) << 18 | (text[1] & 0x3Fu) << 12 | (text[2] & 0x3Fu) << 6 |
             (text[3] & 0x3Fu);
  }
}

// Length of the terminal colour sequence (ECMA-48, SGR) that begins at `text`, an escape character;
// 1 if there is none. Numbers of more than three digits are no colours, and are left to be seen.
size_t EscapeLength(const Byte* text, size_t size) {
  if (size < 3 || text[1] != '[') return 1;
  size_t digits = 0;
  for (size_t i = 2; i < size && i < 24; ++i) {
    if (text[i] == 'm') return i + 1;
    if (IsAsciiDigit(text[i])) {
      if (++digits > 3) return 1;
    } else if (text[i] == ';') {
      digits = 0;
    } else {
      return 1;
    }
  }
  return 1;
}

// True if the last character of the `size` valid bytes at `text` is ASCII or a Latin letter.
bool EndsInLatin(const Table& table, const Byte* text, size_t size) {
  if (size == 0) return false;
  size_t begin = size - 1;
  while (IsContinuation(text[begin])) --begin;
  return text[begin] < 0x80 || Decode(table, text + begin, size - begin).entry == kLatin;
}

// Writes folded text and its map over memory that only grows. The map is right where characters
// begin and end; a byte inside a character that was copied maps to itself.
class Writer {
 public:
  Writer(std::string_view source, std::string& buffer, std::vector<uint32_t>& begins,
         std::vector<uint32_t>& ends)
      : source_(source), buffer_(buffer), begins_(begins), ends_(ends) {}

  // Copies the source as it is, up to `end`, from where the last call stopped.
  void CopyUntil(size_t end) {
    const size_t count = end - done_;
    if (count == 0) return;
    Reserve(size_ + count);
    char* const text = buffer_.data() + size_;
    uint32_t* const begins = begins_.data() + size_;
    uint32_t* const ends = ends_.data() + size_;
    const char* const source = source_.data() + done_;
    const uint32_t done = static_cast<uint32_t>(done_);
    // Most copies are short. Whole blocks are cheaper than exact lengths; what is written past the
    // end is written over later.
    for (size_t at = 0; at < count; at += kBlock) {
      if (done_ + at + kBlock <= source_.size()) {
        std::memcpy(text + at, source + at, kBlock);
      } else {
        std::memcpy(text + at, source + at, count - at);
      }
      Count(done + static_cast<uint32_t>(at), begins + at);
      Count(done + static_cast<uint32_t>(at) + 1, ends + at);
    }
    size_ += count;
    done_ = end;
  }

  // Writes `text` for the source from `begin` to `end`; what is before is copied first.
  void Replace(size_t begin, size_t end, std::string_view text) {
    CopyUntil(begin);
    done_ = end;
    changed_ = true;
    Reserve(size_ + text.size());
    for (char c : text) {
      buffer_[size_] = c;
      begins_[size_] = static_cast<uint32_t>(begin);
      ends_[size_] = static_cast<uint32_t>(end);
      ++size_;
    }
  }

  // Drops a mark, from `begin` to `end`, which belongs to the character before it.
  void DropMark(size_t begin, size_t end) {
    Replace(begin, end, {});
    Widen(size_, static_cast<uint32_t>(end));
  }

  // True if what comes before the source at `at` ends in ASCII or a Latin letter.
  bool FollowsLatin(const Table& table, size_t at) const {
    if (at > done_) return EndsInLatin(table, reinterpret_cast<const Byte*>(source_.data()), at);
    return EndsInLatin(table, data(), size_);
  }

  // True if what comes before the source at `at` ends in an ASCII digit.
  bool FollowsDigit(size_t at) const {
    if (at > done_) return IsAsciiDigit(static_cast<Byte>(source_[at - 1]));
    return size_ > 0 && IsAsciiDigit(data()[size_ - 1]);
  }

  // In words that mix scripts and have no letters but Latin ones and their look-alikes, the
  // look-alikes become Latin.
  void UnmixWords(const Table& table) {
    size_t written = 0;
    for (size_t at = 0; at < size_;) {
      const size_t begin = at;
      unsigned groups = 0;
      bool all_look_latin = true;
      while (at < size_) {
        size_t length = 1;
        Entry entry = IsAsciiLetter(data()[at]) ? kLatin : 0;
        if (data()[at] >= 0x80) {
          const Character c = Decode(table, data() + at, size_ - at);
          length = c.length;
          entry = c.entry;
        }
        if (entry == kMark && at > begin) {
          at += length;
          continue;
        }
        if (entry == 0 || entry >= kSpecial) break;
        groups |= entry;
        if (entry != kLatin && !table.LatinLookAlike(CodePoint(data() + at, length))) {
          all_look_latin = false;
        }
        at += length;
      }
      const bool unmix = all_look_latin && std::popcount(groups) > 1;
      if (at == begin) {  // not a letter
        do ++at;
        while (at < size_ && IsContinuation(data()[at]));
      }
      written = unmix ? MoveAsLatin(table, begin, at, written) : Move(begin, at, written);
    }
    size_ = written;
  }

  // An ideographic full stop between ASCII letters or digits is the dot of a host name, as RFC 3490
  // section 3.1 has it; elsewhere it ends a sentence.
  void FoldStops() {
    size_t written = 0;
    size_t at = 0;
    for (size_t stop; (stop = text().find(kIdeographicStop, at)) != text().npos;) {
      written = Move(at, stop, written);
      at = stop + kIdeographicStop.size();
      if (written > 0 && IsAsciiAlnum(data()[written - 1]) && at < size_ &&
          IsAsciiAlnum(data()[at])) {
        Put(written++, '.', begins_[stop], ends_[at - 1]);
      } else {
        written = Move(stop, at, written);
      }
    }
    size_ = Move(at, size_, written);
  }

  std::string_view text() const { return std::string_view(buffer_.data(), size_); }
  bool changed() const { return changed_; }

 private:
  const Byte* data() const { return reinterpret_cast<const Byte*>(buffer_.data()); }

  static constexpr size_t kBlock = 32;

  // Writes `first` and the numbers after it.
  static void Count(uint32_t first, uint32_t* out) {
    for (uint32_t i = 0; i < kBlock; ++i) out[i] = first + i;
  }

  // Makes room for `size` bytes, and a block more.
  void Reserve(size_t size) {
    if (size + kBlock <= buffer_.size()) return;
    size = std::max({size + kBlock, source_.size() + kBlock, 2 * buffer_.size()});
    buffer_.resize(size);
    begins_.resize(size);
    ends_.resize(size);
  }

  // Moves folded bytes down to `to`; returns where they end there.
  size_t Move(size_t begin, size_t end, size_t to) {
    if (to == begin) return end;
    for (size_t i = begin; i < end; ++i, ++to) {
      Put(to, buffer_[i], begins_[i], ends_[i]);
    }
    return to;
  }

  // The same for a word, with Latin letters for look-alikes. Their marks go, as after any Latin
  // letter.
  size_t MoveAsLatin(const Table& table, size_t begin, size_t end, size_t to) {
    for (size_t at = begin; at < end;) {
      const Byte b = data()[at];
      Character c{1, kLatin};
      if (b >= 0x80) c = Decode(table, data() + at, end - at);
      if (c.entry == kMark) {
        Widen(to, ends_[at + c.length - 1]);
      } else if (c.entry == kLatin) {
        to = Move(at, at + c.length, to);
      } else {
        const char latin = table.LatinLookAlike(CodePoint(data() + at, c.length));
        Put(to++, latin, begins_[at], ends_[at + c.length - 1]);
      }
      at += c.length;
    }
    return to;
  }

  void Put(size_t at, char c, uint32_t begin, uint32_t end) {
    buffer_[at] = c;
    begins_[at] = begin;
    ends_[at] = end;
    changed_ = true;
  }

  // Lets the character that ends at `at` reach to `source_end`.
  void Widen(size_t at, uint32_t source_end) {
    if (at > 0) ends_[at - 1] = source_end;
    changed_ = true;
  }

  const std::string_view source_;
  std::string& buffer_;
  std::vector<uint32_t>& begins_;
  std::vector<uint32_t>& ends_;
  size_t size_ = 0;  // of the folded text
  size_t done_ = 0;  // of the source
  bool changed_ = false;
};

#ifdef __SSE2__

// What 64 bytes are, a bit a byte. Bits past the end of the text are 0.
struct Masks {
  uint64_t wide = 0;     // not ASCII
  uint64_t lead2 = 0;    // the first byte of a character of at least two bytes,
  uint64_t lead3 = 0;    // of at least three,
  uint64_t lead4 = 0;    // of four
  uint64_t control = 0;  // ASCII controls other than tab, line feed and carriage return
  uint64_t letter = 0;   // ASCII letters
  uint64_t plain3 = 0;   // the first byte of a Han or Hangul character that never needs folding
};

// The masks of the up to 64 bytes at `at` in a text of `size` bytes, at least 16. Without branches:
// how long a message is cannot be guessed.
Masks MasksOf(const Byte* text, size_t size, size_t at) {
  const auto set = [](int value) { return _mm_set1_epi8(static_cast<char>(value)); };
  Masks masks;
  for (size_t group = 0; group < 64; group += 16) {
    // What would reach past the end is read from before it, and shifted out.
    const size_t begin = std::min(at + group, size - 16);
    const size_t skip = std::min<size_t>(at + group - begin, 16);
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + begin));
    const auto mask = [skip, group](__m128i yes) {
      return static_cast<uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(yes)) >> skip) << group;
    };
    // Comparisons are signed: bytes from 0x80 are negative.
    masks.wide |= mask(bytes);
    const __m128i control = _mm_andnot_si128(
        bytes, _mm_or_si128(_mm_cmplt_epi8(bytes, set(0x20)), _mm_cmpeq_epi8(bytes, set(0x7F))));
    const __m128i kept = _mm_or_si128(
        _mm_cmpeq_epi8(bytes, set('\n')),
        _mm_or_si128(_mm_cmpeq_epi8(bytes, set('\r')), _mm_cmpeq_epi8(bytes, set('\t'))));
    masks.control |= mask(_mm_andnot_si128(kept, control));
    const __m128i lower = _mm_or_si128(bytes, set(0x20));
    masks.letter |= mask(
        _mm_and_si128(_mm_cmpgt_epi8(lower, set('a' - 1)), _mm_cmplt_epi8(lower, set('z' + 1))));
    masks.lead2 |= mask(_mm_cmpgt_epi8(bytes, set(0xBF)));
    masks.lead3 |= mask(_mm_cmpgt_epi8(bytes, set(0xDF)));
    masks.lead4 |= mask(_mm_cmpgt_epi8(bytes, set(0xEF)));
    // U+4000 to U+9FFF and U+B000 to U+CFFF.
    const __m128i han =
        _mm_and_si128(_mm_cmpgt_epi8(bytes, set(0xE3)), _mm_cmplt_epi8(bytes, set(0xEA)));
    const __m128i hangul =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, set(0xEB)), _mm_cmpeq_epi8(bytes, set(0xEC)));
    masks.plain3 |= mask(_mm_or_si128(han, hangul));
  }
  masks.lead2 &= masks.wide;
  masks.lead3 &= masks.wide;
  masks.lead4 &= masks.wide;
  return masks;
}

#endif  // __SSE2__

// Folds one text.
class Folder {
 public:
  Folder(const Table& table, std::string_view source, Writer& writer)
      : table_(table),
        text_(reinterpret_cast<const Byte*>(source.data())),
        size_(source.size()),
        writer_(writer) {}

  // Folds from `at` on, before which all is plain ASCII. False if nothing had to change.
  bool Run(size_t at) {
    if (at > 0 && IsAsciiLetter(text_[at - 1])) group_ = kLatin;
    while ((at = FoldSimple(at)) < size_) at += FoldOther(at);
    if (!mixed_ && !stops_ && !writer_.changed()) return false;
    writer_.CopyUntil(size_);
    if (mixed_) writer_.UnmixWords(table_);
    if (stops_) writer_.FoldStops();
    return writer_.changed();
  }

 private:
  // Folds what needs no look around it. Returns where a control character, a mark or broken UTF-8
  // stands, or the size of the text.
  size_t FoldSimple(size_t at);
  size_t FoldSimpleByCharacter(size_t at) {
    while (at < size_) {
      if (text_[at] < 0x80) {
        if ((group_ & ~kLatin) != 0 && IsAsciiLetter(text_[at])) mixed_ = true;
        const size_t length = PlainAsciiLength(text_ + at, size_ - at);
        if (length == 0) break;
        at += length;
        group_ = IsAsciiLetter(text_[at - 1]) ? kLatin : Entry{0};
        continue;
      }
      const Character c = Decode(table_, text_ + at, size_ - at);
      if (c.length == 0 || c.entry == kMark) break;
      group_ = FoldCharacter(at, at + c.length, c.entry, group_);
      at += c.length;
    }
    return at;
  }

  // Folds what FoldSimple stops at. Returns its length.
  size_t FoldOther(size_t at) {
    size_t length = 1;
    if (text_[at] < 0x80) {
      if (text_[at] == 0x1B) length = EscapeLength(text_ + at, size_ - at);
      writer_.Replace(at, at + length, {});
      return length;
    }
    const Character c = Decode(table_, text_ + at, size_ - at);
    if (c.length == 0) {
      writer_.Replace(at, at + 1, {});
      return 1;
    }
    if (writer_.FollowsLatin(table_, at)) {
      writer_.DropMark(at, at + c.length);
    } else {
      mixed_ = true;  // it may stand between letters of two scripts
    }
    return c.length;
  }

  // Folds the character from `begin` to `end`. `before` is the group of the letter before it;
  // returns that of the letter before what comes next.
  Entry FoldCharacter(size_t begin, size_t end, Entry entry, Entry before) {
    if (entry == kStop) {
      if (before != 0 || writer_.FollowsDigit(begin)) stops_ = true;
      return 0;
    }
    Entry groups = entry;
    if (entry >= kSpecial) {
      const Replacement& replacement = table_.At(entry);
      writer_.Replace(begin, end, replacement.text);
      if (replacement.text.empty()) return before;
      if (replacement.is_stop) stops_ = true;
      groups = replacement.groups;
    }
    if ((groups & (groups - 1)) != 0 || (before != 0 && groups != 0 && groups != before))
      mixed_ = true;
    return groups;
  }

  const Table& table_;
  const Byte* const text_;
  const size_t size_;
  Writer& writer_;
  Entry group_ = 0;     // of the letter right before the place where FoldSimple goes on
  bool mixed_ = false;  // letters of two scripts may touch
  bool stops_ = false;  // there may be an ideographic full stop in a host name
};

#ifdef __SSE2__

size_t Folder::FoldSimple(size_t at) {
  if (size_ < 16) return FoldSimpleByCharacter(at);
  const Table::Index index = table_.index();
  while (at < size_) {
    const size_t count = std::min<size_t>(size_ - at, 64);
    const Masks masks = MasksOf(text_, size_, at);
    if ((group_ & ~kLatin) != 0 && (masks.letter & 1) != 0) mixed_ = true;

    // Where this round ends: at a control character, at a byte that is out of place, or before a
    // character that does not end within these bytes.
    size_t end = count;
    bool other = false;
    if (masks.control != 0) {
      end = static_cast<size_t>(std::countr_zero(masks.control));
      other = true;
    }
    size_t letter_end = 0;  // of the last letter outside ASCII
    Entry letter_group = group_;
    if (masks.wide != 0) {
      const uint64_t expected = masks.lead2 << 1 | masks.lead3 << 2 | masks.lead4 << 3;
      if (const uint64_t wrong = expected ^ (masks.wide & ~masks.lead2)) {
        uint64_t first = wrong & (~wrong + 1);
        if ((expected & first) != 0) first = std::bit_floor(masks.lead2 & (first - 1));
        const size_t wrong_at = static_cast<size_t>(std::countr_zero(first));
        if (wrong_at < end) {
          end = wrong_at;
          other = true;
        }
      }
      if ((masks.lead2 >> 63 | masks.lead3 >> 62 | masks.lead4 >> 61) != 0) {
        const size_t last_lead = static_cast<size_t>(std::bit_width(masks.lead2) - 1);
        if (last_lead < end) {
          end = last_lead;
          other = false;
        }
      }
      uint64_t leads = masks.lead2 & ~masks.plain3;
      if (end < 64) leads &= (uint64_t{1} << end) - 1;
      for (; leads != 0; leads &= leads - 1) {
        const size_t i = static_cast<size_t>(std::countr_zero(leads));
        const Byte* const c = text_ + at + i;
        const size_t length = *c < 0xE0 ? 2 : *c < 0xF0 ? 3 : 4;
        const Entry entry = length == 2 ? index.At2(c) : length == 3 ? index.At3(c) : index.At4(c);
        if (entry == 0) continue;
        if (entry == kMark || entry == kBroken) {
          end = i;
          other = true;
          break;
        }
        Entry before = letter_end == i ? letter_group : Entry{0};
        if ((masks.letter << 1 >> i & 1) != 0) before = kLatin;
        letter_end = i + length;
        letter_group = FoldCharacter(at + i, at + letter_end, entry, before);
        if ((letter_group & ~kLatin) != 0 && letter_end < 64 &&
            (masks.letter >> letter_end & 1) != 0) {
          mixed_ = true;
        }
      }
    }
    if (end > 0) {
      const Entry ascii = (masks.letter >> (end - 1) & 1) != 0 ? kLatin : Entry{0};
      group_ = letter_end == end ? letter_group : ascii;
    }
    at += end;
    if (other) break;
  }
  return at;
}

#else

size_t Folder::FoldSimple(size_t at) { return FoldSimpleByCharacter(at); }

#endif  // __SSE2__

}  // namespace

void Fold(std::string_view source, Folded& folded) {
  folded.text_ = source;
  folded.identical_ = true;
  const size_t plain =
      PlainAsciiLength(reinterpret_cast<const Byte*>(source.data()), source.size());
  if (plain == source.size()) return;
  Writer writer(source, folded.buffer_, folded.source_begin_, folded.source_end_);
  if (!Folder(Table::Get(), source, writer).Run(plain)) return;
  folded.text_ = writer.text();
  folded.identical_ = false;
}

}  // namespace tacet
