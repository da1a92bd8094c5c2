#include "connectors/memory/cell_writer.hpp"

#include "ingest/model/utf8.hpp"

#include <cmath>
#include <string>

namespace rowprint::memory {

Cell CellWriter::keep(const Cell& borrowed) {
  switch (borrowed.kind()) {
    case Kind::text:
      return Cell::text(builder_.keep(borrowed.text()));
    case Kind::bytes:
      return Cell::bytes(builder_.keep(borrowed.bytes()));
    case Kind::uuid:
      return Cell::uuid(builder_.keep(borrowed.bytes()).data());
    case Kind::big_integer:
    case Kind::decimal:
    case Kind::list:
    case Kind::map:
      return Cell::canonical(borrowed.kind(), builder_.keep(borrowed.bytes()));
    default:
      return borrowed;
  }
}

Result<void> check_text(std::string_view text) {
  if (text.size() > kValueBytesMax) {
    return fail(ErrorCode::limit_exceeded, "text of more than 4 GiB");
  }
  if (const auto bad = find_invalid_utf8(text)) {
    return fail(ErrorCode::bad_input, "text is not valid UTF-8 at its byte " + std::to_string(*bad));
  }
  return {};
}

Result<void> check_depth(int depth) {
  if (depth < hashing::kDepthMax) {
    return {};
  }
  return fail(ErrorCode::limit_exceeded,
              "a value lies in more than " + std::to_string(hashing::kDepthMax) + " lists and maps");
}

Error inside(std::string_view outer, Error error) {
  std::string path{outer};
  if (!error.column.empty() && error.column.front() != '[') {
    path += '.';
  }
  error.column.insert(0, path);
  return error;
}

Error inside_item(std::size_t index, Error error) {
  return inside('[' + std::to_string(index) + ']', std::move(error));
}

namespace {

constexpr std::int64_t kExactInDouble = std::int64_t{1} << 53;

std::string digits_of(const Cell& cell) {
  return cell.kind() == Kind::integer ? std::to_string(cell.integer())
                                      : std::get<BigInteger>(to_value(cell).held).digits;
}

}  // namespace

Result<Cell> fit(const Cell& cell, Type type, CellWriter& writer) {
  if (is_of_type(cell.kind(), type)) {
    return cell;
  }
  const bool integer = cell.kind() == Kind::integer || cell.kind() == Kind::big_integer;
  if (type == Type::floating && cell.kind() == Kind::integer && cell.integer() >= -kExactInDouble &&
      cell.integer() <= kExactInDouble) {
    return Cell::floating(static_cast<double>(cell.integer()));
  }
  if (type == Type::decimal && integer) {
    return to_cell(Value{Decimal{digits_of(cell), 0}}, writer.builder());
  }
  if (type == Type::decimal && cell.kind() == Kind::floating && !std::isfinite(cell.floating())) {
    return writer.canonical(Kind::decimal, [&](hashing::ByteBuffer& out) -> Result<void> {
      hashing::put_float(out, cell.floating());
      return {};
    });
  }
  return fail(ErrorCode::bad_input,
              "the column is declared as " + std::string{to_string(type)} + ", which does not take this value");
}

}  // namespace rowprint::memory
