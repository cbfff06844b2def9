#include "engine/text/fold.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tacet {
namespace {

std::string FoldedText(std::string_view source) {
  Folded folded;
  Fold(source, folded);
  return std::string(folded.text());
}

bool IsIdentical(std::string_view source) {
  Folded folded;
  Fold(source, folded);
  const bool same_memory =
      folded.text().data() == source.data() && folded.text().size() == source.size();
  EXPECT_EQ(folded.identical(), same_memory);
  return folded.identical();
}

// The part of the source that the first occurrence of `value` in the folded text comes from.
std::string SourceOf(std::string_view value, std::string_view source) {
  Folded folded;
  Fold(source, folded);
  const size_t begin = folded.text().find(value);
  if (begin == std::string_view::npos) return "not found in: " + std::string(folded.text());
  const size_t source_begin = folded.SourceBegin(begin);
  const size_t source_end = folded.SourceEnd(begin + value.size());
  return std::string(source.substr(source_begin, source_end - source_begin));
}

struct Case {
  std::string_view source;
  std::string_view folded;
};

void ExpectFolds(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(FoldedText(c.source), c.folded) << "from: " << c.source;
    EXPECT_TRUE(IsIdentical(c.folded)) << c.folded;
  }
}

void ExpectStays(const std::vector<std::string_view>& texts) {
  for (std::string_view text : texts) EXPECT_TRUE(IsIdentical(text)) << text;
}

TEST(FoldTest, PlainAsciiIsNotCopied) {
  for (size_t size = 0; size < 200; ++size)
    EXPECT_TRUE(IsIdentical(std::string(size, 'x'))) << size;
  ExpectStays({"", "Your code is 482913.", "tab\tline\nreturn\r\n ~"});
}

TEST(FoldTest, TextOfAnyScriptIsNotCopied) {
  ExpectStays({
      "Ваш код подтверждения: 482913. Никому его не сообщайте!",
      "Ο κωδικός σας είναι 482913",
      "您的验证码是482913。请勿泄露。",
      "確認コードは482913です。",
      "인증번호는 482913입니다. ㅋㅋ",
      "รหัสของคุณคือ 482913 สำหรับทำรายการ",
      "आपका कोड 482913 है। ज़रूर फ़ोन करें",
      "আপনার কোড 482913। হয়েছে",
      "رمز التحقق الخاص بك هو 482913، شكرا",
      "הקוד שלך הוא 482913",
      "Ձեր կոդը և համարը 482913",
      "mã xác minh của bạn là 482913, Größe, naïve, čeština, ı",
      "🎉 482913 👍🏽 €5 £3 ¥9 ₹10 ™ © ½ x² H₂O 1º",
  });
}

TEST(FoldTest, DigitsOfEveryScriptBecomeAscii) {
  ExpectFolds({
      {"４８２９１３", "482913"},
      {"٤٨٢٩١٣", "482913"},
      {"۴۸۲۹۱۳", "482913"},
      {"४८२९१३", "482913"},
      {"৪৮২৯১৩", "482913"},
      {"๔๘๒๙๑๓", "482913"},
      {"𝟒𝟖𝟐𝟗𝟏𝟑", "482913"},
      {"🯴🯸🯲🯹🯱🯳", "482913"},
      {"④⑧②⑨①③⓪", "4829130"},
      {"❹➇➋", "482"},
      {"⒋⒏⒉", "4.8.2."},
      {"⑴⑵", "(1)(2)"},
      {"⑩⓴❿", "102010"},
      {"4٨2٩1٣", "482913"},
      {"١٬٢٣٤٫٥٠", "1,234.50"},
  });
}

TEST(FoldTest, PowersIndicesAndFractionsStay) {
  ExpectStays({"H₂O and x² + y²", "½ ¼ ⅓", "1ª 2º", "Tacet™ 10⁵"});
  ExpectFolds({{"5㎡", "5m²"}});
}

