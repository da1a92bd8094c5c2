#include "connectors/postgres/statement.hpp"

#include "connectors/postgres/errors.hpp"
#include "ingest/sql/placeholders.hpp"
#include "ingest/sql/tokens.hpp"

#include <algorithm>
#include <array>

namespace rowprint::postgres {
namespace {

constexpr std::array<std::string_view, 4> kReading{"SELECT", "VALUES", "TABLE", "WITH"};
/// The unnamed statement: the next one takes its place.
constexpr const char* kUnnamed = "";

bool reads(const sql::Token& first) {
  return std::ranges::any_of(kReading, [&](std::string_view word) { return sql::is_keyword(first, word); });
}

Error bad_input(std::string reason, std::size_t offset) {
  Error error;
  error.code = ErrorCode::bad_input;
  error.reason = std::move(reason);
  error.offset = offset;
  return error;
}

}  // namespace

Result<std::string> single_statement(std::string_view query) {
  if (const std::size_t nul = query.find('\0'); nul != std::string_view::npos) {
    return fail(bad_input("a query holds no NUL", nul));
  }
  sql::Tokenizer tokens{query, sql::kPostgresql};
  std::size_t end = query.size();
  bool begun = false;
  for (auto token = tokens.next(); token; token = tokens.next()) {
    if (token->text == ";") {
      end = std::min(end, token->offset);
    } else if (end != query.size()) {
      return fail(bad_input("a query is one statement, and here is another", token->offset));
    } else if (!begun && token->text != "(") {
      begun = true;
      if (!reads(*token)) {
        return fail(bad_input("a query is read by SELECT, VALUES, TABLE or WITH, not by " + std::string{token->text},
                              token->offset));
      }
    }
  }
  if (!begun) {
    return fail(bad_input("the query is empty", 0));
  }
  return std::string{query.substr(0, end)};
}

Result<Statement> prepare(PGconn* connection, const sql::Query& query) {
  const auto single = single_statement(query.text);
  if (!single) {
    return fail(single.error());
  }
  auto numbered = sql::number_placeholders(*single, query.parameters);
  if (!numbered) {
    return fail(numbered.error());
  }
  auto bound = BoundParameters::bind(numbered->parameters);
  if (!bound) {
    return fail(bound.error());
  }
  Statement statement{std::move(numbered->text), std::move(*bound), {}};
  const ResultOwner prepared{PQprepare(connection, kUnnamed, statement.text.c_str(), statement.parameters.count(),
                                       statement.parameters.types())};
  if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) {
    const bool own_text = statement.text == *single;
    return fail(error_of_result(prepared.get(), own_text ? std::string_view{statement.text} : std::string_view{}));
  }
  const ResultOwner described{PQdescribePrepared(connection, kUnnamed)};
  if (PQresultStatus(described.get()) != PGRES_COMMAND_OK) {
    return fail(error_of_result(described.get()));
  }
  for (int i = 0; i < PQnparams(described.get()); ++i) {
    statement.parameters.set_type(i, PQparamtype(described.get(), i));
  }
  for (int i = 0; i < PQnfields(described.get()); ++i) {
    statement.columns.push_back({PQfname(described.get(), i), PQftype(described.get(), i)});
  }
  if (statement.columns.empty()) {
    return fail(ErrorCode::bad_input, "the query returns no columns");
  }
  return statement;
}

}  // namespace rowprint::postgres
