#include "cli/fingerprint_cache.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace rowprint::cli {
namespace {

using test::TemporaryFolder;
namespace fs = std::filesystem;

FingerprintCache::Key key_of(std::string_view content) {
  return {hashing::Sha256::of(hashing::as_bytes(content)),
          content.size(),
          RowFormat::ndjson,
          Order::sequence,
          Schema{},
          1U << 20U};
}

RowsIdentity identity_of(std::string_view content) {
  return {{hashing::Fingerprint::Kind::sequence, hashing::Sha256::of(hashing::as_bytes(content))},
          Schema{{{"a", Type::integer}, {"line\nbreak", Type::any}}},
          17,
          content.size()};
}

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator{folder}) {
    paths.push_back(entry.path());
  }
  return paths;
}

TEST(FingerprintCache, GivesBackWhatWasStored) {
  const TemporaryFolder folder;
  const FingerprintCache cache{folder.path() / "made/when/needed"};
  EXPECT_FALSE(cache.find(key_of("rows")));
  cache.store(key_of("rows"), identity_of("rows"));
  const auto found = cache.find(key_of("rows"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->fingerprint, identity_of("rows").fingerprint);
  EXPECT_EQ(found->schema, identity_of("rows").schema);
  EXPECT_EQ(found->rows, 17U);
  EXPECT_EQ(found->bytes, 4U);
}

TEST(FingerprintCache, EverythingThatChangesAFingerprintIsPartOfTheKey) {
  const TemporaryFolder folder;
  const FingerprintCache cache{folder.path()};
  cache.store(key_of("rows"), identity_of("rows"));
  auto other = key_of("rows");
  other.format = RowFormat::cbor;
  EXPECT_FALSE(cache.find(other));
  for (const std::string_view name : FormatOptions::names()) {
    other = key_of("rows");
    other.options.at(name) = "";
    EXPECT_FALSE(cache.find(other)) << name;
  }
  other = key_of("rows");
  other.coding = ContentCoding::gzip;
  EXPECT_FALSE(cache.find(other));
  other = key_of("rows");
  other.file[31] ^= 1U;
  EXPECT_FALSE(cache.find(other));
  other = key_of("rows");
  other.bytes += 1;
  EXPECT_FALSE(cache.find(other));
  other = key_of("rows");
  other.order = Order::set;
  EXPECT_FALSE(cache.find(other));
  other = key_of("rows");
  other.declared = Schema{{{"a", Type::decimal}}};
  EXPECT_FALSE(cache.find(other));
  other = key_of("rows");
  other.row_bytes_max -= 1;
  EXPECT_FALSE(cache.find(other));
}

TEST(FingerprintCache, DeclaredColumnsCannotBeConfused) {
  const TemporaryFolder folder;
  const FingerprintCache cache{folder.path()};
  auto one = key_of("rows");
  one.declared = Schema{{{"a=int 3:b", Type::integer}}};
  auto two = key_of("rows");
  two.declared = Schema{{{"a", Type::integer}, {"b", Type::integer}}};
  cache.store(one, identity_of("rows"));
  EXPECT_TRUE(cache.find(one));
  EXPECT_FALSE(cache.find(two));
}

TEST(FingerprintCache, ADamagedEntryIsAMiss) {
  const TemporaryFolder folder;
  const FingerprintCache cache{folder.path()};
  cache.store(key_of("rows"), identity_of("rows"));
  const fs::path path = entries(folder.path()).at(0);
  std::ifstream file{path, std::ios::binary};
  const std::string whole{std::istreambuf_iterator<char>{file}, {}};
  const std::string name = path.filename().string();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    folder.file(name, damaged);
    EXPECT_FALSE(cache.find(key_of("rows"))) << "byte " << at;
    folder.file(name, whole.substr(0, at));
    EXPECT_FALSE(cache.find(key_of("rows"))) << "cut at " << at;
  }
  folder.file(name, whole);
  EXPECT_TRUE(cache.find(key_of("rows")));
}

TEST(FingerprintCache, AnEntryUnderAnotherNameIsAMiss) {
  const TemporaryFolder folder;
  const FingerprintCache cache{folder.path()};
  cache.store(key_of("rows"), identity_of("rows"));
  const fs::path one = entries(folder.path()).at(0);
  cache.store(key_of("wors"), identity_of("wors"));
  for (const fs::path& path : entries(folder.path())) {
    if (path != one) {
      fs::rename(one, path);
    }
  }
  EXPECT_FALSE(cache.find(key_of("wors")));
}

TEST(FingerprintCache, TheOneNotUsedForLongestGoesFirst) {
  const TemporaryFolder folder;
  const FingerprintCache cache{folder.path(), 3};
  const auto pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds{15}); };
  for (const std::string_view content : {"1", "2", "3"}) {
    cache.store(key_of(content), identity_of(content));
    pause();
  }
  EXPECT_TRUE(cache.find(key_of("1")));
  pause();
  cache.store(key_of("4"), identity_of("4"));
  EXPECT_EQ(entries(folder.path()).size(), 3U);
  EXPECT_TRUE(cache.find(key_of("1")));
  EXPECT_FALSE(cache.find(key_of("2")));
  EXPECT_TRUE(cache.find(key_of("3")));
  EXPECT_TRUE(cache.find(key_of("4")));
}

TEST(FingerprintCache, KnowsWhichSizesItHolds) {
  const TemporaryFolder folder;
  const FingerprintCache cache{folder.path()};
  cache.store(key_of("0123456789"), identity_of("0123456789"));
  EXPECT_TRUE(cache.may_hold(10));
  EXPECT_FALSE(cache.may_hold(1));
  EXPECT_FALSE(cache.may_hold(100));
  EXPECT_FALSE(FingerprintCache{folder.path() / "nowhere"}.may_hold(10));
}

TEST(FingerprintCache, APlaceThatCannotBeWrittenIsNoError) {
  const TemporaryFolder folder;
  const FingerprintCache cache{folder.file("a file", "") + "/below"};
  cache.store(key_of("rows"), identity_of("rows"));
  EXPECT_FALSE(cache.find(key_of("rows")));
}

}  // namespace
}  // namespace rowprint::cli
