#pragma once

#include "connectors/http/content_coding.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/wait.hpp"
#include "tests/support/read_to_end.hpp"
#include "tests/unit/connectors/http/decoding.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace rowprint::test {

/// One gzip member, or one zstd frame with its checksum.
std::string coded(std::string_view text, ContentCoding coding);
/// The same with a point at which everything is flushed behind each `every` bytes.
std::string coded_with_flushes(std::string_view text, ContentCoding coding, std::size_t every);
/// A zstd frame that says it needs a window of 2^`bits` bytes.
std::string zstd_with_window(std::string_view text, int bits);

/// The chunk in which such a text comes whole.
inline constexpr std::size_t kWhole = 1U << 20U;

/// Reads at most `room` bytes at a time; blocks until the end.
StreamOutcome read_all(ByteStream& stream, std::size_t room = 1U << 16U);

}  // namespace rowprint::test
