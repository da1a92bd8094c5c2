#pragma once

#include "ingest/model/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowprint::daemon {

/// Where the body of a request ends, and which of the bytes on the wire are its: RFC 9112 sections 6 and 7, read in one
/// way only. A chunk's size is hexadecimal digits and nothing else, but for extensions, which are passed over; lines
/// end in CRLF.
///
/// Lifecycle: a regular value; step() or took() until done(), or until an error, which stays. Limits: below. Units:
/// bytes. Errors: bad_input.
class BodyFraming {
 public:
  static constexpr std::size_t kSizeDigitsMax = 16;
  static constexpr std::size_t kChunkLineBytesMax = 1024;     ///< size and extensions of one chunk, CRLF included
  static constexpr std::size_t kTrailerBytesMax = 8U << 10U;  ///< all trailers, CRLFs included

  static BodyFraming sized(std::uint64_t bytes);
  static BodyFraming chunked();

  /// What `wire` begins with: `skip` bytes that say how the body goes on, then `data` bytes of the body.
  struct Step {
    std::size_t skip = 0;
    std::size_t data = 0;
  };
  /// `wire` begins with the first byte that was not part of an earlier step. Without data and not done: more must come
  /// first. Gives at most `data_max` bytes of data.
  Result<Step> step(std::string_view wire, std::size_t data_max);
  /// How much data comes next, without anything in between.
  std::uint64_t data_left() const { return state_ == State::data ? left_ : 0; }
  /// Whether what follows that data is the end.
  bool data_is_last() const { return !chunked_; }
  /// That much of it, at most data_left(), was taken without step().
  void took(std::uint64_t bytes);

  /// The body has ended; what comes is the next request's.
  bool done() const { return state_ == State::done; }
  /// Of `content-digest` and `repr-digest`, the only trailers that are kept; nothing before the end.
  std::optional<std::string> trailer(std::string_view lower_case_name) const;

 private:
  enum class State : std::uint8_t { data, data_end, size, trailers, done, failed };

  /// Looks at the bytes that `rest` begins with, and takes off what is complete. False: more must come first.
  bool look(std::string_view& rest);
  bool look_at_data_end(std::string_view& rest);
  bool look_at_size(std::string_view& rest);
  bool look_at_trailers(std::string_view& rest);
  bool take_line(std::string_view& rest, std::size_t bytes_max, std::string_view& line);
  bool refuse(std::string_view reason);

  State state_ = State::done;
  bool chunked_ = false;
  std::uint64_t left_ = 0;  ///< of the data that is being read
  std::size_t trailer_bytes_ = 0;
  std::vector<std::pair<std::string_view, std::string>> trailers_;
  std::string_view failure_;
};

}  // namespace rowprint::daemon
