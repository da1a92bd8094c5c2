#pragma once

#include "hashing/multiset_hash.hpp"
#include "ingest/disk/disk.hpp"

#include <memory>
#include <string>

namespace rowprint {

/// A spill file at `path`, created at the first append and removed on destruction. Borrows the disk.
std::unique_ptr<hashing::SpillFile> make_spill(Disk& disk, std::string path);

}  // namespace rowprint
