#include "store/sqlite/content_store.hpp"
#include "tests/support/effort.hpp"
#include "tests/unit/store/sqlite/fixture.hpp"

#include <gtest/gtest.h>

#include <sqlite3.h>
#include <filesystem>
#include <fstream>

namespace rowprint::sqlite {
namespace {

using namespace test;  // NOLINT: the fixture is this folder's own

std::vector<Row> varied_rows() {
  std::vector<Row> rows;
  for (std::int64_t index = 0; index < 300; ++index) {
    Row row{{"id", {index}}, {"name", {std::string(80, static_cast<char>('a' + index % 26))}}};
    row.emplace_back("ok", Value{index % 2 == 0});
    row.emplace_back("day", Value{Date{index}});
    row.emplace_back("list", Value{List{{Value{index}, Value{std::string{"x"}}}}});
    rows.push_back(std::move(row));
  }
  return rows;
}

class DamagedContent : public ::testing::Test {
 protected:
  DamagedContent() {
    std::filesystem::create_directory(folder_.file("staging"));
    std::filesystem::create_directory(folder_.file("contents"));
    auto content = run_(store_rows(store_, varied_rows()));
    if (!content) {
      throw std::runtime_error(content.error().text());
    }
    content_ = *content;
    path_ = folder_.file("contents/") + content_.location;
  }

  Result<std::vector<Row>> read() { return run_(read_rows(store_, content_)); }

