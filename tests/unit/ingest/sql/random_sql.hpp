#pragma once

#include "tests/support/random.hpp"

#include <string>
#include <vector>

namespace rowprint::sql {

/// A query made of pieces, and what is true of it by construction.
struct RandomSql {
  std::string text;
  bool ordered = false;                   ///< has an ORDER BY outside of parentheses
  std::vector<std::string> placeholders;  ///< names, in the order of their first use
  std::string numbered;                   ///< with $1, $2, … in their place
};

/// Of PostgreSQL's tongue; its quotes, comments and parentheses are full of what would be something elsewhere.
RandomSql random_sql(test::Random& random);

}  // namespace rowprint::sql
