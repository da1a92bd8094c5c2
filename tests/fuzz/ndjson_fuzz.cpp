#include "connectors/http/ndjson_source.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/rows_fuzz.hpp"

#include <memory>
#include <utility>

/// Input: a schema, a newline, a body. Laws: those of check_rows().
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rowprint;
  std::string_view body = hashing::as_text({data, size});
  const Schema declared = fuzz::take_schema(body);
  fuzz::check_rows(body, declared,
                   [](std::unique_ptr<ByteStream> stream, const Schema& schema, const RowLimits& limits) {
                     return std::make_unique<NdjsonSource>(
                         std::move(stream), schema,
                         NdjsonLimits{limits.row_bytes_max, limits.nesting_max, limits.read_bytes, limits.batch});
                   });
  return 0;
}
