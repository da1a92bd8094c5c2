#include "store/sqlite/digest_files.hpp"

#include "ingest/disk/spill.hpp"
#include "ingest/disk/sync_ahead.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace rowprint::sqlite {
namespace {

constexpr std::size_t kBlockRows = 2048;

class DigestFile final : public RowDigests {
 public:
  DigestFile(std::unique_ptr<DiskFile> file, std::uint64_t rows) : file_(std::move(file)), left_(rows) {}

  Result<std::span<const hashing::Digest>> next_block() override {
    block_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left_, kBlockRows)));
    const std::span<hashing::Digest> block{block_};
    if (block.empty()) {
      return block;
    }
    auto read = file_->read(offset_, {block.data()->data(), block.size_bytes()});
    if (!read) {
      return fail(std::move(read.error()));
    }
    if (*read != block.size_bytes()) {
      return fail(ErrorCode::corrupt, "a file of row digests became shorter while it was read");
    }
    offset_ += block.size_bytes();
    left_ -= block.size();
    return block;
  }

 private:
  std::unique_ptr<DiskFile> file_;
  std::uint64_t offset_ = 0;
  std::uint64_t left_;
  std::vector<hashing::Digest> block_;
};

}  // namespace

Result<void> DigestFiles::make_folder() {
  return disk_.make_directory(files_.folder());
}

Result<std::string> DigestFiles::write(const std::string& ingest, hashing::MultisetHash& rows) {
  std::string name = ingest + ".digests";
  auto path = files_.path_of(name);
  if (!path) {
    return fail(std::move(path.error()));
  }
  auto filled = fill(*path, rows);
  if (filled) {
    filled = disk_.sync_directory(files_.folder());
  }
  if (!filled) {
    static_cast<void>(disk_.remove(*path));
    return fail(std::move(filled.error()));
  }
  return name;
}

Result<void> DigestFiles::fill(const std::string& path, hashing::MultisetHash& rows) {
  auto file = disk_.open(path, OpenMode::create_new);
  if (!file) {
    return fail(std::move(file.error()));
  }
  std::uint64_t offset = 0;
  SyncAhead ahead(**file);
  auto ascending = rows.ascending();
  for (auto block = ascending.next_block(); !block.empty(); block = ascending.next_block()) {
    if (auto written = (*file)->write(offset, {block.data()->data(), block.size_bytes()}); !written) {
      return written;
    }
    offset += block.size_bytes();
    if (auto begun = ahead.written_to(offset); !begun) {
      return begun;
    }
  }
  if (const std::error_code error = rows.error()) {
    return fail(spill_error(error));
  }
  return (*file)->sync();
}

Result<std::unique_ptr<RowDigests>> DigestFiles::read(const std::string& name, std::uint64_t rows) {
  auto path = files_.path_of(name);
  if (!path) {
    return fail(std::move(path.error()));
  }
  auto file = disk_.open(*path, OpenMode::read_only);
  if (!file) {
    return fail(std::move(file.error()));
  }
  auto bytes = (*file)->size();
  if (!bytes) {
    return fail(std::move(bytes.error()));
  }
  if (*bytes % sizeof(hashing::Digest) != 0 || *bytes / sizeof(hashing::Digest) != rows) {
    return fail(ErrorCode::corrupt, fmt::format("{} has {} bytes: not the digests of {} rows", *path, *bytes, rows));
  }
  return std::unique_ptr<RowDigests>{std::make_unique<DigestFile>(std::move(*file), rows)};
}

Result<Recovery> DigestFiles::recover(const std::vector<std::string>& known) {
  std::unordered_set<std::string> expected{known.begin(), known.end()};
  Recovery recovery;
  if (auto cleared = files_.recover(expected, recovery); !cleared) {
    return fail(std::move(cleared.error()));
  }
  recovery.missing.assign(expected.begin(), expected.end());
  std::sort(recovery.missing.begin(), recovery.missing.end());
  return recovery;
}

}  // namespace rowprint::sqlite
