#include "engine/detect/database_cache.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"

namespace tacet {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kTagBytes = 32;
constexpr size_t kMaxBytes = 1 << 28;
using Tag = std::array<unsigned char, kTagBytes>;

// A folder of ours alone, opened so that a later change of its path does not matter.
int OpenFolder(const std::string& path) {
  if (path.empty()) return -1;
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -1;
  struct stat info {};
  if (fstat(folder, &info) != 0 || info.st_uid != geteuid() || (info.st_mode & 022) != 0) {
    close(folder);
    return -1;
  }
  return folder;
}

std::optional<std::string> ReadOwn(int folder, const char* name) {
  const int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  absl::Cleanup closer = [file] { close(file); };
  struct stat info {};
  if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode) || info.st_uid != geteuid() ||
      (info.st_mode & 077) != 0 || info.st_size < 0 ||
      static_cast<size_t>(info.st_size) > kMaxBytes) {
    return std::nullopt;
  }
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = read(file, bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    done += static_cast<size_t>(got);
  }
  return bytes;
}

bool WriteOwn(int folder, const char* name, std::string_view bytes) {
  unsigned char random[8];
  if (RAND_bytes(random, sizeof(random)) != 1) return false;
  const std::string temporary =
      std::string(".new-") +
      absl::BytesToHexString(std::string(reinterpret_cast<char*>(random), sizeof(random)));
  const int file = openat(folder, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return false;
  bool ok = true;
  while (ok && !bytes.empty()) {
    const ssize_t put = write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    ok = put > 0;
    if (ok) bytes.remove_prefix(static_cast<size_t>(put));
  }
  ok = close(file) == 0 && ok;
  ok = ok && renameat(folder, temporary.c_str(), folder, name) == 0;
  if (!ok) unlinkat(folder, temporary.c_str(), 0);
  return ok;
}

bool Authenticate(std::string_view secret, std::string_view key, std::string_view bytes, Tag& tag) {
  EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX* const context = mac == nullptr ? nullptr : EVP_MAC_CTX_new(mac);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0),
                                   OSSL_PARAM_construct_end()};
  const auto update = [context](std::string_view part) {
    return EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(part.data()),
                          part.size()) == 1;
  };
  // The key's length goes first, so that key and bytes cannot trade places.
  size_t size = 0;
  const bool ok = context != nullptr &&
                  EVP_MAC_init(context, reinterpret_cast<const unsigned char*>(secret.data()),
                               secret.size(), parameters) == 1 &&
                  update(std::to_string(key.size()) + ":") && update(key) && update(bytes) &&
                  EVP_MAC_final(context, tag.data(), &size, tag.size()) == 1 && size == kTagBytes;
  EVP_MAC_CTX_free(context);
  EVP_MAC_free(mac);
  return ok;
}

std::string FileName(std::string_view key) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(key.data(), key.size(), digest, &size, EVP_sha256(), nullptr) != 1) return "";
  return absl::BytesToHexString(std::string(reinterpret_cast<char*>(digest), 16)) + ".db";
}

}  // namespace

std::optional<std::string> DatabaseCache::Load(std::string_view key) const {
  const int folder = OpenFolder(directory_);
  if (folder < 0) return std::nullopt;
  absl::Cleanup closer = [folder] { close(folder); };
  const std::optional<std::string> secret = ReadOwn(folder, "key");
  if (!secret || secret->size() != kKeyBytes) return std::nullopt;
  std::optional<std::string> stored = ReadOwn(folder, FileName(key).c_str());
  if (!stored || stored->size() < kTagBytes) return std::nullopt;
  Tag tag;
  const size_t size = stored->size() - kTagBytes;
  if (!Authenticate(*secret, key, std::string_view(*stored).substr(0, size), tag) ||
      CRYPTO_memcmp(tag.data(), stored->data() + size, kTagBytes) != 0) {
    return std::nullopt;
  }
  stored->resize(size);
  return stored;
}

void DatabaseCache::Store(std::string_view key, std::string_view bytes) const {
  if (directory_.empty()) return;
  mkdir(directory_.c_str(), 0700);  // the parent is the caller's matter
  const int folder = OpenFolder(directory_);
  if (folder < 0) return;
  absl::Cleanup closer = [folder] { close(folder); };
  std::optional<std::string> secret = ReadOwn(folder, "key");
  if (!secret || secret->size() != kKeyBytes) {
    secret.emplace(kKeyBytes, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(secret->data()), kKeyBytes) != 1) return;
    if (!WriteOwn(folder, "key", *secret)) return;
  }
  Tag tag;
  if (!Authenticate(*secret, key, bytes, tag)) return;
  std::string stored(bytes);
  stored.append(reinterpret_cast<const char*>(tag.data()), tag.size());
  WriteOwn(folder, FileName(key).c_str(), stored);
}

}  // namespace tacet
