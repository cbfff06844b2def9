#include "engine/detect/regex_program.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace tacet {
namespace {

constexpr int kUnbounded = 1 << 20;
constexpr int kMaxRepeat = 1000;  // RE2's own bound
constexpr int kMaxDepth = 64;     // of groups; the parser recurses
constexpr int kMaxNfaNodes = 4'000;
constexpr int kMaxStates = 16'000;  // before they are merged
constexpr int kMaxLead = 320;       // a pivot further inside than this narrows nothing

bool IsWordByte(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool BoundaryAt(std::string_view text, size_t at) {
  const bool before = at > 0 && IsWordByte(static_cast<unsigned char>(text[at - 1]));
  const bool after = at < text.size() && IsWordByte(static_cast<unsigned char>(text[at]));
  return before != after;
}

struct Node {
  enum class Kind { kEmpty, kSet, kCat, kAlt, kRepeat, kBoundary, kBegin, kEnd };
  Kind kind = Kind::kEmpty;
  ByteSet set;
  std::vector<Node> children;
  int min = 0, max = 0;   // kRepeat; max may be kUnbounded
  bool is_value = false;  // the group (?P<value>...)
};

ByteSet Range(int from, int to) {
  ByteSet set;
  for (int c = from; c <= to; ++c) set.set(static_cast<size_t>(c));
  return set;
}
ByteSet Digits() { return Range('0', '9'); }
ByteSet WordBytes() { return Digits() | Range('A', 'Z') | Range('a', 'z') | Range('_', '_'); }
ByteSet SpaceBytes() {
  return Range('\t', '\n') | Range('\f', '\r') | Range(' ', ' ');  // as RE2; PCRE would add \v
}
ByteSet WithBothCases(ByteSet set) {
  for (size_t c = 'a'; c <= 'z'; ++c) {
    if (set[c] || set[c - 32]) set.set(c), set.set(c - 32);
  }
  return set;
}

class Parser {
 public:
  explicit Parser(std::string_view regex) : in_(regex) {}

  absl::StatusOr<Node> Parse() {
    absl::StatusOr<Node> node = Alternation(0);
    if (!node.ok()) return node;
    if (at_ < in_.size()) return Fault("unmatched ')'");
    return node;
  }
  bool has_value_group() const { return has_value_group_; }

 private:
  absl::Status Fault(std::string_view what) const {
    return absl::InvalidArgumentError(absl::StrFormat("regex, column %d: %s", at_ + 1, what));
  }
  bool Take(std::string_view token) {
    if (in_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  absl::StatusOr<Node> Alternation(int depth) {
    if (depth > kMaxDepth) return Fault("groups are nested too deeply");
    Node alt{.kind = Node::Kind::kAlt};
    const bool outer_case = ignore_case_;
    while (true) {
      absl::StatusOr<Node> cat = Sequence(depth);
      if (!cat.ok()) return cat;
      alt.children.push_back(*std::move(cat));
      if (!Take("|")) break;
    }
    ignore_case_ = outer_case;
    if (alt.children.size() == 1) return std::move(alt.children[0]);
    return alt;
  }

  absl::StatusOr<Node> Sequence(int depth) {
    Node cat{.kind = Node::Kind::kCat};
    while (at_ < in_.size() && in_[at_] != '|' && in_[at_] != ')') {
      if (Take("(?i)")) {
        ignore_case_ = true;  // to the end of the group, as in Perl
        continue;
      }
      absl::StatusOr<Node> atom = Atom(depth);
      if (!atom.ok()) return atom;
      absl::StatusOr<Node> repeated = Repeats(*std::move(atom));
      if (!repeated.ok()) return repeated;
      cat.children.push_back(*std::move(repeated));
    }
    if (cat.children.size() == 1) return std::move(cat.children[0]);
    return cat;
  }

  absl::StatusOr<Node> Repeats(Node atom) {
    while (at_ < in_.size()) {
      int min = 0, max = 0;
      if (Take("?")) {
        min = 0, max = 1;
      } else if (Take("*")) {
        min = 0, max = kUnbounded;
      } else if (Take("+")) {
        min = 1, max = kUnbounded;
      } else if (in_[at_] == '{') {
        ++at_;
        std::optional<int> low = Number();
        if (!low) return Fault("expected a number after '{'");
        min = *low, max = *low;
        if (Take(",")) {
          std::optional<int> high = Number();
          max = high.value_or(kUnbounded);
        }
        if (!Take("}")) return Fault("expected '}'");
        if (max < min) return Fault("a repeat's bounds are out of order");
        if (min > kMaxRepeat || (max > kMaxRepeat && max != kUnbounded)) {
          return Fault("a repeat is over 1,000");
        }
      } else {
        return atom;
      }
      if (at_ < in_.size() && (in_[at_] == '?' || in_[at_] == '+')) {
        return Fault("lazy and possessive repeats are not allowed");
      }
      Node repeat{.kind = Node::Kind::kRepeat, .min = min, .max = max};
      repeat.children.push_back(std::move(atom));
      atom = std::move(repeat);
    }
    return atom;
  }

  std::optional<int> Number() {
    int value = 0;
    const size_t begin = at_;
    while (at_ < in_.size() && in_[at_] >= '0' && in_[at_] <= '9' && at_ - begin < 5) {
      value = value * 10 + (in_[at_++] - '0');
    }
    if (at_ == begin) return std::nullopt;
    return value;
  }

  absl::StatusOr<Node> Atom(int depth) {
    const char c = in_[at_];
    if (c == '(') return Group(depth);
    if (c == '[') return Class();
    if (c == '*' || c == '+' || c == '?' || c == '{') return Fault("nothing to repeat");
    ++at_;
    switch (c) {
      case '.': {
        Node any{.kind = Node::Kind::kSet};
        any.set.set();
        any.set.reset('\n');
        return any;
      }
      case '^':
        return Node{.kind = Node::Kind::kBegin};
      case '$':
        return Node{.kind = Node::Kind::kEnd};
      case '\\': {
        if (Take("b")) return Node{.kind = Node::Kind::kBoundary};
        absl::StatusOr<ByteSet> set = Escape();
        if (!set.ok()) return set.status();
        return Node{.kind = Node::Kind::kSet, .set = ignore_case_ ? WithBothCases(*set) : *set};
      }
      default: {
        const unsigned char byte = static_cast<unsigned char>(c);
        if (byte >= 0x80) {
          --at_;
          return Character();
        }
        const ByteSet set = Range(byte, byte);
        return Node{.kind = Node::Kind::kSet, .set = ignore_case_ ? WithBothCases(set) : set};
      }
    }
  }

  absl::StatusOr<Node> Group(int depth) {
    ++at_;
    if (Take("?P<value>")) {
      if (has_value_group_) return Fault("a second (?P<value>...) group");
      has_value_group_ = true;
    } else if (Take("?:")) {
    } else if (Take("?")) {
      return Fault("only (?:...), (?P<value>...) and (?i) are allowed");
    } else {
      return Fault("a bare group: write (?:...) or (?P<value>...)");
    }
    const bool is_value = in_[at_ - 1] == '>';
    absl::StatusOr<Node> inner = Alternation(depth + 1);
    if (!inner.ok()) return inner;
    if (!Take(")")) return Fault("missing ')'");
    if (!is_value) return inner;
    Node group{.kind = Node::Kind::kCat, .is_value = true};
    group.children.push_back(*std::move(inner));
    return group;
  }

  // A character outside ASCII: the bytes of its UTF-8 form, one after another.
  absl::StatusOr<Node> Character() {
    const auto lead = static_cast<unsigned char>(in_[at_]);
    const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (size == 0 || in_.size() - at_ < size) return Fault("not UTF-8");
    Node sequence{.kind = Node::Kind::kCat};
    for (size_t i = 0; i < size; ++i) {
      const auto byte = static_cast<unsigned char>(in_[at_++]);
      if (i > 0 && (byte & 0xC0) != 0x80) return Fault("not UTF-8");
      sequence.children.push_back({.kind = Node::Kind::kSet, .set = Range(byte, byte)});
    }
    return sequence;
  }

  // After a backslash.
  absl::StatusOr<ByteSet> Escape() {
    if (at_ >= in_.size()) return Fault("a backslash at the end");
    const char c = in_[at_++];
    switch (c) {
      case 'd':
        return Digits();
      case 'D':
        return ~Digits();
      case 'w':
        return WordBytes();
      case 'W':
        return ~WordBytes();
      case 's':
        return SpaceBytes();
      case 'S':
        return ~SpaceBytes();
      case 'n':
        return Range('\n', '\n');
      case 't':
        return Range('\t', '\t');
      case 'r':
        return Range('\r', '\r');
      case 'f':
        return Range('\f', '\f');
      case 'x': {
        int value = 0;
        for (int i = 0; i < 2; ++i) {
          if (at_ >= in_.size()) return Fault("\\x needs two hexadecimal digits");
          const char h = in_[at_++];
          int digit = h >= '0' && h <= '9'   ? h - '0'
                      : h >= 'a' && h <= 'f' ? h - 'a' + 10
                      : h >= 'A' && h <= 'F' ? h - 'A' + 10
                                             : -1;
          if (digit < 0) return Fault("\\x needs two hexadecimal digits");
          value = value * 16 + digit;
        }
        return Range(value, value);
      }
      default:
        if (IsWordByte(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80) {
          return Fault(absl::StrFormat("unknown escape \\%c", c));
        }
        return Range(static_cast<unsigned char>(c), static_cast<unsigned char>(c));
    }
  }

  absl::StatusOr<Node> Class() {
    ++at_;
    const bool negated = Take("^");
    ByteSet set;
    Node alternatives{.kind = Node::Kind::kAlt};  // the class's characters outside ASCII
    bool first = true;
    while (true) {
      if (at_ >= in_.size()) return Fault("missing ']'");
      if (in_[at_] == ']' && !first) break;
      if (in_[at_] == '[') return Fault("write \\[ inside a class");
      first = false;
      if (static_cast<unsigned char>(in_[at_]) >= 0x80) {
        if (negated) return Fault("a letter outside ASCII in a negated class");
        absl::StatusOr<Node> character = Character();
        if (!character.ok()) return character;
        alternatives.children.push_back(*std::move(character));
        continue;
      }
      absl::StatusOr<ByteSet> low = ClassItem();
      if (!low.ok()) return low.status();
      if (at_ + 1 < in_.size() && in_[at_] == '-' && in_[at_ + 1] != ']') {
        ++at_;
        absl::StatusOr<ByteSet> high = ClassItem();
        if (!high.ok()) return high.status();
        if (low->count() != 1 || high->count() != 1) return Fault("a range between classes");
        int from = 0, to = 0;
        for (int c = 0; c < 256; ++c) {
          if ((*low)[static_cast<size_t>(c)]) from = c;
          if ((*high)[static_cast<size_t>(c)]) to = c;
        }
        if (to < from) return Fault("a range is out of order");
        set |= Range(from, to);
      } else {
        set |= *low;
      }
    }
    ++at_;
    if (ignore_case_) set = WithBothCases(set);
    if (negated) set = ~set;
    if (set.none() && alternatives.children.empty()) return Fault("a class that nothing matches");
    if (alternatives.children.empty()) return Node{.kind = Node::Kind::kSet, .set = set};
    if (set.any()) alternatives.children.push_back({.kind = Node::Kind::kSet, .set = set});
    return alternatives;
  }

  absl::StatusOr<ByteSet> ClassItem() {
    if (Take("\\")) return Escape();
    const unsigned char c = static_cast<unsigned char>(in_[at_]);
    if (c >= 0x80) return Fault("a range to a letter outside ASCII");
    ++at_;
    return Range(c, c);
  }

  std::string_view in_;
  size_t at_ = 0;
  bool ignore_case_ = false;
  bool has_value_group_ = false;
};

// Writes `node` as a regex over bytes that says nothing by its case or encoding: both engines read
// it alike.
void Print(const Node& node, std::string& out) {
  switch (node.kind) {
    case Node::Kind::kEmpty:
      return;
    case Node::Kind::kBoundary:
      out += "\\b";
      return;
    case Node::Kind::kBegin:
      out += '^';
      return;
    case Node::Kind::kEnd:
      out += '$';
      return;
    case Node::Kind::kSet:
      out += '[';
      for (size_t from = 0; from < 256; ++from) {
        if (!node.set[from]) continue;
        size_t to = from;
        while (to + 1 < 256 && node.set[to + 1]) ++to;
        absl::StrAppendFormat(&out, "\\x%02x", from);
        if (to > from) absl::StrAppendFormat(&out, "-\\x%02x", to);
        from = to;
      }
      out += ']';
      return;
    case Node::Kind::kCat:
      if (node.is_value) out += "(?P<value>";
      for (const Node& child : node.children) {
        const bool group = child.kind == Node::Kind::kAlt;
        if (group) out += "(?:";
        Print(child, out);
        if (group) out += ')';
      }
      if (node.is_value) out += ')';
      return;
    case Node::Kind::kAlt:
      for (size_t i = 0; i < node.children.size(); ++i) {
        if (i > 0) out += '|';
        Print(node.children[i], out);
      }
      return;
    case Node::Kind::kRepeat:
      out += "(?:";
      Print(node.children[0], out);
      out += node.max == kUnbounded ? absl::StrFormat("){%d,}", node.min)
                                    : absl::StrFormat("){%d,%d}", node.min, node.max);
      return;
  }
}

int MinWidth(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kSet:
      return 1;
    case Node::Kind::kCat: {
      int sum = 0;
      for (const Node& child : node.children) sum += MinWidth(child);
      return std::min(sum, kUnbounded);
    }
    case Node::Kind::kAlt: {
      int least = kUnbounded;
      for (const Node& child : node.children) least = std::min(least, MinWidth(child));
      return least;
    }
    case Node::Kind::kRepeat:
      return std::min(node.min * MinWidth(node.children[0]), kUnbounded);
    default:
      return 0;
  }
}

int MaxWidth(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kSet:
      return 1;
    case Node::Kind::kCat: {
      int sum = 0;
      for (const Node& child : node.children) sum = std::min(sum + MaxWidth(child), kUnbounded);
      return sum;
    }
    case Node::Kind::kAlt: {
      int most = 0;
      for (const Node& child : node.children) most = std::max(most, MaxWidth(child));
      return most;
    }
    case Node::Kind::kRepeat: {
      const int inner = MaxWidth(node.children[0]);
      if (inner == 0 || node.max == 0) return 0;
      if (node.max == kUnbounded || inner > kUnbounded / node.max) return kUnbounded;
      return inner * node.max;
    }
    default:
      return 0;
  }
}

int MinDigits(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kSet:
      return (node.set & ~Digits()).none() ? 1 : 0;
    case Node::Kind::kCat: {
      int sum = 0;
      for (const Node& child : node.children) sum += MinDigits(child);
      return sum;
    }
    case Node::Kind::kAlt: {
      int least = kUnbounded;
      for (const Node& child : node.children) least = std::min(least, MinDigits(child));
      return least;
    }
    case Node::Kind::kRepeat:
      return node.min * MinDigits(node.children[0]);
    default:
      return 0;
  }
}

ByteSet AllBytes(const Node& node) {
  ByteSet set = node.kind == Node::Kind::kSet ? node.set : ByteSet();
  for (const Node& child : node.children) set |= AllBytes(child);
  return set;
}

// The bytes that `node` can begin with; `nullable` says whether it can match nothing.
ByteSet FirstBytes(const Node& node, bool& nullable) {
  nullable = true;
  ByteSet set;
  switch (node.kind) {
    case Node::Kind::kSet:
      nullable = false;
      return node.set;
    case Node::Kind::kCat:
      for (const Node& child : node.children) {
        bool child_nullable = true;
        set |= FirstBytes(child, child_nullable);
        if (!child_nullable) {
          nullable = false;
          return set;
        }
      }
      return set;
    case Node::Kind::kAlt:
      nullable = false;
      for (const Node& child : node.children) {
        bool child_nullable = true;
        set |= FirstBytes(child, child_nullable);
        nullable |= child_nullable;
      }
      return set;
    case Node::Kind::kRepeat: {
      set = FirstBytes(node.children[0], nullable);
      nullable |= node.min == 0;
      return set;
    }
    default:
      return set;
  }
}

struct Lead {
  int min = 0, max = 0;
  ByteSet bytes;
};

// What stands before the first pivot byte that every match of `node` must hold; nothing if there
// is no such byte.
std::optional<Lead> FindLead(const Node& node, const ByteSet& pivot) {
  switch (node.kind) {
    case Node::Kind::kSet:
      if ((node.set & ~pivot).none()) return Lead{};
      return std::nullopt;
    case Node::Kind::kCat: {
      Lead lead;
      for (const Node& child : node.children) {
        if (std::optional<Lead> inner = FindLead(child, pivot)) {
          lead.min += inner->min;
          lead.max += inner->max;
          lead.bytes |= inner->bytes;
          if (lead.max > kMaxLead) return std::nullopt;
          return lead;
        }
        lead.min += MinWidth(child);
        lead.max += MaxWidth(child);
        lead.bytes |= AllBytes(child);
        if (lead.max > kMaxLead) return std::nullopt;
      }
      return std::nullopt;
    }
    case Node::Kind::kAlt: {
      Lead lead{.min = kUnbounded};
      for (const Node& child : node.children) {
        std::optional<Lead> inner = FindLead(child, pivot);
        if (!inner) return std::nullopt;
        lead.min = std::min(lead.min, inner->min);
        lead.max = std::max(lead.max, inner->max);
        lead.bytes |= inner->bytes;
      }
      return lead;
    }
    case Node::Kind::kRepeat:
      if (node.min == 0) return std::nullopt;
      return FindLead(node.children[0], pivot);
    default:
      return std::nullopt;
  }
}

bool HasAssertion(const Node& node) {
  if (node.kind == Node::Kind::kBoundary || node.kind == Node::Kind::kBegin ||
      node.kind == Node::Kind::kEnd) {
    return true;
  }
  return std::any_of(node.children.begin(), node.children.end(), HasAssertion);
}

// Thompson's construction.
struct Nfa {
  // Consumes a byte of `set` and goes to `out`, or goes to `out` and `out2` without consuming.
  struct State {
    ByteSet set;
    int out = -1, out2 = -1;
    bool consumes = false;
  };
  std::vector<State> states;

  int Add(State state) {
    states.push_back(std::move(state));
    return static_cast<int>(states.size()) - 1;
  }

  // Builds `node` so that it goes on to `next`; gives its first state, or -1 if too large.
  int Build(const Node& node, int next) {
    if (static_cast<int>(states.size()) > kMaxNfaNodes) return -1;
    switch (node.kind) {
      case Node::Kind::kSet:
        return Add({.set = node.set, .out = next, .consumes = true});
      case Node::Kind::kCat: {
        for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
          next = Build(*child, next);
          if (next < 0) return -1;
        }
        return next;
      }
      case Node::Kind::kAlt: {
        int first = -1;
        for (const Node& child : node.children) {
          const int begin = Build(child, next);
          if (begin < 0) return -1;
          first = first < 0 ? begin : Add({.out = first, .out2 = begin});
        }
        return first;
      }
      case Node::Kind::kRepeat: {
        const Node& child = node.children[0];
        int after = next;
        if (node.max == kUnbounded) {
          const int loop = Add({.out = next});
          const int body = Build(child, loop);
          if (body < 0) return -1;
          states[static_cast<size_t>(loop)].out2 = body;
          after = loop;
        } else {
          for (int i = node.min; i < node.max; ++i) {
            const int body = Build(child, after);
            if (body < 0) return -1;
            after = Add({.out = body, .out2 = next});
          }
        }
        for (int i = 0; i < node.min; ++i) {
          after = Build(child, after);
          if (after < 0) return -1;
        }
        return after;
      }
      default:
        return next;  // assertions are checked outside
    }
  }
};

// Merges states that accept the same rests. A match has a greatest width, so no state but the dead
// one leads back to itself, and one pass from the ends to the start is enough.
Automaton Minimise(const Automaton& automaton) {
  const size_t class_count = automaton.class_count;
  const size_t states = automaton.accepting.size();
  // States behind all those that they lead to, by a walk without recursion.
  std::vector<uint16_t> order;
  std::vector<uint8_t> visited(states, 0);
  std::vector<std::pair<uint16_t, size_t>> stack = {{uint16_t{1}, 0}};
  visited[0] = visited[1] = 1;
  while (!stack.empty()) {
    auto& [state, cls] = stack.back();
    if (cls == class_count) {
      order.push_back(state);
      stack.pop_back();
      continue;
    }
    const uint16_t to = automaton.next[state * class_count + cls++];
    if (visited[to] == 0) {
      visited[to] = 1;
      stack.emplace_back(to, 0);
    }
  }
  // A row is what a state accepts and where it leads; the start's comes last.
  using Row = std::vector<uint16_t>;
  std::vector<uint16_t> merged(states, 0);
  std::vector<Row> rows = {Row(class_count + 1, 0)};
  absl::flat_hash_map<Row, uint16_t> known = {{rows[0], 0}};
  for (uint16_t state : order) {
    Row row;
    for (size_t c = 0; c < class_count; ++c) {
      row.push_back(merged[automaton.next[state * class_count + c]]);
    }
    row.push_back(automaton.accepting[state]);
    const auto [it, inserted] = known.try_emplace(row, static_cast<uint16_t>(rows.size()));
    if (inserted) rows.push_back(std::move(row));
    merged[state] = it->second;
  }
  // The start becomes state 1, what was state 1 takes its place.
  const uint16_t start = merged[1];
  const auto renumber = [start](uint16_t state) -> uint16_t {
    return state == start ? 1 : state == 1 ? start : state;
  };
  std::swap(rows[1], rows[start]);

  // Classes whose columns have become the same are one.
  Automaton minimal;
  std::map<std::vector<uint16_t>, uint8_t> columns;
  std::vector<uint8_t> class_of_class(class_count);
  std::vector<size_t> kept;
  for (size_t c = 0; c < class_count; ++c) {
    std::vector<uint16_t> column;
    for (const Row& row : rows) column.push_back(row[c]);
    const auto [it, inserted] = columns.try_emplace(column, static_cast<uint8_t>(kept.size()));
    if (inserted) kept.push_back(c);
    class_of_class[c] = it->second;
  }
  for (size_t c = 0; c < 256; ++c) minimal.class_of[c] = class_of_class[automaton.class_of[c]];
  minimal.class_count = static_cast<uint32_t>(kept.size());
  for (const Row& row : rows) {
    for (size_t c : kept) minimal.next.push_back(renumber(row[c]));
    minimal.accepting.push_back(static_cast<uint8_t>(row[class_count]));
  }
  return minimal;
}

// Subset construction. Empty if there would be too many states.
Automaton BuildAutomaton(const std::vector<Nfa::State>& nfa, int start, int accept) {
  Automaton automaton;
  // Bytes that no set tells apart share a class.
  std::vector<ByteSet> sets;
  for (const Nfa::State& state : nfa) {
    if (state.consumes && std::find(sets.begin(), sets.end(), state.set) == sets.end()) {
      sets.push_back(state.set);
    }
  }
  std::map<std::vector<bool>, uint8_t> classes;
  for (size_t c = 0; c < 256; ++c) {
    std::vector<bool> key(sets.size());
    for (size_t i = 0; i < sets.size(); ++i) key[i] = sets[i][c];
    automaton.class_of[c] =
        classes.try_emplace(key, static_cast<uint8_t>(classes.size())).first->second;
  }
  const size_t class_count = classes.size();
  std::vector<unsigned char> member(class_count);
  for (size_t c = 0; c < 256; ++c) member[automaton.class_of[c]] = static_cast<unsigned char>(c);

  // Only states that consume a byte, and the accepting one, tell subsets apart.
  std::vector<int> number(nfa.size(), -1);
  std::vector<size_t> consuming;
  for (size_t i = 0; i < nfa.size(); ++i) {
    if (nfa[i].consumes || static_cast<int>(i) == accept) {
      number[i] = static_cast<int>(consuming.size());
      consuming.push_back(i);
    }
  }
  const size_t words = consuming.size() / 64 + 1;
  const auto accept_number = static_cast<size_t>(number[static_cast<size_t>(accept)]);
  using Subset = std::vector<uint64_t>;
  std::vector<uint32_t> seen(nfa.size(), 0);
  uint32_t generation = 0;
  std::vector<int> stack;
  const auto close = [&](int from) {
    Subset subset(words, 0);
    ++generation;
    stack.assign(1, from);
    while (!stack.empty()) {
      const int at = stack.back();
      stack.pop_back();
      if (at < 0 || seen[static_cast<size_t>(at)] == generation) continue;
      seen[static_cast<size_t>(at)] = generation;
      if (const int n = number[static_cast<size_t>(at)]; n >= 0) {
        subset[static_cast<size_t>(n) / 64] |= uint64_t{1} << (n % 64);
      } else {
        stack.push_back(nfa[static_cast<size_t>(at)].out);
        stack.push_back(nfa[static_cast<size_t>(at)].out2);
      }
    }
    return subset;
  };
  std::vector<Subset> follow;  // what each consuming state leads to
  std::vector<std::vector<bool>> takes(consuming.size(), std::vector<bool>(class_count));
  for (size_t i = 0; i < consuming.size(); ++i) {
    const Nfa::State& state = nfa[consuming[i]];
    follow.push_back(state.consumes ? close(state.out) : Subset(words, 0));
    for (size_t c = 0; c < class_count; ++c) takes[i][c] = state.consumes && state.set[member[c]];
  }

  absl::flat_hash_map<Subset, uint16_t> ids;
  std::vector<Subset> subsets;
  const auto intern = [&](const Subset& subset) -> uint16_t {
    auto [it, inserted] = ids.try_emplace(subset, static_cast<uint16_t>(subsets.size()));
    if (inserted) subsets.push_back(subset);
    return it->second;
  };
  intern(Subset(words, 0));  // dead
  intern(close(start));
  std::vector<uint16_t> next;
  std::vector<uint8_t> accepting;
  std::vector<Subset> targets(class_count, Subset(words));
  for (size_t id = 0; id < subsets.size(); ++id) {
    if (subsets.size() > static_cast<size_t>(kMaxStates)) return {};
    for (Subset& target : targets) std::fill(target.begin(), target.end(), 0);
    for (size_t w = 0; w < words; ++w) {
      for (uint64_t left = subsets[id][w]; left != 0; left &= left - 1) {
        const size_t n = w * 64 + static_cast<size_t>(__builtin_ctzll(left));
        for (size_t c = 0; c < class_count; ++c) {
          if (!takes[n][c]) continue;
          for (size_t i = 0; i < words; ++i) targets[c][i] |= follow[n][i];
        }
      }
    }
    accepting.push_back(subsets[id][accept_number / 64] >> (accept_number % 64) & 1);
    for (size_t c = 0; c < class_count; ++c) next.push_back(intern(targets[c]));
  }
  automaton.class_count = static_cast<uint32_t>(class_count);
  automaton.next = std::move(next);
  automaton.accepting = std::move(accepting);
  return Minimise(automaton);
}

// Empty if `node` holds an assertion, or is too large.
Automaton MakeAutomaton(const Node& node) {
  if (HasAssertion(node)) return {};
  Nfa nfa;
  const int accept = nfa.Add({});
  const int start = nfa.Build(node, accept);
  if (start < 0) return {};
  return BuildAutomaton(nfa.states, start, accept);
}

// Calls `on_end` for each end, from left to right, of a match of `automaton` that begins at
// `begin`, none of them behind `limit`.
template <typename OnEnd>
void WalkEnds(const Automaton& automaton, std::string_view text, size_t begin, size_t limit,
              OnEnd on_end) {
  size_t state = 1;
  if (automaton.accepting[state] != 0) on_end(begin);
  for (size_t at = begin; at < limit;) {
    state = automaton.next[state * automaton.class_count +
                           automaton.class_of[static_cast<unsigned char>(text[at])]];
    if (state == 0) return;
    ++at;
    if (automaton.accepting[state] != 0) on_end(at);
  }
}

// A set of places in a match, counted from its begin.
class Places {
 public:
  void Insert(size_t place) { bits_[place / 64] |= uint64_t{1} << (place % 64); }
  // The largest place before `limit`, or -1.
  int Below(int limit) const {
    for (int at = limit - 1; at >= 0;) {
      const uint64_t left = bits_[at / 64] << (63 - at % 64);
      if (left != 0) return at - std::countl_zero(left);
      at = at / 64 * 64 - 1;
    }
    return -1;
  }

