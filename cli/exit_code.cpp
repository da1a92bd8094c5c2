#include "cli/exit_code.hpp"

namespace rowprint::cli {

ExitCode exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_input:
    case ErrorCode::unsupported_value:
    case ErrorCode::limit_exceeded:
    case ErrorCode::truncated:
      return ExitCode::refused;
    case ErrorCode::not_found:
      return ExitCode::not_found;
    case ErrorCode::conflict:
    case ErrorCode::precondition_failed:
    case ErrorCode::key_reused:
      return ExitCode::conflict;
    case ErrorCode::busy:
    case ErrorCode::cancelled:
    case ErrorCode::unavailable:
      return ExitCode::unavailable;
    case ErrorCode::no_space:
    case ErrorCode::io:
    case ErrorCode::corrupt:
    case ErrorCode::internal:
      break;
  }
  return ExitCode::failed;
}

}  // namespace rowprint::cli
