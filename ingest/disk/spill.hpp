#pragma once

#include "hashing/multiset_hash.hpp"
#include "ingest/disk/disk.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace rowprint {

/// A spill file at `path`, created at the first append and removed on destruction. Borrows the disk.
/// Its error codes compare equal to std::errc::no_space_on_device where the disk said no_space, else to io_error or
/// no_such_file_or_directory.
std::unique_ptr<hashing::SpillFile> make_spill(Disk& disk, std::string path);

/// The error that a spill file's code stands for: no_space or io. `what` says what was being done.
Error spill_error(std::error_code error, std::string_view what = "sorting row digests on disk");

}  // namespace rowprint
