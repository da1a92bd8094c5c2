#include "connectors/http/ndjson_reader.hpp"

#include "ingest/model/utf8.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rowprint {
namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

NdjsonReader::NdjsonReader(Schema declared, NdjsonLimits limits)
    // One byte more than a line may have can still be the CR of its end, and one more its LF.
    : BufferedRows(std::move(declared), limits.batch,
                   {limits.read_bytes, limits.line_bytes_max + 2, JsonRowParser::kPaddingBytes}),
      limits_(limits),
      parser_(builder(), this->declared(), limits.batch.columns_max, limits.nesting_max) {}

Result<void> NdjsonReader::take_rows() {
  if (buffer().offset() == 0 && buffer().rest().starts_with(kByteOrderMark)) {
    return fail(located(ErrorCode::bad_input, "a byte order mark", 0));
  }
  const char* const end = buffer().rest().data() + buffer().rest().size();
  const char* escape = nullptr;
  const char* looked_at = nullptr;
  while (!buffer().rest().empty() && !builder().batch_full()) {
    const std::string_view rest = buffer().rest();
    if (escape == nullptr || escape < rest.data()) {
      escape = static_cast<const char*>(std::memchr(rest.data(), '\\', rest.size()));
      escape = escape == nullptr ? end : escape;
    }
    const auto* line_end = static_cast<const char*>(std::memchr(rest.data(), '\n', rest.size()));
    if (line_end == nullptr && !buffer().ended()) {
      // One byte more than a line may have can still be the CR of its end.
      return rest.size() > limits_.line_bytes_max + 1 ? fail(too_long(buffer().offset())) : Result<void>{};
    }
    if (looked_at == nullptr || looked_at < rest.data()) {
      const std::string_view ahead = lines_ahead();
      parser_.look_ahead(ahead);
      looked_at = ahead.data() + ahead.size();
    }
    // Behind the last line the buffer has a line feed of its own.
    const std::string_view line = line_end == nullptr ? rest : std::string_view{rest.data(), line_end};
    if (Result<void> taken = take_line(line, buffer().offset(), escape < line.data() + line.size()); !taken) {
      return taken;
    }
    buffer().take(std::min(line.size() + 1, rest.size()));
  }
  return {};
}

std::string_view NdjsonReader::lines_ahead() const {
  const std::string_view rest = buffer().rest();
  if (buffer().ended() && rest.size() <= JsonRowParser::kAheadBytes) {
    return rest;
  }
  const std::string_view window = rest.substr(0, JsonRowParser::kAheadBytes);
  const std::size_t last_end = window.rfind('\n');
  return window.substr(0, last_end == std::string_view::npos ? 0 : last_end);
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
  auto taken = parser_.take(line, offset, has_escapes);
  if (!taken) {
    taken.error().offset = offset + taken.error().offset.value_or(0);
  }
  return taken;
}

Error NdjsonReader::too_long(std::uint64_t offset) const {
  return located(ErrorCode::limit_exceeded,
                 "the line is longer than " + std::to_string(limits_.line_bytes_max) + " bytes", offset);
}

}  // namespace rowprint
