#include "ingest/model/error.hpp"

namespace rowprint {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_input:
      return "bad_input";
    case ErrorCode::unsupported_value:
      return "unsupported_value";
    case ErrorCode::limit_exceeded:
      return "limit_exceeded";
    case ErrorCode::truncated:
      return "truncated";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::precondition_failed:
      return "precondition_failed";
    case ErrorCode::key_reused:
      return "key_reused";
    case ErrorCode::no_space:
      return "no_space";
    case ErrorCode::io:
      return "io";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::busy:
      return "busy";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

std::string Error::text() const {
  std::string position;
  const auto add = [&position](std::string_view word, const std::string& value) {
    position += position.empty() ? "" : ", ";
    position.append(word).append(" ").append(value);
  };
  if (row) {
    add("row", std::to_string(*row));
  }
  if (offset) {
    add("offset", std::to_string(*offset));
  }
  if (!column.empty()) {
    add("column", column);
  }
  return position.empty() ? reason : position + ": " + reason;
}

}  // namespace rowprint
