#include "engine/detect/word_matcher.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace tacet {
namespace {

std::vector<WordList> Lists() {
  return {
      {"code",
       {{"en", "code"}, {"ru", "код"}, {"vi", "mã xác minh"}, {"th", "รหัส"}, {"de", "schlüssel*"}}},
      {"voucher", {{"en", "promo code"}}},
      {"factor", {{"en", "2fa"}, {"tr", "şifre"}}},
  };
}

// "list@begin-end ..." of both engines, which must agree.
std::string Words(std::string_view text) {
  const std::vector<WordList> lists = Lists();
  auto matcher = WordMatcher::Create(lists, DatabaseCache(""), false);
  EXPECT_TRUE(matcher.ok()) << matcher.status();
  auto scratch = (*matcher)->NewScratch();
  EXPECT_TRUE(scratch.ok());
  std::vector<WordHit> hits, plain;
  Triggers triggers;
  FindTriggers(text, triggers);
  EXPECT_TRUE((*matcher)->Find(text, triggers, 100, *scratch, hits).ok());
  EXPECT_TRUE((*matcher)->FindPlainly(text, 100, plain).ok());
  auto describe = [&](const std::vector<WordHit>& words) {
    std::string out;
    for (const WordHit& hit : words) {
      for (uint16_t list : hit.lists) {
        if (!out.empty()) out += ' ';
        out += lists[list].name + "@" + std::to_string(hit.begin) + "-" + std::to_string(hit.end);
      }
    }
    return out;
  };
  EXPECT_EQ(describe(hits), describe(plain)) << text;
  return describe(hits);
}

TEST(WordMatcherTest, FindsWholeWordsInAnyCase) {
  EXPECT_EQ(Words("Your CODE"), "code@5-9");
  EXPECT_EQ(Words("decode codex"), "");
  EXPECT_EQ(Words("КОД Код код"), "code@0-6 code@7-13 code@14-20");
  EXPECT_EQ(Words("кодекс"), "");
  EXPECT_EQ(Words("ŞİFRE Şifre SIFRE"), "factor@0-7 factor@8-14 factor@15-20");
}

TEST(WordMatcherTest, ADigitMayTouchAWord) {
  EXPECT_EQ(Words("code1234"), "code@0-4");
  EXPECT_EQ(Words("1234code"), "code@4-8");
  EXPECT_EQ(Words("12fa"), "");
}

TEST(WordMatcherTest, DiacriticsAreOptional) {
  EXPECT_EQ(Words("ma xac minh"), "code@0-11");
  EXPECT_EQ(Words("mã xác minh"), "code@0-13");
  EXPECT_EQ(Words("MÃ XÁC MINH"), "code@0-13");
  EXPECT_EQ(Words("Schluesselwort Schlusselwort"), "code@0-14 code@15-28");
}

TEST(WordMatcherTest, ScriptsWithoutSpacesMatchInside) { EXPECT_EQ(Words("ใช้รหัสนี้"), "code@9-21"); }

TEST(WordMatcherTest, TheLongestWordHidesThoseInside) {
  EXPECT_EQ(Words("promo code"), "voucher@0-10");
  EXPECT_EQ(Words("promo-code code"), "voucher@0-10 code@11-15");
  EXPECT_EQ(Words("promo\ncode"), "voucher@0-10");
}

TEST(WordMatcherTest, FindsWordsWhereverTheyStand) {
  // Over the borders of the blocks of letters, at the very end, beside digits and other scripts.
  for (size_t pad = 0; pad < 140; ++pad) {
    const std::string text = std::string(pad, pad % 3 == 0 ? ' ' : '7') + "cOdE";
    EXPECT_EQ(Words(text), "code@" + std::to_string(pad) + "-" + std::to_string(pad + 4)) << pad;
    EXPECT_EQ(Words(std::string(pad, ' ') + "schlüsseldienst schlusselx a2fa 2fa7"),
              "code@" + std::to_string(pad) + "-" + std::to_string(pad + 16) + " code@" +
                  std::to_string(pad + 17) + "-" + std::to_string(pad + 27) + " factor@" +
                  std::to_string(pad + 33) + "-" + std::to_string(pad + 36))
        << pad;
  }
  EXPECT_EQ(Words("écode codeé ไcodeไ"), "code@17-21");
}

TEST(WordMatcherTest, RefusesMoreWordsThanAllowed) {
  auto matcher = WordMatcher::Create(Lists(), DatabaseCache(""), false);
  ASSERT_TRUE(matcher.ok());
  auto scratch = (*matcher)->NewScratch();
  ASSERT_TRUE(scratch.ok());
  std::vector<WordHit> hits;
  for (std::string_view text : {"code code code", "code код код"}) {
    Triggers triggers;
    FindTriggers(text, triggers);
    EXPECT_TRUE((*matcher)->Find(text, triggers, 3, *scratch, hits).ok());
    EXPECT_EQ((*matcher)->Find(text, triggers, 2, *scratch, hits).code(),
              absl::StatusCode::kResourceExhausted);
    EXPECT_EQ((*matcher)->FindPlainly(text, 2, hits).code(), absl::StatusCode::kResourceExhausted);
  }
}

}  // namespace
}  // namespace tacet
