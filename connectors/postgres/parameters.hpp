#pragma once

#include "ingest/model/error.hpp"
#include "ingest/sql/query.hpp"

#include <libpq-fe.h>
#include <optional>
#include <string>
#include <vector>

namespace rowprint::postgres {

/// The values of $1, $2, … as libpq takes them: each with its type, none of them ever in the text of a query.
///
/// Lifecycle: bind(), then read. Ownership: owns the values; the arrays hold until it is moved or changed. Thread
/// safety: none.
class BoundParameters {
 public:
  /// Errors: bad_input that names the parameter, where its value is not of its type; unsupported_value where
  /// PostgreSQL's type does not hold it exactly (a time below microseconds).
  static Result<BoundParameters> bind(const std::vector<sql::Parameter>& parameters);

  int count() const { return static_cast<int>(types_.size()); }
  /// 0 where it is for the server to say; set_types() then fills it in.
  const Oid* types() const { return types_.data(); }
  void set_type(int index, Oid type) { types_[static_cast<std::size_t>(index)] = type; }
  const char* const* values();
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  std::vector<Oid> types_;
  std::vector<std::optional<std::string>> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<const char*> pointers_;
};

}  // namespace rowprint::postgres
