#include "tests/support/faulty_disk.hpp"

#include <limits>
#include <mutex>
#include <optional>

namespace rowprint::test {
namespace {

/// What an operation asks of the disk.
enum class Need : std::uint8_t { none, room, room_for_bytes };

}  // namespace

struct FaultyDisk::Plan {
  mutable std::mutex mutex;
  std::uint64_t fail_at = std::numeric_limits<std::uint64_t>::max();
  Fault fault = Fault::io;
  Lasting lasting = Lasting::once;
  std::uint64_t operations = 0;
  bool struck = false;
  bool healed = true;
  std::string struck_operation;

  /// Counts an operation and says whether it is to fail.
  bool strikes(Need need) {
    const std::lock_guard lock(mutex);
    const bool applies = fault == Fault::io || (fault == Fault::no_space && need != Need::none) ||
                         (fault == Fault::short_write && need == Need::room_for_bytes);
    if (!applies) {
      return false;
    }
    ++operations;
    const bool strikes =
        !healed && (operations == fail_at || (lasting == Lasting::from_then_on && operations > fail_at));
    struck = struck || strikes;
    return strikes;
  }

  tl::unexpected<Error> error(std::string_view operation) {
    const std::lock_guard lock(mutex);
    if (struck_operation.empty()) {
      struck_operation = operation;
    }
    return fault == Fault::io
               ? fail(ErrorCode::io, std::string{operation} + ": input/output error (made to fail)")
               : fail(ErrorCode::no_space, std::string{operation} + ": no space left on device (made to fail)");
  }

  bool writes_half() const {
    const std::lock_guard lock(mutex);
    return fault == Fault::short_write;
  }
};

class FaultyDisk::File final : public DiskFile {
 public:
  File(std::unique_ptr<DiskFile> inner, std::string path, std::shared_ptr<Plan> plan,
       std::function<void(const std::string&)> on_failed_sync)
      : inner_(std::move(inner)),
        path_(std::move(path)),
        plan_(std::move(plan)),
        on_failed_sync_(std::move(on_failed_sync)) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
    if (plan_->strikes(Need::none)) {
      return plan_->error("read");
    }
    return inner_->read(offset, into);
  }
  Result<void> write(std::uint64_t offset, hashing::ByteView bytes) override {
    if (plan_->strikes(Need::room_for_bytes)) {
      if (plan_->writes_half()) {
        static_cast<void>(inner_->write(offset, bytes.first(bytes.size() / 2)));
      }
      return plan_->error("write");
    }
    return inner_->write(offset, bytes);
  }
  Result<void> truncate(std::uint64_t size) override {
    if (plan_->strikes(Need::room)) {
      return plan_->error("truncate");
    }
    return inner_->truncate(size);
  }
  Result<void> begin_sync(std::uint64_t offset, std::uint64_t size) override {
    if (plan_->strikes(Need::room)) {
      return plan_->error("begin to sync");
    }
    return inner_->begin_sync(offset, size);
  }
  Result<void> sync() override {
    if (plan_->strikes(Need::room)) {
      if (on_failed_sync_) {
        on_failed_sync_(path_);
      }
      return plan_->error("sync");
    }
    return inner_->sync();
  }
  Result<std::uint64_t> size() override {
    if (plan_->strikes(Need::none)) {
      return plan_->error("stat");
    }
    return inner_->size();
  }
  Result<void> lock(std::uint64_t offset, std::uint64_t size) override {
    if (plan_->strikes(Need::none)) {
      return plan_->error("lock");
    }
    return inner_->lock(offset, size);
  }

 private:
  std::unique_ptr<DiskFile> inner_;
  std::string path_;
  std::shared_ptr<Plan> plan_;
  std::function<void(const std::string&)> on_failed_sync_;
};

FaultyDisk::FaultyDisk(Disk& inner) : inner_(inner), plan_(std::make_shared<Plan>()) {}
FaultyDisk::~FaultyDisk() = default;

void FaultyDisk::fail_at(std::uint64_t operation, Fault fault, Lasting lasting) {
  const std::lock_guard lock(plan_->mutex);
  plan_->fail_at = operation;
  plan_->fault = fault;
  plan_->lasting = lasting;
  plan_->operations = 0;
  plan_->struck = false;
  plan_->struck_operation.clear();
  plan_->healed = false;
}

void FaultyDisk::heal() {
  const std::lock_guard lock(plan_->mutex);
  plan_->healed = true;
}

bool FaultyDisk::has_struck() const {
  const std::lock_guard lock(plan_->mutex);
  return plan_->struck;
}

std::string FaultyDisk::struck_operation() const {
  const std::lock_guard lock(plan_->mutex);
  return plan_->struck_operation;
}

std::uint64_t FaultyDisk::operations() const {
  const std::lock_guard lock(plan_->mutex);
  return plan_->operations;
}

Result<std::unique_ptr<DiskFile>> FaultyDisk::open(const std::string& path, OpenMode mode) {
  const bool may_create = mode == OpenMode::create || mode == OpenMode::create_new;
  if (plan_->strikes(may_create ? Need::room : Need::none)) {
    return plan_->error("open " + path);
  }
  auto opened = inner_.open(path, mode);
  if (!opened) {
    return opened;
  }
  return std::make_unique<File>(std::move(*opened), path, plan_, on_failed_sync);
}

Result<bool> FaultyDisk::exists(const std::string& path) {
  if (plan_->strikes(Need::none)) {
    return plan_->error("stat " + path);
  }
  return inner_.exists(path);
}

Result<void> FaultyDisk::remove(const std::string& path) {
  if (plan_->strikes(Need::none)) {
    return plan_->error("remove " + path);
  }
  return inner_.remove(path);
}

Result<void> FaultyDisk::rename(const std::string& from, const std::string& to) {
  if (plan_->strikes(Need::room)) {
    return plan_->error("rename " + from);
  }
  return inner_.rename(from, to);
}

Result<void> FaultyDisk::make_directory(const std::string& path) {
  if (plan_->strikes(Need::room)) {
    return plan_->error("make directory " + path);
  }
  return inner_.make_directory(path);
}

Result<void> FaultyDisk::sync_directory(const std::string& path) {
  if (plan_->strikes(Need::room)) {
    return plan_->error("sync directory " + path);
  }
  return inner_.sync_directory(path);
}

Result<std::vector<std::string>> FaultyDisk::list(const std::string& path) {
  if (plan_->strikes(Need::none)) {
    return plan_->error("list " + path);
  }
  return inner_.list(path);
}

Result<std::uint64_t> FaultyDisk::free_bytes(const std::string& path) {
  if (plan_->strikes(Need::none)) {
    return plan_->error("ask for free space " + path);
  }
  return inner_.free_bytes(path);
}

}  // namespace rowprint::test
