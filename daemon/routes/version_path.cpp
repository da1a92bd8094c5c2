#include "daemon/routes/version_path.hpp"

#include "ingest/catalog.hpp"

#include <fmt/format.h>
#include <charconv>

namespace rowprint::daemon {

Result<VersionPath> parse_version_path(const std::vector<std::string>& captured) {
  VersionPath path{captured.at(0), 0};
  if (!is_dataset_name(path.dataset)) {
    return fail(ErrorCode::bad_input,
                fmt::format("\"{}\" is not a dataset name ([A-Za-z0-9][A-Za-z0-9._-]{{0,127}})", path.dataset));
  }
  if (captured.size() > 1 && captured[1] != "latest") {
    const std::string& text = captured[1];
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), path.number);
    if (problem != std::errc{} || end != text.data() + text.size() || path.number == 0) {
      return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a version: a number from 1, or latest", text));
    }
  }
  return path;
}

}  // namespace rowprint::daemon
