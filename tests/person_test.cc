// Names of people, through the detector: what finds them, what does not, and its bounds.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tacet/detector.h"
#include "tests/test_library.h"

namespace tacet {
namespace {

std::vector<std::string> Names(std::string_view text) {
  static const Detector* const detector =
      new Detector(MustCreate(DefaultLibrary(), {.types = {"PERSON"}}));
  Detector::Scratch scratch = detector->NewScratch();
  const auto findings = detector->Detect(text, scratch);
  EXPECT_TRUE(findings.ok());
  std::vector<std::string> names;
  if (!findings.ok()) return names;
  for (const Finding& f : *findings) {
    names.emplace_back(text.substr(f.span.begin, f.span.end - f.span.begin));
  }
  return names;
}

using Found = std::vector<std::string>;

TEST(PersonTest, TitlesAndGreetingsStayOutside) {
  EXPECT_EQ(Names("Dear Mrs Wren, the keys are here"), Found{"Wren"});
  EXPECT_EQ(Names("Hi Odalys, see you at 6"), Found{"Odalys"});
  EXPECT_EQ(Names("Dear Miss Abernathy, thank you"), Found{"Abernathy"});
}

TEST(PersonTest, DoubleNamesParticlesAndInitialsAreWhole) {
  EXPECT_EQ(Names("Beste mevrouw de Vries, uw afspraak staat"), Found{"de Vries"});
  EXPECT_EQ(Names("Frau Meyer-Landgraf wartet"), Found{"Meyer-Landgraf"});
  EXPECT_EQ(Names("Rs 20 received from LAKSHMI R on 3/4"), Found{"LAKSHMI R"});
  EXPECT_EQ(Names("Перевод от Марии П. 100р"), Found{"Марии П."});
}

TEST(PersonTest, AGenitiveIsNoPartOfTheName) {
  EXPECT_EQ(Names("feed Isabel's plants"), Found{"Isabel"});
  EXPECT_EQ(Names("bunu Zeynep'ten aldım"), Found{"Zeynep"});
}

TEST(PersonTest, ScriptsWithoutSpaces) {
  EXPECT_EQ(Names("【申通】李建国先生，快递已到"), Found{"李建国"});
  EXPECT_EQ(Names("강민호 고객님, 주문 완료"), Found{"강민호"});
  EXPECT_EQ(Names("中村健太様、本日お届けします"), Found{"中村健太"});
  EXPECT_EQ(Names("尊敬的客户您好"), Found{});
}

TEST(PersonTest, WordsMonthsAndCompaniesAreNoNames) {
  for (const char* text :
       {"Dear Customer, pay now", "See you in May or June", "Paid at Mehta Traders",
        "Will you mark the date", "PIN 4821 IS FOR CARD ENDING 22", "Dear Sir/Madam", "Hi all"}) {
    EXPECT_EQ(Names(text), Found{}) << text;
  }
}

TEST(PersonTest, WhatStandsBesideAMarkIsLeftAlone) {
  EXPECT_EQ(Names("Hi Anneke <PERSON>, see you"), Found{});
}

TEST(PersonTest, ReadsLongTextsInPieces) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "the red fox ran by. ";
  text += "Dear Mrs Wren, hello";
  EXPECT_EQ(Names(text), Found{"Wren"});
}

}  // namespace
}  // namespace tacet
