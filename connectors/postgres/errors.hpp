#pragma once

#include "ingest/model/error.hpp"

#include <libpq-fe.h>
#include <memory>
#include <string>
#include <string_view>

/// What PostgreSQL and its libraries say is wrong, as errors. None of them carries a URL or a password.
namespace rowprint::postgres {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
/// A result of libpq, owned.
using ResultOwner = std::unique_ptr<PGresult, ClearResult>;

/// What a SQLSTATE means for the caller. `reason` is the server's words.
Error error_of_state(std::string_view state, std::string reason);
/// Of a result that is an error. `query`: the text that was sent, if positions in it mean something to the user.
Error error_of_result(const PGresult* result, std::string_view query = {});
/// Of a connection that broke off, or whose library failed.
Error error_of_connection(const PGconn* connection);
/// Of a connection that did not come to be.
Error error_of_connecting(PGconn* connection);
/// Of what libpqxx or the standard library threw; to be called while it is being handled.
Error error_of_exception();

}  // namespace rowprint::postgres
