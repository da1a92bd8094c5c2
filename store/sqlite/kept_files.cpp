#include "store/sqlite/kept_files.hpp"

#include <fmt/format.h>

#include <utility>

namespace rowprint::sqlite {
namespace {

Result<void> remove_if_there(Disk& disk, const std::string& path) {
  auto removed = disk.remove(path);
  return removed || removed.error().code == ErrorCode::not_found ? Result<void>{} : fail(std::move(removed.error()));
}

}  // namespace

Result<std::string> KeptFiles::path_of(const std::string& name) const {
  const bool plain = !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
                     name.find('\0') == std::string::npos;
  if (!plain) {
    return fail(ErrorCode::corrupt, fmt::format("\"{}\" is not the name of a file in {}", name, folder_));
  }
  return fmt::format("{}/{}", folder_, name);
}

Result<void> KeptFiles::remove(const std::string& name) const {
  auto path = path_of(name);
  if (!path) {
    return fail(std::move(path.error()));
  }
  auto removed = remove_if_there(disk_, *path);
  return removed ? disk_.sync_directory(folder_) : removed;
}

Result<void> KeptFiles::recover(std::unordered_set<std::string>& expected, Recovery& recovery) const {
  auto names = disk_.list(folder_);
  if (!names) {
    return fail(std::move(names.error()));
  }
  bool removed_any = false;
  for (std::string& name : *names) {
    if (expected.erase(name) != 0) {
      continue;
    }
    if (auto removed = remove_if_there(disk_, fmt::format("{}/{}", folder_, name)); !removed) {
      return removed;
    }
    removed_any = true;
    recovery.removed.push_back(std::move(name));
  }
  return removed_any ? disk_.sync_directory(folder_) : Result<void>{};
}

}  // namespace rowprint::sqlite