TEST(FoldTest, WidthAndCompatibilityFormsBecomeWhatTheyStandFor) {
  ExpectFolds({
      {"ｃａｒｄ＠ｅｘａｍｐｌｅ．ｃｏｍ", "card@example.com"},
      {"𝗬𝗼𝘂𝗿 𝗰𝗼𝗱𝗲", "Your code"},
      {"𝓗𝓮𝓵𝓵𝓸", "Hello"},
      {"ﬁne ﬂow", "fine flow"},
      {"a﹫b․example", "a@b.example"},
      {"验证码：１２３，好", "验证码:123,好"},
      {"ﺭﻗﻢ", "رقم"},
      {"ﾃｽﾄ", "テスト"},
      {"wait…", "wait..."},
      {"Ⓒⓞⓓⓔ ⅩⅣ", "Code XIV"},
      {"\u212B \u212A \u2126", "\u00C5 K \u03A9"},  // signs that equal one letter
  });
}

TEST(FoldTest, SpacesDashesAndQuotesBecomeAscii) {
  ExpectFolds({
      {"4\u00A08\u20092\u30009", "4 8 2 9"},
      {"4–8—2−9‐1\u20111", "4-8-2-9-1-1"},
      {"‘a’ “b” „c“ it´s 5′ 6″", "'a' \"b\" \"c\" it's 5' 6\""},
      {"ת״ז", "ת\"ז"},
      {"№5", "#5"},
      {"line\u2028next\u0085last", "line\nnext\nlast"},
      {"https∶⁄⁄example.com", "https://example.com"},
  });
}

TEST(FoldTest, InvisibleCharactersAreDropped) {
  for (std::string_view invisible :
       {"\u200B", "\u200C", "\u200D",     "\u2060",     "\uFEFF", "\u00AD", "\u034F", "\uFE0F",
        "\u180E", "\u3164", "\U000E0020", "\U000E0FFF", "\u2062", "\u200E", "\u200F", "\u061C",
        "\u202E", "\u2067", "\u115F",     "\uFFF9",     "\x01",   "\x7F",   "\u0081"}) {
    const std::string source = "482" + std::string(invisible) + "913";
    EXPECT_EQ(FoldedText(source), "482913");
    EXPECT_EQ(SourceOf("482913", source), source);
    EXPECT_EQ(SourceOf("482", source), "482");
    EXPECT_EQ(SourceOf("913", source), "913");
  }
  EXPECT_EQ(FoldedText(std::string_view("4\0008\0002\0", 6)), "482");
  EXPECT_EQ(FoldedText("\u200B\u200B\u200B"), "");
}

TEST(FoldTest, BrokenUtf8IsDropped) {
  ExpectFolds({
      {"code \xFF"
       "482913",
       "code 482913"},
      {"482\x80"
       "913",
       "482913"},
      {"code \xE2\x82"
       "482913",
       "code 482913"},
      {"\xC0\xAF"
       "482913",
       "482913"},
      {"\xC1\xB4\xE0\x9F\xBF\xF0\x8F\xBF\xBF"
       "1",
       "1"},
      {"\xED\xA0\xBD\xED\xB8\x80 1", " 1"},
      {"\xF8\x88\x80\x80\x80 1", " 1"},
      {"\xF4\x90\x80\x80 1", " 1"},
      {"1\xF0\x9F\x98", "1"},
      {"caf\xE9 1", "caf 1"},
  });
}

TEST(FoldTest, TerminalColoursAreDropped) {
  ExpectFolds({
      {"code \x1B[31m482913\x1B[0m", "code 482913"},
      {"\x1B[38;2;255;0;0mred", "red"},
      // No colour has so long a number: what may be a code stays in sight.
      {"\x1B[482913m", "[482913m"},
      {"\x1B[", "["},
  });
}

TEST(FoldTest, LatinMarksAreDroppedAndBelongToTheirLetter) {
  ExpectFolds({
      {"4\u03368\u0336", "48"},
      {"andre\u0301.lee", "andre.lee"},
      {"e\u0302\u0301 \u00EA\u0301", "e \u00EA"},
      {"Z\u0351\u036B\u0353A\u0334\u0335", "ZA"},
      {"4\uFE0F\u20E38\uFE0F\u20E3", "48"},
  });
  EXPECT_EQ(SourceOf("48", "a 4\u03368\u0336 b"), "4\u03368\u0336");
  EXPECT_EQ(SourceOf("4", "4\uFE0F\u20E3 b"), "4\uFE0F\u20E3");
}

