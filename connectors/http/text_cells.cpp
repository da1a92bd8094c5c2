#include "connectors/http/text_cells.hpp"

#include "connectors/http/json_number.hpp"

namespace rowprint {
namespace {

ScannedNumber scan(std::string_view text) {
  const char* const end = text.data() + text.size();
  return text.empty()
             ? ScannedNumber{}
             : scan_number<detail::take_digits>(text.data(), [end](const char* place) { return place == end; });
}

Cell cell_of(const ScannedNumber& number) {
  return number.is_float ? Cell::floating(number.floating) : Cell::integer(number.integer);
}

}  // namespace

text_forms::Parsed<Cell> TextCells::declared(std::string_view text, Type type) {
  if (type == Type::text) {
    return Cell::text(text);
  }
  if (type == Type::boolean && (text == "true" || text == "false")) {
    return Cell::boolean(text == "true");
  }
  if (type == Type::integer || type == Type::floating) {
    const ScannedNumber number = scan(text);
    if (number.has_value && number.is_float == (type == Type::floating)) {
      return cell_of(number);
    }
    if (!number.token.empty()) {
      return cells_.from_number(number.token, type);
    }
  }
  return cells_.from_text(text, type);
}

Cell TextCells::inferred(std::string_view text) {
  if (text == "true" || text == "false") {
    return Cell::boolean(text == "true");
  }
  const ScannedNumber number = scan(text);
  if (number.has_value) {
    return cell_of(number);
  }
  if (!number.token.empty()) {
    if (const auto cell = cells_.from_number(number.token, Type::any)) {
      return *cell;
    }
  }
  return Cell::text(text);
}

}  // namespace rowprint
