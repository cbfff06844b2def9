// What a value becomes. Tokens and encryption join here: they need the same context and may fail.
#ifndef TACET_TRANSFORM_TRANSFORMATION_H_
#define TACET_TRANSFORM_TRANSFORMATION_H_

#include <memory>
#include <string>
#include <string_view>

#include "tacet/redactor.h"

namespace tacet {

// One value in its message.
struct ValueContext {
  std::string_view value;  // as it stands in the message, any bytes
  std::string_view type;   // name of its entity type
};

// Immutable and shared among threads.
class Transformation {
 public:
  virtual ~Transformation() = default;
  // Appends what stands in the place of the value. False if that cannot be made; then the caller
  // masks the whole value.
  virtual bool Apply(const ValueContext& context, std::string& out) const = 0;
};

// The transformation of `action`, which must not be kKeep: a kept value is no value to transform.
std::unique_ptr<Transformation> MakeTransformation(const Action& action);

}  // namespace tacet

#endif  // TACET_TRANSFORM_TRANSFORMATION_H_
