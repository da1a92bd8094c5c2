#include "tests/support/forgetful_disk.hpp"

namespace rowprint::test {
namespace {

class UnsyncedFile final : public DiskFile {
 public:
  explicit UnsyncedFile(std::unique_ptr<DiskFile> inner) : inner_(std::move(inner)) {}
  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
    return inner_->read(offset, into);
  }
  Result<void> write(std::uint64_t offset, hashing::ByteView bytes) override { return inner_->write(offset, bytes); }
  Result<void> truncate(std::uint64_t size) override { return inner_->truncate(size); }
  Result<void> begin_sync(std::uint64_t /*offset*/, std::uint64_t /*size*/) override { return {}; }
  Result<void> sync() override { return {}; }
  Result<std::uint64_t> size() override { return inner_->size(); }
  Result<void> lock(std::uint64_t offset, std::uint64_t size) override { return inner_->lock(offset, size); }

 private:
  std::unique_ptr<DiskFile> inner_;
};

}  // namespace

Result<std::unique_ptr<DiskFile>> ForgetfulDisk::open(const std::string& path, OpenMode mode) {
  auto opened = inner_.open(path, mode);
  if (!opened || forgets_ != Forgets::sync || path.find(path_part_) == std::string::npos) {
    return opened;
  }
  return std::make_unique<UnsyncedFile>(std::move(*opened));
}

Result<void> ForgetfulDisk::sync_directory(const std::string& path) {
  const bool forgotten = forgets_ == Forgets::sync_directory && path.find(path_part_) != std::string::npos;
  return forgotten ? Result<void>{} : inner_.sync_directory(path);
}

}  // namespace rowprint::test
