#include "store/sqlite/content_format.hpp"

#include "ingest/model/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace rowprint::sqlite {
namespace {

constexpr std::array<std::string_view, 3> kFormNames{"native", "bool", "tagged"};

bool means_the_rowid(std::string_view name) {
  return name == "rowid" || name == "oid" || name == "_rowid_";
}

}  // namespace

std::string_view to_string(Form form) {
  return kFormNames[static_cast<std::size_t>(form)];
}

std::optional<Form> parse_form(std::string_view name) {
  const auto* const found = std::find(kFormNames.begin(), kFormNames.end(), name);
  return found == kFormNames.end() ? std::nullopt : std::optional{static_cast<Form>(found - kFormNames.begin())};
}

std::string column_name(std::size_t ordinal) {
  return fmt::format("c{}", ordinal);
}

std::string quoted(std::string_view name) {
  std::string out{'"'};
  for (const char character : name) {
    out.append(character == '"' ? 2 : 1, character);
  }
  return out += '"';
}

std::string create_rows_table(std::size_t columns) {
  std::string sql = "CREATE TABLE rowprint_rows(c0";
  for (std::size_t ordinal = 1; ordinal < columns; ++ordinal) {
    sql += ", " + column_name(ordinal);
  }
  return sql += ")";
}

std::string_view create_side_tables() {
  return "CREATE TABLE rowprint_content(format INTEGER NOT NULL, fingerprint TEXT NOT NULL, rows INTEGER NOT NULL);"
         "CREATE TABLE rowprint_columns(place INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL UNIQUE, name TEXT NOT NULL,"
         " type TEXT NOT NULL);"
         "CREATE TABLE rowprint_forms(ordinal INTEGER NOT NULL, from_row INTEGER NOT NULL, form TEXT NOT NULL,"
         " PRIMARY KEY(ordinal, from_row));";
}

std::vector<std::string> view_names(std::span<const std::string> names, std::span<const std::uint32_t> ordinals) {
  std::unordered_map<std::string, std::size_t> uses;
  for (const std::string& name : names) {
    ++uses[to_lower(name)];
  }
  std::vector<std::string> shown{names.begin(), names.end()};
  std::unordered_map<std::string, std::size_t> place_of;
  for (std::size_t place = 0; place < names.size(); ++place) {
    place_of[to_lower(names[place])] = place;
  }
  // A column that takes cN drives out the one whose own name that is, which takes its cN in turn.
  std::vector<std::size_t> refused;
  for (std::size_t place = 0; place < names.size(); ++place) {
    const std::string name = to_lower(names[place]);
    if (uses[name] > 1 || means_the_rowid(name)) {
      refused.push_back(place);
    }
  }
  while (!refused.empty()) {
    const std::size_t place = refused.back();
    refused.pop_back();
    const std::string fallback = column_name(ordinals[place]);
    if (shown[place] == fallback) {
      continue;
    }
    shown[place] = fallback;
    const auto other = place_of.find(fallback);
    if (other != place_of.end() && other->second != place && uses[fallback] == 1) {
      refused.push_back(other->second);
    }
  }
  return shown;
}

std::string create_view(const Schema& schema, std::span<const std::uint32_t> ordinals) {
  std::vector<std::string> names(schema.columns.size());
  for (std::size_t place = 0; place < names.size(); ++place) {
    names[place] = schema.columns[place].name;
  }
  const std::vector<std::string> shown = view_names(names, ordinals);
  std::string head = "CREATE VIEW data(";
  std::string body = ") AS SELECT ";
  for (std::size_t place = 0; place < names.size(); ++place) {
    const std::string_view comma = place == 0 ? "" : ", ";
    head += fmt::format("{}{}", comma, quoted(shown[place]));
    body += fmt::format("{}{}", comma, column_name(ordinals[place]));
  }
  return head + body + " FROM rowprint_rows";
}

}  // namespace rowprint::sqlite
