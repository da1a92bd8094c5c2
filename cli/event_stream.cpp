#include "cli/event_stream.hpp"

#include <algorithm>
#include <utility>

namespace rowprint::cli {
namespace {

constexpr std::size_t kEventBytesMax = 8U << 20U;

}  // namespace

Result<void> EventReader::feed(std::string_view piece, const Take& take) {
  while (!piece.empty()) {
    const std::size_t end = std::min(piece.find('\n'), piece.size());
    line_.append(piece.substr(0, end));
    if (line_.size() + event_.data.size() > kEventBytesMax) {
      return fail(ErrorCode::limit_exceeded, "the daemon sent an event without an end");
    }
    if (end == piece.size()) {
      return {};
    }
    piece.remove_prefix(end + 1);
    if (auto taken = end_line(take); !taken) {
      return taken;
    }
  }
  return {};
}

Result<void> EventReader::end_line(const Take& take) {
  const std::string line = std::exchange(line_, {});
  std::string_view text{line};
  if (text.ends_with('\r')) {
    text.remove_suffix(1);
  }
  if (text.empty()) {
    ServerEvent event = std::exchange(event_, {});
    if (!std::exchange(has_data_, false)) {
      return {};
    }
    if (event.name.empty()) {
      event.name = "message";
    }
    return take(event);
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view field = text.substr(0, colon);
  std::string_view value = text.substr(std::min(colon + 1, text.size()));
  if (value.starts_with(' ')) {
    value.remove_prefix(1);
  }
  if (field == "event") {
    event_.name = value;
  } else if (field == "data") {
    event_.data.append(has_data_ ? "\n" : "").append(value);
    has_data_ = true;
  }
  return {};
}

}  // namespace rowprint::cli
