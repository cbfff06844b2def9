// One Detector and one Redactor, shared: every thread gives the same answers. Run under TSan.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tacet/redactor.h"
#include "tests/test_library.h"

namespace tacet {
namespace {

TEST(ThreadsTest, ThreadsWithTheirOwnScratchAgree) {
  const Detector detector = MustCreate(DefaultLibrary());
  const absl::StatusOr<Redactor> redactor = Redactor::Create(&detector, Policy{});
  ASSERT_TRUE(redactor.ok());
  std::vector<std::string> messages = {"Ваш код: ４８２９１３", "broken \xFF bytes 482913"};
  for (const Example& example : detector.library().examples()) messages.push_back(example.text);

  // No run before the threads start: first uses (RE2's lazy states, tables of folding) race here.
  constexpr int kThreads = 4;
  std::vector<std::vector<std::string>> results(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Redactor::Scratch scratch = redactor->NewScratch();
      for (const std::string& m : messages) {
        results[static_cast<size_t>(t)].emplace_back(redactor->Redact(m, scratch).text());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int t = 1; t < kThreads; ++t) {
    EXPECT_EQ(results[static_cast<size_t>(t)], results[0]);
  }
}

TEST(ThreadsTest, DetectorsAreMadeSideBySide) {
  std::vector<std::thread> threads;
  std::vector<std::string> found(4);
  for (std::string& out : found) {
    threads.emplace_back(
        [&out] { out = Found(MustCreate(MustParse(kSmallLibrary)), "code 4829"); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& out : found) EXPECT_EQ(out, "OTP:4829");
}

}  // namespace
}  // namespace tacet
