#include "connectors/http/cbor_source.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/rows_fuzz.hpp"

#include <memory>
#include <utility>

/// Input: a schema, a newline, a body. Laws: those of check_reading(); whatever is taken is hashed as the very bytes
/// that came; under the schema it came to it is taken again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rowprint;
  std::string_view body = hashing::as_text({data, size});
  const Schema declared = fuzz::take_schema(body);
  const auto make = [](std::unique_ptr<ByteStream> stream, const Schema& schema, const RowLimits& limits) {
    return std::make_unique<CborSource>(std::move(stream), schema, limits);
  };
  const fuzz::Read whole = fuzz::check_reading(body, declared, make);
  if (!whole.error) {
    fuzz::must(whole.rows == body, "what is taken is hashed as it came");
    const fuzz::Read again = fuzz::read_whole(whole.rows, whole.schema, make);
    fuzz::must(!again.error && again.rows == whole.rows, "rows read back");
    fuzz::must(again.schema.digest() == whole.schema.digest(), "the schema reads back");
  }
  return 0;
}
