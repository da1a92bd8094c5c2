#include "connectors/postgres/value_type.hpp"

namespace rowprint::postgres {

bool Decoding::refuse(std::string reason, ErrorCode code) {
  error_ = Error{};
  error_.code = code;
  error_.reason = std::move(reason);
  return false;
}

bool Decoding::malformed(std::string_view type) {
  return refuse("what the server sent is no " + std::string{type}, ErrorCode::corrupt);
}

bool Decoding::inside(std::string_view step) {
  error_.column.insert(0, step);
  return false;
}

bool put_cell_of(const ValueType& type, hashing::ByteView field, Decoding& decoding, hashing::ByteBuffer& out,
                 int /*depth*/) {
  Cell cell;
  if (!type.cell(type, field, decoding, cell)) {
    return false;
  }
  put_cell(out, cell);
  return true;
}

bool cell_of_encoding(const ValueType& type, hashing::ByteView field, Decoding& decoding, Cell& cell) {
  decoding.scratch.clear();
  if (!type.put(type, field, decoding, decoding.scratch, 0)) {
    return false;
  }
  const hashing::ByteView kept = decoding.builder.keep(decoding.scratch.view());
  switch (type.type) {
    case Type::decimal:
      cell = Cell::canonical(Kind::decimal, kept);
      return true;
    case Type::list:
      cell = Cell::canonical(Kind::list, kept);
      return true;
    case Type::map:
      cell = Cell::canonical(Kind::map, kept);
      return true;
    default:
      break;
  }
  const std::optional<Cell> read = cell_from_canonical(kept, type.type);
  if (!read) {
    return decoding.malformed(type.name);
  }
  cell = *read;
  return true;
}

bool may_open(int depth, Decoding& decoding) {
  if (depth < hashing::kDepthMax) {
    return true;
  }
  return decoding.refuse("a value lies in more than " + std::to_string(hashing::kDepthMax) + " lists and maps",
                         ErrorCode::limit_exceeded);
}

}  // namespace rowprint::postgres
