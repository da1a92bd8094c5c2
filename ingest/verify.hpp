#pragma once

#include "ingest/catalog.hpp"
#include "ingest/disk/disk.hpp"
#include "ingest/progress.hpp"
#include "ingest/store.hpp"

#include <memory>

namespace rowprint {

/// What recomputing a content from its stored rows gave.
struct Verification {
  bool agrees = false;
  hashing::Fingerprint expected;
  hashing::Fingerprint computed;
  std::uint64_t rows = 0;
  std::string difference;  ///< in words, where it does not agree
};

struct VerifyLimits {
  std::size_t sort_bytes = 16U << 20U;
  std::string spill_directory;
};

/// Reads every stored row of a content and recomputes its fingerprints (both, where it has both), with the schema found
/// in the store. Blocks on files: await it on a worker. `progress`, which may be empty, can cancel it. Errors: those of
/// the store's reader, cancelled; a difference is no error.
awaitable<Result<Verification>> verify(Store& store, Disk& disk, Content content, VerifyLimits limits,
                                       std::shared_ptr<Progress> progress = {});

}  // namespace rowprint
