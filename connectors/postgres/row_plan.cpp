#include "connectors/postgres/row_plan.hpp"

#include "connectors/postgres/output_types.hpp"

#include <algorithm>

namespace rowprint::postgres {
namespace {

tl::unexpected<Error> refuse(const std::string& column, std::string reason, ErrorCode code = ErrorCode::bad_input) {
  Error error;
  error.code = code;
  error.reason = std::move(reason);
  error.column = column;
  return fail(std::move(error));
}

Cell keep(const Cell& cell, BatchBuilder& builder) {
  switch (cell.kind()) {
    case Kind::text:
      return Cell::text(builder.keep(cell.text()));
    case Kind::bytes:
      return Cell::bytes(builder.keep(cell.bytes()));
    case Kind::uuid:
      return Cell::uuid(builder.keep(cell.bytes()).data());
    default:
      return cell;
  }
}

}  // namespace

Result<RowPlan> RowPlan::make(const std::vector<ResultColumn>& columns, TypeCatalog catalog, const Schema& output,
                              BatchBuilder& builder) {
  RowPlan plan{std::move(catalog), builder};
  for (const ResultColumn& column : columns) {
    if (auto added = plan.add(column, output); !added) {
      return fail(added.error());
    }
  }
  for (const rowprint::Column& column : output.columns) {
    if (plan.declared_.find(column.name) == nullptr) {
      return refuse(column.name, "the output names a column that the query does not return");
    }
  }
  return plan;
}

Result<void> RowPlan::add(const ResultColumn& column, const Schema& output) {
  if (declared_.find(column.name) != nullptr) {
    return refuse(column.name, "the query returns two columns of this name: give one another, with AS");
  }
  const ValueType* type = catalog_.find(column.oid);
  if (type == nullptr) {
    return refuse(column.name,
                  "the type " + catalog_.name(column.oid) +
                      " has no exact form here: cast the column, as in (…)::text AS " + column.name +
                      ", or make it a type that has one",
                  ErrorCode::unsupported_value);
  }
  Column planned{0, type, {}};
  const rowprint::Column* asked = output.find(column.name);
  if (asked != nullptr && asked->type != type->type) {
    if (!may_become(type->type, asked->type)) {
      return refuse(column.name, "the output asks for " + std::string{to_string(asked->type)} + ", which no " +
                                     type->name + " is: cast the column in the query");
    }
    planned.output = asked->type;
  }
  const auto ordinal = builder_->column(column.name);
  if (!ordinal) {
    return refuse(column.name, ordinal.error().reason, ordinal.error().code);
  }
  planned.ordinal = *ordinal;
  columns_.push_back(planned);
  declared_.columns.push_back({column.name, planned.output.value_or(type->type)});
  return {};
}

Result<void> RowPlan::decode(const std::vector<Field>& fields) {
  builder_->begin_row();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Field& field = fields[i];
    if (field.data == nullptr) {
      continue;
    }
    const Column& column = columns_[i];
    Cell cell;
    if (!column.type->cell(*column.type, {field.data, field.size}, *decoding_, cell)) {
      return refused(column, decoding_->take_error());
    }
    if (column.output) {
      const Result<Cell> other = become(cell, *column.output, *builder_);
      if (!other) {
        return refused(column, other.error());
      }
      cell = *other;
    }
    builder_->set(column.ordinal, column.type->points ? keep(cell, *builder_) : cell);
  }
  builder_->end_row();
  return {};
}

Result<void> RowPlan::refused(const Column& column, Error error) {
  builder_->abandon_row();
  error.row = builder_->next_row();
  error.column.insert(0, builder_->columns().name(column.ordinal));
  return fail(std::move(error));
}

}  // namespace rowprint::postgres
