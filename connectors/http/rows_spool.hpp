#pragma once

#include "ingest/disk/disk.hpp"

#include <string>

namespace rowprint {

/// Where a source puts what it has to read twice: a file at `path`, made when it is needed and removed with the source.
/// `disk` outlives the source.
struct RowsSpool {
  Disk& disk;
  std::string path;
};

}  // namespace rowprint
