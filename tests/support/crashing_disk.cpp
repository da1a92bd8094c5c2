#include "tests/support/crashing_disk.hpp"

#include "tests/support/crashing_medium.hpp"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>

namespace rowprint::test {
namespace {

std::string normal(const std::string& path) {
  std::string text = std::filesystem::path(path).lexically_normal().string();
  while (text.size() > 1 && text.back() == '/') {
    text.pop_back();
  }
  return text.empty() ? "." : text;
}

struct Place {
  std::string folder;
  std::string name;
};

Place place_of(const std::string& path) {
  const std::filesystem::path whole(normal(path));
  const std::string folder = whole.parent_path().string();
  return {folder.empty() ? "." : folder, whole.filename().string()};
}

tl::unexpected<Error> missing(std::string_view operation, const std::string& path) {
  return fail(ErrorCode::not_found, std::string{operation} + " " + path + ": no such file or directory");
}

}  // namespace

struct CrashingDisk::Medium {
  mutable std::mutex mutex;
  std::map<std::string, CrashingFolder> folders{{"/", {}}, {".", {}}};
  std::uint64_t operations = 0;
  std::optional<std::uint64_t> cut_at;
  bool off = false;

  Result<void> check_power() const {
    if (off) {
      return fail(ErrorCode::io, "the power is off");
    }
    return {};
  }
  /// Counts an operation that changes something. The one at which the power goes is still carried out, where it is not
  /// a sync: it stays among the unsynced changes, of which anything may be left.
  void count() {
    ++operations;
    if (cut_at && operations >= *cut_at) {
      off = true;
    }
  }
  CrashingFolder* folder(const std::string& path) {
    const auto found = folders.find(path);
    return found == folders.end() ? nullptr : &found->second;
  }
  std::shared_ptr<CrashingInode> inode(const std::string& path) {
    const Place place = place_of(path);
    CrashingFolder* in = folder(place.folder);
    if (!in) {
      return nullptr;
    }
    const auto found = in->live().find(place.name);
    return found == in->live().end() ? nullptr : found->second;
  }
};

class CrashingDisk::File final : public DiskFile {
 public:
  File(std::shared_ptr<Medium> medium, std::shared_ptr<CrashingInode> inode, bool writable)
      : medium_(std::move(medium)), inode_(std::move(inode)), writable_(writable) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() override {
    const std::lock_guard lock(medium_->mutex);
    std::erase_if(inode_->locks, [this](const auto& held) { return held.holder == this; });
  }

  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
    const std::lock_guard lock(medium_->mutex);
    if (auto on = medium_->check_power(); !on) {
      return fail(on.error());
    }
    const auto& bytes = inode_->content.live();
    const std::size_t begin = std::min<std::size_t>(offset, bytes.size());
    const std::size_t count = std::min(into.size(), bytes.size() - begin);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(begin), count, into.begin());
    return count;
  }

  Result<void> write(std::uint64_t offset, hashing::ByteView bytes) override {
    return change([&](CrashingContent& content) { content.write(offset, {bytes.begin(), bytes.end()}); });
  }

  Result<void> truncate(std::uint64_t size) override {
    return change([&](CrashingContent& content) { content.truncate(size); });
  }

  /// Without effect: what is unsynced may be on the medium or not, begun or not.
  Result<void> begin_sync(std::uint64_t /*offset*/, std::uint64_t /*size*/) override {
    const std::lock_guard lock(medium_->mutex);
    return medium_->check_power();
  }

  Result<void> sync() override {
    const std::lock_guard lock(medium_->mutex);
    if (auto on = medium_->check_power(); !on) {
      return on;
    }
    medium_->count();
    if (auto on = medium_->check_power(); !on) {
      return on;
    }
    inode_->content.sync();
    return {};
  }

  Result<std::uint64_t> size() override {
    const std::lock_guard lock(medium_->mutex);
    if (auto on = medium_->check_power(); !on) {
      return fail(on.error());
    }
    return inode_->content.live().size();
  }

  Result<void> lock(std::uint64_t offset, std::uint64_t size) override {
    const std::lock_guard lock(medium_->mutex);
    if (auto on = medium_->check_power(); !on) {
      return on;
    }
    const std::uint64_t end = offset + size;
    for (const auto& held : inode_->locks) {
      if (held.holder != this && held.begin < end && offset < held.end) {
        return fail(ErrorCode::busy, "locked by another open file");
      }
    }
    inode_->locks.push_back({offset, end, this});
    return {};
  }

 private:
  template <typename Change>
  Result<void> change(Change how) {
    const std::lock_guard lock(medium_->mutex);
    if (auto on = medium_->check_power(); !on) {
      return on;
    }
    if (!writable_) {
      return fail(ErrorCode::io, "opened for reading only");
    }
    medium_->count();
    how(inode_->content);
    return medium_->check_power();
  }

  std::shared_ptr<Medium> medium_;
  std::shared_ptr<CrashingInode> inode_;
  bool writable_;
};

