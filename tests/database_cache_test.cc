#include "engine/detect/database_cache.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace tacet {
namespace {

class DatabaseCacheTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/cacheXXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string StoredFile() const {
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      if (entry.path().extension() == ".db") return entry.path();
    }
    return "";
  }

  std::string directory_;
};

TEST_F(DatabaseCacheTest, GivesBackWhatWasStored) {
  const DatabaseCache cache(directory_);
  EXPECT_EQ(cache.Load("key"), std::nullopt);
  cache.Store("key", "bytes");
  EXPECT_EQ(cache.Load("key"), "bytes");
  EXPECT_EQ(cache.Load("other key"), std::nullopt);
  struct stat info {};
  ASSERT_EQ(stat(StoredFile().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(DatabaseCacheTest, EachFlippedBitIsAMiss) {
  const DatabaseCache cache(directory_);
  cache.Store("key", "some bytes");
  std::string bytes;
  {
    std::ifstream in(StoredFile(), std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  ASSERT_EQ(bytes.size(), 32 + 10u);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    std::ofstream(StoredFile(), std::ios::binary | std::ios::trunc) << changed;
    EXPECT_EQ(cache.Load("key"), std::nullopt) << bit;
  }
}

TEST_F(DatabaseCacheTest, TrustsNoFileThatOthersMayRead) {
  const DatabaseCache cache(directory_);
  cache.Store("key", "bytes");
  ASSERT_EQ(chmod(StoredFile().c_str(), 0644), 0);
  EXPECT_EQ(cache.Load("key"), std::nullopt);
}

TEST_F(DatabaseCacheTest, TrustsNoFolderThatOthersMayWrite) {
  const DatabaseCache cache(directory_);
  cache.Store("key", "bytes");
  ASSERT_EQ(chmod(directory_.c_str(), 0777), 0);
  EXPECT_EQ(cache.Load("key"), std::nullopt);
}

TEST_F(DatabaseCacheTest, WithoutAFolderNothingIsKept) {
  const DatabaseCache none("");
  none.Store("key", "bytes");
  EXPECT_EQ(none.Load("key"), std::nullopt);
}

}  // namespace
}  // namespace tacet
