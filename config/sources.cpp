#include "config/sources.hpp"

#include "ingest/catalog.hpp"
#include "ingest/model/ascii.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace rowprint::config {

std::string url_scheme(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return {};
  }
  std::string scheme = to_lower(url.substr(0, colon));
  const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; };
  return std::ranges::all_of(scheme, fits) ? scheme : std::string{};
}

Result<void> check_source(const Source& source) {
  if (!is_dataset_name(source.name)) {
    return fail(ErrorCode::bad_input, "is not a name for a source ([A-Za-z0-9][A-Za-z0-9._-]{0,127})");
  }
  if (source.url.empty()) {
    return fail(ErrorCode::bad_input, "has no url");
  }
  if (url_scheme(source.url).empty()) {
    return fail(ErrorCode::bad_input, "url has no scheme, as postgresql:// and sqlite:/// are");
  }
  if (!source.password_file.empty() && !source.password_env.empty()) {
    return fail(ErrorCode::bad_input, "has password_file and password_env: one is enough");
  }
  return {};
}

Result<std::optional<std::string>> read_password(const Source& source) {
  if (!source.password_env.empty()) {
    const char* value = std::getenv(source.password_env.c_str());
    if (value == nullptr) {
      return fail(ErrorCode::not_found, fmt::format("the environment has no {}", source.password_env));
    }
    return std::optional<std::string>{value};
  }
  if (source.password_file.empty()) {
    return std::optional<std::string>{};
  }
  std::ifstream file{source.password_file, std::ios::binary};
  std::string line;
  if (!file || (!std::getline(file, line) && !file.eof())) {
    return fail(ErrorCode::io, fmt::format("the password file {} cannot be read", source.password_file));
  }
  if (line.ends_with('\r')) {
    line.pop_back();
  }
  return std::optional{std::move(line)};
}

}  // namespace rowprint::config
