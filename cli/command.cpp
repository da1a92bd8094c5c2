#include "cli/command.hpp"

#include "ingest/catalog.hpp"

#include <fmt/format.h>
#include <charconv>

namespace rowprint::cli {

std::string Target::path() const {
  return fmt::format("/v1/datasets/{}/versions/{}", percent_encode(dataset),
                     version ? std::to_string(*version) : "latest");
}

std::string Target::text() const {
  return version ? fmt::format("{}@{}", dataset, *version) : dataset;
}

Result<Target> parse_target(std::string_view text) {
  const std::size_t at = std::min(text.find('@'), text.size());
  Target target;
  target.dataset = text.substr(0, at);
  if (!is_dataset_name(target.dataset)) {
    return fail(
        ErrorCode::bad_input,
        fmt::format(
            "\"{}\" is no dataset name: a letter or digit, then at most 127 letters, digits, \".\", \"_\", \"-\"",
            target.dataset));
  }
  if (at == text.size()) {
    return target;
  }
  const std::string_view number = text.substr(at + 1);
  if (number == "latest") {
    return target;
  }
  std::uint64_t version = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), version);
  if (error != std::errc{} || end != number.data() + number.size() || version == 0) {
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is no version: a number from 1, or \"latest\"", number));
  }
  target.version = version;
  return target;
}

}  // namespace rowprint::cli
