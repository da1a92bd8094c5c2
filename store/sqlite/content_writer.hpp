#pragma once

#include "ingest/store.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/row_record.hpp"
#include "store/sqlite/table_pages.hpp"

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
/// The pages of the rows are written here, in order, and SQLite adds the small tables to them when the content is
/// sealed. Lifecycle, thread safety: as StoreTransaction. Ownership: borrows the Vfs. The file has no journal: after an
/// error there is no way back, so everything but discard() is refused then. Limits: kColumnsMax columns; memory is that
/// of TablePages, and in seal() SQLite's page cache as the ticket says. Errors: limit_exceeded with row and column,
/// no_space, io.
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

  ContentWriter(const Vfs& vfs, const ContentFolders& folders, StoreTicket ticket, std::string path,
                std::unique_ptr<DiskFile> file);

  Result<void> check_open() const;
  Result<void> insert_rows_of(const Batch& batch);
  Result<void> describe(const hashing::Fingerprint& name, const Schema& schema,
                        const std::vector<std::uint32_t>& ordinals);
  Result<StoredContent> finish(const hashing::Fingerprint& name, const Schema& schema);
  Result<StoredContent> move_to_contents(const hashing::Fingerprint& name);

  const Vfs& vfs_;
  const ContentFolders& folders_;
  StoreTicket ticket_;
  std::string path_;  ///< of the file, wherever it is by now
  std::unique_ptr<DiskFile> file_;
  TablePages pages_;
  RowRecord record_;
  State state_ = State::open;
  std::shared_ptr<const ColumnTable> columns_;  ///< of the last batch: ordinal N is column cN
};

}  // namespace rowprint::sqlite