CrashingDisk::CrashingDisk() : CrashingDisk(std::make_shared<Medium>()) {}
CrashingDisk::CrashingDisk(std::shared_ptr<Medium> medium) : medium_(std::move(medium)) {}
CrashingDisk::~CrashingDisk() = default;

void CrashingDisk::cut_at(std::uint64_t operation) {
  const std::lock_guard lock(medium_->mutex);
  medium_->cut_at = medium_->operations + operation;
}

bool CrashingDisk::is_off() const {
  const std::lock_guard lock(medium_->mutex);
  return medium_->off;
}

std::uint64_t CrashingDisk::operations() const {
  const std::lock_guard lock(medium_->mutex);
  return medium_->operations;
}

std::unique_ptr<CrashingDisk> CrashingDisk::after_power_cut(Unsynced unsynced, std::uint64_t seed) const {
  const std::lock_guard lock(medium_->mutex);
  Random random(seed);
  auto next = std::make_shared<Medium>();
  std::map<const CrashingInode*, std::shared_ptr<CrashingInode>> copies;
  const auto copy_of = [&](const std::shared_ptr<CrashingInode>& inode) {
    auto& copy = copies[inode.get()];
    if (!copy) {
      copy = std::make_shared<CrashingInode>();
      const CrashingContent& content = inode->content;
      copy->content = CrashingContent(unsynced == Unsynced::lost   ? content.durable()
                                      : unsynced == Unsynced::kept ? content.live()
                                                                   : content.durable_and_some(random));
    }
    return copy;
  };
  for (const auto& [path, folder] : medium_->folders) {
    CrashingFolder::Names names = unsynced == Unsynced::lost   ? folder.durable()
                                  : unsynced == Unsynced::kept ? folder.live()
                                                               : folder.durable_and_some(random);
    for (auto& [name, inode] : names) {
      inode = copy_of(inode);
    }
    next->folders[path] = CrashingFolder(std::move(names));
  }
  return std::unique_ptr<CrashingDisk>(new CrashingDisk(std::move(next)));
}

void CrashingDisk::lose_unsynced(const std::string& path) {
  const std::lock_guard lock(medium_->mutex);
  if (const auto inode = medium_->inode(path)) {
    inode->content.lose_unsynced();
  }
}

Result<std::unique_ptr<DiskFile>> CrashingDisk::open(const std::string& path, OpenMode mode) {
  const std::lock_guard lock(medium_->mutex);
  if (auto on = medium_->check_power(); !on) {
    return fail(on.error());
  }
  const Place place = place_of(path);
  CrashingFolder* folder = medium_->folder(place.folder);
  auto inode = medium_->inode(path);
  const bool creates = mode == OpenMode::create || mode == OpenMode::create_new;
  if (!folder || (!inode && !creates)) {
    return missing("open", path);
  }
  if (inode && mode == OpenMode::create_new) {
    return fail(ErrorCode::io, "open " + path + ": file exists");
  }
  if (!inode) {
    medium_->count();
    inode = std::make_shared<CrashingInode>();
    folder->change({{place.name, inode}});
    if (auto on = medium_->check_power(); !on) {
      return fail(on.error());
    }
  }
  return std::make_unique<File>(medium_, std::move(inode), mode != OpenMode::read_only);
}