 private:
  std::array<uint64_t, RegexProgram::kMaxWidth / 64 + 1> bits_{};
};

}  // namespace

char PivotByte(Pivot pivot) {
  constexpr char kBytes[] = {'@', '#', '+', ':', '/', '-', '.', '0'};
  return kBytes[static_cast<int>(pivot)];
}

// True if every text that the automaton accepts holds a dot between two bytes that are neither
// spaces nor dots, and, if `in_first_stretch`, holds it before its first space.
bool HasInnerDot(const Automaton& automaton, bool in_first_stretch) {
  if (automaton.empty()) return false;
  // What stands before a place, in a path that has not yet come upon such a dot.
  enum Before : size_t { kSpaceSeen, kNothing, kOther, kDot, kCount };
  std::vector<uint8_t> seen(automaton.accepting.size() * kCount, 0);
  std::vector<size_t> open = {1 * kCount + kNothing};
  seen[open[0]] = 1;
  const ByteSet spaces = SpaceBytes();
  while (!open.empty()) {
    const size_t state = open.back() / kCount, before = open.back() % kCount;
    open.pop_back();
    if (automaton.accepting[state] != 0) return false;
    for (size_t c = 0; c < 256; ++c) {
      const uint16_t to = automaton.next[state * automaton.class_count + automaton.class_of[c]];
      if (to == 0) continue;
      size_t then = kOther;
      if (before == kSpaceSeen || spaces[c]) {
        then = in_first_stretch ? kSpaceSeen : kNothing;
      } else if (c == '.') {
        then = before == kOther ? kDot : kNothing;
      } else if (before == kDot) {
        continue;
      }
      if (std::exchange(seen[to * kCount + then], 1) == 0) open.push_back(to * kCount + then);
    }
  }
  return true;
}

