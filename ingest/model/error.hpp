#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace rowprint {

/// What went wrong, from the caller's side: it decides what to do, `reason` is for people.
enum class ErrorCode : std::uint8_t {
  bad_input,          ///< the rows or the request are wrong; sending them again changes nothing
  unsupported_value,  ///< a value that rp1, or this store, has no exact form for
  limit_exceeded,     ///< a declared bound: row bytes, depth, columns, digits
  truncated,          ///< the input ended before its end
  not_found,
  conflict,             ///< content differs from what was expected
  precondition_failed,  ///< the dataset is no longer what the caller said it must be
  key_reused,           ///< an idempotency key stands for another content already
  no_space,             ///< the disk is full
  io,                   ///< the operating system refused
  corrupt,              ///< what is stored is not what was sealed
  busy,                 ///< no memory or no place just now; try later
  cancelled,            ///< by its owner
  unavailable,          ///< a peer cannot be reached
  internal,             ///< a bug of ours
};
std::string_view to_string(ErrorCode code);

/// An error as ports return it. A regular value.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string reason;
  /// Where in the input: the row (the first is 1), the byte offset (the first is 0), the column's path.
  std::optional<std::uint64_t> row;
  std::optional<std::uint64_t> offset;
  std::string column;
  /// The same call may succeed later without anything being changed.
  bool retryable = false;
  /// The effect may have happened although the call failed: ask before trying again.
  bool outcome_unknown = false;

  /// One line: reason and position.
  std::string text() const;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline Error make_error(ErrorCode code, std::string reason) {
  Error error;
  error.code = code;
  error.reason = std::move(reason);
  return error;
}

inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>{std::move(error)};
}
inline tl::unexpected<Error> fail(ErrorCode code, std::string reason) {
  return fail(make_error(code, std::move(reason)));
}

}  // namespace rowprint
