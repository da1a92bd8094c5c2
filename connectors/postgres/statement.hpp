#pragma once

#include "connectors/postgres/parameters.hpp"
#include "ingest/model/error.hpp"
#include "ingest/sql/query.hpp"

#include <libpq-fe.h>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint::postgres {

/// A column of a query's result, as the server describes it.
struct ResultColumn {
  std::string name;
  std::uint32_t oid = 0;
};

/// A query that the server has taken for one statement that returns rows.
struct Statement {
  std::string text;  ///< without semicolon, parameters as $1
  BoundParameters parameters;
  std::vector<ResultColumn> columns;
};

/// The text of the one statement that a query is, without its semicolon. Errors: bad_input where it is empty, where
/// more follows, or where it is none that reads: SELECT, VALUES, TABLE, WITH. A pure function.
Result<std::string> single_statement(std::string_view query);

/// Has the server prepare the query, by the protocol that takes one statement only, and describe its result. Blocks.
/// Errors: bad_input with the server's words and, where the text is the user's own, the offset in it.
Result<Statement> prepare(PGconn* connection, const sql::Query& query);

}  // namespace rowprint::postgres
