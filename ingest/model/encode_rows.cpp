#include "hashing/canonical.hpp"
#include "ingest/model/batch.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace rowprint {
namespace {

namespace unchecked = hashing::unchecked;

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

constexpr std::size_t kShortKeyBytes = 16;
/// Up to here the head of a row is one byte, whatever the number of its pairs.
constexpr std::size_t kShortHeadPairs = 23;

/// One step of the walk over a row: a column in canonical order and its encoded key.
struct Step {
  std::uint32_t ordinal = 0;
  std::uint32_t key_bytes = 0;
  const std::uint8_t* key = nullptr;
  /// The key, padded, if it is not longer: copied whole, which costs one load and one store.
  std::array<std::uint8_t, kShortKeyBytes> short_key{};
};

std::vector<Step> walk_of(const ColumnTable& columns) {
  std::vector<Step> walk;
  walk.reserve(columns.size());
  for (const std::uint32_t ordinal : columns.canonical_order()) {
    const hashing::ByteView key = columns.encoded_key(ordinal);
    Step step{ordinal, static_cast<std::uint32_t>(key.size()), key.data(), {}};
    std::ranges::copy(key.first(std::min(key.size(), kShortKeyBytes)), step.short_key.begin());
    walk.push_back(step);
  }
  return walk;
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
  if (step.key_bytes <= kShortKeyBytes) {
    std::memcpy(out, step.short_key.data(), kShortKeyBytes);
  } else {
    std::memcpy(out, step.key, step.key_bytes);
  }
  return out + step.key_bytes;
}

/// Writes rows one after the other into a buffer that grows between cells, never within one.
class RowWriter {
 public:
  RowWriter(hashing::ByteBuffer& out, std::span<const Step> walk, std::uint32_t* kinds)
      : out_(out), walk_(walk), kinds_(kinds) {
    for (const Step& step : walk) {
      fixed_bytes_ += step.key_bytes + unchecked::kScalarBytesMax;
    }
  }

  /// The head, then the pairs in canonical order, nulls left out.
  void write(const std::span<const Cell> cells) {
    // Copies, since a store through a byte pointer may change any member for all the compiler knows.
    const std::span<const Step> walk = walk_;
    std::uint32_t* const kinds = kinds_;
    const bool short_head = walk.size() <= kShortHeadPairs;
    const std::size_t begin = out_.size();
    std::uint8_t* at = out_.grow(fixed_bytes_);
    end_ = out_.data() + out_.capacity();
    at = short_head ? at + 1 : unchecked::write_map(at, count_pairs(cells));
    std::uint8_t pairs = 0;
    for (const Step& step : walk) {
      if (step.ordinal >= cells.size() || cells[step.ordinal].is_null()) {
        continue;
      }
      const Cell cell = cells[step.ordinal];
      if (cell.has_pointer()) {
        at = room(at, cell.bytes().size());
      }
      kinds[step.ordinal] |= kind_bits(cell);
      at = write_cell(write_key(at, step), cell);
      ++pairs;
    }
    out_.commit(at);
    if (short_head) {
      unchecked::write_map(out_.data() + begin, pairs);
    }
  }

 private:
  /// `at`, wherever it is once there is room for `bytes` and the fixed part of a row.
  std::uint8_t* room(std::uint8_t* at, std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at) < fixed_bytes_ + bytes) [[unlikely]] {
      out_.commit(at);
      at = out_.grow(fixed_bytes_ + bytes);
      end_ = out_.data() + out_.capacity();
    }
    return at;
  }

  static std::uint64_t count_pairs(std::span<const Cell> cells) {
    return static_cast<std::uint64_t>(std::ranges::count_if(cells, [](const Cell& cell) { return !cell.is_null(); }));
  }

  hashing::ByteBuffer& out_;
  const std::span<const Step> walk_;
  std::uint32_t* const kinds_;
  /// What the keys, the scalars and the head of a row take at most, and the padding of the last key.
  std::size_t fixed_bytes_ = unchecked::kScalarBytesMax + kShortKeyBytes;
  const std::uint8_t* end_ = nullptr;
};

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
  RowWriter writer{out, walk, kinds_.data()};
  for (std::size_t index = 0; index < rows(); ++index) {
    const std::size_t begin = out.size();
    writer.write(row(index));
    if (out.size() - begin > row_bytes_max) {
      return fail(at_row(index, make_error(ErrorCode::limit_exceeded,
                                           "the row is longer than " + std::to_string(row_bytes_max) + " bytes")));
    }
    encoded_.ends.push_back(static_cast<std::uint32_t>(out.size()));
  }
  return {};
}

}  // namespace rowprint
