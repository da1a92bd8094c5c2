#pragma once

#include "hashing/canonical.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The notation of tests/vectors/README.md, encoded through the primitives of hashing/ alone.
namespace rowprint::vectors {

using Json = nlohmann::ordered_json;

/// Why a value or row was refused, by the names that the vectors use; nothing where it was encoded.
using Refused = std::optional<std::string>;

/// Runs `check` over every case of one member of one file; a member without cases fails.
void for_each_case(const std::string& file, const std::string& member, const std::function<void(const Json&)>& check);

/// `expect` gives it as "hex", or as "length" and "sha256".
void expect_encoding(hashing::ByteView encoding, const Json& expect);

/// "…", [piece, …], {"repeat": piece, "times": n}, {"hex": piece}.
std::string to_string(const Json& piece);

/// Appends the encoding of one value. `index` is what formulas count by, `containers` the lists and maps around it.
Refused put_value(hashing::ByteBuffer& out, const Json& value, std::int64_t index = 0, int containers = 0);
Refused put_row(hashing::ByteBuffer& out, const Json& row, std::int64_t index = 0);
/// Appends the map that the schema digest is over.
Refused put_schema(hashing::ByteBuffer& out, const Json& columns);

/// Calls `take` with the encoding of each row of the segments.
void for_each_row(const Json& segments, const std::function<void(hashing::ByteView)>& take);

}  // namespace rowprint::vectors
