#pragma once

#include "store/sqlite/database.hpp"

#include <string>

namespace rowprint::sqlite {

/// Opens catalog.sqlite with a write-ahead log that is synced at every commit, for this connection alone, and makes its
/// tables where there are none, or brings those of an earlier version up to this one. Errors: busy where somebody else
/// has it open, corrupt where it is something else, conflict where a newer rowprint wrote it.
Result<Database> open_catalog(const Vfs& vfs, const std::string& path);

}  // namespace rowprint::sqlite
