#pragma once

#include "hashing/bytes.hpp"
#include "hashing/canonical.hpp"
#include "hashing/decimal_digits.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rowprint::hashing {

/// One item of the rp1 encoding. A scalar with its tags is one item; a list or a map is its head.
struct Item {
  enum class Kind : std::uint8_t {
    null,
    boolean,
    integer,      ///< fits std::int64_t: `integer`
    big_integer,  ///< any other integer: `negative` and `bytes` as for CBOR tags 2 and 3 (-1 - n), big-endian, no
                  ///< leading zeros
    floating,
    decimal,  ///< tag 4: `integer` is the exponent, the mantissa is `negative` and `bytes` (-1 - n when negative)
    text,
    bytes,
    date,  ///< `integer` days
    time,  ///< `integer` seconds and `nanoseconds`
    timestamp,
    timestamptz,
    uuid,  ///< `bytes`, 16 of them
    list,  ///< `count` items follow
    map,   ///< `count` pairs of items follow
  };
  Kind kind = Kind::null;
  bool boolean = false;
  bool negative = false;
  std::uint32_t nanoseconds = 0;
  std::int64_t integer = 0;
  double floating = 0;
  std::uint64_t count = 0;
  ByteView bytes;  ///< text, bytes, uuid, magnitude. Small magnitudes point into `inline_magnitude` of the reader
  ByteView raw;    ///< the encoded item itself; for a list or a map its head
};

/// One column of a row.
struct RowColumn {
  std::string_view name;
  ByteView value;  ///< one whole value, as skip() gives it
};

/// Reads rp1 items one after the other, and takes nothing that the encoder would not have written.
///
/// Lifecycle: construct over bytes, read() until at_end(). Ownership: borrows the bytes; items point into them (a
/// magnitude that came as a CBOR integer points into the reader and holds until the next read()), so it is neither
/// copied nor moved. Thread safety: none. Errors: read() gives nothing on malformed or non-canonical input (wrong
/// length form, unreduced number, unsorted or repeated keys are found by skip(), which reads whole values); `reason()`
/// says why, `offset()` where it stands, at the first byte of the item, value or row refused, and `refused_at()` which
/// item inside of that.
class CanonicalReader {
 public:
  /// What skip() and the like read lies in at most `nesting_max` lists and maps, which is at most kDepthMax.
  explicit CanonicalReader(ByteView bytes, int nesting_max = kDepthMax) : bytes_(bytes), nesting_max_(nesting_max) {}
  CanonicalReader(const CanonicalReader&) = delete;
  CanonicalReader& operator=(const CanonicalReader&) = delete;

  bool at_end() const { return offset_ == bytes_.size(); }
  std::size_t offset() const { return offset_; }
  std::string_view reason() const { return reason_; }
  /// The first byte of the innermost item that was refused, or of the key where keys are out of order.
  std::size_t refused_at() const { return refused_at_; }
  /// Whether it was refused because the bytes end before it does: with more of them it may be taken.
  bool is_cut() const { return cut_; }
  /// Whether it was refused for its depth, its digits or its exponent alone.
  bool is_beyond_limit() const { return beyond_limit_; }
  /// Of these, for its depth.
  bool is_too_deep() const { return too_deep_; }

  std::optional<Item> read();
  /// Reads one whole value, nested ones included (at most `nesting_max` deep, and sorted keys), and gives its bytes.
  std::optional<ByteView> skip();
  /// The same for one whole row: a map whose keys are column names, and whose values are not null.
  std::optional<ByteView> skip_row();
  /// A row column by column: its head, which gives their number, and then that often read_column().
  std::optional<std::uint64_t> read_row();
  std::optional<RowColumn> read_column();

 private:
  struct Head {
    std::uint8_t major = 0;  ///< the three high bits, in place
    std::uint8_t info = 0;
    std::uint64_t value = 0;
  };

  void begin();
  bool refuse(std::string_view reason);
  bool refuse_cut();
  bool refuse_limit(std::string_view reason);
  bool read_head(Head& head);
  bool read_item(Item& item);
  bool read_integer(Item& item, const Head& head);
  bool read_string(ByteView& bytes, const Head& head);
  bool read_text(Item& item, const Head& head);
  bool read_count(Item& item, const Head& head);
  bool read_simple(Item& item, const Head& head);
  bool read_float(Item& item, const Head& head);
  bool read_tagged(Item& item, std::uint64_t tag);
  bool read_big_integer(Item& item, bool negative);
  bool read_decimal(Item& item);
  bool read_int64(std::int64_t& value);
  bool read_seconds(Item& item);
  bool skip_value(int containers);
  bool skip_pairs(std::uint64_t count, int containers);
  bool read_key(std::string_view& name, std::string_view& last_key);
  std::optional<ByteView> since(std::size_t begin, bool accepted);

  ByteView bytes_;
  int nesting_max_;
  std::size_t offset_ = 0;
  std::string_view reason_;
  bool cut_ = false;
  bool beyond_limit_ = false;
  bool too_deep_ = false;
  std::size_t item_begin_ = 0;
  std::size_t refused_at_ = 0;
  std::string_view last_column_;  ///< its encoded key; empty before the first of a row
  std::uint8_t inline_magnitude_[8]{};
};

}  // namespace rowprint::hashing
