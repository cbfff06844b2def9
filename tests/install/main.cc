#include <iostream>
#include <string>

#include "tacet/redactor.h"

int main() {
  auto library = tacet::PatternLibrary::Parse(tacet::DefaultPatternFiles());
  if (!library.ok()) return std::cerr << library.status() << '\n', 2;
  auto detector = tacet::Detector::Create(*std::move(library));
  if (!detector.ok()) return std::cerr << detector.status() << '\n', 2;
  auto redactor = tacet::Redactor::Create(&*detector, tacet::Policy{});
  if (!redactor.ok()) return std::cerr << redactor.status() << '\n', 2;

  auto scratch = redactor->NewScratch();  // one for each thread
  for (std::string message; std::getline(std::cin, message);) {
    std::cout << redactor->Redact(message, scratch).text() << '\n';
  }
}
