#include "store/sqlite/content_store.hpp"

#include "tests/support/effort.hpp"
#include "tests/support/random_rows.hpp"
#include "tests/unit/store/sqlite/fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace rowprint::sqlite {
namespace {

using namespace test;  // NOLINT: the fixture is this folder's own

Value text(std::string content) {
  return {std::move(content)};
}
Value number(std::int64_t value) {
  return {value};
}

class ContentStoreTest : public ::testing::Test {
 protected:
  ContentStoreTest() {
    std::filesystem::create_directory(folder_.file("staging"));
    std::filesystem::create_directory(folder_.file("contents"));
  }

  Content stored(const std::vector<Row>& rows, Schema declared = {}) {
    auto content = run_(store_rows(store_, rows, 7, std::move(declared)));
    EXPECT_TRUE(content) << content.error().text();
    return content ? *content : Content{};
  }
  std::string path_of(const Content& content) const { return folder_.file("contents/") + content.location; }
  std::string query(const Content& content, const std::string& sql) const {
    return by_another_program(path_of(content), sql);
  }
  std::string forms(const Content& content) const {
    return query(content, "SELECT ordinal, from_row, form FROM rowprint_forms ORDER BY ordinal, from_row");
  }
  bool staging_is_empty() const { return std::filesystem::is_empty(folder_.file("staging")); }
  void expect_round_trip(const std::vector<Row>& rows, const Content& content) {
    auto got = run_(read_rows(store_, content));
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(rowprint::test::difference(rows, content.schema, *got), "");
    auto fingerprint = run_(recompute(store_, content));
    ASSERT_TRUE(fingerprint) << fingerprint.error().text();
    EXPECT_EQ(*fingerprint, content.sequence);
    EXPECT_EQ(query(content, "PRAGMA integrity_check"), "ok");
  }

  TemporaryFolder folder_;
  Vfs vfs_{posix_disk(), folder_.path()};
  ContentStore store_{vfs_, {folder_.file("staging"), folder_.file("contents")}};
  Runner run_;
};

TEST_F(ContentStoreTest, RandomRowsReadBackExactlyWhateverTheBatches) {
  for (std::uint64_t index = 0; index < rowprint::test::effort(100); ++index) {
    rowprint::test::Random random(rowprint::test::run_seed() + index);
    const auto rows = rowprint::test::random_rows(random, {200, 12, false});
    auto content = run_(store_rows(store_, rows, 1 + random.below(90)));
    ASSERT_TRUE(content) << content.error().text();
    SCOPED_TRACE(index);
    expect_round_trip(rows, *content);
    if (HasFailure()) {
      return;
    }
  }
  EXPECT_TRUE(staging_is_empty());
}

TEST_F(ContentStoreTest, AFileIsNamedForItsFingerprintAndItsIngest) {
  const Content content = stored({{{"a", number(1)}}});
  EXPECT_EQ(content.location.substr(0, 70), "rp1s-" + content.sequence.text().substr(5) + ".");
  EXPECT_EQ(content.stored_bytes, std::filesystem::file_size(path_of(content)));
}

TEST_F(ContentStoreTest, AnotherProgramSeesTheRowsUnderTheirNames) {
  const Content content =
      stored({{{"id", number(1)}, {"say \"hi\"", text("x")}}, {{"id", number(2)}, {"rowid", number(9)}}});
  EXPECT_EQ(query(content, "SELECT id, \"say \"\"hi\"\"\", c2 FROM data"), "1|x|NULL\n2|NULL|9");
  EXPECT_EQ(query(content, "SELECT format, rows, fingerprint FROM rowprint_content"), "1|2|" + content.sequence.text());
  EXPECT_EQ(query(content, "PRAGMA page_size"), "16384");
  EXPECT_EQ(query(content, "PRAGMA application_id"), std::to_string(kContentApplicationId));
  EXPECT_EQ(query(content, "PRAGMA integrity_check"), "ok");
}

TEST_F(ContentStoreTest, TheFirstValueDecidesTheFormOfItsColumn) {
  const Content content =
      stored({{{"n", Value{Null{}}}, {"b", Value{Null{}}}, {"t", Value{Null{}}}, {"x", Value{Null{}}}},
              {{"n", number(5)}, {"b", {true}}, {"t", Value{Date{3}}}, {"x", Value{Bytes{{1}}}}}});
  EXPECT_EQ(forms(content), "0|1|native\n1|1|bool\n2|1|tagged\n3|1|native");
}

TEST_F(ContentStoreTest, AFormThatDoesNotFitBecomesTaggedFromThatRowOn) {
  const Content content = stored({{{"n", number(5)}, {"b", {true}}},
                                  {{"n", text("x")}, {"b", {false}}},
                                  {{"n", {true}}, {"b", number(1)}},
                                  {{"n", number(5)}, {"b", {true}}}});
  EXPECT_EQ(forms(content), "0|1|native\n0|3|tagged\n1|1|bool\n1|3|tagged");
  EXPECT_EQ(query(content, "SELECT quote(c0), quote(c1) FROM rowprint_rows"), "5|1\n'x'|0\nX'F5'|1\n5|X'F5'");
}

TEST_F(ContentStoreTest, WhatBindsAsNullIsTagged) {
  const Content content = stored({{{"f", {1.5}}}, {{"f", {std::numeric_limits<double>::quiet_NaN()}}}});
  EXPECT_EQ(query(content, "SELECT quote(c0) FROM rowprint_rows"), "1.5\nX'F97E00'");
}

TEST_F(ContentStoreTest, ValuesAreNotBentByAffinity) {
  const std::vector<Row> rows{
      {{"v", text("0123")}}, {{"v", number(5)}}, {{"v", {9007199254740993.0}}}, {{"v", text("5")}}};
  const Content content = stored(rows);
  EXPECT_EQ(query(content, "SELECT typeof(c0) FROM rowprint_rows"), "text\ninteger\nreal\ntext");
  expect_round_trip(rows, content);
}

TEST_F(ContentStoreTest, DeclaredColumnsThatNoRowHasAreInTheFile) {
  const Schema declared{{{"at", Type::timestamptz}, {"id", Type::integer}}};
  const std::vector<Row> rows{{{"id", number(1)}, {"more", text("x")}}};
  const Content content = stored(rows, declared);
  EXPECT_EQ(content.schema.columns.front().name, "at");
  EXPECT_EQ(query(content, "SELECT at, id, more FROM data"), "NULL|1|x");
  expect_round_trip(rows, content);
}

TEST_F(ContentStoreTest, WideRowsReadBackThoughTheyFillAStatementEach) {
  std::vector<Row> rows;
  for (std::int64_t index = 0; index < 5; ++index) {
    Row row;
    for (std::int64_t column = 0; column < 1000; ++column) {
      row.emplace_back(fmt::format("column {}", column), number(index * column));
    }
    rows.push_back(std::move(row));
  }
  expect_round_trip(rows, stored(rows));
}

TEST_F(ContentStoreTest, MoreColumnsThanTheLimitAreRefusedWithTheirRow) {
  BatchBuilder builder{{1U << 20U, 100, 2000}};
  std::vector<std::uint32_t> ordinals;
  for (int column = 0; column <= 1000; ++column) {
    ordinals.push_back(*builder.column(fmt::format("column {}", column)));
  }
  for (const std::uint32_t last : {3U, 1000U, 3U}) {
    builder.begin_row();
    builder.set(ordinals[last], Cell::integer(1));
    builder.end_row();
  }
  auto transaction = run_(store_.begin({"wide", 1U << 20U}));
  ASSERT_TRUE(transaction) << transaction.error().text();
  const Batch batch = builder.take();
  const auto refused = run_((*transaction)->insert(batch));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.error().row, 2U);
  EXPECT_EQ(refused.error().column, "column 1000");
}