absl::StatusOr<RegexProgram> RegexProgram::Compile(std::string_view regex, const Options& options) {
  Parser parser(regex);
  absl::StatusOr<Node> parsed = parser.Parse();
  if (!parsed.ok()) return parsed.status();
  Node root = *std::move(parsed);

  RegexProgram program;
  program.min_width_ = MinWidth(root);
  program.max_width_ = MaxWidth(root);
  if (program.min_width_ == 0) return absl::InvalidArgumentError("regex: it can match nothing");
  if (program.max_width_ > kMaxWidth) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "regex: a match can be longer than %d bytes; bound its repeats", kMaxWidth));
  }
  program.min_digits_ = MinDigits(root);
  // A group around all of the regex says nothing that the match does not.
  program.has_value_group_ = parser.has_value_group() && !root.is_value;
  bool nullable = false;
  program.first_bytes_ = FirstBytes(root, nullable);

  // The rarest in text first.
  for (Pivot pivot : {Pivot::kAt, Pivot::kHash, Pivot::kPlus, Pivot::kColon, Pivot::kSlash,
                      Pivot::kDigit, Pivot::kHyphen, Pivot::kDot}) {
    const unsigned char byte = static_cast<unsigned char>(PivotByte(pivot));
    const ByteSet set = pivot == Pivot::kDigit ? Digits() : Range(byte, byte);
    if (std::optional<Lead> lead = FindLead(root, set)) {
      program.pivot_ = pivot;
      program.lead_min_ = lead->min;
      program.lead_max_ = lead->max;
      program.lead_bytes_ = lead->bytes;
      break;
    }
  }

  // Printing takes a good part of a warm start; with all automata at hand nobody reads it.
  const Automata* const made = options.automata;
  if (options.with_re2 || made == nullptr || made->whole.empty() ||
      (program.has_value_group_ && made->before.empty())) {
    Print(root, program.byte_regex_);
  }
  // Assertions at either end are checked beside the automaton; one further inside leaves the
  // regex to RE2.
  Node body{.kind = Node::Kind::kCat};
  if (root.kind == Node::Kind::kCat) {
    body.children = std::move(root.children);
  } else {
    body.children.push_back(std::move(root));
  }
  auto is = [&](size_t at, Node::Kind kind) {
    return at < body.children.size() && body.children[at].kind == kind;
  };
  if (is(0, Node::Kind::kBoundary)) {
    program.leading_boundary_ = true;
    body.children.erase(body.children.begin());
  } else if (is(0, Node::Kind::kBegin)) {
    program.leading_begin_ = true;
    body.children.erase(body.children.begin());
  }
  if (!body.children.empty()) {
    if (is(body.children.size() - 1, Node::Kind::kBoundary)) {
      program.trailing_boundary_ = true;
      body.children.pop_back();
    } else if (is(body.children.size() - 1, Node::Kind::kEnd)) {
      program.trailing_end_ = true;
      body.children.pop_back();
    }
  }
  if (options.automata != nullptr) {
    program.automata_ = *options.automata;
  } else {
    program.automata_.whole = MakeAutomaton(body);
    const auto value = std::find_if(body.children.begin(), body.children.end(),
                                    [](const Node& child) { return child.is_value; });
    if (value != body.children.end() && !program.automata_.whole.empty()) {
      Node before{.kind = Node::Kind::kCat}, after{.kind = Node::Kind::kCat};
      before.children.assign(body.children.begin(), value);
      after.children.assign(value + 1, body.children.end());
      program.automata_.before = MakeAutomaton(before);
      program.automata_.value = MakeAutomaton(*value);
      program.automata_.after = MakeAutomaton(after);
    }
  }
  // A dot that ends a sentence wakes nothing.
  if (program.pivot_ == Pivot::kDot &&
      !HasInnerDot(program.automata_.whole, (program.lead_bytes_ & SpaceBytes()).none())) {
    program.pivot_ = Pivot::kNone;
  }
  const bool finds_values = !program.automata_.before.empty() && !program.automata_.value.empty() &&
                            !program.automata_.after.empty();
  if (options.with_re2 || !program.has_automaton() || (program.has_value_group_ && !finds_values)) {
    RE2::Options re2_options;
    re2_options.set_encoding(RE2::Options::EncodingLatin1);
    re2_options.set_longest_match(true);
    re2_options.set_log_errors(false);
    // The leading no-op keeps RE2 from searching for a prefix of its own: in 20220601 it looks for
    // the UTF-8 form of the bytes that alternatives share, and so misses matches in Latin-1.
    program.re2_ = std::make_unique<RE2>(absl::StrFormat("(?:\\b|\\B)(?:%s)", program.byte_regex_),
                                         re2_options);
    if (!program.re2_->ok()) {
      return absl::InvalidArgumentError(absl::StrFormat("regex: %s", program.re2_->error()));
    }
  }
  return program;
}

