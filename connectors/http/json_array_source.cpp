#include "connectors/http/json_array_source.hpp"

#include "connectors/http/json_tokens.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rowprint {

JsonArraySource::JsonArraySource(std::unique_ptr<ByteStream> body, Schema declared, RowLimits limits)
    : BufferedSource(std::move(body), std::move(declared), limits.batch,
                     {limits.read_bytes, limits.row_bytes_max + 1, JsonRowParser::kPaddingBytes}),
      limits_(limits),
      parser_(builder(), this->declared(), limits.batch.columns_max, limits.nesting_max) {}

Result<void> JsonArraySource::take_rows() {
  while (!builder().batch_full()) {
    skip_space();
    if (buffer().rest().empty()) {
      return buffer().ended() ? check_end() : Result<void>{};
    }
    const char token = buffer().rest().front();
    const bool is_row = token == '{' && (expected_ == Expected::row || expected_ == Expected::row_or_end);
    const std::uint64_t before = buffer().offset();
    if (Result<void> taken = is_row ? take_row() : take_token(token); !taken) {
      return taken;
    }
    if (buffer().offset() == before) {
      return {};
    }
  }
  return {};
}

Result<void> JsonArraySource::take_row() {
  const std::string_view rest = buffer().rest();
  const auto found = nesting_.find_end(rest.substr(looked_at_));
  const std::size_t size = found ? looked_at_ + *found : rest.size();
  if (size > limits_.row_bytes_max) {
    return fail(located(ErrorCode::limit_exceeded,
                        "the row is longer than " + std::to_string(limits_.row_bytes_max) + " bytes",
                        buffer().offset()));
  }
  if (!found && !buffer().ended()) {
    looked_at_ = size;
    return {};
  }
  Result<void> taken = found ? parser_.take(rest.substr(0, size), buffer().offset(), nesting_.has_escapes())
                             : fail(parser_.cut_off(rest));
  if (!taken) {
    taken.error().offset = buffer().offset() + taken.error().offset.value_or(0);
    return taken;
  }
  buffer().take(size);
  nesting_ = {};
  looked_at_ = 0;
  expected_ = Expected::comma_or_end;
  return {};
}

Result<void> JsonArraySource::take_token(char token) {
  switch (expected_) {
    case Expected::array:
      if (token != '[') {
        return fail(unexpected("not an array of rows"));
      }
      expected_ = Expected::row_or_end;
      break;
    case Expected::row_or_end:
    case Expected::row:
      if (token != ']') {
        return fail(unexpected("a row must be a JSON object"));
      }
      if (expected_ == Expected::row) {
        return fail(unexpected("no row after the comma"));
      }
      expected_ = Expected::nothing;
      break;
    case Expected::comma_or_end:
      if (token != ',' && token != ']') {
        return fail(unexpected("neither a comma nor a closing bracket after the row"));
      }
      expected_ = token == ',' ? Expected::row : Expected::nothing;
      break;
    case Expected::nothing:
      return fail(unexpected("something after the array"));
  }
  buffer().take(1);
  return {};
}

Result<void> JsonArraySource::check_end() const {
  if (expected_ == Expected::nothing) {
    return {};
  }
  return fail(located(
      ErrorCode::truncated,
      expected_ == Expected::array ? "the input ends before the array begins" : "the input ends before the array does",
      buffer().offset()));
}

void JsonArraySource::skip_space() {
  const std::string_view rest = buffer().rest();
  buffer().take(std::min(rest.find_first_not_of(kJsonSpace), rest.size()));
}

Error JsonArraySource::unexpected(std::string_view reason) const {
  return located(ErrorCode::bad_input, std::string{reason}, buffer().offset());
}

}  // namespace rowprint
