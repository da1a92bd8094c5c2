#include "hashing/canonical.hpp"
#include "ingest/model/batch.hpp"

#include <algorithm>
#include <cstring>

namespace rowprint {
namespace {

namespace unchecked = hashing::unchecked;

constexpr std::int64_t kExactDoubleMax = std::int64_t{1} << 53U;

std::uint32_t kind_bits(const Cell& cell) {
  std::uint32_t bits = 1U << static_cast<std::uint32_t>(cell.kind());
  if (cell.kind() == Kind::integer) {
    const auto distance = static_cast<std::uint64_t>(cell.integer()) + static_cast<std::uint64_t>(kExactDoubleMax);
    bits |= distance > static_cast<std::uint64_t>(kExactDoubleMax) * 2 ? kBeyondDouble : 0;
  } else if (cell.kind() == Kind::big_integer) {
    bits |= kBeyondDouble;
  }
  return bits;
}

/// One step of the walk over a row: a column in canonical order and its encoded key.
struct Step {
  std::uint32_t ordinal;
  std::uint32_t key_bytes;
  const std::uint8_t* key;
};

std::vector<Step> walk_of(const ColumnTable& columns) {
  std::vector<Step> walk;
  walk.reserve(columns.size());
  for (const std::uint32_t ordinal : columns.canonical_order()) {
    const hashing::ByteView key = columns.encoded_key(ordinal);
    walk.push_back({ordinal, static_cast<std::uint32_t>(key.size()), key.data()});
  }
  return walk;
}

/// What a row takes at most, the keys of its columns not counted; and how many pairs it has.
struct RowSize {
  std::size_t bytes_max = unchecked::kScalarBytesMax;
  std::uint64_t pairs = 0;
};

RowSize measure(std::span<const Cell> cells) {
  RowSize size;
  for (const Cell& cell : cells) {
    size.pairs += cell.is_null() ? 0 : 1;
    size.bytes_max += unchecked::kScalarBytesMax + (cell.has_pointer() ? cell.bytes().size() : 0);
  }
  return size;
}

/// As put_cell, into room that was made.
std::uint8_t* write_cell(std::uint8_t* out, const Cell& cell) {
  switch (cell.kind()) {
    case Kind::null:
      return out;
    case Kind::boolean:
      return unchecked::write_bool(out, cell.boolean());
    case Kind::integer:
      return unchecked::write_int(out, cell.integer());
    case Kind::floating:
      return unchecked::write_float(out, cell.floating());
    case Kind::text:
      return unchecked::write_text(out, cell.text());
    case Kind::bytes:
      return unchecked::write_bytes(out, cell.bytes());
    case Kind::date:
      return unchecked::write_date(out, cell.integer());
    case Kind::time:
      return unchecked::write_seconds(out, hashing::kTagTimeOfDay, cell.integer(), cell.nanoseconds());
    case Kind::timestamp:
      return unchecked::write_seconds(out, hashing::kTagTimestamp, cell.integer(), cell.nanoseconds());
    case Kind::timestamptz:
      return unchecked::write_seconds(out, hashing::kTagInstant, cell.integer(), cell.nanoseconds());
    case Kind::uuid:
      return unchecked::write_uuid(out, cell.bytes().first<16>());
    case Kind::big_integer:
    case Kind::decimal:
    case Kind::list:
    case Kind::map:
      return std::ranges::copy(cell.bytes(), out).out;
  }
  return out;
}

std::uint8_t* write_key(std::uint8_t* out, const Step& step) {
  // Column names are short: two words beat a call of memcpy, and no key is shorter than two bytes.
  if (step.key_bytes >= 8 && step.key_bytes <= 16) {
    std::memcpy(out, step.key, 8);
    std::memcpy(out + step.key_bytes - 8, step.key + step.key_bytes - 8, 8);
  } else if (step.key_bytes >= 4 && step.key_bytes < 8) {
    std::memcpy(out, step.key, 4);
    std::memcpy(out + step.key_bytes - 4, step.key + step.key_bytes - 4, 4);
  } else if (step.key_bytes < 4) {
    std::memcpy(out, step.key, 2);
    out[step.key_bytes - 1] = step.key[step.key_bytes - 1];
  } else {
    std::memcpy(out, step.key, step.key_bytes);
  }
  return out + step.key_bytes;
}

/// A row: the head, then the pairs in canonical order, nulls left out.
std::uint8_t* write_row(std::uint8_t* out, std::span<const Cell> cells, std::uint64_t pairs, std::span<const Step> walk,
                        std::uint32_t* kinds) {
  out = unchecked::write_map(out, pairs);
  for (const Step& step : walk) {
    if (step.ordinal >= cells.size()) {
      continue;
    }
    const Cell cell = cells[step.ordinal];
    if (cell.is_null()) {
      continue;
    }
    kinds[step.ordinal] |= kind_bits(cell);
    out = write_cell(write_key(out, step), cell);
  }
  return out;
}

}  // namespace

Result<void> Batch::encode(std::size_t row_bytes_max) {
  if (encoded_.ends.size() == rows()) {
    return {};
  }
  kinds_.assign(columns_->size(), 0);
  encoded_.ends.reserve(rows());
  hashing::ByteBuffer& out = encoded_.bytes;
  out.reserve(arena_bytes_ + cells_.size() * 2);
  const std::vector<Step> walk = walk_of(*columns_);
  std::size_t keys_bytes = 0;
  for (const Step& step : walk) {
    keys_bytes += step.key_bytes;
  }
  for (std::size_t index = 0; index < rows(); ++index) {
    const std::size_t begin = out.size();
    const RowSize size = measure(row(index));
    out.commit(write_row(out.grow(size.bytes_max + keys_bytes), row(index), size.pairs, walk, kinds_.data()));
    if (out.size() - begin > row_bytes_max) {
      Error error;
      error.code = ErrorCode::limit_exceeded;
      error.reason = "the row is longer than " + std::to_string(row_bytes_max) + " bytes";
      error.row = first_row_ + index;
      return fail(std::move(error));
    }
    encoded_.ends.push_back(static_cast<std::uint32_t>(out.size()));
  }
  return {};
}

}  // namespace rowprint
