#pragma once

#include "ingest/model/error.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace rowprint::config {

/// `4096`, `64 KiB`, `256MiB`, `2 GB`: an integer and a unit (B, KB, MB, GB, TB, KiB, MiB, GiB, TiB). Errors:
/// bad_input.
Result<std::uint64_t> parse_size(std::string_view text);
/// `250 ms`, `30 s`, `5 min`, `2 h`: an integer and a unit. Errors: bad_input.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace rowprint::config
