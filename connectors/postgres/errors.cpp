#include "connectors/postgres/errors.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <pqxx/except>

namespace rowprint::postgres {
namespace {

struct Meaning {
  std::string_view states;  ///< a SQLSTATE, or the class that it begins with
  ErrorCode code;
  bool retryable;
};
/// The first that fits (PostgreSQL's manual, appendix A); what fits none is wrong about the query.
constexpr std::array kMeanings{
    Meaning{"57014", ErrorCode::limit_exceeded, false},  // query_canceled: by a timeout, since not by us
    Meaning{"25P03", ErrorCode::limit_exceeded, false},  // idle_in_transaction_session_timeout
    Meaning{"25P04", ErrorCode::limit_exceeded, false},  // transaction_timeout
    Meaning{"57P04", ErrorCode::unavailable, false},     // database_dropped
    Meaning{"57", ErrorCode::unavailable, true},         // terminated, shut down, starting
    Meaning{"08P01", ErrorCode::corrupt, false},         // protocol_violation
    Meaning{"08", ErrorCode::unavailable, true},         // connections
    Meaning{"40", ErrorCode::unavailable, true},         // serialization, deadlock, conflict with recovery
    Meaning{"53", ErrorCode::unavailable, true},         // memory, disk, too many connections
    Meaning{"54", ErrorCode::limit_exceeded, false},     // too complex
    Meaning{"55P03", ErrorCode::unavailable, true},      // lock_not_available
    Meaning{"28", ErrorCode::unavailable, false},        // not let in
    Meaning{"3D", ErrorCode::unavailable, false},        // no such database
    Meaning{"58", ErrorCode::unavailable, false},        // the server's system
    Meaning{"XX", ErrorCode::unavailable, false},        // the server's bugs and broken files
};

/// All lines as one, without those that say where in the sources of the server it happened.
std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!part.empty() && (part.back() == ' ' || part.back() == '\r')) {
      part.remove_suffix(1);
    }
    while (!part.empty() && (part.front() == ' ' || part.front() == '\t')) {
      part.remove_prefix(1);
    }
    if (part.empty() || part.starts_with("LOCATION:")) {
      continue;
    }
    line.append(line.empty() ? "" : "; ").append(part);
  }
  return line;
}

std::string_view field_of(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view{} : text;
}

/// The byte at which the character `position` (the first is 1) begins.
std::optional<std::size_t> byte_of(std::string_view query, std::string_view position) {
  std::size_t character = 0;
  for (const char digit : position) {
    character = character * 10 + static_cast<std::size_t>(digit - '0');
  }
  for (std::size_t byte = 0; character != 0 && byte < query.size(); ++byte) {
    const bool begins = (static_cast<unsigned char>(query[byte]) & 0xc0U) != 0x80;
    character -= begins ? 1 : 0;
    if (character == 0) {
      return byte;
    }
  }
  return std::nullopt;
}

/// `FATAL:  28P01: password …`: a SQLSTATE between colons, as libpq writes messages when it is verbose.
std::optional<std::string> cut_state(std::string& message) {
  constexpr std::string_view kBefore = ":  ";
  constexpr std::size_t kStateSize = 5;
  for (std::size_t at = message.find(kBefore); at != std::string::npos; at = message.find(kBefore, at + 1)) {
    const std::size_t begin = at + kBefore.size();
    const std::string state = message.substr(begin, kStateSize);
    const bool is_state = state.size() == kStateSize && std::ranges::all_of(state, [](char c) {
                            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
                          });
    if (is_state && message.compare(begin + kStateSize, 2, ": ") == 0) {
      message.erase(begin - 1, kStateSize + 3);
      return state;
    }
  }
  return std::nullopt;
}

}  // namespace

Error error_of_state(std::string_view state, std::string reason) {
  Error error;
  error.code = ErrorCode::bad_input;
  const auto* meaning =
      std::ranges::find_if(kMeanings, [state](const Meaning& each) { return state.starts_with(each.states); });
  if (meaning != kMeanings.end()) {
    error.code = meaning->code;
    error.retryable = meaning->retryable;
  }
  error.reason = std::move(reason);
  if (!state.empty()) {
    error.reason.append(" (SQLSTATE ").append(state).append(")");
  }
  return error;
}

Error error_of_result(const PGresult* result, std::string_view query) {
  const std::string_view state = field_of(result, PG_DIAG_SQLSTATE);
  std::string reason = one_line(field_of(result, PG_DIAG_MESSAGE_PRIMARY));
  for (const int more : {PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT}) {
    if (const std::string_view text = field_of(result, more); !text.empty()) {
      reason.append("; ").append(one_line(text));
    }
  }
  if (state.empty()) {
    // Nothing from the server: the library's own words, which it has when the connection broke off.
    Error error;
    error.code = ErrorCode::unavailable;
    error.retryable = true;
    error.reason = one_line(PQresultErrorMessage(result));
    return error;
  }
  Error error = error_of_state(state, std::move(reason));
  if (const std::string_view position = field_of(result, PG_DIAG_STATEMENT_POSITION); !query.empty()) {
    error.offset = byte_of(query, position);
  }
  return error;
}

Error error_of_connection(const PGconn* connection) {
  Error error;
  error.code = ErrorCode::unavailable;
  error.retryable = true;
  error.reason = one_line(PQerrorMessage(connection));
  if (error.reason.empty()) {
    error.reason = "the connection to the database broke off";
  }
  return error;
}

Error error_of_connecting(PGconn* connection) {
  Error error = error_of_connection(connection);
  std::string words = error.reason;
  if (const auto state = cut_state(words)) {
    error = error_of_state(*state, std::move(words));
    // Whatever it is: the query has not been looked at yet.
    error.code = ErrorCode::unavailable;
  }
  if (PQconnectionNeedsPassword(connection) != 0) {
    error.retryable = false;
  }
  return error;
}

Error error_of_exception() {
  Error error;
  try {
    throw;
  } catch (const pqxx::sql_error& failed) {
    return error_of_state(failed.sqlstate(), one_line(failed.what()));
  } catch (const pqxx::broken_connection& broken) {
    error.code = ErrorCode::unavailable;
    error.retryable = true;
    error.reason = one_line(broken.what());
  } catch (const std::bad_alloc&) {
    error.code = ErrorCode::busy;
    error.reason = "no memory to read the database";
  } catch (const std::exception& failed) {
    error.reason = one_line(failed.what());
  }
  return error;
}

}  // namespace rowprint::postgres
