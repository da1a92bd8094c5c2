#pragma once

#include "ingest/model/schema.hpp"
#include "ingest/model/type.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rowprint::sql {

/// A value that is bound to `:name` in a query, never written into its text.
struct Parameter {
  std::string name;
  std::optional<Type> type;          ///< nothing: whatever the database takes it for
  std::optional<std::string> value;  ///< in the form that a declared column of that type takes; nothing: null
  bool operator==(const Parameter&) const = default;
};

/// What is asked of a SQL database: one statement that returns rows. A regular value.
struct Query {
  std::string text;
  std::vector<Parameter> parameters;
  Schema output;  ///< types that columns are to have instead of those the database would give them
  bool operator==(const Query&) const = default;
};

}  // namespace rowprint::sql
