#include "daemon/server/body_framing.hpp"

#include "daemon/server/head_scan.hpp"
#include "ingest/model/ascii.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace rowprint::daemon {
namespace {

/// Whatever else is sent as a trailer is nothing that a trailer may say here, framing least of all.
constexpr std::array<std::string_view, 2> kTrailers{"content-digest", "repr-digest"};

/// The token that `rest` begins with, taken off it. False where there is none.
bool skip_token(std::string_view& rest) {
  const std::size_t size = std::min(rest.find_first_of(";=\""), rest.size());
  const bool fits = is_token(rest.substr(0, size));
  rest.remove_prefix(size);
  return fits;
}

/// RFC 9110 section 5.6.4.
bool skip_quoted(std::string_view& rest) {
  for (std::size_t i = 1; i < rest.size(); ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    if (byte == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    if (byte == '\\') {
      ++i;
    }
    if (i < rest.size() && rest[i] != '\t' && (static_cast<unsigned char>(rest[i]) < 0x20 || rest[i] == 0x7f)) {
      return false;
    }
  }
  return false;
}

/// `;name`, `;name=token`, `;name="text"`, any number; without the space that RFC 9112 calls bad.
bool are_extensions(std::string_view rest) {
  while (!rest.empty()) {
    if (rest.front() != ';') {
      return false;
    }
    rest.remove_prefix(1);
    if (!skip_token(rest)) {
      return false;
    }
    if (rest.starts_with('=')) {
      rest.remove_prefix(1);
      if (rest.starts_with('"') ? !skip_quoted(rest) : !skip_token(rest)) {
        return false;
      }
    }
  }
  return true;
}

std::optional<std::uint64_t> parse_chunk_line(std::string_view line) {
  std::uint64_t size = 0;
  const auto [end, problem] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  const auto digits = static_cast<std::size_t>(end - line.data());
  // from_chars takes a sign only where the type has one.
  if (digits == 0 || digits > BodyFraming::kSizeDigitsMax || problem != std::errc{} ||
      size > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return are_extensions(line.substr(digits)) ? std::optional{size} : std::nullopt;
}

}  // namespace

BodyFraming BodyFraming::sized(std::uint64_t bytes) {
  BodyFraming framing;
  framing.left_ = bytes;
  framing.state_ = bytes == 0 ? State::done : State::data;
  return framing;
}

BodyFraming BodyFraming::chunked() {
  BodyFraming framing;
  framing.chunked_ = true;
  framing.state_ = State::size;
  return framing;
}

void BodyFraming::took(std::uint64_t bytes) {
  left_ -= bytes;
  if (left_ == 0) {
    state_ = chunked_ ? State::data_end : State::done;
  }
}

Result<BodyFraming::Step> BodyFraming::step(std::string_view wire, std::size_t data_max) {
  std::string_view rest = wire;
  while (look(rest)) {
  }
  if (state_ == State::failed) {
    return fail(ErrorCode::bad_input, fmt::format("the chunks of the body are malformed: {}", failure_));
  }
  Step step{wire.size() - rest.size(), 0};
  if (state_ == State::data) {
    step.data = static_cast<std::size_t>(std::min<std::uint64_t>(left_, std::min(rest.size(), data_max)));
    if (step.data != 0) {
      took(step.data);
    }
  }
  return step;
}

bool BodyFraming::look(std::string_view& rest) {
  switch (state_) {
    case State::data_end:
      return look_at_data_end(rest);
    case State::size:
      return look_at_size(rest);
    case State::trailers:
      return look_at_trailers(rest);
    case State::data:
    case State::done:
    case State::failed:
      return false;
  }
  return false;
}

bool BodyFraming::look_at_data_end(std::string_view& rest) {
  constexpr std::string_view kEnd = "\r\n";
  if (rest.substr(0, kEnd.size()) != kEnd.substr(0, rest.size())) {
    return refuse("a chunk is not followed by CRLF");
  }
  if (rest.size() < kEnd.size()) {
    return false;
  }
  rest.remove_prefix(kEnd.size());
  state_ = State::size;
  return true;
}

bool BodyFraming::look_at_size(std::string_view& rest) {
  if (!rest.empty() && !is_hex_digit(rest.front())) {
    return refuse("a chunk does not begin with its size");
  }
  std::string_view line;
  if (!take_line(rest, kChunkLineBytesMax, line)) {
    return false;
  }
  const auto size = parse_chunk_line(line);
  if (!size) {
    return refuse("the size of a chunk is not a hexadecimal number, or what follows it is no extension");
  }
  left_ = *size;
  state_ = *size == 0 ? State::trailers : State::data;
  return true;
}

bool BodyFraming::look_at_trailers(std::string_view& rest) {
  std::string_view line;
  if (!take_line(rest, kTrailerBytesMax - trailer_bytes_, line)) {
    return false;
  }
  if (line.empty()) {
    state_ = State::done;
    return true;
  }
  trailer_bytes_ += line.size() + 2;
  const auto field = scan_field(line);
  if (!field) {
    return refuse("a trailer is not a name, a colon and a value");
  }
  const auto name = std::find_if(kTrailers.begin(), kTrailers.end(),
                                 [&](std::string_view taken) { return equal_ignoring_case(taken, field->name); });
  if (name == kTrailers.end()) {
    return true;
  }
  const auto known =
      std::find_if(trailers_.begin(), trailers_.end(), [&](const auto& trailer) { return trailer.first == *name; });
  if (known == trailers_.end()) {
    trailers_.emplace_back(*name, field->value);
  } else {
    known->second.append(", ").append(field->value);
  }
  return true;
}

bool BodyFraming::take_line(std::string_view& rest, std::size_t bytes_max, std::string_view& line) {
  const std::size_t end = rest.substr(0, bytes_max).find('\n');
  if (end == rest.npos) {
    return rest.size() >= bytes_max && refuse("a line is too long");
  }
  if (end == 0 || rest[end - 1] != '\r') {
    return refuse("a line ends in LF without CR");
  }
  line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return true;
}

bool BodyFraming::refuse(std::string_view reason) {
  state_ = State::failed;
  failure_ = reason;
  return false;
}

std::optional<std::string> BodyFraming::trailer(std::string_view lower_case_name) const {
  const auto found = std::find_if(trailers_.begin(), trailers_.end(),
                                  [&](const auto& trailer) { return trailer.first == lower_case_name; });
  return done() && found != trailers_.end() ? std::optional{found->second} : std::nullopt;
}

}  // namespace rowprint::daemon
