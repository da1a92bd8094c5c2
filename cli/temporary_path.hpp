#pragma once

#include "ingest/model/error.hpp"

#include <string>

namespace rowprint::cli {

/// A folder of one's own in $TMPDIR (or /tmp) with the path of one file in it, which somebody else creates. Both are
/// removed on destruction, and when the program is ended by SIGINT, SIGTERM or SIGHUP.
///
/// At most one at a time: it owns those signals' handlers. Thread safety: none.
class TemporaryPath {
 public:
  /// Errors: io with the folder and what the system said.
  static Result<TemporaryPath> make();
  TemporaryPath(TemporaryPath&& other) noexcept;
  TemporaryPath& operator=(TemporaryPath&&) = delete;
  ~TemporaryPath();

  const std::string& path() const { return path_; }

 private:
  explicit TemporaryPath(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace rowprint::cli
