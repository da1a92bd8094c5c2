#include "connectors/postgres/session.hpp"

#include <array>
#include <pqxx/nontransaction>
#include <string_view>
#include <utility>

namespace rowprint::postgres {
namespace {

/// idle_in_transaction_session_timeout came with 9.6, binary numbers of today with 10.
constexpr int kOldestServer = 100'000;

using Setting = std::pair<std::string_view, std::string_view>;
/// What a query writes as text, and how its own text is read, must not depend on who set up the server.
constexpr std::array kFixed{
    Setting{"TimeZone", "UTC"},
    Setting{"DateStyle", "ISO, YMD"},
    Setting{"IntervalStyle", "iso_8601"},
    Setting{"bytea_output", "hex"},
    Setting{"extra_float_digits", "3"},
    Setting{"lc_monetary", "C"},
    Setting{"lc_numeric", "C"},
    Setting{"lc_time", "C"},
    Setting{"xmlbinary", "base64"},
    Setting{"standard_conforming_strings", "on"},  // as our tokenizer reads strings
    Setting{"synchronize_seqscans", "off"},        // or the same query begins where another scan happens to be
    Setting{"cursor_tuple_fraction", "1"},         // every row is read
};

/// `SET LOCAL name = 'value'; `. No value of ours holds a quote.
std::string set_local(std::string_view name, std::string_view value) {
  return std::string{"SET LOCAL "}.append(name).append(" = '").append(value).append("'; ");
}

}  // namespace

Result<void> begin_session(Connection& connection, const sql::DatabaseSettings& settings) {
  const char* integer_times = PQparameterStatus(connection.handle(), "integer_datetimes");
  if (connection.server_version() < kOldestServer || integer_times == nullptr ||
      std::string_view{integer_times} != "on") {
    return fail(ErrorCode::bad_input, server_name(connection.handle()) + " is older than this connector reads from");
  }
  std::string begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ";
  for (const auto& [name, value] : kFixed) {
    begin += set_local(name, value);
  }
  if (settings.statement.count() > 0) {
    begin += set_local("statement_timeout", std::to_string(settings.statement.count()));
  }
  if (settings.idle.count() > 0) {
    begin += set_local("idle_in_transaction_session_timeout", std::to_string(settings.idle.count()));
  }
  // Not libpqxx's own transaction: its end waits for the server to roll back, which a read-only one does not need.
  pqxx::nontransaction channel{connection};
  channel.exec(begin);
  return {};
}

void load_types(Connection& connection, TypeCatalog& catalog, const std::vector<ResultColumn>& columns) {
  std::vector<std::uint32_t> oids;
  for (const ResultColumn& column : columns) {
    oids.push_back(column.oid);
  }
  pqxx::nontransaction channel{connection};
  catalog.load(channel, oids);
}

}  // namespace rowprint::postgres
