#include "connectors/http/csv_source.hpp"

#include "connectors/http/line_check.hpp"
#include "ingest/model/utf8.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rowprint {
namespace {

constexpr std::size_t kLineEndBytes = 2;

}  // namespace

CsvSource::CsvSource(std::unique_ptr<ByteStream> body, Schema declared, CsvDialect dialect, RowLimits limits)
    : BufferedSource(std::move(body), std::move(declared), limits.batch,
                     // A byte behind the last field, which is no digit.
                     {limits.read_bytes, limits.row_bytes_max + kLineEndBytes, 1}),
      dialect_(std::move(dialect)),
      limits_(limits),
      records_(dialect_),
      cells_(builder()),
      header_done_(!dialect_.has_header) {
  if (dialect_.has_header) {
    return;
  }
  if (this->declared().columns.empty()) {
    refuse_to_begin({ErrorCode::bad_input, "without a header the schema must name the columns", {}, {}, {}});
  }
  for (std::uint32_t ordinal = 0; ordinal < builder().columns().size(); ++ordinal) {
    add_place(ordinal);
  }
}

Result<void> CsvSource::take_rows() {
  if (buffer().offset() == 0 && !buffer().rest().empty()) {
    if (!buffer().ended() && buffer().rest().size() < kByteOrderMark.size()) {
      return {};
    }
    if (buffer().rest().starts_with(kByteOrderMark)) {
      return fail(wrong(ErrorCode::bad_input, "a byte order mark", 0));
    }
  }
  while (!buffer().rest().empty() && !builder().batch_full()) {
    const std::string_view text = buffer().rest().substr(0, limits_.row_bytes_max + kLineEndBytes);
    const bool is_all = buffer().ended() && text.size() == buffer().rest().size();
    const CsvSplit split = records_.split(text, is_all, header_done_ ? places_.size() : limits_.batch.columns_max);
    if (split.outcome != CsvSplit::Outcome::record || split.size > limits_.row_bytes_max) {
      return check_split(split, text.size());
    }
    if (Result<void> taken = take_record(text.substr(0, split.size)); !taken) {
      return taken;
    }
    buffer().take(split.whole_size);
  }
  if (buffer().ended() && buffer().rest().empty() && !header_done_) {
    return fail(wrong(ErrorCode::truncated, "the input ends before its header", 0));
  }
  return {};
}

Result<void> CsvSource::check_split(const CsvSplit& split, std::size_t text_size) const {
  const std::size_t size_max = limits_.row_bytes_max + kLineEndBytes;
  switch (split.outcome) {
    case CsvSplit::Outcome::refused:
      return fail(wrong(split.code, std::string{split.reason}, split.offset, split.field));
    case CsvSplit::Outcome::too_many_fields:
      return fail(header_done_
                      ? wrong(ErrorCode::bad_input,
                              "too many fields: more than the " + std::to_string(places_.size()) + " columns",
                              split.offset)
                      : wrong(ErrorCode::limit_exceeded,
                              "more than " + std::to_string(limits_.batch.columns_max) + " columns", split.offset));
    case CsvSplit::Outcome::more_needed:
    case CsvSplit::Outcome::record:
      break;
  }
  const bool is_record = split.outcome == CsvSplit::Outcome::record;
  if (is_record ? split.size > limits_.row_bytes_max : text_size == size_max) {
    return fail(wrong(ErrorCode::limit_exceeded,
                      "the row is longer than " + std::to_string(limits_.row_bytes_max) + " bytes", 0));
  }
  return {};
}

Result<void> CsvSource::take_record(std::string_view record) {
  if (Result<void> checked = check_bytes(record); !checked) {
    return checked;
  }
  return header_done_ ? take_row(record) : take_header();
}