void Automaton::Serialise(std::string& bytes) const {
  const uint32_t sizes[2] = {static_cast<uint32_t>(accepting.size()), class_count};
  bytes.append(reinterpret_cast<const char*>(sizes), sizeof(sizes));
  bytes.append(reinterpret_cast<const char*>(class_of.data()), class_of.size());
  bytes.append(reinterpret_cast<const char*>(accepting.data()), accepting.size());
  bytes.append(reinterpret_cast<const char*>(next.data()), next.size() * sizeof(uint16_t));
}

std::optional<Automaton> Automaton::Deserialise(std::string_view& bytes) {
  uint32_t sizes[2];
  Automaton automaton;
  if (bytes.size() < sizeof(sizes) + automaton.class_of.size()) return std::nullopt;
  std::memcpy(sizes, bytes.data(), sizeof(sizes));
  bytes.remove_prefix(sizeof(sizes));
  const uint32_t states = sizes[0], class_count = sizes[1];  // clang 14 captures no bindings
  if (states > static_cast<uint32_t>(kMaxStates) + 256 || class_count > 256) return std::nullopt;
  const size_t cells = size_t{states} * class_count;
  const size_t size = automaton.class_of.size() + states + cells * sizeof(uint16_t);
  if (bytes.size() < size) return std::nullopt;
  automaton.class_count = class_count;
  automaton.accepting.resize(states);
  automaton.next.resize(cells);
  const char* at = bytes.data();
  std::memcpy(automaton.class_of.data(), at, automaton.class_of.size());
  at += automaton.class_of.size();
  if (states > 0) std::memcpy(automaton.accepting.data(), at, states);
  at += states;
  if (cells > 0) std::memcpy(automaton.next.data(), at, cells * sizeof(uint16_t));
  bytes.remove_prefix(size);
  const bool sound =
      std::all_of(automaton.next.begin(), automaton.next.end(),
                  [&](uint16_t state) { return state < states; }) &&
      (states == 0 || std::all_of(automaton.class_of.begin(), automaton.class_of.end(),
                                  [&](uint8_t c) { return c < class_count; }));
  if (!sound) return std::nullopt;
  return automaton;
}

