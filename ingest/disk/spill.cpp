#include "ingest/disk/spill.hpp"

#include <utility>

namespace rowprint {
namespace {

std::error_code to_error_code(const Error& error) {
  switch (error.code) {
    case ErrorCode::no_space:
      return std::make_error_code(std::errc::no_space_on_device);
    case ErrorCode::not_found:
      return std::make_error_code(std::errc::no_such_file_or_directory);
    default:
      return std::make_error_code(std::errc::io_error);
  }
}

class DiskSpill final : public hashing::SpillFile {
 public:
  DiskSpill(Disk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  DiskSpill(const DiskSpill&) = delete;
  DiskSpill& operator=(const DiskSpill&) = delete;
  ~DiskSpill() override {
    if (file_) {
      file_.reset();
      // What cannot be removed now is removed at the next start.
      static_cast<void>(disk_.remove(path_));
    }
  }

  std::error_code append(hashing::ByteView bytes) override {
    if (!file_) {
      auto opened = disk_.open(path_, OpenMode::create_new);
      if (!opened) {
        return to_error_code(opened.error());
      }
      file_ = std::move(*opened);
    }
    if (const auto written = file_->write(size_, bytes); !written) {
      return to_error_code(written.error());
    }
    size_ += bytes.size();
    return {};
  }

  std::error_code read(std::uint64_t offset, std::span<std::uint8_t> bytes) override {
    if (!file_) {
      return std::make_error_code(std::errc::no_such_file_or_directory);
    }
    const auto got = file_->read(offset, bytes);
    if (!got) {
      return to_error_code(got.error());
    }
    return *got == bytes.size() ? std::error_code{} : std::make_error_code(std::errc::io_error);
  }

 private:
  Disk& disk_;
  std::string path_;
  std::unique_ptr<DiskFile> file_;
  std::uint64_t size_ = 0;
};

}  // namespace

std::unique_ptr<hashing::SpillFile> make_spill(Disk& disk, std::string path) {
  return std::make_unique<DiskSpill>(disk, std::move(path));
}

Error spill_error(std::error_code error, std::string_view what) {
  Error failure;
  failure.code = error == std::errc::no_space_on_device ? ErrorCode::no_space : ErrorCode::io;
  failure.reason = std::string{what} + ": " + error.message();
  return failure;
}

}  // namespace rowprint
