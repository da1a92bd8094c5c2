#include "store/sqlite/content_store.hpp"

#include "store/sqlite/content_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace rowprint::sqlite {
namespace {

/// Nothing outside the folder is ever read or removed, whatever a damaged catalog says.
Result<std::string> path_of(const ContentFolders& folders, const std::string& location) {
  const bool plain = !location.empty() && location != "." && location != ".." &&
                     location.find('/') == std::string::npos && location.find('\0') == std::string::npos;
  if (!plain) {
    return fail(ErrorCode::corrupt, fmt::format("\"{}\" is not the name of a content's file", location));
  }
  return fmt::format("{}/{}", folders.contents, location);
}

Result<void> remove_if_there(Disk& disk, const std::string& path) {
  auto removed = disk.remove(path);
  return removed || removed.error().code == ErrorCode::not_found ? Result<void>{} : fail(std::move(removed.error()));
}

}  // namespace

ContentStore::ContentStore(const Vfs& vfs, ContentFolders folders) : vfs_(vfs), folders_(std::move(folders)) {}

awaitable<Result<std::unique_ptr<StoreTransaction>>> ContentStore::begin(StoreTicket ticket) {
  auto writer = ContentWriter::begin(vfs_, folders_, std::move(ticket));
  if (!writer) {
    co_return fail(std::move(writer.error()));
  }
  co_return std::unique_ptr<StoreTransaction>{std::move(*writer)};
}

awaitable<Result<std::unique_ptr<Source>>> ContentStore::read(Content content) {
  auto path = path_of(folders_, content.location);
  if (!path) {
    co_return fail(std::move(path.error()));
  }
  auto reader = ContentReader::open(vfs_, *path);
  if (!reader) {
    co_return fail(std::move(reader.error()));
  }
  co_return std::unique_ptr<Source>{std::move(*reader)};
}

awaitable<Result<void>> ContentStore::remove(std::string location) {
  auto path = path_of(folders_, location);
  if (!path) {
    co_return fail(std::move(path.error()));
  }
  auto removed = remove_if_there(vfs_.disk(), *path);
  if (removed) {
    removed = vfs_.disk().sync_directory(folders_.contents);
  }
  co_return removed;
}

awaitable<Result<Recovery>> ContentStore::recover(std::vector<std::string> known) {
  co_return recover_now(known);
}

Result<Recovery> ContentStore::recover_now(const std::vector<std::string>& known) {
  Disk& disk = vfs_.disk();
  std::unordered_set<std::string> expected{known.begin(), known.end()};
  Recovery recovery;
  for (const std::string* folder : {&folders_.staging, &folders_.contents}) {
    auto names = disk.list(*folder);
    if (!names) {
      return fail(std::move(names.error()));
    }
    bool removed_any = false;
    for (std::string& name : *names) {
      if (folder == &folders_.contents && expected.erase(name) != 0) {
        continue;
      }
      if (auto removed = remove_if_there(disk, fmt::format("{}/{}", *folder, name)); !removed) {
        return fail(std::move(removed.error()));
      }
      removed_any = true;
      recovery.removed.push_back(std::move(name));
    }
    if (removed_any) {
      if (auto synced = disk.sync_directory(*folder); !synced) {
        return fail(std::move(synced.error()));
      }
    }
  }
  recovery.missing.assign(expected.begin(), expected.end());
  std::sort(recovery.missing.begin(), recovery.missing.end());
  return recovery;
}

}  // namespace rowprint::sqlite
