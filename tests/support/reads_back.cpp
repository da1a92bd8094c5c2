#include "tests/support/random_rows.hpp"

#include "hashing/canonical_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rowprint::test {
namespace {

std::string encoded(const Value& value) {
  hashing::ByteBuffer out;
  if (const auto put = put_value(out, value); !put) {
    return "refused: " + put.error().reason;
  }
  return std::string{hashing::as_text(out.view())};
}

/// The alternatives of Value stand in the order of the reader's kinds.
std::size_t kind_of(const std::string& encoding, Type type) {
  if (type == Type::floating) {
    return Value{double{}}.held.index();
  }
  if (type == Type::decimal) {
    return Value{Decimal{}}.held.index();
  }
  hashing::CanonicalReader reader(hashing::as_bytes(encoding));
  const auto item = reader.read();
  return item ? static_cast<std::size_t>(item->kind) : std::variant_npos;
}

const Value* find(const Row& row, std::string_view name) {
  const auto found = std::find_if(row.begin(), row.end(), [&](const auto& pair) { return pair.first == name; });
  return found == row.end() || std::holds_alternative<Null>(found->second.held) ? nullptr : &found->second;
}

std::string row_difference(const Row& given, const Schema& schema, const Row& got) {
  for (const auto& [name, value] : got) {
    if (!schema.find(name)) {
      return fmt::format("column {} is not in the schema", name);
    }
  }
  for (const auto& [name, value] : given) {
    if (!schema.find(name)) {
      return fmt::format("the schema lacks column {}", name);
    }
  }
  for (const Column& column : schema.columns) {
    const Value* before = find(given, column.name);
    const Value* after = find(got, column.name);
    if ((before != nullptr) != (after != nullptr)) {
      return fmt::format("column {}: {} became {}", column.name, before ? describe(*before) : "null",
                         after ? describe(*after) : "null");
    }
    if (before && !reads_back_as(*before, column.type, *after)) {
      return fmt::format("column {} ({}): {} became {}", column.name, to_string(column.type), describe(*before),
                         describe(*after));
    }
  }
  return {};
}

}  // namespace

bool reads_back_as(const Value& given, Type type, const Value& got) {
  const std::string before = encoded(given);
  return before == encoded(got) && got.held.index() == kind_of(before, type);
}

std::string difference(const std::vector<Row>& given, const Schema& schema, const std::vector<Row>& got) {
  if (given.size() != got.size()) {
    return fmt::format("{} rows became {}", given.size(), got.size());
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (const auto found = row_difference(given[i], schema, got[i]); !found.empty()) {
      return fmt::format("row {}: {}", i + 1, found);
    }
  }
  return {};
}

std::string describe(const Value& value) {
  constexpr std::string_view kKindNames[] = {"null",      "bool",        "int",   "big int", "float",
                                             "decimal",   "text",        "bytes", "date",    "time",
                                             "timestamp", "timestamptz", "uuid",  "list",    "map"};
  const std::string encoding = encoded(value);
  const std::string_view head = std::string_view{encoding}.substr(0, 64);
  return fmt::format("{} {}{}", kKindNames[value.held.index()], hashing::to_hex(hashing::as_bytes(head)),
                     encoding.size() > head.size() ? "…" : "");
}

}  // namespace rowprint::test
