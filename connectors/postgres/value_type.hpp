#pragma once

#include "hashing/canonical.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/error.hpp"
#include "ingest/model/type.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// How PostgreSQL's types become values: one ValueType each, a tree where types are made of types. What each becomes is
/// in docs/sql-types.md.
namespace rowprint::postgres {

/// What decoding needs besides the bytes, and why it stopped.
///
/// Lifecycle: one for a source. Thread safety: none. Ownership: borrows the builder, in which cells keep what they
/// point to.
class Decoding {
 public:
  explicit Decoding(BatchBuilder& in) : builder(in) {}

  /// Notes why a value is refused; false, for the decoder to return.
  bool refuse(std::string reason, ErrorCode code = ErrorCode::unsupported_value);
  /// For bytes that are not what the type says: never seen from a server, so it is told apart from a value.
  bool malformed(std::string_view type);
  /// Puts `step` before the path of the refusal: `.name`, `[3]`. False.
  bool inside(std::string_view step);
  /// The refusal, its column being the path within the value. Once.
  Error take_error() { return std::exchange(error_, {}); }

  BatchBuilder& builder;
  hashing::ByteBuffer scratch;             ///< of the value that is under way
  std::vector<hashing::MapEntry> entries;  ///< of the maps that are open, innermost last
  std::string text;                        ///< of the text that is under way

 private:
  Error error_;
};

struct ValueType;
/// The cell of a value; text and bytes point into `field`, which lives as long as the batch.
using DecodeCell = bool (*)(const ValueType& type, hashing::ByteView field, Decoding& decoding, Cell& cell);
/// Appends the value's canonical encoding; `depth` lists and maps are open around it.
using DecodeInto = bool (*)(const ValueType& type, hashing::ByteView field, Decoding& decoding,
                            hashing::ByteBuffer& out, int depth);

/// A type that values can be read of. Immutable once its tree is complete. Both decoders give false where they refuse.
struct ValueType {
  struct Attribute {
    std::string name;
    std::uint32_t oid = 0;
    const ValueType* type = nullptr;
  };

  std::string name;       ///< as SQL writes it
  Type type = Type::any;  ///< of a column
  DecodeCell cell = nullptr;
  DecodeInto put = nullptr;
  bool points = false;  ///< its cells may point into the field
  std::uint32_t element_oid = 0;
  const ValueType* element = nullptr;  ///< of arrays, ranges, multiranges
  std::vector<Attribute> attributes;   ///< of composite types
};

/// The decoder into an encoding, of types that have a decoder into cells.
bool put_cell_of(const ValueType& type, hashing::ByteView field, Decoding& decoding, hashing::ByteBuffer& out,
                 int depth);
/// The decoder into cells, of types that have a decoder into an encoding.
bool cell_of_encoding(const ValueType& type, hashing::ByteView field, Decoding& decoding, Cell& cell);
/// Whether one more list or map may open.
bool may_open(int depth, Decoding& decoding);

/// The types that every server has under the same number, but arrays; nothing where it is none of them, or one that has
/// no form.
const ValueType* builtin_type(std::uint32_t oid);

// Decoders that take a file of their own.
bool put_numeric(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_json(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_jsonb(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_inet(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_macaddr(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_bits(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_interval(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_timetz(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_array(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_composite(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_range(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);
bool put_multirange(const ValueType&, hashing::ByteView, Decoding&, hashing::ByteBuffer&, int);

}  // namespace rowprint::postgres
