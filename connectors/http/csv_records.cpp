#include "connectors/http/csv_records.hpp"

namespace rowprint {
namespace {

using Outcome = CsvSplit::Outcome;

bool refuse(CsvSplit& split, std::size_t offset, std::size_t field, std::string_view reason,
            ErrorCode code = ErrorCode::bad_input) {
  split.outcome = Outcome::refused;
  split.offset = offset;
  split.field = field;
  split.reason = reason;
  split.code = code;
  return false;
}

}  // namespace

CsvRecords::CsvRecords(const CsvDialect& dialect) : dialect_(dialect) {
  for (const char c : {dialect.delimiter, dialect.quote.value_or('\n'), '\r', '\n'}) {
    is_special_[static_cast<unsigned char>(c)] = true;
  }
}

CsvSplit CsvRecords::split(std::string_view text, bool is_all, std::size_t fields_max) {
  fields_.clear();
  CsvSplit split;
  std::size_t position = 0;
  while (true) {
    if (fields_.size() == fields_max) {
      split.outcome = Outcome::too_many_fields;
      split.offset = position;
      split.field = fields_max;
      return split;
    }
    const bool is_quoted = dialect_.quote && position < text.size() && text[position] == *dialect_.quote;
    if (!is_quoted) {
      take_plain(text, position);
    } else if (!take_quoted(text, is_all, position, split)) {
      return split;
    }
    if (position == text.size()) {
      split.outcome = is_all ? Outcome::record : Outcome::more_needed;
      split.size = split.whole_size = position;
      return split;
    }
    const char end = text[position];
    if (end == dialect_.delimiter) {
      ++position;
      continue;
    }
    if (end == '\r' && position + 1 == text.size() && !is_all) {
      return split;
    }
    const bool is_pair = end == '\r' && position + 1 < text.size() && text[position + 1] == '\n';
    if (end == '\n' || is_pair) {
      split.outcome = Outcome::record;
      split.size = position;
      split.whole_size = position + (is_pair ? 2 : 1);
    } else {
      const bool is_return = end == '\r';
      refuse(split, position, fields_.size() - 1,
             is_return   ? "a carriage return without a line feed, not in quotes"
             : is_quoted ? "something between the closing quote and the end of the field"
                         : "a quote within a field that does not begin with one");
    }
    return split;
  }
}

bool CsvRecords::take_quoted(std::string_view text, bool is_all, std::size_t& position, CsvSplit& split) {
  const char quote = *dialect_.quote;
  const std::size_t begin = position + 1;
  bool has_doubled = false;
  std::size_t close = text.find(quote, begin);
  while (close != std::string_view::npos && close + 1 < text.size() && text[close + 1] == quote) {
    has_doubled = true;
    close = text.find(quote, close + 2);
  }
  if (close == std::string_view::npos) {
    return is_all &&
           refuse(split, position, fields_.size(), "the input ends within a field in quotes", ErrorCode::truncated);
  }
  if (close + 1 == text.size() && !is_all) {
    return false;
  }
  fields_.push_back({text.substr(begin, close - begin), position, true, has_doubled});
  position = close + 1;
  return true;
}

void CsvRecords::take_plain(std::string_view text, std::size_t& position) {
  const std::size_t begin = position;
  while (position < text.size() && !ends_field(text[position])) {
    ++position;
  }
  fields_.push_back({text.substr(begin, position - begin), begin, false, false});
}

}  // namespace rowprint
