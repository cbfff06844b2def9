// Runs Tacet for bench/peers/run, which says what a driver is. All types that are on by default,
// the default policy, a call a message, the texts one after another into a buffer, as a log's
// writer would have them.
#include <time.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tacet/redactor.h"

namespace {

int Fail(const absl::Status& status) {
  std::cerr << status.message() << '\n';
  return 2;
}

int64_t CpuNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Messages in a file: the size in four bytes, little-endian, then the text.
std::vector<std::string> Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string data(std::istreambuf_iterator<char>(in), {});
  std::vector<std::string> messages;
  for (size_t at = 0; at + sizeof(uint32_t) <= data.size();) {
    uint32_t size;
    std::memcpy(&size, data.data() + at, sizeof(size));
    messages.push_back(data.substr(at + sizeof(size), size));
    at += sizeof(size) + size;
  }
  return messages;
}

}  // namespace

int main() {
  absl::StatusOr<tacet::PatternLibrary> library =
      tacet::PatternLibrary::Parse(tacet::DefaultPatternFiles());
  if (!library.ok()) return Fail(library.status());
  absl::StatusOr<tacet::Detector> detector = tacet::Detector::Create(*std::move(library));
  if (!detector.ok()) return Fail(detector.status());
  absl::StatusOr<tacet::Redactor> redactor = tacet::Redactor::Create(&*detector, tacet::Policy{});
  if (!redactor.ok()) return Fail(redactor.status());
  tacet::Redactor::Scratch scratch = redactor->NewScratch();

  std::vector<std::string> messages;
  std::string log;
  const auto pass = [&](auto&& after_each) {
    log.clear();
    for (const std::string& message : messages) {
      const tacet::Outcome outcome = redactor->Redact(message, scratch);
      log += outcome.text();
      log += '\n';
      after_each(outcome);
    }
  };

  std::cout << "ready" << std::endl;
  for (std::string command, argument; std::cin >> command && std::getline(std::cin, argument);) {
    argument.erase(0, 1);
    if (command == "load") {
      messages = Read(argument);
      std::cout << "ok " << messages.size() << std::endl;
    } else if (command == "pass") {
      const int64_t start = CpuNanoseconds();
      for (int left = std::stoi(argument); left > 0; --left) pass([](const tacet::Outcome&) {});
      std::cout << "ok " << CpuNanoseconds() - start << std::endl;
    } else if (command == "write") {
      std::ofstream out(argument, std::ios::binary);
      pass([&out](const tacet::Outcome& outcome) {
        const auto size = static_cast<uint32_t>(outcome.text().size());
        out.write(reinterpret_cast<const char*>(&size), sizeof(size));
        out.write(outcome.text().data(), static_cast<std::streamsize>(size));
      });
      out.close();
      std::cout << (out ? "ok" : "error cannot write") << std::endl;
    }
  }
  return 0;
}
