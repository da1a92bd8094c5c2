#include "connectors/http/json_columns_index.hpp"

#include "connectors/http/json_text.hpp"
#include "connectors/http/json_tokens.hpp"
#include "connectors/http/line_check.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/schema.hpp"
#include "ingest/model/utf8.hpp"

#include <algorithm>
#include <utility>

namespace rowprint {

Result<void> JsonColumnsIndex::add(std::string_view piece) {
  while (!piece.empty()) {
    const auto taken = take(piece);
    if (!taken) {
      return fail(taken.error());
    }
    piece.remove_prefix(*taken);
    offset_ += *taken;
  }
  return {};
}

Result<void> JsonColumnsIndex::finish() const {
  return expected_ == Expected::nothing
             ? Result<void>{}
             : wrong("the input ends before the object of columns does", offset_, ErrorCode::truncated);
}

Result<std::size_t> JsonColumnsIndex::take(std::string_view rest) {
  if (expected_ == Expected::rest_of_key) {
    return take_key(rest);
  }
  if (expected_ == Expected::rest_of_array) {
    return take_array(rest);
  }
  const std::size_t blanks = std::min(rest.find_first_not_of(kJsonSpace), rest.size());
  return blanks != 0 ? Result<std::size_t>{blanks} : take_token(rest.front());
}

Result<std::size_t> JsonColumnsIndex::take_token(char token) {
  switch (expected_) {
    case Expected::object:
      if (token != '{') {
        return wrong("not an object of columns", offset_);
      }
      expected_ = Expected::key_or_end;
      break;
    case Expected::key_or_end:
    case Expected::key:
      if (token == '"') {
        is_named_ = false;
        columns_.push_back({{}, "\"", offset_, 0, 0});
        expected_ = Expected::rest_of_key;
        break;
      }
      if (token != '}' || expected_ == Expected::key) {
        return wrong("not a column name in quotes", offset_);
      }
      expected_ = Expected::nothing;
      break;
    case Expected::colon:
      if (token != ':') {
        return wrong("no colon after the key", offset_);
      }
      expected_ = Expected::array;
      break;
    case Expected::array:
      if (token != '[') {
        return wrong("a column must be an array of values", offset_);
      }
      columns_.back().begin = offset_ + 1;
      nesting_ = {};
      expected_ = Expected::rest_of_array;
      return std::size_t{0};
    case Expected::comma_or_end:
      if (token != ',' && token != '}') {
        return wrong("neither a comma nor a closing brace", offset_);
      }
      expected_ = token == ',' ? Expected::key : Expected::nothing;
      break;
    case Expected::rest_of_key:
    case Expected::rest_of_array:
    case Expected::nothing:
      return wrong("something after the object of columns", offset_);
  }
  return std::size_t{1};
}

Result<std::size_t> JsonColumnsIndex::take_key(std::string_view rest) {
  Column& column = columns_.back();
  std::size_t size = 0;
  bool is_closed = false;
  while (size < rest.size() && !is_closed) {
    const char c = rest[size++];
    is_closed = c == '"' && !is_escaped_;
    is_escaped_ = c == '\\' && !is_escaped_;
  }
  column.key += rest.substr(0, size);
  if (column.key.size() > key_bytes_max_) {
    return wrong("the column name is longer than " + std::to_string(key_bytes_max_) + " bytes", column.key_offset,
                 ErrorCode::limit_exceeded);
  }
  if (is_closed) {
    if (auto ended = end_key(); !ended) {
      return fail(std::move(ended.error()));
    }
    expected_ = Expected::colon;
  }
  return size;
}

Result<void> JsonColumnsIndex::end_key() {
  Column& column = columns_.back();
  const std::string_view raw = std::string_view{column.key}.substr(1, column.key.size() - 2);
  const std::uint64_t begin = column.key_offset + 1;
  const auto control = std::ranges::find_if(raw, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (control != raw.end()) {
    return wrong("a control character that is not escaped", begin + static_cast<std::size_t>(control - raw.begin()));
  }
  if (const auto invalid = find_invalid_utf8(raw)) {
    return wrong("invalid UTF-8", begin + *invalid);
  }
  std::string name(raw.size(), '\0');
  const auto size = unescape(raw, name.data());
  if (!size) {
    return wrong(std::string{size.error().reason}, begin + size.error().offset);
  }
  name.resize(*size);
  column.name = name;
  is_named_ = true;
  if (auto checked = check_column_name(name); !checked) {
    return wrong(checked.error().reason, column.key_offset, checked.error().code);
  }
  if (!names_.insert(std::move(name)).second) {
    return wrong("a column that stands there twice", column.key_offset);
  }
  name_bytes_ += column.name.size();
  if (name_bytes_ > kColumnNamesBytesMax) {
    is_named_ = false;  // A name as long as that is not for an answer.
    return wrong(too_long_names(), column.key_offset, ErrorCode::limit_exceeded);
  }
  if (columns_.size() > columns_max_) {
    return wrong("more than " + std::to_string(columns_max_) + " columns", column.key_offset,
                 ErrorCode::limit_exceeded);
  }
  return {};
}

Result<std::size_t> JsonColumnsIndex::take_array(std::string_view rest) {
  const auto size = nesting_.find_end(rest);
  if (!size) {
    return rest.size();
  }
  columns_.back().end = offset_ + *size - 1;
  expected_ = Expected::comma_or_end;
  return *size;
}

tl::unexpected<Error> JsonColumnsIndex::wrong(std::string reason, std::uint64_t offset, ErrorCode code) const {
  Error error;
  error.code = code;
  error.reason = std::move(reason);
  error.row = 0;
  error.offset = offset;
  const bool is_of_column =
      expected_ != Expected::object && expected_ != Expected::key_or_end && expected_ != Expected::key;
  if (is_of_column && expected_ != Expected::nothing && is_named_) {
    error.column = format_path({columns_.back().name});
  }
  return fail(std::move(error));
}

}  // namespace rowprint
