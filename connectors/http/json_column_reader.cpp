#include "connectors/http/json_column_reader.hpp"

#include "connectors/http/json_nesting.hpp"
#include "connectors/http/json_tokens.hpp"
#include "ingest/disk/spill.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace rowprint {
namespace {

constexpr std::array<bool, 256> characters(std::string_view which) {
  std::array<bool, 256> set{};
  for (const char c : which) {
    set[static_cast<unsigned char>(c)] = true;
  }
  return set;
}
constexpr std::array<bool, 256> kEndsScalar = characters(" \t\n\r,]}[{\"");

bool is_space(char c) {
  return kJsonSpace.find(c) != std::string_view::npos;
}

std::optional<std::size_t> string_size(std::string_view text) {
  std::size_t quote = text.find('"', 1);
  while (quote != std::string_view::npos) {
    std::size_t first = quote;
    while (text[first - 1] == '\\') {
      --first;
    }
    if ((quote - first) % 2 == 0) {
      return quote + 1;
    }
    quote = text.find('"', quote + 1);
  }
  return std::nullopt;
}

/// Of the value that a text begins with; nothing where its end is not in the text.
std::optional<std::size_t> value_size(std::string_view text) {
  switch (text.front()) {
    case '"':
      return string_size(text);
    case '{':
    case '[':
      return JsonNesting{}.find_end(text);
    default:
      break;
  }
  const auto end = std::ranges::find_if(text, [](char c) { return kEndsScalar[static_cast<unsigned char>(c)]; });
  return end == text.end() ? std::nullopt : std::optional{static_cast<std::size_t>(end - text.begin())};
}

}  // namespace

Result<bool> JsonColumnReader::append_next(std::string& out, std::size_t out_bytes_max) {
  if (append_from_buffer(out, out_bytes_max)) {
    return true;
  }
  const auto found = find_value();
  if (!found || !*found) {
    return found;
  }
  if (auto appended = append_value(out, out_bytes_max); !appended) {
    return fail(std::move(appended.error()));
  }
  give_back_room();
  return true;
}

bool JsonColumnReader::append_from_buffer(std::string& out, std::size_t out_bytes_max) {
  std::string_view text = rest();
  const auto skip_blanks = [&text] {
    while (!text.empty() && text.front() <= ' ' && is_space(text.front())) {
      text.remove_prefix(1);
    }
  };
  skip_blanks();
  if (!is_first_) {
    if (!text.starts_with(',')) {
      return false;
    }
    text.remove_prefix(1);
    skip_blanks();
  }
  if (text.empty() || text.front() == ']') {
    return false;
  }
  const auto size = value_size(text);
  if (size.value_or(0) == 0 || out.size() + *size > out_bytes_max) {
    return false;
  }
  out += text.substr(0, *size);
  taken_ += rest().size() - text.size();
  value_offset_ = offset();
  taken_ += *size;
  is_first_ = false;
  return true;
}

Result<bool> JsonColumnReader::find_value() {
  const bool needs_comma = !std::exchange(is_first_, false);
  if (auto skipped = skip_space(); !skipped) {
    return fail(std::move(skipped.error()));
  }
  value_offset_ = offset();
  if (rest().front() == ']') {
    return false;
  }
  if (!needs_comma) {
    return true;
  }
  if (rest().front() != ',') {
    return wrong("neither a comma nor a closing bracket");
  }
  ++taken_;
  if (auto skipped = skip_space(); !skipped) {
    return fail(std::move(skipped.error()));
  }
  value_offset_ = offset();
  return rest().front() == ']' ? wrong("no value after the comma") : Result<bool>{true};
}

/// There is always something behind: the closing bracket at least.
Result<void> JsonColumnReader::skip_space() {
  while (true) {
    taken_ += std::min(rest().find_first_not_of(kJsonSpace), rest().size());
    if (!rest().empty()) {
      return {};
    }
    const auto more = read_more();
    if (!more) {
      return fail(more.error());
    }
    if (!*more) {
      return wrong("the array ends without a closing bracket");
    }
  }
}

Result<void> JsonColumnReader::append_value(std::string& out, std::size_t out_bytes_max) {
  std::optional<std::size_t> size = value_size(rest());
  while (!size && out.size() + rest().size() <= out_bytes_max) {
    const auto more = read_more();
    if (!more) {
      return fail(more.error());
    }
    if (!*more) {
      return wrong("a value that does not end");
    }
    size = value_size(rest());
  }
  if (!size || out.size() + *size > out_bytes_max) {
    return wrong("the row is longer than " + std::to_string(out_bytes_max) + " bytes", ErrorCode::limit_exceeded);
  }
  if (*size == 0) {
    return wrong("not a JSON value");
  }
  out += rest().substr(0, *size);
  taken_ += *size;
  return {};
}

Result<bool> JsonColumnReader::read_more() {
  const std::size_t kept = filled_ - taken_;
  const std::uint64_t left = end_ + 1 - next_read_;
  if (left == 0) {
    return false;
  }
  const std::size_t capacity = std::max(buffer_bytes_, 2 * kept);
  Buffer larger;
  if (capacity != buffer_.capacity) {
    larger = {std::make_unique_for_overwrite<std::uint8_t[]>(capacity), capacity};
  }
  std::uint8_t* const to = larger.bytes ? larger.bytes.get() : buffer_.bytes.get();
  if (kept != 0) {
    std::memmove(to, buffer_.bytes.get() + taken_, kept);
  }
  if (larger.bytes) {
    buffer_ = std::move(larger);
  }
  taken_ = 0;
  filled_ = kept;
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, capacity - kept));
  if (const auto error = file_->read(next_read_, {to + kept, size})) {
    return fail(spill_error(error, "reading columns from disk"));
  }
  filled_ += size;
  next_read_ += size;
  return true;
}

std::string_view JsonColumnReader::rest() const {
  return {reinterpret_cast<const char*>(buffer_.bytes.get()) + taken_, filled_ - taken_};
}

/// What lies behind a long value is read again, so that columns do not keep the room that each needed once.
void JsonColumnReader::give_back_room() {
  if (buffer_.capacity > buffer_bytes_) {
    next_read_ = offset();
    buffer_ = {};
    taken_ = 0;
    filled_ = 0;
  }
}

tl::unexpected<Error> JsonColumnReader::wrong(std::string_view reason, ErrorCode code) const {
  Error error;
  error.code = code;
  error.reason = reason;
  error.offset = offset();
  return fail(std::move(error));
}

}  // namespace rowprint