Result<bool> CrashingDisk::exists(const std::string& path) {
  const std::lock_guard lock(medium_->mutex);
  if (auto on = medium_->check_power(); !on) {
    return fail(on.error());
  }
  return medium_->inode(path) != nullptr || medium_->folder(normal(path)) != nullptr;
}

Result<void> CrashingDisk::remove(const std::string& path) {
  const std::lock_guard lock(medium_->mutex);
  if (auto on = medium_->check_power(); !on) {
    return on;
  }
  if (!medium_->inode(path)) {
    return missing("remove", path);
  }
  const Place place = place_of(path);
  medium_->count();
  medium_->folder(place.folder)->change({{place.name, nullptr}});
  return medium_->check_power();
}

Result<void> CrashingDisk::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(medium_->mutex);
  if (auto on = medium_->check_power(); !on) {
    return on;
  }
  const auto inode = medium_->inode(from);
  const Place old_place = place_of(from);
  const Place new_place = place_of(to);
  CrashingFolder* new_folder = medium_->folder(new_place.folder);
  if (!inode || !new_folder) {
    return missing("rename", from);
  }
  medium_->count();
  if (old_place.folder == new_place.folder) {
    new_folder->change({{old_place.name, nullptr}, {new_place.name, inode}});
  } else {
    new_folder->change({{new_place.name, inode}});
    medium_->folder(old_place.folder)->change({{old_place.name, nullptr}});
  }
  return medium_->check_power();
}

Result<void> CrashingDisk::make_directory(const std::string& path) {
  const std::lock_guard lock(medium_->mutex);
  if (auto on = medium_->check_power(); !on) {
    return on;
  }
  const std::string folder = normal(path);
  if (medium_->folder(folder)) {
    return {};
  }
  medium_->count();
  if (auto on = medium_->check_power(); !on) {
    return on;
  }
  for (std::filesystem::path made(folder); !made.empty() && made != "/"; made = made.parent_path()) {
    medium_->folders.try_emplace(made.string());
  }
  return {};
}

Result<void> CrashingDisk::sync_directory(const std::string& path) {
  const std::lock_guard lock(medium_->mutex);
  if (auto on = medium_->check_power(); !on) {
    return on;
  }
  CrashingFolder* folder = medium_->folder(normal(path));
  if (!folder) {
    return missing("sync directory", path);
  }
  medium_->count();
  if (auto on = medium_->check_power(); !on) {
    return on;
  }
  folder->sync();
  return {};
}

Result<std::vector<std::string>> CrashingDisk::list(const std::string& path) {
  const std::lock_guard lock(medium_->mutex);
  if (auto on = medium_->check_power(); !on) {
    return fail(on.error());
  }
  const std::string listed = normal(path);
  const CrashingFolder* folder = medium_->folder(listed);
  if (!folder) {
    return missing("list", path);
  }
  std::vector<std::string> names;
  for (const auto& [name, inode] : folder->live()) {
    names.push_back(name);
  }
  for (const auto& [other, unused] : medium_->folders) {
    if (other != listed && place_of(other).folder == listed) {
      names.push_back(place_of(other).name);
    }
  }
  return names;
}

Result<std::uint64_t> CrashingDisk::free_bytes(const std::string& path) {
  const std::lock_guard lock(medium_->mutex);
  if (auto on = medium_->check_power(); !on) {
    return fail(on.error());
  }
  if (medium_->folder(normal(path)) == nullptr) {
    return missing("ask for free space", path);
  }
  // Memory that the process may still take: more than any test writes.
  return std::uint64_t{1} << 40U;
}

}  // namespace rowprint::test
