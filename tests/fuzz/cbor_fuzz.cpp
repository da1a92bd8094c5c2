#include "connectors/http/cbor_source.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Input: a schema, a newline, a body. Laws: what the body is read as does not depend on how it is cut; whatever is
/// taken is hashed as the very bytes that came; under the schema it came to it is taken again; what is refused is
/// refused with a place inside of the body.
namespace rowprint {
namespace {

class Chunks final : public ByteStream {
 public:
  Chunks(std::string_view text, std::size_t chunk_bytes) : text_(text), chunk_bytes_(chunk_bytes) {}
  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override {
    const std::size_t size = std::min({into.size(), text_.size(), chunk_bytes_});
    std::memcpy(into.data(), text_.data(), size);
    text_.remove_prefix(size);
    co_return size;
  }

 private:
  std::string_view text_;
  std::size_t chunk_bytes_;
};

struct Outcome {
  std::string rows;  ///< as they are hashed
  Schema schema;
  std::optional<Error> error;
};

void must(bool holds, const char* law) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", law);
    std::abort();
  }
}

awaitable<Outcome> read(std::string_view body, const Schema& declared, std::size_t chunk_bytes, CborLimits limits) {
  CborSource source{std::make_unique<Chunks>(body, chunk_bytes), declared, limits};
  SchemaInference inference{declared};
  Outcome outcome;
  while (true) {
    Result<std::optional<Batch>> batch = co_await source.next();
    if (!batch) {
      outcome.error = batch.error();
      co_return outcome;
    }
    if (!*batch) {
      outcome.schema = inference.schema();
      co_return outcome;
    }
    must((*batch)->encode(limits.row_bytes_max).has_value(), "a row that is taken is no longer than it came");
    must(inference.observe(**batch).has_value(), "cells are of the declared type");
    outcome.rows += hashing::as_text((*batch)->encoded().bytes.view());
  }
}

Outcome decode(std::string_view body, const Schema& declared, std::size_t chunk_bytes, std::size_t read_bytes) {
  CborLimits limits;
  limits.row_bytes_max = 3000;
  limits.read_bytes = read_bytes;
  limits.batch.columns_max = 50;
  boost::asio::io_context context;
  auto outcome = boost::asio::co_spawn(context, read(body, declared, chunk_bytes, limits), boost::asio::use_future);
  context.run();
  return outcome.get();
}

std::string text_of(const std::optional<Error>& error) {
  return error ? error->text() : std::string{};
}

void check(std::string_view input) {
  const std::size_t line_end = std::min(input.find('\n'), input.size());
  const Result<Schema> parsed = parse_schema(input.substr(0, line_end));
  const Schema declared = parsed && parsed->columns.size() <= 50 ? *parsed : Schema{};
  const std::string_view body = input.substr(std::min(line_end + 1, input.size()));

  const Outcome whole = decode(body, declared, body.size() + 1, 1U << 17U);
  const Outcome cut = decode(body, declared, 1 + body.size() % 5, 16);
  must(text_of(whole.error) == text_of(cut.error), "errors do not depend on how the body is cut");
  if (whole.error) {
    must(whole.error->code != ErrorCode::internal, "what is refused has a reason");
    must(whole.error->row.has_value(), "what is refused has a row");
    must(whole.error->offset.value_or(0) <= body.size(), "what is refused lies in the body");
    return;
  }
  must(whole.rows == body && cut.rows == body, "what is taken is hashed as it came");
  must(whole.schema == cut.schema, "the schema does not depend on how the body is cut");
  const Outcome again = decode(whole.rows, whole.schema, whole.rows.size() + 1, 1U << 17U);
  must(!again.error && again.rows == whole.rows, "rows read back");
  must(again.schema.digest() == whole.schema.digest(), "the schema reads back");
}

}  // namespace
}  // namespace rowprint

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowprint::check(rowprint::hashing::as_text({data, size}));
  return 0;
}
