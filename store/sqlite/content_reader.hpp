#pragma once

#include "hashing/fingerprint.hpp"
#include "ingest/source.hpp"
#include "store/sqlite/content_format.hpp"
#include "store/sqlite/database.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rowprint::sqlite {

/// The rows of a sealed file, in the order in which they were inserted.
///
/// Lifecycle, thread safety: as Source; blocks on the file. Ownership: holds the file open, so it goes on when the name
/// is removed. Memory: a small page cache and one batch. Errors: not_found when there is no such file, corrupt when it
/// is not what a writer sealed, io.
class ContentReader final : public Source {
 public:
  static Result<std::unique_ptr<ContentReader>> open(const Vfs& vfs, const std::string& path);

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override { return schema_; }
  /// The name under which the file says it was sealed.
  const hashing::Fingerprint& name() const { return name_; }

 private:
  struct StoredColumn {
    Type type = Type::null;
    std::uint32_t ordinal = 0;
    Form form = Form::native;         ///< of the row to be read next
    std::vector<FormChange> changes;  ///< that are still to come, the next one last
  };

  explicit ContentReader(Database database) : database_(std::move(database)) {}

  Result<void> read_content();
  Result<void> read_columns();
  Result<void> read_forms();
  Result<void> select_rows();
  Result<std::optional<Batch>> next_batch();
  /// Of the row that the statement stands on.
  Result<void> read_row();
  void enter_row(std::uint64_t number);
  std::optional<Cell> read_cell(int index, const StoredColumn& column);
  std::optional<Cell> read_tagged(hashing::ByteView bytes, Type type);
  std::optional<Cell> read_float(double value, Type type);
  Error corrupt(std::string_view what) const;
  /// Whatever SQLite finds wrong with a sealed file, when the disk was well, is damage.
  Error damaged(Error error) const;

  Database database_;
  Schema schema_;
  hashing::Fingerprint name_;
  std::uint64_t rows_sealed_ = 0;
  std::uint64_t rows_read_ = 0;
  std::uint64_t next_change_ = 0;
  std::vector<StoredColumn> columns_;
  BatchBuilder builder_;
  Statement rows_;
  bool at_end_ = false;
};

}  // namespace rowprint::sqlite
