#include "ingest/model/text_forms.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <string>
#include <string_view>

/// Input: any text. Law: what a form takes, it writes so that it reads back as the same value, and writes it only one
/// way.
namespace rowprint::text_forms {
namespace {

using fuzz::must;

template <typename T>
void check(std::string_view text, Parsed<T> (*parse)(std::string_view), void (*format)(std::string&, T),
           const char* law) {
  const Parsed<T> value = parse(text);
  if (!value) {
    must(!value.error().reason.empty(), law);
    return;
  }
  std::string written;
  format(written, *value);
  must(parse(written) == *value, law);
}

void check_base64(std::string_view text) {
  hashing::ByteBuffer bytes;
  if (parse_base64(text, bytes)) {
    std::string written;
    format_base64(written, bytes.view());
    must(written == text, "base64 reads back");
  }
}

void check_decimal(std::string_view text) {
  const Parsed<DecimalParts> parts = parse_decimal(text);
  if (parts) {
    std::string written;
    format_decimal(written, parts->digits, parts->exponent);
    must(parse_decimal(written).has_value(), "a decimal reads back");
  }
}

void check_uuid(std::string_view text) {
  if (const auto uuid = parse_uuid(text)) {
    std::string written;
    format_uuid(written, *uuid);
    must(parse_uuid(written) == *uuid, "a uuid reads back");
  }
}

}  // namespace
}  // namespace rowprint::text_forms

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rowprint::text_forms;
  const std::string_view text = rowprint::hashing::as_text({data, size});
  check(text, &parse_date, &format_date, "a date reads back");
  check(text, &parse_time, &format_time, "a time reads back");
  check(text, &parse_timestamp, &format_timestamp, "a timestamp reads back");
  check(text, &parse_timestamptz, &format_timestamptz, "a timestamptz reads back");
  check_base64(text);
  check_decimal(text);
  check_uuid(text);
  return 0;
}
