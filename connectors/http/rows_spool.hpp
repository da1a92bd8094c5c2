#pragma once

#include "ingest/disk/disk.hpp"
#include "ingest/model/error.hpp"

#include <functional>
#include <string>

namespace rowprint {

/// Where a source puts what it has to read twice: a file at `path`, made when it is needed and removed with the source.
/// `check_room`, where there is one, is asked before each piece that is put there, and its error is the source's.
/// `disk` and what `check_room` refers to outlive the source.
struct RowsSpool {
  Disk& disk;
  std::string path;
  std::function<Result<void>()> check_room{};
};

}  // namespace rowprint
