#include "ingest/sql/order.hpp"

#include "ingest/sql/tokens.hpp"

#include <algorithm>
#include <array>

namespace rowprint::sql {
namespace {

Lexicon with_backslashes(Lexicon lexicon) {
  lexicon.backslashes = true;
  return lexicon;
}

/// False only where it is certain that there is no order.
bool may_be_ordered(std::string_view query, Lexicon lexicon) {
  Tokenizer tokens{query, lexicon};
  int leading = 0;  // parentheses that the query, or its first part, stands in
  bool begun = false;
  bool after_order = false;
  while (const auto token = tokens.next()) {
    if (!begun && token->text == "(") {
      leading = token->parentheses;
      continue;
    }
    begun = true;
    if (after_order && is_keyword(*token, "BY")) {
      return true;
    }
    after_order = token->parentheses <= leading && is_keyword(*token, "ORDER");
  }
  return !tokens.sound();
}

}  // namespace

Order order_of(std::string_view query) {
  // A server may be set to take backslashes in plain quotes; where there are none it makes no difference.
  const std::array tongues{kPostgresql, kSqlite, with_backslashes(kPostgresql), with_backslashes(kSqlite)};
  const bool ordered =
      std::ranges::any_of(tongues, [&](const Lexicon& lexicon) { return may_be_ordered(query, lexicon); });
  return ordered ? Order::sequence : Order::set;
}

}  // namespace rowprint::sql
