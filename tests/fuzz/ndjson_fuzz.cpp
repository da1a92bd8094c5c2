#include "connectors/http/json_rows.hpp"
#include "connectors/http/ndjson_source.hpp"
#include "hashing/canonical_reader.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Input: a schema, a newline, a body. Laws: what the body is read as does not depend on how it is cut; what the fast
/// path refuses has a reason; rows are canonical; as JSON they read back as the same rows.
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
  std::string rows;  ///< canonical, one after the other
  std::string text;  ///< as JSON under the final schema; empty where JSON has no form for them
  Schema schema;
  std::string error;
  bool is_sayable = true;
};

void must(bool holds, const char* law) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", law);
    std::abort();
  }
}

void check_canonical(const std::string& rows) {
  hashing::CanonicalReader reader{hashing::as_bytes(rows)};
  while (!reader.at_end()) {
    must(reader.skip_row().has_value(), "rows are canonical");
  }
}

awaitable<Outcome> read(std::string_view body, const Schema& declared, std::size_t chunk_bytes, NdjsonLimits limits) {
  NdjsonSource source{std::make_unique<Chunks>(body, chunk_bytes), declared, limits};
  SchemaInference inference{declared};
  std::vector<Batch> batches;
  Outcome outcome;
  for (;;) {
    Result<std::optional<Batch>> batch = co_await source.next();
    if (!batch) {
      must(batch.error().code != ErrorCode::internal, "the exact pass finds what the fast path refuses");
      outcome.error = batch.error().text();
      co_return outcome;
    }
    if (!*batch) {
      break;
    }
    must(write_cbor_sequence(outcome.rows, **batch, 0, (*batch)->rows(), body.size() * 4 + 4096).has_value(),
         "rows encode");
    must(inference.observe(**batch).has_value(), "cells are of the declared type");
    batches.push_back(std::move(**batch));
  }
  outcome.schema = inference.schema();
  JsonRows writer{outcome.schema};
  for (const Batch& batch : batches) {
    outcome.is_sayable = outcome.is_sayable && writer.write(outcome.text, batch).has_value();
  }
  co_return outcome;
}

Outcome decode(std::string_view body, const Schema& declared, std::size_t chunk_bytes, std::size_t read_bytes) {
  NdjsonLimits limits;
  limits.read_bytes = read_bytes;
  limits.batch.columns_max = 50;
  boost::asio::io_context context;
  auto outcome = boost::asio::co_spawn(context, read(body, declared, chunk_bytes, limits), boost::asio::use_future);
  context.run();
  return outcome.get();
}

void check(std::string_view input) {
  const std::size_t line_end = std::min(input.find('\n'), input.size());
  const Result<Schema> parsed = parse_schema(input.substr(0, line_end));
  const Schema declared = parsed && parsed->columns.size() <= 50 ? *parsed : Schema{};
  const std::string_view body = input.substr(std::min(line_end + 1, input.size()));

  const Outcome whole = decode(body, declared, body.size() + 1, 1U << 17U);
  const Outcome cut = decode(body, declared, 1 + body.size() % 5, 16);
  must(whole.error == cut.error, "errors do not depend on how the body is cut");
  if (!whole.error.empty()) {
    return;
  }
  must(whole.rows == cut.rows && whole.schema == cut.schema, "rows do not depend on how the body is cut");
  check_canonical(whole.rows);
  must(whole.is_sayable, "what came as JSON can be written as JSON");
  const Outcome again = decode(whole.text, whole.schema, whole.text.size() + 1, 1U << 17U);
  must(again.error.empty() && again.rows == whole.rows, "rows read back");
  must(again.schema.digest() == whole.schema.digest(), "the schema reads back");
}

}  // namespace
}  // namespace rowprint

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowprint::check(rowprint::hashing::as_text({data, size}));
  return 0;
}
