#include "connectors/http/formats.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/rows_fuzz.hpp"

#include <algorithm>
#include <memory>
#include <utility>

/// Input: a schema, a newline, options such as `csv infer=true null=`, a newline, a body. Laws: those of check_rows().
namespace rowprint {
namespace {

std::string_view take_until(std::string_view& text, char end) {
  const std::string_view taken = text.substr(0, text.find(end));
  text.remove_prefix(std::min(taken.size() + 1, text.size()));
  return taken;
}

void check(std::string_view input) {
  const Schema declared = fuzz::take_schema(input);
  std::string_view line = take_until(input, '\n');
  const RowFormat format = take_until(line, ' ') == "tsv" ? RowFormat::tsv : RowFormat::csv;
  FormatOptions options;
  while (!line.empty()) {
    std::string_view option = take_until(line, ' ');
    const std::string_view name = take_until(option, '=');
    if (std::ranges::find(FormatOptions::names(), name) != FormatOptions::names().end()) {
      options.at(name) = std::string{option};
    }
  }
  const auto rows = make_rows_format(format, options, declared);
  if (!rows) {
    return;
  }
  fuzz::check_rows(input, declared,
                   [&rows](std::unique_ptr<ByteStream> stream, const Schema& schema, const RowLimits& limits) {
                     return make_rows_source(*rows, std::move(stream), schema, limits, {fuzz::memory_disk(), ""});
                   });
}

}  // namespace
}  // namespace rowprint

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowprint::check(rowprint::hashing::as_text({data, size}));
  return 0;
}
