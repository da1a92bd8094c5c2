#pragma once

#include "cli/exit_code.hpp"
#include "hashing/bytes.hpp"
#include "ingest/model/error.hpp"

#include <string>
#include <string_view>

namespace rowprint::cli {

/// Where results and problems go: standard output and standard error, as text or as JSON.
///
/// Thread safety: none. Nothing is buffered.
class Console {
 public:
  Console(bool json, bool quiet) : json_(json), quiet_(quiet) {}

  bool json() const { return json_; }
  /// Whether a progress line would be seen and is wanted. `output_busy`: the result itself goes to standard output as
  /// it comes.
  bool wants_progress(bool output_busy = false) const;

  /// Errors: io when standard output does not take it (a full disk; a closed pipe ends the program as it does others).
  Result<void> write(hashing::ByteView bytes) const;
  Result<void> print(std::string_view text) const { return write(hashing::as_bytes(text)); }
  /// One line on standard error, or one line of JSON.
  void report(const Error& error, ExitCode exit) const;

 private:
  bool json_;
  bool quiet_;
};

/// Control characters made visible: names come from anybody, and a terminal obeys them.
std::string printable(std::string_view text);

}  // namespace rowprint::cli
