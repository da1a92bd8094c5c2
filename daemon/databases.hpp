#pragma once

#include "config/config.hpp"
#include "ingest/sql/database.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rowprint::daemon {

/// How a database is made of its settings; only parses the URL. Errors: bad_input, without it.
using OpenDatabase = std::function<Result<std::unique_ptr<sql::Database>>(sql::DatabaseSettings)>;

/// The SQL databases that the configuration names.
///
/// Thread safety: all functions from any thread. Lifecycle: immutable once made. Ownership: what open() gives is the
/// caller's, and needs this no longer. Secrets stay inside: passwords are read anew each time, and never kept.
class Databases {
 public:
  /// Errors: bad_input that names the source whose URL is none.
  static Result<Databases> make(const config::Config& config, OpenDatabase open);

  /// A source as it may be shown.
  struct Listed {
    std::string name;
    std::string description;  ///< without secrets
  };
  /// In the order of the configuration.
  const std::vector<Listed>& list() const { return listed_; }
  bool knows(const std::string& name) const;
  static Error unknown(const std::string& name);

  /// A database of its own for whoever asks. Reads its password file, which may block shortly. Errors: not_found for an
  /// unknown name, unavailable where the password cannot be read.
  Result<std::unique_ptr<sql::Database>> open(const std::string& name) const;

 private:
  Databases(const config::Config& config, OpenDatabase open)
      : sources_(config.sources), row_bytes_max_(config.limits.row_bytes), open_(std::move(open)) {}

  sql::DatabaseSettings settings_of(const config::Source& source) const;

  std::vector<config::Source> sources_;
  std::size_t row_bytes_max_;
  OpenDatabase open_;
  std::vector<Listed> listed_;
};

}  // namespace rowprint::daemon
