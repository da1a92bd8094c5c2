#pragma once

#include "ingest/model/receipt.hpp"

#include <string_view>

namespace rowprint::sql {

/// Whether the order of a query's rows is said by the query: a sequence where an ORDER BY stands outside of all
/// parentheses (or inside those that the whole query stands in), a set where none does.
///
/// A subquery, OVER (ORDER BY …), WITHIN GROUP (ORDER BY …) and array_agg(… ORDER BY …) say nothing of the result. In
/// doubt it is a sequence, since a miss costs time and a false hit is wrong: the text is read in the tongue of every
/// database there is, and where one of them finds an order, or a quote or a parenthesis without its end, that counts.
/// Cost: linear. A pure function.
Order order_of(std::string_view query);

}  // namespace rowprint::sql
