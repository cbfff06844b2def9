#include "tacet/pattern_library.h"

#include <openssl/evp.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/detect/embedded_files.h"
#include "engine/detect/validators.h"
#include "engine/text/toml.h"

namespace tacet {
namespace {

// A user's files are read whole; a pattern set larger than this is a mistake.
constexpr size_t kMaxFileBytes = 16 << 20;
constexpr size_t kMaxPatterns = 20'000;
constexpr size_t kMaxFaults = 100;
constexpr int kMaxReach = 200;  // code points

constexpr ContextRule kContextDefaults = {.before = 40, .after = 40, .weight = 0.5f};
constexpr ContextRule kAgainstDefaults = {.before = 16, .after = 0, .weight = 0.5f};

struct Place {
  std::string file;
  int line = 0;
};

int LineOf(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

bool IsUpperName(std::string_view name) {
  if (name.empty() || name.size() > 64 ||
      !absl::ascii_isupper(static_cast<unsigned char>(name[0]))) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isupper(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_';
  });
}

bool IsLowerName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

bool HasLetter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalpha(static_cast<unsigned char>(c)) ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

std::string Sha256Hex(absl::Span<const PatternFile> files) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  std::string hex;
  if (context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1) {
    for (const PatternFile& file : files) {
      // Lengths first, so that no two sets of files read the same.
      const std::string frame = absl::StrFormat("%d:%d:", file.name.size(), file.text.size());
      EVP_DigestUpdate(context, frame.data(), frame.size());
      EVP_DigestUpdate(context, file.name.data(), file.name.size());
      EVP_DigestUpdate(context, file.text.data(), file.text.size());
    }
    if (EVP_DigestFinal_ex(context, digest, &size) == 1) {
      hex = absl::BytesToHexString(std::string(reinterpret_cast<char*>(digest), size));
    }
  }
  EVP_MD_CTX_free(context);
  return hex;
}

}  // namespace

