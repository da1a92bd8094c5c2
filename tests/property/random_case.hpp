#pragma once

#include "connectors/memory/row_form.hpp"
#include "tests/support/random_rows.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rowprint::test {

/// Rows that every way in can take: what JSON says by itself, and columns of all fifteen types that are declared.
struct RandomCase {
  std::uint64_t number = 0;
  Schema declared;
  std::vector<Record> rows;
};

/// The case of that number in a run: the same for the same seed. Mostly small; some have thousands of rows, so that
/// they cross chunks and batches, and go to a file of their own.
RandomCase random_case(std::uint64_t seed, std::uint64_t number);

/// How many cases a run has: the environment's ROWPRINT_CASES, else 1000.
std::uint64_t run_cases();

/// The rows as NDJSON that reads back under `declared`: another spelling at each call, of keys, values, blanks and line
/// ends.
std::string spell(Random& random, const RandomCase& given);

/// A value as a JSON value of a column that is declared as `type`, in one of its spellings.
std::string spell_declared(Random& random, Type type, const Value& value);

}  // namespace rowprint::test
