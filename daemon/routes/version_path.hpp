#pragma once

#include "ingest/model/error.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rowprint::daemon {

/// The dataset and version that a path names.
struct VersionPath {
  std::string dataset;
  std::uint64_t number = 0;  ///< 0: the latest
};

/// From what a route captured: a dataset, and a number or `latest` where there is a second. Errors: bad_input.
Result<VersionPath> parse_version_path(const std::vector<std::string>& captured);

}  // namespace rowprint::daemon
