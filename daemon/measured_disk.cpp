#include "daemon/measured_disk.hpp"

#include <chrono>

namespace rowprint::daemon {
namespace {

using Clock = std::chrono::steady_clock;

class MeasuredFile final : public DiskFile {
 public:
  MeasuredFile(std::unique_ptr<DiskFile> inner, Metrics& metrics) : inner_(std::move(inner)), metrics_(metrics) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
    return inner_->read(offset, into);
  }
  Result<void> write(std::uint64_t offset, hashing::ByteView bytes) override { return inner_->write(offset, bytes); }
  Result<void> truncate(std::uint64_t size) override { return inner_->truncate(size); }
  Result<void> begin_sync(std::uint64_t offset, std::uint64_t size) override {
    return inner_->begin_sync(offset, size);
  }
  Result<void> sync() override {
    const auto began = Clock::now();
    auto result = inner_->sync();
    metrics_.synced_in(Clock::now() - began);
    return result;
  }
  Result<std::uint64_t> size() override { return inner_->size(); }
  Result<void> lock(std::uint64_t offset, std::uint64_t size) override { return inner_->lock(offset, size); }

 private:
  std::unique_ptr<DiskFile> inner_;
  Metrics& metrics_;
};

}  // namespace

Result<std::unique_ptr<DiskFile>> MeasuredDisk::open(const std::string& path, OpenMode mode) {
  auto file = inner_.open(path, mode);
  if (!file) {
    return file;
  }
  return std::make_unique<MeasuredFile>(std::move(*file), metrics_);
}

Result<void> MeasuredDisk::sync_directory(const std::string& path) {
  const auto began = Clock::now();
  auto result = inner_.sync_directory(path);
  metrics_.synced_in(Clock::now() - began);
  return result;
}

}  // namespace rowprint::daemon