void Automata::Serialise(std::string& bytes) const {
  for (const Automaton* automaton : {&whole, &before, &value, &after}) automaton->Serialise(bytes);
}

std::optional<Automata> Automata::Deserialise(std::string_view& bytes) {
  Automata automata;
  for (Automaton* automaton :
       {&automata.whole, &automata.before, &automata.value, &automata.after}) {
    std::optional<Automaton> read = Automaton::Deserialise(bytes);
    if (!read) return std::nullopt;
    *automaton = *std::move(read);
  }
  return automata;
}

size_t RegexProgram::MatchAt(std::string_view text, size_t begin, size_t& steps) const {
  if (automata_.whole.empty()) {
    re2::StringPiece match;
    steps += static_cast<size_t>(max_width_);
    if (!re2_->Match(text, begin, text.size(), RE2::ANCHOR_START, &match, 1)) return kNoMatch;
    return begin + match.size();
  }
  if (leading_boundary_ && !BoundaryAt(text, begin)) return kNoMatch;
  if (leading_begin_ && begin != 0) return kNoMatch;
  size_t end = kNoMatch;
  size_t at = begin;
  uint32_t state = 1;
  const Automaton& automaton = automata_.whole;
  const uint32_t class_count = automaton.class_count;
  const uint16_t* const next = automaton.next.data();
  while (at < text.size()) {
    state = next[state * class_count + automaton.class_of[static_cast<unsigned char>(text[at])]];
    if (state == 0) break;
    ++at;
    if (automaton.accepting[state] && (!trailing_boundary_ || BoundaryAt(text, at)) &&
        (!trailing_end_ || at == text.size())) {
      end = at;
    }
  }
  steps += at - begin + 1;
  return end;
}

