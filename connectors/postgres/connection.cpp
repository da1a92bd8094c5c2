#include "connectors/postgres/connection.hpp"

#include "connectors/postgres/errors.hpp"

#include <array>
#include <pqxx/except>

namespace rowprint::postgres {
namespace {

using std::chrono::steady_clock;

/// What a URL may say otherwise comes first, what it must not comes last. A dead peer is noticed within a minute, by
/// keepalives when nothing is under way and by TCP_USER_TIMEOUT when something is.
ConnectionOwner start(const sql::DatabaseSettings& settings) {
  const char* password = settings.password ? settings.password->c_str() : nullptr;  // null: as if it were not there
  const std::array keywords{
      "application_name", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
      "tcp_user_timeout", "dbname",     "password",        "client_encoding",     static_cast<const char*>(nullptr)};
  const std::array values{"rowprint",
                          "1",
                          "30",
                          "10",
                          "3",
                          "60000",
                          settings.url.c_str(),
                          password,
                          "UTF8",
                          static_cast<const char*>(nullptr)};
  static_assert(keywords.size() == values.size());
  constexpr int kExpandUrl = 1;
  return ConnectionOwner{PQconnectStartParams(keywords.data(), values.data(), kExpandUrl)};
}

Error late(const sql::DatabaseSettings& settings) {
  Error error;
  error.code = ErrorCode::unavailable;
  error.retryable = true;
  error.reason = "no connection to the database within " + std::to_string(settings.connect.count()) + " ms";
  return error;
}

}  // namespace

Result<ConnectionOwner> connect(const sql::DatabaseSettings& settings, const Interrupt& interrupt) {
  const auto deadline = steady_clock::now() + settings.connect;
  ConnectionOwner connection = start(settings);
  if (!connection) {
    return fail(ErrorCode::busy, "no memory for a connection to the database");
  }
  // So that a refusal comes with its SQLSTATE, which the library has no other way to tell at this point.
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(
      connection.get(), [](void*, const PGresult*) {}, nullptr);
  auto polled = PQstatus(connection.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (polled != PGRES_POLLING_OK) {
    if (polled == PGRES_POLLING_FAILED) {
      return fail(error_of_connecting(connection.get()));
    }
    switch (wait_for(PQsocket(connection.get()), polled == PGRES_POLLING_WRITING, interrupt, deadline)) {
      case Ready::yes:
        polled = PQconnectPoll(connection.get());
        break;
      case Ready::woken:
        return fail(ErrorCode::cancelled, "cancelled while connecting");
      case Ready::late:
        return fail(late(settings));
    }
  }
  PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
  return connection;
}

std::string server_name(const PGconn* connection) {
  const char* version = PQparameterStatus(connection, "server_version");
  const std::string_view text = version == nullptr ? std::string_view{} : version;
  // Packagers put their own after the number: 15.5 (Debian 15.5-1).
  return "PostgreSQL " + std::string{text.substr(0, text.find(' '))};
}

Connection::Connection(ConnectionOwner connected, Interrupt& interrupt)
    : pqxx::connectionpolicy(""),
      pqxx::connection_base(static_cast<pqxx::connectionpolicy&>(*this)),
      owner_(std::move(connected)),
      interrupt_(interrupt) {
  interrupt_.attach(owner_.get());
  try {
    init();
  } catch (...) {
    interrupt_.detach();
    throw;
  }
}

Connection::~Connection() {
  close();
  interrupt_.detach();
}

PGconn* Connection::do_startconnect(PGconn* original) {
  if (original == nullptr && PQstatus(owner_.get()) != CONNECTION_OK) {
    throw pqxx::broken_connection{"the connection to the database broke off"};
  }
  return owner_.get();
}

PGconn* Connection::do_dropconnect(PGconn* /*original*/) noexcept {
  return nullptr;
}

PGconn* Connection::do_disconnect(PGconn* /*original*/) noexcept {
  return nullptr;
}

}  // namespace rowprint::postgres
