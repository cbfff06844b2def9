#include "engine/transform/transformation.h"

namespace tacet {
namespace {

// Broken UTF-8 counts a byte that begins nothing as part of what stands before it.
bool BeginsCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

class Replace : public Transformation {
 public:
  bool Apply(const ValueContext& context, std::string& out) const override {
    out += '<';
    out += context.type;
    out += '>';
    return true;
  }
};

class Mask : public Transformation {
 public:
  explicit Mask(const Action& action) : action_(action) {}

  bool Apply(const ValueContext& context, std::string& out) const override {
    int length = 0;
    for (char c : context.value) length += BeginsCodePoint(c);
    int first = action_.keep_first, last = action_.keep_last;
    if (length <= first + last) first = last = 0;
    int at = -1;
    for (char c : context.value) {
      const bool begins = BeginsCodePoint(c);
      at += begins;
      if (at < first || at >= length - last) {
        out += c;
      } else if (begins) {
        out += action_.mask;
      }
    }
    return true;
  }

 private:
  Action action_;
};

class Redact : public Transformation {
 public:
  bool Apply(const ValueContext&, std::string&) const override { return true; }
};

}  // namespace

std::unique_ptr<Transformation> MakeTransformation(const Action& action) {
  switch (action.kind) {
    case Action::Kind::kMask:
      return std::make_unique<Mask>(action);
    case Action::Kind::kRedact:
      return std::make_unique<Redact>();
    case Action::Kind::kReplace:
    case Action::Kind::kKeep:
      break;
  }
  return std::make_unique<Replace>();
}

}  // namespace tacet
