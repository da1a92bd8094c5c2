#include "connectors/http/json_rows.hpp"

#include "connectors/http/json_writer.hpp"

#include <utility>

namespace rowprint {
namespace {

constexpr std::uint32_t kAbsent = 0xffffffffU;

tl::unexpected<Error> refused(ErrorCode code, std::string reason, std::uint64_t row, const std::string& column) {
  Error error;
  error.code = code;
  error.reason = std::move(reason);
  error.row = row;
  error.column = column;
  return fail(std::move(error));
}

}  // namespace

JsonRows::JsonRows(Schema schema) : schema_(std::move(schema)) {
  for (const Column& column : schema_.columns) {
    std::string& key = keys_.emplace_back(keys_.empty() ? "{" : ",");
    put_json_string(key, column.name);
    key.push_back(':');
  }
}

Result<void> JsonRows::write(std::string& out, const Batch& batch, std::size_t begin, std::size_t end) {
  meet(batch);
  for (std::size_t index = begin; index < end; ++index) {
    const std::size_t row_begin = out.size();
    if (Result<void> written = write_row(out, batch.row(index), batch.first_row() + index); !written) {
      out.resize(row_begin);
      return written;
    }
  }
  return {};
}

Result<void> JsonRows::write_row(std::string& out, std::span<const Cell> row, std::uint64_t number) const {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Column& column = schema_.columns[i];
    const Cell given = ordinals_[i] < row.size() ? row[ordinals_[i]] : Cell{};
    const Cell cell = column.type == Type::floating ? as_column_type(given, Type::floating) : given;
    if (!is_of_type(cell.kind(), column.type)) {
      return refused(ErrorCode::internal, "a value that is not of its column's type", number, column.name);
    }
    out.append(keys_[i]);
    const std::string_view unsayable = put_json_cell(out, cell, column.type);
    if (!unsayable.empty()) {
      return refused(ErrorCode::unsupported_value,
                     "JSON has no form for " + std::string{unsayable} + " inside " +
                         std::string{to_string(column.type)} + "; read the rows as a CBOR sequence",
                     number, column.name);
    }
  }
  out.append(keys_.empty() ? "{}\n" : "}\n");
  return {};
}

void JsonRows::meet(const Batch& batch) {
  if (known_columns_ == batch.shared_columns()) {
    return;
  }
  known_columns_ = batch.shared_columns();
  ordinals_.clear();
  for (const Column& column : schema_.columns) {
    ordinals_.push_back(batch.columns().find(column.name).value_or(kAbsent));
  }
}

Result<void> write_cbor_sequence(std::string& out, Batch& batch, std::size_t begin, std::size_t end,
                                 std::size_t row_bytes_max) {
  if (Result<void> encoded = batch.encode(row_bytes_max); !encoded) {
    return encoded;
  }
  const EncodedRows& rows = batch.encoded();
  const std::size_t first = begin == 0 ? 0 : rows.ends[begin - 1];
  const std::size_t last = end == 0 ? 0 : rows.ends[end - 1];
  out.append(hashing::as_text(rows.bytes.view().subspan(first, last - first)));
  return {};
}

}  // namespace rowprint