Result<void> CsvSource::take_header() {
  std::vector<bool> seen(builder().columns().size());
  for (const CsvField& field : records_.fields()) {
    const std::string_view name = field.has_doubled ? undoubled(field) : field.text;
    auto ordinal = builder().column(name);
    if (ordinal && *ordinal < seen.size() && seen[*ordinal]) {
      ordinal = fail(ErrorCode::bad_input, "a column name that stands twice in the header");
    }
    if (!ordinal) {
      Error error = wrong(ordinal.error().code, ordinal.error().reason, field.offset);
      error.column = format_path({std::string{name}});
      return fail(std::move(error));
    }
    seen.resize(std::max<std::size_t>(seen.size(), *ordinal + std::size_t{1}));
    seen[*ordinal] = true;
    add_place(*ordinal);
  }
  header_done_ = true;
  return {};
}

Result<void> CsvSource::take_row(std::string_view record) {
  const auto fields = records_.fields();
  if (fields.size() < places_.size()) {
    return fail(wrong(ErrorCode::bad_input,
                      "too few fields: " + std::to_string(fields.size()) + " where there are " +
                          std::to_string(places_.size()) + " columns",
                      record.size(), fields.size()));
  }
  builder().begin_row();
  for (std::size_t place = 0; place < fields.size(); ++place) {
    if (const auto taken = take_field(fields[place], places_[place]); !taken) {
      builder().abandon_row();
      return fail(wrong(taken.error().code, std::string{taken.error().reason}, fields[place].offset, place));
    }
  }
  builder().end_row(buffer().offset());
  return {};
}

text_forms::Parsed<void> CsvSource::take_field(const CsvField& field, const Place& place) {
  if (!field.is_quoted && dialect_.null && field.text == *dialect_.null) {
    return {};
  }
  const std::string_view text = field.has_doubled ? undoubled(field) : field.text;
  if (place.type == Type::text) {
    builder().set(place.ordinal, Cell::text(text));
    return {};
  }
  if (place.type == Type::any) {
    builder().set(place.ordinal, field.is_quoted ? Cell::text(text) : cells_.inferred(text));
    return {};
  }
  const auto cell = cells_.declared(text, place.type);
  if (!cell) {
    return tl::unexpected{cell.error()};
  }
  builder().set(place.ordinal, *cell);
  return {};
}

Result<void> CsvSource::check_bytes(std::string_view record) const {
  const std::size_t nul = record.find('\0');
  const std::size_t invalid = is_valid_utf8(record) ? record.size() : find_invalid_utf8(record).value_or(record.size());
  const std::size_t first = std::min(nul, invalid);
  if (first >= record.size()) {
    return {};
  }
  return fail(wrong(ErrorCode::bad_input, first == nul ? "a NUL" : "invalid UTF-8", first, place_of(first)));
}

void CsvSource::add_place(std::uint32_t ordinal) {
  const auto& declared_columns = declared().columns;
  const Type own = dialect_.infer ? Type::any : Type::text;
  places_.push_back({ordinal, ordinal < declared_columns.size() ? declared_columns[ordinal].type : own});
}

std::string_view CsvSource::undoubled(const CsvField& field) {
  const char quote = dialect_.quote.value_or('"');
  // One byte more, for whoever reads on behind a number.
  char* const room = reinterpret_cast<char*>(builder().room(field.text.size() + 1));
  std::size_t size = 0;
  for (std::size_t next = 0; next < field.text.size(); ++next) {
    room[size++] = field.text[next];
    next += field.text[next] == quote ? 1 : 0;
  }
  room[size] = '\n';
  return {room, size};
}

Error CsvSource::wrong(ErrorCode code, std::string reason, std::size_t offset, std::size_t place) const {
  Error error = located(code, std::move(reason), buffer().offset() + offset);
  if (!header_done_) {
    error.row = 0;
  } else if (place < places_.size()) {
    error.column = format_path({builder().columns().name(places_[place].ordinal)});
  }
  return error;
}

std::size_t CsvSource::place_of(std::size_t offset) const {
  const auto fields = records_.fields();
  const auto behind = std::ranges::upper_bound(fields, offset, {}, &CsvField::offset);
  return static_cast<std::size_t>(behind - fields.begin()) - (behind == fields.begin() ? 0 : 1);
}

}  // namespace rowprint
