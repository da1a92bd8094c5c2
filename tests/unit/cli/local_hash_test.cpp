#include "cli/local_hash.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace rowprint::cli {
namespace {

using test::TemporaryFolder;

/// Every test has a cache of its own.
class LocalHashTest : public testing::Test {
 protected:
  LocalHashTest() {
    ::setenv("XDG_CACHE_HOME", (folder_.path() / "cache").c_str(), 1);
    ::setenv("TMPDIR", folder_.path().c_str(), 1);
  }
  ~LocalHashTest() override {
    ::unsetenv("XDG_CACHE_HOME");
    ::unsetenv("TMPDIR");
  }

  Result<LocalHash> hash(const std::string& file, const RowOptions& rows = {}, CacheUse use = CacheUse::look_up) {
    const auto input = Input::open(file);
    if (!input) {
      return fail(input.error());
    }
    ProgressLine line{false};
    return hash_input(*input, rows, line, use);
  }
  std::string rows_file(const std::string& content) { return folder_.file("rows", content); }

  TemporaryFolder folder_;
};

const std::string kRows = "{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5}\n\n{\"b\":null,\"a\":3}\n";

TEST_F(LocalHashTest, TheSecondTimeIsRememberedAndEqual) {
  const std::string file = rows_file(kRows);
  const auto first = hash(file);
  const auto second = hash(file);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(first->cached);
  EXPECT_TRUE(second->cached);
  EXPECT_EQ(first->identity.fingerprint, second->identity.fingerprint);
  EXPECT_EQ(first->identity.schema, second->identity.schema);
  EXPECT_EQ(second->identity.rows, 3U);
  EXPECT_EQ(second->identity.bytes, kRows.size());
}

TEST_F(LocalHashTest, ARefreshBelievesNothingAndRemembers) {
  const std::string file = rows_file(kRows);
  const auto first = hash(file, {}, CacheUse::refresh);
  const auto again = hash(file, {}, CacheUse::refresh);
  const auto looked_up = hash(file);
  ASSERT_TRUE(first && again && looked_up);
  EXPECT_FALSE(again->cached);
  EXPECT_TRUE(looked_up->cached);
}

TEST_F(LocalHashTest, WithoutTheCacheNothingIsRememberedOrLookedUp) {
  const std::string file = rows_file(kRows);
  RowOptions rows;
  rows.cache = false;
  ASSERT_TRUE(hash(file, rows));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "cache"));
  ASSERT_TRUE(hash(file));
  const auto again = hash(file, rows);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->cached);
}

TEST_F(LocalHashTest, AnotherByteIsAnotherFile) {
  const auto before = hash(rows_file(kRows));
  std::string changed = kRows;
  changed[5] = '7';
  const auto after = hash(rows_file(changed));
  ASSERT_TRUE(before && after);
  EXPECT_FALSE(after->cached);
  EXPECT_NE(before->identity.fingerprint, after->identity.fingerprint);
}

TEST_F(LocalHashTest, AnotherQuestionIsNotAnsweredFromTheCache) {
  const std::string file = rows_file(kRows);
  ASSERT_TRUE(hash(file));
  RowOptions as_set;
  as_set.order = Order::set;
  const auto set = hash(file, as_set);
  ASSERT_TRUE(set);
  EXPECT_FALSE(set->cached);
  EXPECT_EQ(set->identity.fingerprint.kind, hashing::Fingerprint::Kind::multiset);
  RowOptions declared;
  declared.schema = Schema{{{"a", Type::floating}}};
  const auto with_schema = hash(file, declared);
  ASSERT_TRUE(with_schema);
  EXPECT_FALSE(with_schema->cached);
}

TEST_F(LocalHashTest, ADescriptorThatIsNoFileIsReadOnce) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], kRows.data(), kRows.size()), static_cast<ssize_t>(kRows.size()));
  ::close(ends[1]);
  const auto from_pipe = hash("/dev/fd/" + std::to_string(ends[0]));
  ::close(ends[0]);
  const auto from_file = hash(rows_file(kRows));
  ASSERT_TRUE(from_pipe && from_file);
  EXPECT_EQ(from_pipe->identity.fingerprint, from_file->identity.fingerprint);
}

TEST_F(LocalHashTest, ABadRowIsNamedAndNotRemembered) {
  const std::string file = rows_file("{\"a\":1}\n{\"a\":tru}\n");
  const auto refused = hash(file);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
  EXPECT_EQ(refused.error().row, 2U);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "cache"));
}

TEST_F(LocalHashTest, ARowOverTheLimitIsRefused) {
  RowOptions rows;
  rows.row_bytes_max = 16;
  const auto refused = hash(rows_file("{\"a\":1}\n{\"a\":\"0123456789\"}\n"), rows);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.error().row, 2U);
}

TEST_F(LocalHashTest, WhatCannotBeOpenedIsNamed) {
  for (const std::string& file : {folder_.path().string(), (folder_.path() / "nowhere").string()}) {
    const auto refused = hash(file);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    EXPECT_NE(refused.error().reason.find(file), std::string::npos);
  }
}

TEST_F(LocalHashTest, SortingLeavesNothingBehind) {
  RowOptions rows;
  rows.order = Order::set;
  rows.cache = false;
  const std::string file = rows_file(kRows);
  ASSERT_TRUE(hash(file, rows));
  for (const auto& entry : std::filesystem::directory_iterator{folder_.path()}) {
    EXPECT_EQ(entry.path().filename(), "rows");
  }
}

}  // namespace
}  // namespace rowprint::cli
