#pragma once

#include "hashing/multiset_hash.hpp"
#include "ingest/row_digests.hpp"
#include "store/sqlite/kept_files.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rowprint::sqlite {

/// The row digests of sets, a file for each: 32 bytes a row, ascending, repeats kept, and nothing else
/// (docs/formats/sqlite-catalog.md, section "Row digests").
///
/// Lifecycle: make_folder() first. Thread safety: all functions from any thread. Ownership: borrows the disk. All
/// block. Errors: those of the disk and of the set's spill file.
class DigestFiles {
 public:
  DigestFiles(Disk& disk, std::string folder) : disk_(disk), files_(disk, std::move(folder)) {}

  Result<void> make_folder();
  /// A new file, durable when its name is returned; nothing of it remains after an error, or is for recover() to clear.
  Result<std::string> write(const std::string& ingest, hashing::MultisetHash& rows);
  /// `rows` digests. Errors: not_found, corrupt where the file has another length.
  Result<std::unique_ptr<RowDigests>> read(const std::string& name, std::uint64_t rows);
  Result<void> remove(const std::string& name) { return files_.remove(name); }
  /// Removes what is not among `known`, names what is missing.
  Result<Recovery> recover(const std::vector<std::string>& known);

 private:
  Result<void> fill(const std::string& path, hashing::MultisetHash& rows);

  Disk& disk_;
  KeptFiles files_;
};

}  // namespace rowprint::sqlite
