#include "store/sqlite/data_directory.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace rowprint::sqlite {
namespace {

/// More than any note in it: whoever asks for the file, asks for all of it.
constexpr std::uint64_t kDirectoryLockBytes = 1U << 20U;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string{name.data()} : std::string{"this host"};
}

}  // namespace

DataDirectory::DataDirectory(std::string path, Disk& disk)
    : path_(std::move(path)), disk_(disk), folders_{path_ + "/staging", path_ + "/contents"} {}

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const std::string& path, Disk& disk,
                                                           const Options& options) {
  std::unique_ptr<DataDirectory> data{new DataDirectory{path, disk}};
  if (auto made = disk.make_directory(path); !made) {
    return fail(std::move(made.error()));
  }
  if (auto locked = data->take_lock(options); !locked) {
    return fail(std::move(locked.error()));
  }
  for (const std::string* folder : {&data->folders_.staging, &data->folders_.contents}) {
    if (auto made = disk.make_directory(*folder); !made) {
      return fail(std::move(made.error()));
    }
  }
  if (auto synced = disk.sync_directory(path); !synced) {
    return fail(std::move(synced.error()));
  }
  data->vfs_ = std::make_unique<Vfs>(disk, data->folders_.staging);
  auto catalog = CatalogDatabase::open(*data->vfs_, path + "/catalog.sqlite", data->unpublished_, options.keys);
  if (!catalog) {
    return fail(std::move(catalog.error()));
  }
  data->catalog_ = std::move(*catalog);
  data->files_ = std::make_unique<ContentStore>(*data->vfs_, data->folders_);
  data->store_ =
      std::make_unique<SmallContentStore>(*data->files_, *data->catalog_, data->unpublished_, options.small_bytes_max);
  if (auto recovered = data->recover(); !recovered) {
    return fail(std::move(recovered.error()));
  }
  return data;
}

Result<void> DataDirectory::take_lock(const Options& options) {
  auto file = disk_.open(path_ + "/lock", OpenMode::create);
  if (!file) {
    return fail(std::move(file.error()));
  }
  if (auto locked = (*file)->lock(0, kDirectoryLockBytes); !locked) {
    return fail(locked.error().code == ErrorCode::busy ? held_by(**file) : std::move(locked.error()));
  }
  lock_ = std::move(*file);
  // The note is for people: a full disk, on which one may want to remove something, does not keep the folder closed.
  const std::string note = fmt::format("{}, pid {} on {}\n", options.program, ::getpid(), host_name());
  if (lock_->truncate(0)) {
    static_cast<void>(lock_->write(0, hashing::as_bytes(note)));
  }
  return {};
}

Error DataDirectory::held_by(DiskFile& file) const {
  std::array<std::uint8_t, 512> note{};
  const auto size = file.read(0, note);
  std::string_view holder = hashing::as_text({note.data(), size ? *size : 0});
  holder = holder.substr(0, holder.find('\n'));
  Error error;
  error.code = ErrorCode::busy;
  error.reason = fmt::format("data directory {} is in use by {}", path_, holder.empty() ? "another process" : holder);
  error.retryable = true;
  return error;
}

Result<void> DataDirectory::recover() {
  auto known = catalog_->locations_now();
  if (!known) {
    return fail(std::move(known.error()));
  }
  auto recovery = store_->recover_now(*known);
  if (!recovery) {
    return fail(std::move(recovery.error()));
  }
  recovery_ = std::move(*recovery);
  auto digests = catalog_->recover_digests_now();
  if (!digests) {
    return fail(std::move(digests.error()));
  }
  std::ranges::move(digests->removed, std::back_inserter(recovery_.removed));
  std::ranges::move(digests->missing, std::back_inserter(recovery_.missing));
  return {};
}

}  // namespace rowprint::sqlite
