#include "connectors/http/ndjson_reader.hpp"

#include "connectors/http/buffered_source.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rowprint {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

Error located(ErrorCode code, std::string reason, std::uint64_t row, std::uint64_t offset) {
  Error error;
  error.code = code;
  error.reason = std::move(reason);
  error.row = row;
  error.offset = offset;
  return error;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

NdjsonReader::NdjsonReader(Schema declared, NdjsonLimits limits)
    : declared_(std::move(declared)),
      limits_(limits),
      builder_(ReadBuffer::beside(limits.batch, limits.read_bytes)),
      broken_(declare_columns(builder_, declared_)),
      parser_(builder_, declared_, limits.batch.columns_max),
      // One byte more than a line may have can still be the CR of its end, and one more its LF.
      buffer_({limits.read_bytes, limits.line_bytes_max + 2, JsonRowParser::kPaddingBytes}) {}

void NdjsonReader::rewind() {
  builder_.rewind();
  buffer_.rewind();
}

awaitable<Result<std::optional<Batch>>> NdjsonReader::next(ByteStream& body) {
  if (broken_) {
    co_return fail(*broken_);
  }
  for (;;) {
    co_await buffer_.fill(body);
    const Result<void> taken = take_lines();
    if (!taken) {
      co_return fail(taken.error());
    }
    if (builder_.rows() > 0) {
      buffer_.hand_over(builder_);
      co_return std::optional<Batch>{builder_.take()};
    }
    if (buffer_.error()) {
      co_return fail(*buffer_.error());
    }
    if (buffer_.ended()) {
      co_return std::optional<Batch>{};
    }
  }
}

Result<void> NdjsonReader::take_lines() {
  if (buffer_.offset() == 0 && buffer_.rest().starts_with(kByteOrderMark)) {
    return fail(located(ErrorCode::bad_input, "a byte order mark", 1, 0));
  }
  const char* const end = buffer_.rest().data() + buffer_.rest().size();
  const char* escape = nullptr;
  while (!buffer_.rest().empty() && !builder_.batch_full()) {
    const std::string_view rest = buffer_.rest();
    if (escape == nullptr || escape < rest.data()) {
      escape = static_cast<const char*>(std::memchr(rest.data(), '\\', rest.size()));
      escape = escape == nullptr ? end : escape;
    }
    const auto* line_end = static_cast<const char*>(std::memchr(rest.data(), '\n', rest.size()));
    if (line_end == nullptr && !buffer_.ended()) {
      // One byte more than a line may have can still be the CR of its end.
      return rest.size() > limits_.line_bytes_max + 1 ? fail(too_long(buffer_.offset())) : Result<void>{};
    }
    // Behind the last line the buffer has a line feed of its own.
    const std::string_view line = line_end == nullptr ? rest : std::string_view{rest.data(), line_end};
    if (Result<void> taken = take_line(line, buffer_.offset(), escape < line.data() + line.size()); !taken) {
      return taken;
    }
    buffer_.take(std::min(line.size() + 1, rest.size()));
  }
  return {};
}

Result<void> NdjsonReader::take_line(std::string_view line, std::uint64_t offset, bool has_escapes) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (line.size() > limits_.line_bytes_max) {
    return fail(too_long(offset));
  }
  if (is_blank(line)) {
    return {};
  }
  auto taken = parser_.take(line, has_escapes);
  if (!taken) {
    taken.error().offset = offset + taken.error().offset.value_or(0);
  }
  return taken;
}

Error NdjsonReader::too_long(std::uint64_t offset) const {
  return located(ErrorCode::limit_exceeded,
                 "the line is longer than " + std::to_string(limits_.line_bytes_max) + " bytes", builder_.next_row(),
                 offset);
}

}  // namespace rowprint