TEST(FoldTest, MarksOfOtherScriptsStay) {
  ExpectStays({"и\u0306", "ε\u0301", "か\u3099", "ก็ ที่ นี้", "कि की कु", "שָׁלוֹם", "كِتَاب", "\u0301a"});
}

TEST(FoldTest, LookAlikesBecomeLatinOnlyInWordsThatMixScripts) {
  ExpectFolds({
      {"саrd", "card"},
      {"Yоur vеrіfісаtіоn соdе", "Your verification code"},
      {"РІΝ ЅЅΝ ІВАΝ", "PIN SSN IBAN"},  // Cyrillic and Greek
      {"аnnа.lee@exаmple.com", "anna.lee@example.com"},
      {"pαypαl", "paypal"},
      {"Ꭰata", "Data"},
      {"сa\u0301fе", "cafe"},
      {"ｃаrd", "card"},
      {"с\u200Bard", "card"},
      {"eё\u0301", "ee"},
  });
  ExpectStays({
      "ОТР",
      "сосна и осока",  // look-alikes only: words of one script
      "SMS-код, 5G-сеть",
      "VIPклиент",  // words next to words, and letters that look like no Latin ones
      "5 μm",
      "kΩ",
  });
}

TEST(FoldTest, IdeographicFullStopIsADotOnlyInsideHostNames) {
  ExpectFolds({
      {"anna@example。com", "anna@example.com"},
      {"a｡example。com", "a.example.com"},
      {"exаmple。com", "example.com"},
      {"ｅｘａｍｐｌｅ。ｃｏｍ", "example.com"},
      {"a。\u200Bexample", "a.example"},
  });
  ExpectStays({"好。abc。好", "1。请", "。", "a。", "。a"});
}

TEST(FoldTest, MapLeadsBackToWholeCharacters) {
  EXPECT_EQ(SourceOf("482913", "验证码：４８２９１３，好"), "４８２９１３");
  EXPECT_EQ(SourceOf("好", "验证码：４８２９１３，好"), "好");
  EXPECT_EQ(SourceOf("i", "a ﬁ b"), "ﬁ");
  EXPECT_EQ(SourceOf("card", "x саrd y"), "саrd");
  EXPECT_EQ(SourceOf(".", "anna@example。com，"), "。");
  EXPECT_EQ(SourceOf("482", "\u200B482\u200B "), "482");
}

TEST(FoldTest, EveryCharacterFoldsOnce) {
  Folded folded;
  Folded again;
  for (char32_t c = 1; c < 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string source = "x";
    if (c < 0x80) {
      source += static_cast<char>(c);
    } else if (c < 0x800) {
      source += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
      source += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
                 static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      source += {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
                 static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
    source += "7";
    Fold(source, folded);
    const std::string text(folded.text());
    Fold(text, again);
    ASSERT_EQ(again.text(), text) << std::hex << static_cast<uint32_t>(c);
    ASSERT_TRUE(again.identical()) << std::hex << static_cast<uint32_t>(c);
    ASSERT_EQ(text.front(), 'x');
    ASSERT_EQ(text.back(), '7');
    // Long texts are read in blocks.
    const std::string spaces(20, ' ');
    const std::string long_source = spaces + source;
    Fold(long_source, again);
    ASSERT_EQ(again.text(), spaces + text) << std::hex << static_cast<uint32_t>(c);
  }
}

TEST(FoldTest, ReusesItsMemory) {
  Folded folded;
  Fold("验证码：４８２９１３", folded);
  Fold("ASCII", folded);
  EXPECT_EQ(folded.text(), "ASCII");
  EXPECT_EQ(folded.SourceBegin(2), 2u);
  EXPECT_EQ(folded.SourceEnd(3), 3u);
  const std::string large(100'000, '\xFF');
  Fold("１" + large + "２", folded);
  EXPECT_EQ(folded.text(), "12");
  EXPECT_EQ(folded.SourceBegin(1), large.size() + 3);
  std::string widest;
  for (int i = 0; i < 1000; ++i)
    widest += "\uFDFA";  // the longest compatibility form: 18 characters
  Fold(widest, folded);
  EXPECT_EQ(folded.text().size(), 33'000u);
}

}  // namespace
}  // namespace tacet