  TemporaryFolder folder_;
  Vfs vfs_{posix_disk(), folder_.path()};
  ContentStore store_{vfs_, {folder_.file("staging"), folder_.file("contents")}};
  Runner run_;
  Content content_;
  std::string path_;
};

class DamagedTables : public DamagedContent, public ::testing::WithParamInterface<const char*> {};

TEST_P(DamagedTables, AreCorrupt) {
  ASSERT_TRUE(read());
  ASSERT_EQ(by_another_program(path_, GetParam()), "");
  const auto rows = read();
  ASSERT_FALSE(rows) << GetParam();
  EXPECT_EQ(rows.error().code, ErrorCode::corrupt) << rows.error().text();
  EXPECT_NE(rows.error().reason.find(path_), std::string::npos) << rows.error().text();
}

INSTANTIATE_TEST_SUITE_P(
    OneThingAtATime, DamagedTables,
    ::testing::Values(
        "DELETE FROM rowprint_rows WHERE rowid = 200", "INSERT INTO rowprint_rows(c0) VALUES (1)",
        "DELETE FROM rowprint_content", "UPDATE rowprint_content SET rows = rows + 1",
        "UPDATE rowprint_content SET rows = -1", "UPDATE rowprint_content SET rows = 'many'",
        "UPDATE rowprint_content SET format = 2", "UPDATE rowprint_content SET fingerprint = 'rp1s:0'",
        "DROP TABLE rowprint_content", "DROP TABLE rowprint_columns", "DROP TABLE rowprint_forms",
        "DROP VIEW data; ALTER TABLE rowprint_rows DROP COLUMN c3",
        "DROP VIEW data; ALTER TABLE rowprint_rows RENAME TO elsewhere", "DELETE FROM rowprint_forms WHERE ordinal = 2",
        "UPDATE rowprint_forms SET form = 'other' WHERE ordinal = 2", "UPDATE rowprint_forms SET from_row = 0",
        "UPDATE rowprint_forms SET from_row = 2 WHERE ordinal = 1",
        "UPDATE rowprint_forms SET ordinal = 5000 WHERE ordinal = 2",
        "UPDATE rowprint_forms SET form = 'tagged' WHERE ordinal = 2",  // a bool read as an int
        "UPDATE rowprint_forms SET form = 'native' WHERE ordinal = 3",  // a date read as bytes
        "UPDATE rowprint_columns SET type = 'integer' WHERE ordinal = 0",
        "UPDATE rowprint_columns SET type = 'text' WHERE ordinal = 0",
        "UPDATE rowprint_columns SET name = 'name' WHERE ordinal = 0",
        "UPDATE rowprint_columns SET name = '' WHERE ordinal = 0",
        "UPDATE rowprint_columns SET name = CAST(x'ff' AS TEXT) WHERE ordinal = 0",
        "UPDATE rowprint_columns SET ordinal = 77 WHERE ordinal = 0",
        "UPDATE rowprint_columns SET ordinal = -1 WHERE ordinal = 0",
        "UPDATE rowprint_rows SET c0 = 'text' WHERE rowid = 299", "UPDATE rowprint_rows SET c0 = 0.5 WHERE rowid = 7",
        "UPDATE rowprint_rows SET c0 = x'05' WHERE rowid = 7",
        "UPDATE rowprint_rows SET c1 = CAST(x'c328' AS TEXT) WHERE rowid = 7",
        "UPDATE rowprint_rows SET c2 = 2 WHERE rowid = 7", "UPDATE rowprint_rows SET c2 = 'x' WHERE rowid = 7",
        "UPDATE rowprint_rows SET c2 = 1.0 WHERE rowid = 7", "UPDATE rowprint_rows SET c2 = x'f5' WHERE rowid = 7",
        "UPDATE rowprint_rows SET c3 = x'' WHERE rowid = 7", "UPDATE rowprint_rows SET c3 = x'd86418' WHERE rowid = 7",
        "UPDATE rowprint_rows SET c3 = CAST(c3 || x'00' AS BLOB) WHERE rowid = 7",
        "UPDATE rowprint_rows SET c3 = x'f5' WHERE rowid = 7",
        "UPDATE rowprint_rows SET c4 = x'8218ff' WHERE rowid = 7",
        "UPDATE rowprint_rows SET c4 = x'821801' WHERE rowid = 7",
        "UPDATE rowprint_rows SET c4 = x'81f90000' WHERE rowid = 7",
        "UPDATE rowprint_rows SET c4 = x'9fff' WHERE rowid = 7",
        "UPDATE rowprint_rows SET c4 = zeroblob(100000) WHERE rowid = 7"));

TEST_F(DamagedContent, AFileThatIsNoneIsCorrupt) {
  std::ofstream(path_, std::ios::trunc) << "not a database, but long enough to be looked at: "
                                        << std::string(20'000, 'x');
  EXPECT_EQ(read().error().code, ErrorCode::corrupt);
}

TEST_F(DamagedContent, AnEmptyFileIsCorrupt) {
  std::filesystem::resize_file(path_, 0);
  EXPECT_EQ(read().error().code, ErrorCode::corrupt);
}

TEST_F(DamagedContent, AFileThatLacksPagesIsCorrupt) {
  constexpr std::uintmax_t kPageBytes = 16384;
  const auto size = std::filesystem::file_size(path_);
  ASSERT_GT(size, 4 * kPageBytes);
  for (auto left = size - kPageBytes; left != 0; left -= kPageBytes) {
    std::filesystem::resize_file(path_, left);
    const auto rows = read();
    ASSERT_FALSE(rows) << left << " bytes left";
    EXPECT_EQ(rows.error().code, ErrorCode::corrupt) << rows.error().text();
  }
}

TEST_F(DamagedContent, FlippedBitsAreCorruptOrOtherRowsAndNeverACrash) {
  std::ifstream in(path_, std::ios::binary);
  const std::string sound{std::istreambuf_iterator<char>(in), {}};
  rowprint::test::Random random(rowprint::test::run_seed());
  std::uint64_t corrupt = 0;
  for (std::uint64_t round = 0; round < rowprint::test::effort(500); ++round) {
    std::string damaged = sound;
    for (std::uint64_t flips = 1 + random.below(8); flips > 0; --flips) {
      // Half of them near the start of a page, where its structure is.
      const std::size_t at = random.chance(50) ? random.below(damaged.size())
                                               : random.below(damaged.size() / 16384) * 16384 + random.below(200);
      damaged[at] = static_cast<char>(damaged[at] ^ static_cast<char>(1U << random.below(8)));
    }
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << damaged;
    const auto rows = read();
    if (!rows) {
      ++corrupt;
      EXPECT_EQ(rows.error().code, ErrorCode::corrupt) << rows.error().text();
    }
  }
  EXPECT_GT(corrupt, rowprint::test::effort(50));
}

}  // namespace
}  // namespace rowprint::sqlite
