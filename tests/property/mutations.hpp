#pragma once

#include "connectors/memory/row_form.hpp"
#include "tests/support/random.hpp"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace rowprint::test {

/// One thing changed in rows, and which fingerprints must tell.
struct Mutation {
  enum class Changes {
    both,      ///< rows or schema are others
    sequence,  ///< the same rows in another order
    nothing,   ///< another way to say the same
  };
  std::string_view name;
  Changes changes;
  /// False, and nothing is changed, where these rows have no place for it.
  std::function<bool(Random&, std::vector<Record>&)> apply;
};

std::span<const Mutation> mutations();

}  // namespace rowprint::test
