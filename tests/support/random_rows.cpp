#include "tests/support/random_rows.hpp"

namespace rowprint::test {
namespace {

/// What a column of random rows holds, and from where on.
struct ColumnPlan {
  enum class Holds { nulls, one_type, int_then_float, then_another, mixture };
  std::string name;
  Holds holds = Holds::one_type;
  Type type = Type::text;
  Type later = Type::text;
  std::size_t first_row = 0;
  std::size_t changes_at = 0;
  unsigned null_percent = 0;
};

constexpr std::string_view kNames[] = {"a",
                                       "A",
                                       "b",
                                       "id",
                                       "rowid",
                                       "oid",
                                       "_rowid_",
                                       "c0",
                                       "c1",
                                       "C0",
                                       "select",
                                       "a b",
                                       "x\"y",
                                       "it's",
                                       "[z]",
                                       "na\xC3\xAFve",
                                       "nai\xCC\x88ve",
                                       "\xF0\x9F\x99\x82",
                                       "null",
                                       "rows",
                                       "schema",
                                       " ",
                                       ".",
                                       "a.b",
                                       "%",
                                       "?",
                                       "1",
                                       "-",
                                       "a_column_with_a_name_longer_than_the_twenty_three_bytes_of_a_short_head"};

Type random_column_type(Random& random, bool json_only) {
  if (json_only) {
    return random.pick({Type::boolean, Type::integer, Type::floating, Type::text, Type::list, Type::map});
  }
  return static_cast<Type>(1 + random.below(static_cast<std::uint64_t>(Type::any) - 1));
}

ColumnPlan random_plan(Random& random, const RowsShape& shape, std::string name, std::size_t rows) {
  using Holds = ColumnPlan::Holds;
  ColumnPlan plan;
  plan.name = std::move(name);
  plan.holds = random.pick({Holds::nulls, Holds::one_type, Holds::one_type, Holds::one_type, Holds::int_then_float,
                            Holds::then_another, Holds::mixture});
  plan.type = random_column_type(random, shape.json_only);
  plan.later = random_column_type(random, shape.json_only);
  plan.first_row = random.chance(40) ? random.below(rows + 1) : 0;
  plan.changes_at = random.below(rows + 1);
  plan.null_percent = random.pick<unsigned>({0, 0, 20, 90});
  return plan;
}

/// Integers that a float column can take: beyond ±2^53 the column would become `any`, which is wanted only now and
/// then.
Value integer_for_float(Random& random) {
  if (random.chance(2)) {
    return random_value(random, Type::integer);
  }
  return {static_cast<std::int64_t>(random.bits() >> (11 + random.below(53))) * (random.chance(50) ? 1 : -1)};
}

Value planned_value(Random& random, const ColumnPlan& plan, std::size_t row, bool json_only) {
  using Holds = ColumnPlan::Holds;
  if (plan.holds == Holds::nulls || random.chance(plan.null_percent)) {
    return {Null{}};
  }
  const bool late = row >= plan.changes_at;
  switch (plan.holds) {
    case Holds::int_then_float:
      return late ? random_value(random, Type::floating, json_only) : integer_for_float(random);
    case Holds::then_another:
      return random_value(random, late ? plan.later : plan.type, json_only);
    case Holds::mixture:
      return random_value(random, Type::any, json_only);
    default:
      return random_value(random, plan.type, json_only);
  }
}

Row planned_row(Random& random, const std::vector<ColumnPlan>& plans, std::size_t row, bool json_only) {
  Row cells;
  for (const ColumnPlan& plan : plans) {
    if (row < plan.first_row) {
      continue;
    }
    Value value = planned_value(random, plan, row, json_only);
    // A null is sometimes said and sometimes left out; both are the same row. But a column exists only once it was
    // named.
    if (!std::holds_alternative<Null>(value.held) || row == plan.first_row || random.chance(50)) {
      cells.emplace_back(plan.name, std::move(value));
    }
  }
  random.shuffle(cells);
  return cells;
}

}  // namespace

std::vector<Row> random_rows(Random& random, const RowsShape& shape) {
  const std::size_t count = random.chance(5) ? 0 : random.below(shape.rows_max + 1);
  std::vector<std::string> names(std::begin(kNames), std::end(kNames));
  random.shuffle(names);
  const std::size_t columns = std::min<std::size_t>(names.size(), random.below(shape.columns_max + 1));
  std::vector<ColumnPlan> plans;
  for (std::size_t i = 0; i < columns; ++i) {
    plans.push_back(random_plan(random, shape, names[i], count));
  }

  std::vector<Row> rows;
  for (std::size_t row = 0; row < count; ++row) {
    if (!rows.empty() && random.chance(10)) {
      rows.push_back(Row{rows[random.below(rows.size())]});
    } else if (random.chance(3)) {
      rows.emplace_back();
    } else {
      rows.push_back(planned_row(random, plans, row, shape.json_only));
    }
  }
  return rows;
}

}  // namespace rowprint::test
