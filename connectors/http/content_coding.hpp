#pragma once

#include "ingest/model/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rowprint {

/// What was done to the bytes of a body or a file as a whole (RFC 9110, section 8.4.1).
enum class ContentCoding : std::uint8_t {
  identity,  ///< nothing
  gzip,      ///< RFC 1952, any number of members
  zstd,      ///< RFC 8878, any number of frames, skippable ones among them
};

/// `identity`, `gzip`, `zstd`.
std::string_view to_string(ContentCoding coding);
/// A coding's name in any case; `x-gzip` is gzip.
std::optional<ContentCoding> parse_content_coding(std::string_view name);
/// The value of Content-Encoding, its lines joined by commas. Nothing and `identity` are the same. Errors: bad_input
/// for a coding that is not known, and for more than one.
Result<ContentCoding> parse_content_encoding(std::string_view value);
/// What Accept-Encoding says of those that are taken.
std::string_view accepted_codings();

/// By the ending of a file's name, `.gz` or `.zst`; else identity.
ContentCoding content_coding_of_file(std::string_view file);
/// A file's name without the ending that says its coding.
std::string_view without_coding(std::string_view file);

/// The memory that undoing a coding takes at most, its buffer included. Units: bytes.
std::size_t decoding_bytes(ContentCoding coding);

}  // namespace rowprint
