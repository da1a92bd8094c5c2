#include "tests/contract/contracted_stores.hpp"

#include "store/sqlite/data_directory.hpp"

#include <sqlite3.h>
#include <stdexcept>

namespace rowprint::test {
namespace {

/// Through SQLite itself, as somebody with a shell would.
void execute(const std::string& path, const char* sql) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  char* message = nullptr;
  EXPECT_EQ(sqlite3_exec(connection, sql, nullptr, nullptr, &message), SQLITE_OK) << (message ? message : "");
  EXPECT_EQ(sqlite3_changes(connection), 1);
  sqlite3_free(message);
  EXPECT_EQ(sqlite3_close(connection), SQLITE_OK);
}

/// A data directory of its own on the real disk.
class ContractedSqlite final : public ContractedStore {
 public:
  explicit ContractedSqlite(std::size_t small_bytes_max) {
    options_.small_bytes_max = small_bytes_max;
    open();
  }

  Store& store() override { return directory_->store(); }
  Catalog& catalog() override { return directory_->catalog(); }
  void tamper(const Content& content) override {
    if (!sqlite::is_small_location(content.location)) {
      execute(folder_.file("contents/" + content.location), "UPDATE rowprint_rows SET c0 = 77 WHERE rowid = 2");
      return;
    }
    // Nobody else gets at a catalog that is open.
    directory_.reset();
    execute(folder_.file("catalog.sqlite"),
            "UPDATE small_contents SET rows = CAST(replace(CAST(rows AS TEXT), 'two', 'tow') AS BLOB)");
    open();
  }

 private:
  void open() {
    auto opened = sqlite::DataDirectory::open(folder_.path(), posix_disk(), options_);
    if (!opened) {
      throw std::runtime_error(opened.error().text());
    }
    directory_ = std::move(*opened);
  }

  TemporaryFolder folder_;
  sqlite::DataDirectory::Options options_;
  std::unique_ptr<sqlite::DataDirectory> directory_;
};

}  // namespace

std::unique_ptr<ContractedStore> make_contracted_sqlite() {
  return std::make_unique<ContractedSqlite>(sqlite::SmallContentStore::kSmallBytesMax);
}

std::unique_ptr<ContractedStore> make_contracted_sqlite_files() {
  return std::make_unique<ContractedSqlite>(0);
}

}  // namespace rowprint::test
