#pragma once

#include "connectors/postgres/row_stream.hpp"
#include "connectors/postgres/statement.hpp"
#include "connectors/postgres/type_catalog.hpp"
#include "ingest/model/schema.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace rowprint::postgres {

/// How the rows of one query become rows of a batch.
///
/// Lifecycle: make() from what the server says of the result, then decode() row by row. Thread safety: none. Ownership:
/// owns the types, borrows the builder.
class RowPlan {
 public:
  /// `output`: types that columns are to have instead of those that the database gives them. Errors, each naming the
  /// column: bad_input for a name that stands twice or is none, an output column that is not there, an output type
  /// that the column's values can never have; unsupported_value for a type without a form; limit_exceeded.
  static Result<RowPlan> make(const std::vector<ResultColumn>& columns, TypeCatalog catalog, const Schema& output,
                              BatchBuilder& builder);

  /// All columns, with their types.
  const Schema& declared() const { return declared_; }
  /// Appends one row to the builder, or nothing. Errors, with row and column: unsupported_value, limit_exceeded,
  /// bad_input where an output type does not take a value.
  Result<void> decode(const std::vector<Field>& fields);

 private:
  struct Column {
    std::uint32_t ordinal = 0;
    const ValueType* type = nullptr;
    std::optional<Type> output;  ///< if it differs
  };

  explicit RowPlan(TypeCatalog catalog, BatchBuilder& builder)
      : catalog_(std::move(catalog)), builder_(&builder), decoding_(std::make_unique<Decoding>(builder)) {}
  Result<void> add(const ResultColumn& column, const Schema& output);
  Result<void> refused(const Column& column, Error error);

  TypeCatalog catalog_;
  BatchBuilder* builder_;
  std::unique_ptr<Decoding> decoding_;
  std::vector<Column> columns_;
  Schema declared_;
};

}  // namespace rowprint::postgres