bool RegexProgram::FindValue(std::string_view text, size_t begin, size_t end, size_t& value_begin,
                             size_t& value_end) const {
  value_begin = begin;
  value_end = end;
  if (!has_value_group_) return true;
  if (!automata_.before.empty() && !automata_.value.empty() && !automata_.after.empty()) {
    const int width = static_cast<int>(end - begin);
    Places begins;
    WalkEnds(automata_.before, text, begin, end, [&](size_t at) { begins.Insert(at - begin); });
    for (int from = begins.Below(width + 1); from >= 0; from = begins.Below(from)) {
      Places ends;
      WalkEnds(automata_.value, text, begin + static_cast<size_t>(from), end,
               [&](size_t at) { ends.Insert(at - begin); });
      for (int to = ends.Below(width + 1); to > from; to = ends.Below(to)) {
        bool reaches_end = false;
        WalkEnds(automata_.after, text, begin + static_cast<size_t>(to), end,
                 [&](size_t at) { reaches_end |= at == end; });
        if (!reaches_end) continue;
        value_begin = begin + static_cast<size_t>(from);
        value_end = begin + static_cast<size_t>(to);
        return true;
      }
    }
    return false;
  }
  re2::StringPiece groups[2];
  // Anchored at both ends: the match is known, only its group is asked for.
  if (!re2_->Match(text, begin, end, RE2::ANCHOR_BOTH, groups, 2)) return false;
  if (groups[1].data() == nullptr || groups[1].empty()) return false;
  value_begin = static_cast<size_t>(groups[1].data() - text.data());
  value_end = value_begin + groups[1].size();
  return true;
}

}  // namespace tacet
