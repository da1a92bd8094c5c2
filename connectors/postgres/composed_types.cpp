#include "connectors/postgres/field_reader.hpp"
#include "connectors/postgres/value_type.hpp"

#include <array>
#include <span>

/// Arrays, composite types and ranges: lists and maps.
namespace rowprint::postgres {
namespace {

using hashing::ByteBuffer;
using hashing::ByteView;

constexpr int kDimensionsMax = 6;

/// A length and a value, or -1 for null.
bool put_item(const ValueType& type, FieldReader& reader, Decoding& decoding, ByteBuffer& out, int depth) {
  const auto size = reader.read<std::int32_t>();
  if (size == -1) {
    hashing::put_null(out);
    return reader.sound() || decoding.malformed(type.name);
  }
  const ByteView field = reader.take(size < 0 ? reader.left() + 1 : static_cast<std::size_t>(size));
  return reader.sound() ? type.put(type, field, decoding, out, depth) : decoding.malformed(type.name);
}

/// The items of one dimension, which are lists in all but the innermost.
bool put_dimension(const ValueType& type, std::span<const std::uint32_t> sizes, FieldReader& reader, Decoding& decoding,
                   ByteBuffer& out, int depth) {
  if (!may_open(depth, decoding)) {
    return false;
  }
  hashing::put_list(out, sizes.front());
  for (std::uint32_t index = 0; index < sizes.front(); ++index) {
    const bool put = sizes.size() == 1 ? put_item(*type.element, reader, decoding, out, depth + 1)
                                       : put_dimension(type, sizes.subspan(1), reader, decoding, out, depth + 1);
    if (!put) {
      return decoding.inside("[" + std::to_string(index) + "]");
    }
  }
  return true;
}

}  // namespace

bool put_array(const ValueType& type, ByteView field, Decoding& decoding, ByteBuffer& out, int depth) {
  FieldReader reader{field};
  const auto dimensions = reader.read<std::int32_t>();
  reader.read<std::int32_t>();  // whether there are nulls, which their lengths say as well
  const auto element_oid = reader.read<std::uint32_t>();
  if (!reader.sound() || dimensions < 0 || dimensions > kDimensionsMax || element_oid != type.element_oid) {
    return decoding.malformed(type.name);
  }
  std::array<std::uint32_t, kDimensionsMax> sizes{};
  for (int i = 0; i < dimensions; ++i) {
    const auto size = reader.read<std::int32_t>();
    const auto lower_bound = reader.read<std::int32_t>();
    // Every item is four bytes or more; a size beyond that is not to be believed.
    if (!reader.sound() || size < 0 || static_cast<std::size_t>(size) > field.size()) {
      return decoding.malformed(type.name);
    }
    if (lower_bound != 1) {
      return decoding.refuse("an array that begins at " + std::to_string(lower_bound) +
                             " instead of 1, which a list cannot say: read a slice of it, as in a[:]");
    }
    sizes[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(size);
  }
  if (dimensions == 0) {
    hashing::put_list(out, 0);
    return may_open(depth, decoding) && (reader.complete() || decoding.malformed(type.name));
  }
  const std::span used{sizes.data(), static_cast<std::size_t>(dimensions)};
  return put_dimension(type, used, reader, decoding, out, depth) &&
         (reader.complete() || decoding.malformed(type.name));
}

bool put_composite(const ValueType& type, ByteView field, Decoding& decoding, ByteBuffer& out, int depth) {
  FieldReader reader{field};
  const auto count = reader.read<std::int32_t>();
  if (count < 0 || static_cast<std::size_t>(count) != type.attributes.size()) {
    return decoding.malformed(type.name);
  }
  if (!may_open(depth, decoding)) {
    return false;
  }
  const std::size_t begin = out.size();
  const std::size_t first_entry = decoding.entries.size();
  for (const ValueType::Attribute& attribute : type.attributes) {
    const auto oid = reader.read<std::uint32_t>();
    if (!reader.sound() || oid != attribute.oid) {
      return decoding.malformed(type.name);
    }
    hashing::MapEntry entry{out.size(), 0, 0};
    hashing::put_text(out, attribute.name);
    entry.value_begin = out.size();
    if (!put_item(*attribute.type, reader, decoding, out, depth + 1)) {
      return decoding.inside("." + attribute.name);
    }
    entry.value_end = out.size();
    decoding.entries.push_back(entry);
  }
  const auto refusal = hashing::close_map(out, begin, std::span{decoding.entries}.subspan(first_entry));
  decoding.entries.resize(first_entry);
  return (refusal == hashing::Refusal::none && reader.complete()) || decoding.malformed(type.name);
}

bool put_range(const ValueType& type, ByteView field, Decoding& decoding, ByteBuffer& out, int depth) {
  constexpr unsigned kEmpty = 0x01;
  constexpr unsigned kLowerInclusive = 0x02;
  constexpr unsigned kUpperInclusive = 0x04;
  constexpr unsigned kLowerInfinite = 0x08;
  constexpr unsigned kUpperInfinite = 0x10;
  if (!may_open(depth, decoding)) {
    return false;
  }
  FieldReader reader{field};
  const unsigned flags = reader.read<std::uint8_t>();
  if ((flags & kEmpty) != 0) {
    hashing::put_map(out, 1);
    hashing::put_text(out, "bounds");
    hashing::put_text(out, "empty");
    return reader.complete() || decoding.malformed(type.name);
  }
  const auto put_bound = [&](std::string_view name, unsigned infinite) {
    hashing::put_text(out, name);
    if ((flags & infinite) != 0) {
      hashing::put_null(out);
      return true;
    }
    return put_item(*type.element, reader, decoding, out, depth + 1) || decoding.inside("." + std::string{name});
  };
  hashing::put_map(out, 3);
  if (!put_bound("lower", kLowerInfinite) || !put_bound("upper", kUpperInfinite)) {
    return false;
  }
  const char bounds[] = {(flags & kLowerInclusive) != 0 ? '[' : '(', (flags & kUpperInclusive) != 0 ? ']' : ')'};
  hashing::put_text(out, "bounds");
  hashing::put_text(out, {bounds, sizeof(bounds)});
  return reader.complete() || decoding.malformed(type.name);
}

bool put_multirange(const ValueType& type, ByteView field, Decoding& decoding, ByteBuffer& out, int depth) {
  FieldReader reader{field};
  const auto count = reader.read<std::uint32_t>();
  if (!reader.sound() || count > field.size()) {
    return decoding.malformed(type.name);
  }
  if (!may_open(depth, decoding)) {
    return false;
  }
  hashing::put_list(out, count);
  for (std::uint32_t index = 0; index < count; ++index) {
    const auto size = reader.read<std::uint32_t>();
    const ByteView range = reader.take(size);
    if (!reader.sound()) {
      return decoding.malformed(type.name);
    }
    // A multirange has no null items, and its ranges are read as ranges of the same element.
    if (!put_range(type, range, decoding, out, depth + 1)) {
      return decoding.inside("[" + std::to_string(index) + "]");
    }
  }
  return reader.complete() || decoding.malformed(type.name);
}

}  // namespace rowprint::postgres