TEST_F(ContentStoreTest, AfterAnErrorNothingButDiscardIsTaken) {
  BatchBuilder wide{{1U << 20U, 100, 2000}};
  for (int column = 0; column <= 1000; ++column) {
    ASSERT_TRUE(wide.column(fmt::format("column {}", column)));
  }
  wide.begin_row();
  wide.set(1000, Cell::integer(1));
  wide.end_row();
  BatchBuilder narrow;
  ASSERT_TRUE(narrow.column("a"));
  narrow.begin_row();
  narrow.set(0, Cell::integer(1));
  narrow.end_row();
  const Batch bad = wide.take();
  const Batch good = narrow.take();

  auto transaction = run_(store_.begin({"failed", 1U << 20U}));
  ASSERT_TRUE(transaction);
  EXPECT_TRUE(run_((*transaction)->insert(good)));
  EXPECT_FALSE(run_((*transaction)->insert(bad)));
  EXPECT_FALSE(run_((*transaction)->insert(good)));
  EXPECT_FALSE(run_((*transaction)->seal({}, {})));
  EXPECT_FALSE(staging_is_empty());
  (*transaction)->discard();
  EXPECT_TRUE(staging_is_empty());
}

TEST_F(ContentStoreTest, ALocationOutsideItsFolderIsNeverTouched) {
  const std::string outside = folder_.file("outside");
  ASSERT_TRUE(posix_disk().open(outside, OpenMode::create));
  for (const std::string location : {"../outside", "..", ".", "", "a/b"}) {
    EXPECT_EQ(run_(store_.remove(location)).error().code, ErrorCode::corrupt) << location;
    Content content;
    content.location = location;
    EXPECT_EQ(run_(store_.read(content)).error().code, ErrorCode::corrupt) << location;
  }
  EXPECT_TRUE(std::filesystem::exists(outside));
}

TEST_F(ContentStoreTest, RecoveryKeepsWhatIsKnownAndNamesWhatIsMissing) {
  const Content kept = stored({{{"a", number(1)}}});
  const Content unknown = stored({{{"a", number(2)}}});
  ASSERT_TRUE(posix_disk().open(folder_.file("staging/left.sqlite"), OpenMode::create));
  const auto recovery = run_(store_.recover({kept.location, "gone.sqlite"}));
  ASSERT_TRUE(recovery) << recovery.error().text();
  EXPECT_EQ(recovery->removed, (std::vector<std::string>{"left.sqlite", unknown.location}));
  EXPECT_EQ(recovery->missing, std::vector<std::string>{"gone.sqlite"});
  EXPECT_TRUE(std::filesystem::exists(path_of(kept)));
  EXPECT_FALSE(std::filesystem::exists(path_of(unknown)));
  EXPECT_TRUE(staging_is_empty());
}

}  // namespace
}  // namespace rowprint::sqlite
