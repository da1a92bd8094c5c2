#include "store/sqlite/content_store.hpp"

#include "store/sqlite/content_reader.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace rowprint::sqlite {
ContentStore::ContentStore(const Vfs& vfs, ContentFolders folders)
    : vfs_(vfs), folders_(std::move(folders)), contents_(vfs.disk(), folders_.contents) {}

awaitable<Result<std::unique_ptr<StoreTransaction>>> ContentStore::begin(StoreTicket ticket) {
  auto writer = ContentWriter::begin(vfs_, folders_, std::move(ticket));
  if (!writer) {
    co_return fail(std::move(writer.error()));
  }
  co_return std::unique_ptr<StoreTransaction>{std::move(*writer)};
}

awaitable<Result<std::unique_ptr<Source>>> ContentStore::read(Content content) {
  auto path = contents_.path_of(content.location);
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
  co_return contents_.remove(location);
}

awaitable<Result<Recovery>> ContentStore::recover(std::vector<std::string> known) {
  co_return recover_now(known);
}

Result<Recovery> ContentStore::recover_now(const std::vector<std::string>& known) {
  Recovery recovery;
  std::unordered_set<std::string> expected;
  if (auto cleared = KeptFiles{vfs_.disk(), folders_.staging}.recover(expected, recovery); !cleared) {
    return fail(std::move(cleared.error()));
  }
  expected.insert(known.begin(), known.end());
  if (auto cleared = contents_.recover(expected, recovery); !cleared) {
    return fail(std::move(cleared.error()));
  }
  recovery.missing.assign(expected.begin(), expected.end());
  std::sort(recovery.missing.begin(), recovery.missing.end());
  return recovery;
}

}  // namespace rowprint::sqlite
