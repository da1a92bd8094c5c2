#pragma once

#include "ingest/model/schema.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The tables of a content's file, as docs/formats/sqlite-content.md describes them.
namespace rowprint::sqlite {

constexpr std::int64_t kContentApplicationId = 0x72703143;  ///< "rp1C"
constexpr std::int64_t kContentFormat = 1;
constexpr std::size_t kColumnsMax = 1000;

/// How the values of a column are stored, from some row on. Null is NULL in all of them.
enum class Form : std::uint8_t {
  native,   ///< INTEGER int, REAL float, TEXT text, BLOB bytes
  boolean,  ///< INTEGER 0 or 1
  tagged,   ///< INTEGER int, REAL float, TEXT text, BLOB the canonical encoding of anything else
};
std::string_view to_string(Form form);
std::optional<Form> parse_form(std::string_view name);

/// From this row on (the first is 1) a column is stored in this form.
struct FormChange {
  std::uint32_t ordinal = 0;  ///< of the column cN
  std::uint64_t from_row = 1;
  Form form = Form::native;
};

/// `cN`
std::string column_name(std::size_t ordinal);
/// An SQL identifier that is exactly `name`.
std::string quoted(std::string_view name);

/// The table of the rows with columns c0 … cN-1; at least one, since SQL knows no table without columns.
std::string create_rows_table(std::size_t columns);
/// What the side tables are made with.
std::string_view create_side_tables();

/// Under what name the view shows each column: its own, or cN where that is impossible since SQLite does not tell it
/// from another (it compares ASCII letters without case) or from the rowid. `ordinals[i]` is N of the cN that holds
/// column i.
std::vector<std::string> view_names(std::span<const std::string> names, std::span<const std::uint32_t> ordinals);
/// The view `data`: the rows under their users' names; of one column at least.
std::string create_view(const Schema& schema, std::span<const std::uint32_t> ordinals);

}  // namespace rowprint::sqlite
