#include "tests/property/random_case.hpp"

#include <algorithm>
#include <cstdlib>

namespace rowprint::test {
namespace {

constexpr std::string_view kDeclaredNames[] = {"when",     "due, or not", "key=value",   "say \"so\"", "trailing ",
                                               " leading", "\xC3\xBC",    "back\\slash", "d1",         "D1"};

/// A value that a column of `type` may hold and that JSON has a form for there.
Value declared_value(Random& random, Type type) {
  const bool nested = type == Type::list || type == Type::map || type == Type::any;
  return random_value(random, type, nested);
}

void add_declared_columns(Random& random, RandomCase& made) {
  std::vector<std::string> names(std::begin(kDeclaredNames), std::end(kDeclaredNames));
  random.shuffle(names);
  names.resize(random.below(6));
  for (const std::string& name : names) {
    const auto type = static_cast<Type>(random.below(kTypes));
    const unsigned null_percent = random.pick<unsigned>({0, 20, 100});
    made.declared.columns.push_back({name, type});
    for (Record& row : made.rows) {
      if (!random.chance(null_percent)) {
        row.emplace_back(name, declared_value(random, type));
      } else if (random.chance(50)) {
        row.emplace_back(name, Value{Null{}});
      }
    }
  }
}

/// Inference may begin with a column that it then finds in the rows: a declaration of what it would have found anyway
/// changes nothing, and one of something wider does not either, as long as all ways in are told the same.
void declare_a_column_as_any(Random& random, RandomCase& made) {
  for (const Record& row : made.rows) {
    for (const auto& [name, value] : row) {
      if (made.declared.find(name) == nullptr) {
        made.declared.columns.push_back({name, Type::any});
        random.shuffle(made.declared.columns);
        return;
      }
    }
  }
}

}  // namespace

RandomCase random_case(std::uint64_t seed, std::uint64_t number) {
  Random random{seed * 0x9E3779B97F4A7C15U + number};
  const bool large = number % 200 == 7;
  RandomCase made{number, {}, random_rows(random, {large ? 9000U : 40U, large ? 3U : 8U, true})};
  if (random.chance(70)) {
    add_declared_columns(random, made);
  }
  if (random.chance(10)) {
    declare_a_column_as_any(random, made);
  }
  for (Record& row : made.rows) {
    random.shuffle(row);
  }
  return made;
}

std::uint64_t run_cases() {
  const char* given = std::getenv("ROWPRINT_CASES");
  return given == nullptr ? 1000 : std::strtoull(given, nullptr, 10);
}

}  // namespace rowprint::test
