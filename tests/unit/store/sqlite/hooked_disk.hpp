#pragma once

#include "ingest/disk/disk.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rowprint::sqlite::test {

/// A disk that asks before it syncs or writes a file.
///
/// Decorates a disk, which it borrows. Hooks are set while nobody uses the disk; they are called on the thread that
/// uses it.
class HookedDisk final : public Disk {
 public:
  explicit HookedDisk(Disk& inner) : inner_(inner) {}

  using Hook = std::function<Result<void>(const std::string& path)>;
  Hook before_sync;
  Hook before_write;
  std::function<Result<void>(const std::string& path, std::uint64_t offset, std::uint64_t size)> before_begin_sync;

  Result<std::unique_ptr<DiskFile>> open(const std::string& path, OpenMode mode) override {
    auto file = inner_.open(path, mode);
    if (!file) {
      return file;
    }
    return std::make_unique<File>(*this, path, std::move(*file));
  }
  Result<bool> exists(const std::string& path) override { return inner_.exists(path); }
  Result<void> remove(const std::string& path) override { return inner_.remove(path); }
  Result<void> rename(const std::string& from, const std::string& to) override { return inner_.rename(from, to); }
  Result<void> make_directory(const std::string& path) override { return inner_.make_directory(path); }
  Result<void> sync_directory(const std::string& path) override { return inner_.sync_directory(path); }
  Result<std::vector<std::string>> list(const std::string& path) override { return inner_.list(path); }
  Result<std::uint64_t> free_bytes(const std::string& path) override { return inner_.free_bytes(path); }

 private:
  class File final : public DiskFile {
   public:
    File(HookedDisk& disk, std::string path, std::unique_ptr<DiskFile> inner)
        : disk_(disk), path_(std::move(path)), inner_(std::move(inner)) {}
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
      return inner_->read(offset, into);
    }
    Result<void> write(std::uint64_t offset, hashing::ByteView bytes) override {
      auto allowed = ask(disk_.before_write);
      return allowed ? inner_->write(offset, bytes) : allowed;
    }
    Result<void> truncate(std::uint64_t size) override { return inner_->truncate(size); }
    Result<void> begin_sync(std::uint64_t offset, std::uint64_t size) override {
      auto allowed = disk_.before_begin_sync ? disk_.before_begin_sync(path_, offset, size) : Result<void>{};
      return allowed ? inner_->begin_sync(offset, size) : allowed;
    }
    Result<void> sync() override {
      auto allowed = ask(disk_.before_sync);
      return allowed ? inner_->sync() : allowed;
    }
    Result<std::uint64_t> size() override { return inner_->size(); }
    Result<void> lock(std::uint64_t offset, std::uint64_t size) override { return inner_->lock(offset, size); }

   private:
    Result<void> ask(const Hook& hook) const { return hook ? hook(path_) : Result<void>{}; }

    HookedDisk& disk_;
    std::string path_;
    std::unique_ptr<DiskFile> inner_;
  };

  Disk& inner_;
};

}  // namespace rowprint::sqlite::test
