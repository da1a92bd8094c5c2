#include "tests/property/mutations.hpp"

#include "tests/support/random_rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace rowprint::test {
namespace {

using Rows = std::vector<Record>;
using Changes = Mutation::Changes;

bool is_null(const Value& value) {
  return std::holds_alternative<Null>(value.held);
}

std::string encoded(const Value& value) {
  hashing::ByteBuffer out;
  static_cast<void>(put_value(out, value));
  return std::string{hashing::as_text(out.view())};
}

std::string encoded(const Record& row) {
  Map map;
  for (const auto& pair : row) {
    if (!is_null(pair.second)) {
      map.pairs.push_back(pair);
    }
  }
  return encoded(Value{std::move(map)});
}

/// A cell that satisfies `wanted`, any of them.
template <typename Wanted>
std::pair<std::string, Value>* pick_cell(Random& random, Rows& rows, const Wanted& wanted) {
  std::vector<std::pair<std::string, Value>*> found;
  for (Record& row : rows) {
    for (auto& cell : row) {
      if (wanted(cell.second)) {
        found.push_back(&cell);
      }
    }
  }
  return found.empty() ? nullptr : found[random.below(found.size())];
}

const auto kNotNull = [](const Value& value) { return !is_null(value); };

std::set<std::string> names_of(const Rows& rows) {
  std::set<std::string> names;
  for (const Record& row : rows) {
    for (const auto& cell : row) {
      names.insert(cell.first);
    }
  }
  return names;
}

/// Sets a cell to something whose encoding is another.
bool replace(std::pair<std::string, Value>* cell, std::optional<Value> with) {
  if (cell == nullptr || !with || encoded(cell->second) == encoded(*with)) {
    return false;
  }
  cell->second = std::move(*with);
  return true;
}

bool change_value(Random& random, Rows& rows) {
  auto* cell = pick_cell(random, rows, kNotNull);
  return cell != nullptr && replace(cell, random_value(random, Type::any));
}

/// The smallest step that a value of its kind can make.
std::optional<Value> next_to(const Value& value) {
  if (const auto* held = std::get_if<bool>(&value.held)) {
    return Value{!*held};
  }
  if (const auto* held = std::get_if<std::int64_t>(&value.held)) {
    return Value{*held == 0 ? 1 : *held - (*held > 0 ? 1 : -1)};
  }
  if (const auto* held = std::get_if<double>(&value.held); held != nullptr && std::isfinite(*held)) {
    return Value{std::nextafter(*held, 0.25)};
  }
  if (const auto* held = std::get_if<std::string>(&value.held)) {
    return Value{*held + '\0'};
  }
  if (const auto* held = std::get_if<Bytes>(&value.held)) {
    Bytes longer = *held;
    longer.bytes.push_back(0);
    return Value{std::move(longer)};
  }
  if (const auto* held = std::get_if<Date>(&value.held)) {
    return Value{Date{held->days + 1}};
  }
  if (const auto* held = std::get_if<Timestamp>(&value.held)) {
    return Value{Timestamp{held->seconds, held->nanoseconds ^ 1U}};
  }
  if (const auto* held = std::get_if<TimestampTz>(&value.held)) {
    return Value{TimestampTz{held->seconds, held->nanoseconds ^ 1U}};
  }
  if (const auto* held = std::get_if<Uuid>(&value.held)) {
    Uuid other = *held;
    other.bytes.back() ^= 1U;
    return Value{other};
  }
  if (const auto* held = std::get_if<List>(&value.held)) {
    List longer = *held;
    longer.items.push_back(Value{Null{}});
    return Value{std::move(longer)};
  }
  return std::nullopt;
}

bool change_value_a_little(Random& random, Rows& rows) {
  auto* cell = pick_cell(random, rows, [](const Value& value) { return next_to(value).has_value(); });
  return cell != nullptr && replace(cell, next_to(cell->second));
}

/// The same content under another type: 1 and "1", true and 1, "a" and the bytes of a, one moment with and without
/// zone.
std::optional<Value> retyped(const Value& value) {
  if (const auto* held = std::get_if<bool>(&value.held)) {
    return Value{std::int64_t{*held ? 1 : 0}};
  }
  if (const auto* held = std::get_if<std::int64_t>(&value.held)) {
    return Value{std::to_string(*held)};
  }
  if (const auto* held = std::get_if<std::string>(&value.held)) {
    return Value{Bytes{{held->begin(), held->end()}}};
  }
  if (const auto* held = std::get_if<Timestamp>(&value.held)) {
    return Value{TimestampTz{held->seconds, held->nanoseconds}};
  }
  if (const auto* held = std::get_if<TimestampTz>(&value.held)) {
    return Value{Timestamp{held->seconds, held->nanoseconds}};
  }
  if (const auto* held = std::get_if<Date>(&value.held)) {
    return Value{held->days};
  }
  if (const auto* held = std::get_if<Uuid>(&value.held)) {
    return Value{Bytes{{held->bytes.begin(), held->bytes.end()}}};
  }
  if (const auto* held = std::get_if<double>(&value.held); held != nullptr && *held == 0.5) {
    return Value{Decimal{"5", -1}};
  }
  return std::nullopt;
}

bool change_type_of_value(Random& random, Rows& rows) {
  auto* cell = pick_cell(random, rows, [](const Value& value) { return retyped(value).has_value(); });
  return cell != nullptr && replace(cell, retyped(cell->second));
}

/// Every row keeps its encoding, and only the schema tells: a column of integers becomes one of integral floats.
bool change_type_of_column(Random& random, Rows& rows) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53U;
  std::vector<std::string> all_integers;
  for (const std::string& name : names_of(rows)) {
    bool any = false;
    bool all = true;
    for (const Record& row : rows) {
      for (const auto& [column, value] : row) {
        if (column == name && !is_null(value)) {
          const auto* held = std::get_if<std::int64_t>(&value.held);
          all = all && held != nullptr && *held >= -kExact && *held <= kExact;
          any = true;
        }
      }
    }
    if (any && all) {
      all_integers.push_back(name);
    }
  }
  if (all_integers.empty()) {
    return false;
  }
  const std::string& name = random.pick(all_integers);
  for (Record& row : rows) {
    for (auto& [column, value] : row) {
      if (column == name && !is_null(value)) {
        value = Value{static_cast<double>(std::get<std::int64_t>(value.held))};
      }
    }
  }
  return true;
}

