#pragma once

#include "ingest/model/error.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace rowprint::cli {

struct ServerEvent {
  std::string name;  ///< "message" where the stream gives none
  std::string data;  ///< its lines, with a line feed between two of them
};

/// Takes a stream of server-sent events (WHATWG HTML, section 9.2) apart, in whatever pieces it comes.
///
/// Fields other than `event` and `data`, and comments, are passed over; lines end with LF or CR LF. Lifecycle: feed()
/// until the stream ends; an event that is not ended by then is none. Thread safety: none. Limits: an event of 8 MiB.
class EventReader {
 public:
  using Take = std::function<Result<void>(const ServerEvent&)>;

  /// Errors: those of `take`; limit_exceeded.
  Result<void> feed(std::string_view piece, const Take& take);

 private:
  Result<void> end_line(const Take& take);

  std::string line_;
  ServerEvent event_;
  bool has_data_ = false;
};

}  // namespace rowprint::cli
