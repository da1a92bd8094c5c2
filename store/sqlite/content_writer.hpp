#pragma once

#include "ingest/store.hpp"
#include "store/sqlite/batch_table.hpp"
#include "store/sqlite/database.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rowprint::sqlite {

/// Where the files of contents lie.
struct ContentFolders {
  std::string staging;
  std::string contents;
};

/// The rows of one ingest, written to a database of their own in staging.
///
/// Lifecycle, thread safety: as StoreTransaction. Ownership: borrows the Vfs. The file has no journal: after an error
/// there is no way back, so everything but discard() is refused then. Limits: kColumnsMax columns; memory as the ticket
/// says (the page cache takes most). Errors: limit_exceeded with row and column, no_space, io.
class ContentWriter final : public StoreTransaction {
 public:
  static Result<std::unique_ptr<ContentWriter>> begin(const Vfs& vfs, const ContentFolders& folders,
                                                      StoreTicket ticket);
  ~ContentWriter() override;

  awaitable<Result<void>> insert(const Batch& batch) override;
  awaitable<Result<StoredContent>> seal(const hashing::Fingerprint& name, const Schema& schema) override;
  void discard() noexcept override;

 private:
  enum class State : std::uint8_t { open, failed, ended };

  ContentWriter(Disk& disk, const ContentFolders& folders, std::string ingest, Database database);

  Result<void> check_open() const;
  Result<void> insert_rows_of(const Batch& batch);
  /// Makes the table, or adds to it, so that it has at least so many columns.
  Result<void> widen(std::size_t columns);
  /// N of the cN of every column of the schema; columns that no batch had are added.
  Result<std::vector<std::uint32_t>> place_columns(const Schema& schema);
  Result<void> describe(const hashing::Fingerprint& name, const Schema& schema);
  Result<void> describe_columns(const Schema& schema, const std::vector<std::uint32_t>& ordinals);
  Result<StoredContent> finish(const hashing::Fingerprint& name, const Schema& schema);
  Result<StoredContent> move_to_contents(const hashing::Fingerprint& name);
  void close();

  Disk& disk_;
  const ContentFolders& folders_;
  std::string ingest_;
  std::string path_;  ///< of the file, wherever it is by now
  BatchTable batch_table_;
  Database database_;
  State state_ = State::open;
  std::shared_ptr<const ColumnTable> columns_;  ///< of the last batch: ordinal N is column cN
  Statement insert_batch_;
  std::uint64_t rows_ = 0;
};

}  // namespace rowprint::sqlite