bool swap_two_rows(Random& random, Rows& rows) {
  const std::size_t at = random.below(rows.size() - 1);
  if (encoded(rows[at]) == encoded(rows[at + 1])) {
    return false;
  }
  std::swap(rows[at], rows[at + 1]);
  return true;
}

bool rotate_rows(Random& random, Rows& rows) {
  const Rows before = rows;
  std::rotate(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(1 + random.below(rows.size() - 1)), rows.end());
  return !std::equal(rows.begin(), rows.end(), before.begin(),
                     [](const Record& a, const Record& b) { return encoded(a) == encoded(b); });
}

bool duplicate_a_row(Random& random, Rows& rows) {
  const std::size_t at = random.below(rows.size());
  rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(at), Record{rows[at]});
  return true;
}

/// Sums and exclusive ors of row digests do not notice a pair.
bool add_a_row_twice(Random& random, Rows& rows) {
  const Record row = rows[random.below(rows.size())];
  rows.push_back(row);
  rows.push_back(row);
  return true;
}

bool add_an_empty_row(Random& random, Rows& rows) {
  rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(random.below(rows.size() + 1)), Record{});
  return true;
}

bool remove_a_row(Random& random, Rows& rows) {
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(random.below(rows.size())));
  return true;
}

bool set_null(Random& random, Rows& rows) {
  return replace(pick_cell(random, rows, kNotNull), Value{Null{}});
}

bool set_value_where_null_was(Random& random, Rows& rows) {
  return replace(pick_cell(random, rows, is_null), Value{std::int64_t{0}});
}

bool add_a_column_of_nulls(Random& random, Rows& rows) {
  rows[random.below(rows.size())].emplace_back("a column that nobody has", Value{Null{}});
  return true;
}

bool rename_a_column(Random& random, Rows& rows) {
  const std::set<std::string> names = names_of(rows);
  if (names.empty()) {
    return false;
  }
  const std::vector<std::string> listed(names.begin(), names.end());
  const std::string& from = random.pick(listed);
  for (Record& row : rows) {
    for (auto& [name, value] : row) {
      if (name == from) {
        name += random.chance(50) ? " " : "\xCC\x88";
      }
    }
  }
  return true;
}

