// Scanning and redacting allocate nothing once their memory has grown.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "tacet/redactor.h"
#include "tests/test_library.h"

namespace {
thread_local size_t allocations = 0;
}  // namespace

// All other forms of new end in this one. Not inlined, so that no one takes the malloc for a
// mismatch with delete.
__attribute__((noinline)) void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace tacet {
namespace {

TEST(AllocationTest, RedactsWithoutAnyOnceWarm) {
  const Detector detector = MustCreate(DefaultLibrary());
  const absl::StatusOr<Redactor> redactor =
      Redactor::Create(&detector, Policy{.allow = {{.values = {"+44 20 7946 0812", "Example Bank"},
                                                    .domains = {"example.com"},
                                                    .patterns = {"EX-\\d{6}"}}}});
  ASSERT_TRUE(redactor.ok());
  Redactor::Scratch scratch = redactor->NewScratch();
  std::vector<std::string> messages = {"hello there", "код ４８２９１３", "รหัส OTP คือ 578762"};
  for (const Example& example : detector.library().examples()) messages.push_back(example.text);
  for (int warm = 0; warm < 2; ++warm) {
    for (const std::string& m : messages) (void)redactor->Redact(m, scratch);
  }
  for (const std::string& m : messages) {
    const size_t before = allocations;
    const Outcome::Kind kind = redactor->Redact(m, scratch).kind();
    EXPECT_EQ(allocations - before, 0u) << m;
    EXPECT_NE(kind, Outcome::Kind::kWithheld);
  }
}

}  // namespace
}  // namespace tacet
