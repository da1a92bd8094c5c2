#pragma once

#include "connectors/postgres/interrupt.hpp"
#include "ingest/model/error.hpp"
#include "ingest/sql/database.hpp"

#include <libpq-fe.h>
#include <memory>
#include <pqxx/connection_base>
#include <pqxx/connectionpolicy>
#include <string>

namespace rowprint::postgres {

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using ConnectionOwner = std::unique_ptr<PGconn, CloseConnection>;

/// Connects as the settings say, within their time; the interrupt ends it early. Blocks. Errors: unavailable.
Result<ConnectionOwner> connect(const sql::DatabaseSettings& settings, const Interrupt& interrupt);

/// `PostgreSQL 15.5`.
std::string server_name(const PGconn* connection);

/// One session that libpqxx and libpq share.
///
/// libpqxx 6 takes its connection from a policy. This one gives it a connection that is there already (so that it was
/// made with a deadline and can be interrupted), and gives it once: a session is a snapshot, and libpqxx must not make
/// another behind its back when the first breaks off. Lifecycle: one for a query; closed by the destructor, which does
/// not wait for the server. Thread safety: none, but for the interrupt, which outlives it. Throws what libpqxx throws.
class Connection final : private pqxx::connectionpolicy, public pqxx::connection_base {
 public:
  Connection(ConnectionOwner connected, Interrupt& interrupt);
  ~Connection();

  PGconn* handle() const { return owner_.get(); }

 private:
  PGconn* do_startconnect(PGconn* original) override;
  PGconn* do_completeconnect(PGconn* original) override { return original; }
  PGconn* do_dropconnect(PGconn* original) noexcept override;
  PGconn* do_disconnect(PGconn* original) noexcept override;

  ConnectionOwner owner_;
  Interrupt& interrupt_;
};

}  // namespace rowprint::postgres
