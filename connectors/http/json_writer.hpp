#pragma once

#include "hashing/canonical_reader.hpp"
#include "ingest/model/cell.hpp"
#include "ingest/model/type.hpp"

#include <string>
#include <string_view>

namespace rowprint {

/// Appends a JSON string: only what must be escaped is, the rest stays UTF-8.
void put_json_string(std::string& out, std::string_view text);
/// The string on its own.
std::string json_string(std::string_view text);

/// Appends a cell as JSON, in the form that a column of `type` reads it back from. Gives what JSON has no form for ("a
/// date"), nothing where all is written. `cell` is one that the type takes.
std::string_view put_json_cell(std::string& out, const Cell& cell, Type type);

}  // namespace rowprint
