#include "daemon/routes/json_body.hpp"

#include "ingest/model/ascii.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <vector>

namespace rowprint::daemon {
namespace {

constexpr std::string_view kJsonType = "application/json";
constexpr std::size_t kJsonBytesMax = 1U << 20U;
constexpr std::size_t kReadBytes = 16U << 10U;

Error too_long(std::size_t bytes_max) {
  return make_error(ErrorCode::limit_exceeded, fmt::format("the body is longer than {} bytes", bytes_max));
}

/// 0 where none is.
std::uint64_t stated_length(const Request& request) {
  std::uint64_t length = 0;
  const std::string_view text = request.header("content-length").value_or("0");
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

Result<Json> parse(const std::string& text) {
  std::vector<std::set<std::string>> open;
  std::optional<std::string> twice;
  const auto look = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) {
      open.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open.pop_back();
    } else if (event == Json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second) {
      twice = parsed.get<std::string>();
    }
    return true;
  };
  Json json = Json::parse(text, look, false);
  if (json.is_discarded()) {
    return fail(ErrorCode::bad_input, "the body is not JSON");
  }
  if (!json.is_object()) {
    return fail(ErrorCode::bad_input, "the body is not a JSON object");
  }
  if (twice) {
    return fail(ErrorCode::bad_input, fmt::format("the member \"{}\" stands there twice", *twice));
  }
  return json;
}

}  // namespace

std::string media_type(const Request& request) {
  const std::string_view header = request.header("content-type").value_or("");
  return to_lower(trimmed(header.substr(0, header.find(';'))));
}

bool has_body(const Request& request) {
  return request.header("transfer-encoding") || request.header("content-length").value_or("0") != "0";
}

awaitable<Result<std::string>> read_short(ByteStream& body, std::size_t bytes_max) {
  std::string text;
  std::size_t size = 0;
  while (size <= bytes_max) {
    text.resize(std::min(size + kReadBytes, bytes_max + 1));
    const auto part = co_await body.read({reinterpret_cast<std::uint8_t*>(text.data()) + size, text.size() - size});
    if (!part) {
      co_return fail(part.error());
    }
    if (*part == 0) {
      text.resize(size);
      co_return text;
    }
    size += *part;
  }
  co_return fail(too_long(bytes_max));
}

awaitable<tl::expected<Json, BodyRefusal>> read_json(const Request& request, ByteStream& body) {
  const std::string type = media_type(request);
  if (type != kJsonType) {
    co_return tl::unexpected{BodyRefusal{
        415,
        make_error(ErrorCode::bad_input, fmt::format("the content type is \"{}\", and must be {}", type, kJsonType))}};
  }
  // Before the client is told to go on sending.
  if (stated_length(request) > kJsonBytesMax) {
    co_return tl::unexpected{BodyRefusal{0, too_long(kJsonBytesMax)}};
  }
  const auto text = co_await read_short(body, kJsonBytesMax);
  if (!text) {
    co_return tl::unexpected{BodyRefusal{0, text.error()}};
  }
  auto json = parse(*text);
  if (!json) {
    co_return tl::unexpected{BodyRefusal{0, std::move(json.error())}};
  }
  co_return *std::move(json);
}

Result<void> check_members(const Json& object, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::find(known, std::string_view{name}) == known.end()) {
      return fail(ErrorCode::bad_input, fmt::format("unknown member \"{}\"", name));
    }
  }
  return {};
}

Result<std::optional<std::string>> text_member(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) {
    return std::optional<std::string>{};
  }
  if (!found->is_string()) {
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" must be a text", name));
  }
  auto text = found->get<std::string>();
  if (text.find('\0') != std::string::npos) {
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" holds a NUL", name));
  }
  return std::optional{std::move(text)};
}

Result<std::string> needed_member(const Json& object, std::string_view name) {
  auto text = text_member(object, name);
  if (!text) {
    return fail(std::move(text.error()));
  }
  if (!*text || (*text)->empty()) {
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is missing", name));
  }
  return **std::move(text);
}

}  // namespace rowprint::daemon
