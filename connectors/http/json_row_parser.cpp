#include "connectors/http/json_row_parser.hpp"

#include "connectors/http/line_check.hpp"

#include <optional>

namespace rowprint {

JsonRowParser::JsonRowParser(BatchBuilder& builder, const Schema& declared, std::size_t columns_max, int nesting_max)
    : builder_(builder),
      declared_(declared),
      columns_max_(columns_max),
      nesting_max_(nesting_max),
      parser_(builder, nesting_max) {
  for (std::uint32_t ordinal = 0; ordinal < builder.columns().size(); ++ordinal) {
    parser_.declare(ordinal, declared.columns[ordinal].type);
  }
}

Result<void> JsonRowParser::take(std::string_view text, std::uint64_t row_offset, bool may_have_escapes) {
  builder_.begin_row();
  if (!parser_.parse(text, may_have_escapes)) {
    builder_.abandon_row();
    return fail(first_error(text));
  }
  builder_.end_row(row_offset);
  return {};
}

Error JsonRowParser::first_error(std::string_view text) const {
  LineCheck check{text, builder_.columns(), declared_, columns_max_, nesting_max_};
  std::optional<Error> error = check.first_error();
  if (!error) {
    error.emplace();
    error->reason = "a row that is one was refused";
    error->offset = 0;
  }
  error->row = builder_.next_row();
  return *std::move(error);
}

Error JsonRowParser::cut_off(std::string_view text) const {
  LineCheck check{text, builder_.columns(), declared_, columns_max_, nesting_max_};
  std::optional<Error> error = check.first_error();
  if (!error || check.ran_out()) {
    error = error.value_or(Error{});
    error->code = ErrorCode::truncated;
    error->reason = "the input ends within a row";
    error->offset = text.size();
  }
  error->row = builder_.next_row();
  return *std::move(error);
}

}  // namespace rowprint
