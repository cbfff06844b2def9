// Keeps compiled databases on disk between runs.
#ifndef TACET_DETECT_DATABASE_CACHE_H_
#define TACET_DETECT_DATABASE_CACHE_H_

#include <optional>
#include <string>
#include <string_view>

namespace tacet {

// A folder of authenticated files. Hyperscan trusts the bytes that it deserialises with its
// memory, so a file is used only if it carries an HMAC-SHA-256 under a random key that stands
// beside it with mode 0600, in a folder that belongs to this user and that no one else can write.
// Any doubt is a miss; any failure to write is silent, since the cache only saves time.
class DatabaseCache {
 public:
  // `directory` may be empty: then nothing is kept. It is made, mode 0700, if it is not there.
  explicit DatabaseCache(std::string directory) : directory_(std::move(directory)) {}

  // The bytes stored under `key`, which may hold anything and says all that they depend on.
  std::optional<std::string> Load(std::string_view key) const;
  // Stores `bytes` under `key`, whole or not at all.
  void Store(std::string_view key, std::string_view bytes) const;

 private:
  std::string directory_;
};

}  // namespace tacet

#endif  // TACET_DETECT_DATABASE_CACHE_H_
