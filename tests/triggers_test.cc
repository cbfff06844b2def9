#include "engine/detect/triggers.h"

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace tacet {
namespace {

// What FindTriggers must say, a byte at a time.
void Check(std::string_view text) {
  std::vector<DigitRun> expected;
  Triggers want, got;
  FindTriggers(text, got);
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    ASSERT_EQ(got.classes[i / 64].letters >> (i % 64) & 1, letter ? 1u : 0u) << i;
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    ASSERT_EQ(got.classes[i / 64].spaces >> (i % 64) & 1, space ? 1u : 0u) << i;
    const bool digit = c >= '0' && c <= '9';
    ASSERT_EQ(got.classes[i / 64].digits >> (i % 64) & 1, digit ? 1u : 0u) << i;
    const auto parts = [&](size_t at) {
      return at >= text.size() || text[at] == '.' || text[at] == ' ' || text[at] == '\t' ||
             text[at] == '\n' || text[at] == '\r';
    };
    const bool sign = c == '.' ? !parts(i - 1) && !parts(i + 1) : TriggerBit(c) != 0;
    ASSERT_EQ(got.classes[i / 64].signs >> (i % 64) & 1, sign ? 1u : 0u) << i;
    ASSERT_EQ(got.classes[i / 64].marks >> (i % 64) & 1, digit || sign ? 1u : 0u) << i;
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    ASSERT_EQ(got.classes[i / 64].continuations >> (i % 64) & 1, continuation ? 1u : 0u) << i;
    const bool capital = c >= 'A' && c <= 'Z';
    ASSERT_EQ(got.classes[i / 64].capitals >> (i % 64) & 1, capital ? 1u : 0u) << i;
    want.capitals |= capital;
    const bool non_ascii = static_cast<unsigned char>(c) >= 0x80;
    ASSERT_EQ(got.classes[i / 64].non_ascii >> (i % 64) & 1, non_ascii ? 1u : 0u) << i;
    want.non_ascii |= non_ascii;
    for (int t = 0; t < 8; ++t) {
      if (sign && c == kTriggerBytes[t]) want.present |= static_cast<uint8_t>(1 << t);
    }
    if (c < '0' || c > '9') continue;
    ++want.digits;
    if (!expected.empty() && expected.back().end == i) {
      ++expected.back().end;
    } else {
      expected.push_back({static_cast<uint32_t>(i), static_cast<uint32_t>(i + 1)});
    }
  }
  EXPECT_EQ(got.classes[text.size() / 64].letters >> (text.size() % 64), 0u);
  EXPECT_EQ(got.classes.back().letters, 0u);
  EXPECT_EQ(got.capitals, want.capitals);
  EXPECT_EQ(got.non_ascii, want.non_ascii);
  EXPECT_EQ(got.present, want.present) << testing::PrintToString(text);
  EXPECT_EQ(got.digits, want.digits);
  const std::vector<DigitRun>& runs = got.digit_runs;
  ASSERT_EQ(runs.size(), expected.size()) << testing::PrintToString(text);
  for (size_t i = 0; i < runs.size(); ++i) {
    EXPECT_EQ(runs[i].begin, expected[i].begin);
    EXPECT_EQ(runs[i].end, expected[i].end);
  }
}

TEST(TriggersTest, EachByteAlone) {
  for (int c = 0; c < 256; ++c) Check(std::string(1, static_cast<char>(c)));
}

TEST(TriggersTest, RunsOverTheBordersOfBlocks) {
  for (size_t length = 0; length < 200; ++length) {
    Check(std::string(length, '7'));
    Check(std::string(length, 'x') + "1234" + std::string(length, ' ') + "5");
    Check(std::string(60, ' ') + std::string(length, '0') + "@");
  }
}

TEST(TriggersTest, DotsOverTheBordersOfBlocks) {
  for (size_t length = 55; length < 70; ++length) {
    for (const char* rest : {".a", "..a", ". a", ".", "a.b.c", ".\n"}) {
      Check(std::string(length, 'a') + rest);
      Check(std::string(length, ' ') + rest + std::string(64, 'b'));
    }
  }
}

TEST(TriggersTest, RandomTexts) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 300, ' ');
    for (char& c : text)
      c = static_cast<char>(random() % 4 == 0 ? random() % 256 : '0' + random() % 12);
    Check(text);
  }
}

}  // namespace
}  // namespace tacet