bool move_a_value_to_another_column(Random& random, Rows& rows) {
  auto* cell = pick_cell(random, rows, kNotNull);
  if (cell == nullptr) {
    return false;
  }
  cell->first += "+";
  return true;
}

bool move_a_value_to_the_next_row(Random& random, Rows& rows) {
  const std::size_t at = random.below(rows.size() - 1);
  Record& from = rows[at];
  Record& to = rows[at + 1];
  const auto cell = std::find_if(from.begin(), from.end(), [](const auto& pair) { return !is_null(pair.second); });
  if (cell == from.end() ||
      std::any_of(to.begin(), to.end(), [&](const auto& pair) { return pair.first == cell->first; })) {
    return false;
  }
  Record rest = from;
  rest.erase(rest.begin() + (cell - from.begin()));
  // Where the first is the second with that value, the two only trade places.
  if (encoded(rest) == encoded(to)) {
    return false;
  }
  to.push_back(*cell);
  from = std::move(rest);
  return true;
}

bool reverse_a_list(Random& random, Rows& rows) {
  auto* cell = pick_cell(random, rows, [](const Value& value) { return std::holds_alternative<List>(value.held); });
  if (cell == nullptr) {
    return false;
  }
  List reversed = std::get<List>(cell->second.held);
  std::reverse(reversed.items.begin(), reversed.items.end());
  return replace(cell, Value{std::move(reversed)});
}

bool reorder_keys(Random& random, Rows& rows) {
  for (Record& row : rows) {
    random.shuffle(row);
    for (auto& [name, value] : row) {
      if (auto* map = std::get_if<Map>(&value.held)) {
        random.shuffle(map->pairs);
      }
    }
  }
  return true;
}

/// A null is left out, as long as another row names its column.
bool leave_a_null_out(Random& random, Rows& rows) {
  const std::set<std::string> names = names_of(rows);
  Record& row = rows[random.below(rows.size())];
  const auto cell = std::find_if(row.begin(), row.end(), [](const auto& pair) { return is_null(pair.second); });
  if (cell == row.end()) {
    return false;
  }
  const auto left_out = *cell;
  row.erase(cell);
  if (names_of(rows) != names) {
    row.push_back(left_out);
    return false;
  }
  return true;
}

/// A decimal with more zeros, a NaN with another sign.
bool spell_a_number_otherwise(Random& random, Rows& rows) {
  auto* cell = pick_cell(random, rows, [](const Value& value) {
    const auto* held = std::get_if<double>(&value.held);
    return std::holds_alternative<Decimal>(value.held) || (held != nullptr && (std::isnan(*held) || *held == 0));
  });
  if (cell == nullptr) {
    return false;
  }
  if (auto* decimal = std::get_if<Decimal>(&cell->second.held)) {
    decimal->digits += "000";
    decimal->exponent -= 3;
  } else {
    auto& number = std::get<double>(cell->second.held);
    number = -number;
  }
  return true;
}

const Mutation kMutations[] = {
    {"change a value", Changes::both, change_value},
    {"change a value a little", Changes::both, change_value_a_little},
    {"change the type of a value", Changes::both, change_type_of_value},
    {"change the type of a column", Changes::both, change_type_of_column},
    {"swap two rows", Changes::sequence, swap_two_rows},
    {"rotate the rows", Changes::sequence, rotate_rows},
    {"duplicate a row", Changes::both, duplicate_a_row},
    {"add a row twice", Changes::both, add_a_row_twice},
    {"add an empty row", Changes::both, add_an_empty_row},
    {"remove a row", Changes::both, remove_a_row},
    {"set a value to null", Changes::both, set_null},
    {"set a null to a value", Changes::both, set_value_where_null_was},
    {"add a column of nulls", Changes::both, add_a_column_of_nulls},
    {"rename a column", Changes::both, rename_a_column},
    {"move a value to another column", Changes::both, move_a_value_to_another_column},
    {"move a value to the next row", Changes::both, move_a_value_to_the_next_row},
    {"reverse a list", Changes::both, reverse_a_list},
    {"reorder keys", Changes::nothing, reorder_keys},
    {"leave a null out", Changes::nothing, leave_a_null_out},
    {"spell a number otherwise", Changes::nothing, spell_a_number_otherwise},
};

}  // namespace

std::span<const Mutation> mutations() {
  return kMutations;
}

}  // namespace rowprint::test