class PatternParser {
 public:
  absl::StatusOr<PatternLibrary> Parse(absl::Span<const PatternFile> files) {
    for (const PatternFile& file : files) ParseFile(file);
    ResolveLists();
    for (size_t i = 0; i < library_.entities_.size(); ++i) {
      if (library_.entities_[i].source.empty()) {
        Fault(entity_places_[i],
              absl::StrFormat("entity %s has no 'source'", library_.entities_[i].type));
      }
    }
    if (library_.patterns_.size() > kMaxPatterns) {
      faults_.push_back(absl::StrFormat("more than %d patterns", kMaxPatterns));
    }
    if (!faults_.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults_, "\n"));
    library_.digest_ = Sha256Hex(files);
    if (library_.digest_.empty()) return absl::InternalError("SHA-256 is not available");
    return std::move(library_);
  }

 private:
  void Fault(const Place& place, std::string_view what) {
    if (faults_.size() < kMaxFaults) {
      faults_.push_back(absl::StrFormat("%s:%d: %s", place.file, place.line, what));
    }
  }
  void Fault(const toml::node& node, std::string_view what) { Fault({file_, LineOf(node)}, what); }

  void CheckKeys(const toml::table& table, std::initializer_list<std::string_view> known) {
    for (auto&& [key, value] : table) {
      if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
        Fault({file_, static_cast<int>(key.source().begin.line)},
              absl::StrFormat("unknown key '%s'", key.str()));
      }
    }
  }

  std::optional<std::string> String(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_string()) {
      Fault(*node, absl::StrFormat("'%s' must be a string", key));
      return std::nullopt;
    }
    return node->as_string()->get();
  }

  std::optional<bool> Bool(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_boolean()) {
      Fault(*node, absl::StrFormat("'%s' must be true or false", key));
      return std::nullopt;
    }
    return node->as_boolean()->get();
  }

  std::optional<float> UnitNumber(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return std::nullopt;
    std::optional<double> value = node->value<double>();
    if (!value || !(*value >= 0 && *value <= 1)) {
      Fault(*node, absl::StrFormat("'%s' must be a number from 0 to 1", key));
      return std::nullopt;
    }
    return static_cast<float>(*value);
  }

  void ParseFile(const PatternFile& file) {
    file_ = file.name;
    if (file.text.size() > kMaxFileBytes) {
      Fault({file_, 1}, "the file is over 16 MiB");
      return;
    }
    toml::parse_result parsed = ParseToml(file.text, file.name);
    if (!parsed) {
      Fault({file_, static_cast<int>(parsed.error().source().begin.line)},
            absl::StrFormat("not TOML: %s", parsed.error().description()));
      return;
    }
    const toml::table& root = parsed.table();
    CheckKeys(root, {"entity", "words", "fragments", "disable"});
    ParseDisable(root);
    ParseFragments(root);
    ParseWords(root);
    if (const toml::node* entities = root.get("entity")) {
      const toml::array* array = entities->as_array();
      if (array == nullptr) {
        Fault(*entities, "write entities as [[entity]]");
        return;
      }
      for (const toml::node& entity : *array) {
        if (entity.is_table()) {
          ParseEntity(*entity.as_table());
        } else {
          Fault(entity, "write entities as [[entity]]");
        }
      }
    }
  }

  void ParseDisable(const toml::table& root) {
    const toml::node* node = root.get("disable");
    if (node == nullptr) return;
    const toml::array* names = node->as_array();
    if (names == nullptr) {
      Fault(*node, "'disable' must be a list of pattern names");
      return;
    }
    for (const toml::node& name : *names) {
      if (!name.is_string()) {
        Fault(name, "'disable' must be a list of pattern names");
        continue;
      }
      const std::string& text = name.as_string()->get();
      auto& patterns = library_.patterns_;
      auto it = std::find_if(patterns.begin(), patterns.end(),
                             [&](const Pattern& pattern) { return pattern.name == text; });
      if (it == patterns.end()) {
        Fault(name, absl::StrFormat("no earlier pattern is named '%s'", text));
      } else {
        pending_.erase(pending_.begin() + (it - patterns.begin()));
        patterns.erase(it);
      }
    }
  }

  void ParseFragments(const toml::table& root) {
    const toml::node* node = root.get("fragments");
    if (node == nullptr) return;
    if (!node->is_table()) {
      Fault(*node, "'fragments' must be a table");
      return;
    }
    // In the order of the file, so that a fragment may use those above it.
    std::vector<std::pair<int, std::string>> order;
    for (auto&& [key, value] : *node->as_table()) {
      order.emplace_back(LineOf(value), std::string(key.str()));
    }
    std::sort(order.begin(), order.end());
    for (const auto& [line, name] : order) {
      const toml::node& value = *node->as_table()->get(name);
      if (!value.is_string()) {
        Fault(value, absl::StrFormat("fragment '%s' must be a string", name));
        continue;
      }
      fragments_[name] = Expand(value.as_string()->get(), {file_, line});
    }
  }

  // Puts fragments in the place of {{name}}.
  std::string Expand(std::string_view regex, const Place& place) {
    std::string out;
    while (true) {
      const size_t open = regex.find("{{");
      if (open == std::string_view::npos) break;
      const size_t close = regex.find("}}", open);
      if (close == std::string_view::npos) {
        Fault(place, "'{{' without '}}'");
        break;
      }
      const std::string name(regex.substr(open + 2, close - open - 2));
      auto it = fragments_.find(name);
      if (it == fragments_.end()) {
        Fault(place, absl::StrFormat("no fragment is named '%s'", name));
        break;
      }
      out.append(regex.substr(0, open));
      out.append(it->second);
      regex.remove_prefix(close + 2);
    }
    out.append(regex);
    return out;
  }

  void ParseWords(const toml::table& root) {
    const toml::node* node = root.get("words");
    if (node == nullptr) return;
    if (!node->is_table()) {
      Fault(*node, "'words' must be a table of lists");
      return;
    }
    for (auto&& [name, by_language] : *node->as_table()) {
      if (!IsLowerName(name.str())) {
        Fault(by_language,
              absl::StrFormat("word list '%s': use a-z, 0-9, '-' and '_'", name.str()));
        continue;
      }
      if (!by_language.is_table()) {
        Fault(by_language,
              absl::StrFormat("word list '%s' must be a table by language", name.str()));
        continue;
      }
      WordList& list = ListNamed(std::string(name.str()));
      for (auto&& [language, words] : *by_language.as_table()) {
        const toml::array* array = words.as_array();
        if (array == nullptr) {
          Fault(words, absl::StrFormat("words of '%s' must be a list", language.str()));
          continue;
        }
        for (const toml::node& word : *array) {
          if (!word.is_string() || word.as_string()->get().size() < 2 ||
              word.as_string()->get().size() > 100) {
            Fault(word, "a word must be a string of 2 to 100 bytes");
            continue;
          }
          if (!HasLetter(word.as_string()->get())) {
            Fault(word, "a word needs a letter");
            continue;
          }
          list.words.push_back({std::string(language.str()), word.as_string()->get()});
        }
      }
    }
  }

  WordList& ListNamed(const std::string& name) {
    auto [it, inserted] = list_index_.try_emplace(name, library_.word_lists_.size());
    if (inserted) library_.word_lists_.push_back({.name = name});
    return library_.word_lists_[it->second];
  }

  void ParseEntity(const toml::table& table) {
    CheckKeys(table, {"type", "name", "category", "region", "source", "threshold", "reported",
                      "default", "repeats", "examples", "counterexamples", "pattern"});
    std::optional<std::string> type = String(table, "type");
    if (!type || !IsUpperName(*type)) {
      Fault(table, "an entity needs a 'type' of A-Z, 0-9 and '_'");
      return;
    }
    int index = library_.FindEntity(*type);
    const bool fresh = index < 0;
    if (fresh) {
      index = static_cast<int>(library_.entities_.size());
      library_.entities_.push_back({.type = *type});
      entity_places_.push_back({file_, LineOf(table)});
    }
    EntityType& entity = library_.entities_[static_cast<size_t>(index)];
    if (auto value = String(table, "name")) entity.name = *value;
    if (auto value = String(table, "category")) entity.category = *value;
    // A type that several countries give numbers to has a region in each place, and none itself.
    const std::string region = String(table, "region").value_or(entity.region);
    if (fresh) {
      entity.region = region;
    } else if (entity.region != region) {
      entity.region.clear();
    }
    if (auto value = String(table, "source")) entity.source = *value;
    if (auto value = UnitNumber(table, "threshold")) entity.threshold = *value;
    if (auto value = Bool(table, "reported")) entity.reported = *value;
    if (auto value = Bool(table, "default")) entity.is_default = *value;
    if (auto value = Bool(table, "repeats")) entity.repeats = *value;

    const size_t examples = ParseExamples(table, index, "examples");
    const size_t counterexamples = ParseExamples(table, index, "counterexamples");
    const toml::node* patterns = table.get("pattern");
    if (patterns == nullptr) return;
    if (examples == 0 || counterexamples == 0) {
      Fault(table,
            absl::StrFormat("entity %s needs at least one example and one counter-example", *type));
    }
    const toml::array* array = patterns->as_array();
    if (array == nullptr) {
      Fault(*patterns, "write patterns as [[entity.pattern]]");
      return;
    }
    for (const toml::node& pattern : *array) {
      if (pattern.is_table()) {
        ParsePattern(*pattern.as_table(), index, region);
      } else {
        Fault(pattern, "write patterns as [[entity.pattern]]");
      }
    }
  }

  size_t ParseExamples(const toml::table& table, int entity, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return 0;
    const toml::array* array = node->as_array();
    if (array == nullptr) {
      Fault(*node, absl::StrFormat("'%s' must be a list of strings", key));
      return 0;
    }
    const bool marked = key == "examples";
    for (const toml::node& text : *array) {
      if (!text.is_string()) {
        Fault(text, absl::StrFormat("'%s' must be a list of strings", key));
        continue;
      }
      Example example{.entity = entity, .file = file_, .line = LineOf(text)};
      if (!marked) {
        example.text = text.as_string()->get();
      } else if (!Unmark(text.as_string()->get(), example)) {
        Fault(text, "an example needs its values between << and >>");
        continue;
      }
      library_.examples_.push_back(std::move(example));
    }
    return array->size();
  }

  static bool Unmark(std::string_view marked, Example& example) {
    while (true) {
      const size_t open = marked.find("<<");
      if (open == std::string_view::npos) break;
      const size_t close = marked.find(">>", open);
      if (close == std::string_view::npos || close == open + 2) return false;
      example.text.append(marked.substr(0, open));
      const size_t begin = example.text.size();
      example.text.append(marked.substr(open + 2, close - open - 2));
      example.marks.push_back({begin, example.text.size()});
      marked.remove_prefix(close + 2);
    }
    example.text.append(marked);
    return !example.marks.empty();
  }

  // A context rule whose list is known by name only until all files are read.
  struct PendingRule {
    std::string list;
    ContextRule rule;
    Place place;
  };
  struct PendingPattern {
    std::string follows, lexicon;
    std::vector<PendingRule> context, against;
  };

  void ParsePattern(const toml::table& table, int entity, const std::string& region) {
    CheckKeys(table, {"name", "regex", "follows", "lexicon", "recogniser", "kind", "validate",
                      "boundary", "score", "context", "against"});
    Pattern pattern{.entity = entity, .region = region, .file = file_, .line = LineOf(table)};
    PendingPattern pending;
    std::optional<std::string> name = String(table, "name");
    if (!name || !IsLowerName(*name)) {
      Fault(table, "a pattern needs a 'name' of a-z, 0-9, '-' and '_'");
      return;
    }
    pattern.name = *name;
    if (auto value = String(table, "regex")) {
      pattern.regex = Expand(*value, {file_, LineOf(*table.get("regex"))});
    }
    pattern.has_value_group = pattern.regex.find("(?P<value>") != std::string::npos;
    if (auto value = String(table, "follows")) pending.follows = *value;
    if (auto value = String(table, "lexicon")) pending.lexicon = *value;
    if (auto value = String(table, "recogniser")) pattern.recogniser = *value;
    if (auto value = String(table, "kind")) pattern.kind = *value;
    if (auto value = String(table, "validate")) {
      pattern.validator = *value;
      if (FindValidator(*value) == nullptr) {
        Fault(*table.get("validate"), absl::StrFormat("no validator is named '%s'", *value));
      }
    }
    if (auto value = String(table, "boundary")) {
      static constexpr std::pair<std::string_view, Boundary> kNames[] = {
          {"none", Boundary::kNone},   {"digit", Boundary::kDigit}, {"number", Boundary::kNumber},
          {"group", Boundary::kGroup}, {"word", Boundary::kWord},   {"token", Boundary::kToken},
      };
      const auto* it = std::find_if(std::begin(kNames), std::end(kNames),
                                    [&](const auto& entry) { return entry.first == *value; });
      if (it == std::end(kNames)) {
        Fault(*table.get("boundary"),
              "'boundary' is one of none, digit, number, group, word, token");
      } else {
        pattern.boundary = it->second;
      }
    }
    const int ways =
        !pattern.regex.empty() + !pending.lexicon.empty() + !pattern.recogniser.empty();
    if (ways != 1) Fault(table, "a pattern has exactly one of 'regex', 'lexicon' and 'recogniser'");
    if (!pending.follows.empty() && pattern.regex.empty()) {
      Fault(table, "'follows' goes with 'regex' only");
    }
    if (pattern.kind.empty() == !pattern.recogniser.empty()) {
      Fault(table, "'recogniser' and 'kind' go together");
    }
    if (auto value = UnitNumber(table, "score")) {
      pattern.score = *value;
    } else if (table.get("score") == nullptr) {
      Fault(table, "a pattern needs a 'score'");
    }
    pending.context = ParseRules(table, "context", "add", kContextDefaults);
    pending.against = ParseRules(table, "against", "subtract", kAgainstDefaults);

    auto& patterns = library_.patterns_;
    auto it = std::find_if(patterns.begin(), patterns.end(),
                           [&](const Pattern& other) { return other.name == *name; });
    if (it != patterns.end() && it->file == file_) {
      Fault(table, absl::StrFormat("pattern '%s' was defined at line %d", *name, it->line));
    } else if (it != patterns.end()) {
      pending_[static_cast<size_t>(it - patterns.begin())] = std::move(pending);
      *it = std::move(pattern);
    } else {
      patterns.push_back(std::move(pattern));
      pending_.push_back(std::move(pending));
    }
  }

  std::vector<PendingRule> ParseRules(const toml::table& table, std::string_view key,
                                      std::string_view weight_key, const ContextRule& defaults) {
    std::vector<PendingRule> rules;
    const toml::node* node = table.get(key);
    if (node == nullptr) return rules;
    const toml::array* array = node->as_array();
    if (array == nullptr) {
      Fault(*node, absl::StrFormat("'%s' must be a list", key));
      return rules;
    }
    for (const toml::node& item : *array) {
      PendingRule rule{.rule = defaults, .place = {file_, LineOf(item)}};
      if (item.is_string()) {
        rule.list = item.as_string()->get();
      } else if (const toml::table* fields = item.as_table()) {
        CheckKeys(*fields, {"words", "before", "after", weight_key});
        rule.list = String(*fields, "words").value_or("");
        if (auto value = UnitNumber(*fields, weight_key)) rule.rule.weight = *value;
        Reach(*fields, "before", rule.rule.before);
        Reach(*fields, "after", rule.rule.after);
      } else {
        Fault(item, absl::StrFormat("an item of '%s' is the name of a word list or a table", key));
        continue;
      }
      rules.push_back(std::move(rule));
    }
    return rules;
  }

  void Reach(const toml::table& table, std::string_view key, int& reach) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    const std::optional<int64_t> value = node->value<int64_t>();
    if (!value || *value < 0 || *value > kMaxReach) {
      Fault(*node, absl::StrFormat("'%s' must be 0 to %d code points", key, kMaxReach));
      return;
    }
    reach = static_cast<int>(*value);
  }

  int ListIndex(const std::string& name, const Place& place) {
    auto it = list_index_.find(name);
    if (it != list_index_.end()) return static_cast<int>(it->second);
    Fault(place, absl::StrFormat("no word list is named '%s'", name));
    return -1;
  }

  void ResolveLists() {
    for (size_t i = 0; i < pending_.size(); ++i) {
      Pattern& pattern = library_.patterns_[i];
      const Place place{pattern.file, pattern.line};
      if (!pending_[i].follows.empty()) pattern.follows = ListIndex(pending_[i].follows, place);
      if (!pending_[i].lexicon.empty()) pattern.lexicon = ListIndex(pending_[i].lexicon, place);
      for (auto [from, to] : {std::pair(&pending_[i].context, &pattern.context),
                              std::pair(&pending_[i].against, &pattern.against)}) {
        for (const PendingRule& rule : *from) {
          ContextRule resolved = rule.rule;
          resolved.words = ListIndex(rule.list, rule.place);
          to->push_back(resolved);
        }
      }
    }
  }

  PatternLibrary library_;
  std::vector<Place> entity_places_;
  std::vector<PendingPattern> pending_;  // beside library_.patterns_
  absl::flat_hash_map<std::string, size_t> list_index_;
  std::map<std::string, std::string> fragments_;
  std::string file_;
  std::vector<std::string> faults_;
};

absl::StatusOr<PatternLibrary> PatternLibrary::Parse(absl::Span<const PatternFile> files) {
  return PatternParser().Parse(files);
}

int PatternLibrary::FindEntity(std::string_view type) const {
  for (size_t i = 0; i < entities_.size(); ++i) {
    if (entities_[i].type == type) return static_cast<int>(i);
  }
  return -1;
}

absl::Span<const PatternFile> DefaultPatternFiles() {
  static const std::vector<PatternFile>* const files = [] {
    auto* result = new std::vector<PatternFile>();
    for (const EmbeddedFile& file : EmbeddedFiles()) {
      if (file.name.size() > 5 && file.name.substr(file.name.size() - 5) == ".toml") {
        result->push_back({std::string(file.name), std::string(file.text)});
      }
    }
    return result;
  }();
  return *files;
}

}  // namespace tacet
