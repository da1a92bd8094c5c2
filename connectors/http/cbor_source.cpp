#include "connectors/http/cbor_source.hpp"

#include "connectors/http/cbor_path.hpp"
#include "connectors/http/line_check.hpp"

#include <algorithm>
#include <utility>

namespace rowprint {
namespace {

std::string name_of(std::string_view column) {
  return format_path({std::string{column}});
}

}  // namespace

CborSource::CborSource(std::unique_ptr<ByteStream> body, Schema declared, CborLimits limits)
    : BufferedSource(std::move(body), std::move(declared), limits.batch, {limits.read_bytes, limits.row_bytes_max + 1}),
      limits_(limits) {}

Result<void> CborSource::take_rows() {
  while (!buffer().rest().empty() && !builder().batch_full()) {
    const auto taken = take_row(hashing::as_bytes(buffer().rest()));
    if (!taken) {
      return fail(taken.error());
    }
    if (*taken == 0) {
      return {};
    }
    buffer().take(*taken);
  }
  return {};
}

Result<std::size_t> CborSource::take_row(hashing::ByteView rest) {
  // No more of a row is looked at than a buffer has to hold: what is said of one that is too long, and bad behind that
  // as well, must not hang on how much of it has come.
  const hashing::ByteView row = rest.first(std::min(rest.size(), limits_.row_bytes_max + 1));
  hashing::CanonicalReader reader{row, limits_.nesting_max};
  builder().begin_row();
  const auto columns = reader.read_row();
  bool is_whole = columns.has_value();
  for (std::size_t place = 0; is_whole && place < *columns; ++place) {
    const auto column = reader.read_column();
    is_whole = column.has_value();
    if (!is_whole) {
      break;
    }
    if (auto set = take_column(*column, place); !set) {
      Error error = std::move(set.error());
      error.row = builder().next_row();
      error.offset = buffer().offset() + reader.offset() - column->value.size();
      builder().abandon_row();
      return fail(std::move(error));
    }
  }
  const std::size_t size = is_whole ? reader.offset() : row.size();
  if (size > limits_.row_bytes_max && (is_whole || reader.is_cut())) {
    builder().abandon_row();
    return fail(located(ErrorCode::limit_exceeded,
                        "the row is longer than " + std::to_string(limits_.row_bytes_max) + " bytes",
                        buffer().offset()));
  }
  if (is_whole) {
    builder().end_row(buffer().offset());
    return size;
  }
  builder().abandon_row();
  if (!reader.is_cut()) {
    return fail(refused(row, reader));
  }
  if (buffer().ended()) {
    return fail(located(ErrorCode::truncated, "the input ends within a row", buffer().offset() + row.size()));
  }
  return std::size_t{0};
}

Result<void> CborSource::take_column(const hashing::RowColumn& column, std::size_t place) {
  const auto ordinal = ordinal_of(column.name, place);
  if (!ordinal) {
    return fail(ordinal.error());
  }
  const Type type = *ordinal < declared().columns.size() ? declared().columns[*ordinal].type : Type::any;
  const auto cell = cell_from_canonical(column.value, type);
  if (!cell) {
    Error error;
    error.code = ErrorCode::bad_input;
    error.reason = "not a value of type " + std::string{to_string(type)} + ", as the column is declared";
    error.column = name_of(column.name);
    return fail(std::move(error));
  }
  builder().set(*ordinal, *cell);
  return {};
}

Result<std::uint32_t> CborSource::ordinal_of(std::string_view name, std::size_t place) {
  if (place < last_ordinals_.size() && builder().columns().name(last_ordinals_[place]) == name) {
    return last_ordinals_[place];
  }
  auto ordinal = builder().column(name);
  if (!ordinal) {
    ordinal.error().column = name_of(name);
    return ordinal;
  }
  last_ordinals_.resize(std::max(last_ordinals_.size(), place + 1), *ordinal);
  last_ordinals_[place] = *ordinal;
  return ordinal;
}

Error CborSource::refused(hashing::ByteView row, const hashing::CanonicalReader& reader) const {
  const ErrorCode code = reader.is_beyond_limit() ? ErrorCode::limit_exceeded : ErrorCode::bad_input;
  Error error = located(code, std::string{reader.reason()}, buffer().offset() + reader.refused_at());
  if (reader.is_too_deep()) {
    error.reason = "lists and maps nested more than " + std::to_string(limits_.nesting_max) + " deep";
  }
  error.column = cbor_path(row, reader.refused_at());
  return error;
}

}  // namespace rowprint
