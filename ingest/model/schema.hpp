#pragma once

#include "hashing/sha256.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/error.hpp"
#include "ingest/model/type.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rowprint {

struct Column {
  std::string name;
  Type type = Type::null;
  bool operator==(const Column&) const = default;
};

/// The columns of a content in the order in which they first appeared (declared ones first). Names are unique. A
/// regular value; two schemas with the same columns in another order have the same digest.
struct Schema {
  std::vector<Column> columns;

  /// SHA-256 as docs/formats/fingerprint.md, section "Schema".
  hashing::Digest digest() const;
  const Column* find(std::string_view name) const;
  bool operator==(const Schema&) const = default;
};

/// `name=type, name=type, …`. A name that holds a comma, an equals sign, a quote or a space at its end stands in double
/// quotes, with JSON's escapes. Errors: bad_input that names the piece.
Result<Schema> parse_schema(std::string_view text);
std::string format_schema(const Schema& schema);

/// Valid UTF-8, not empty, no NUL.
Result<void> check_column_name(std::string_view name);

/// Learns the type of every column from the cells that pass, by widening, and holds declared columns to their type.
///
/// Lifecycle: observe() every accepted batch, in order, then schema(). Thread safety: none. Memory: O(columns).
/// The batches of one inference come from one source, whose column table only
/// grows. A regular value: a copy goes on independently. The lattice: null is below every type; int with float is float
/// while every integer is within ±2^53, otherwise any; every other mix is any.
class SchemaInference {
 public:
  SchemaInference() = default;
  /// Declared columns have their type from the start, and are in the schema even if no row holds them.
  explicit SchemaInference(const Schema& declared);

  /// The batch is encoded. Cost: O(columns). Errors: unsupported_value when a declared column holds a value its type
  /// does not take (a bug of the source).
  Result<void> observe(const Batch& batch);
  Schema schema() const;

  /// What an append goes on from. Format: a CBOR list of [name, declared type or null, kinds seen], private to
  /// rowprint.
  std::string export_state() const;
  /// Goes on where that state was exported. Errors: corrupt for anything that export_state() would not have given.
  static Result<SchemaInference> import_state(std::string_view state);

 private:
  struct State {
    std::string name;
    std::uint32_t kinds = 0;  ///< one bit a Kind, and kBeyondDouble
    bool declared = false;
    Type type = Type::null;
  };
  std::vector<State> states_;
  std::vector<std::uint32_t> state_of_ordinal_;
  std::unordered_map<std::string, std::uint32_t> state_of_name_;
};

}  // namespace rowprint
