#include "connectors/http/json_rows.hpp"
#include "connectors/http/ndjson_source.hpp"
#include "connectors/memory/read.hpp"
#include "tests/contract/contracted_sources.hpp"
#include "tests/support/text_stream.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace rowprint::test {
namespace {

/// The rows as JSON under the schema, or what has no form there.
Result<std::string> spell_rows(const Schema& schema, const std::vector<Row>& rows) {
  boost::asio::thread_pool workers{1};
  auto source = read_records(rows, ReadOptions{{}, schema});
  JsonRows writer{schema};
  std::string text;
  for (;;) {
    const auto batch = wait(workers, source.next());
    if (!batch) {
      return fail(batch.error());
    }
    if (!*batch) {
      return text;
    }
    if (auto written = writer.write(text, **batch); !written) {
      return fail(written.error());
    }
  }
}

/// Counted rows, a line at a time. The text of row `bad` is a number.
class CountingStream final : public ByteStream {
 public:
  CountingStream(std::uint64_t rows, std::uint64_t bad) : rows_(rows), bad_(bad) {}

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override {
    if (line_.empty() && row_ < rows_) {
      ++row_;
      const std::string text = row_ == bad_ ? "5" : '"' + counted_text(row_) + '"';
      line_ = R"({"id": )" + std::to_string(row_) + R"(, "text": )" + text + "}\n";
    }
    const std::size_t size = std::min(into.size(), line_.size());
    std::memcpy(into.data(), line_.data(), size);
    line_.erase(0, size);
    co_return size;
  }

 private:
  std::uint64_t rows_;
  std::uint64_t bad_;
  std::uint64_t row_ = 0;
  std::string line_;
};

/// A read buffer counts towards the batch that its lines end in.
NdjsonLimits limits_of(BatchBuilder::Limits batch) {
  NdjsonLimits limits;
  limits.batch = batch;
  limits.read_bytes = std::min(limits.read_bytes, batch.batch_bytes / 4);
  return limits;
}

using Opened = std::unique_ptr<ByteStream>;

/// NDJSON that comes once, or (`File`) that can be opened again.
template <typename Made>
class ContractedNdjson final : public ContractedSource {
 public:
  bool expresses(const Value& value, Type type) const override {
    return spell_rows(Schema{{{"v", type}}}, {{{"v", value}}}).has_value();
  }
  std::unique_ptr<Source> open(const Schema& schema, const std::vector<Row>& rows,
                               BatchBuilder::Limits limits) override {
    const auto text = spell_rows(schema, rows);
    if (!text) {
      throw std::runtime_error{text.error().text()};
    }
    return make([text = *text] { return Opened{std::make_unique<TextStream>(text, 1000)}; }, schema, limits);
  }
  std::unique_ptr<Source> open_counting(std::uint64_t rows, BatchBuilder::Limits limits) override {
    return open_broken(rows, 0, limits);
  }
  std::unique_ptr<Source> open_broken(std::uint64_t rows, std::uint64_t bad, BatchBuilder::Limits limits) override {
    const Schema schema{{{"id", Type::integer}, {"text", Type::text}}};
    return make([rows, bad] { return Opened{std::make_unique<CountingStream>(rows, bad)}; }, schema, limits);
  }

 private:
  template <typename Open>
  static std::unique_ptr<Source> make(Open open, const Schema& schema, BatchBuilder::Limits limits) {
    if constexpr (std::is_same_v<Made, NdjsonSource>) {
      return std::make_unique<NdjsonSource>(open(), schema, limits_of(limits));
    } else {
      return std::make_unique<NdjsonFileSource>([open]() -> Result<Opened> { return open(); }, schema,
                                                limits_of(limits));
    }
  }
};

/// What JSON has no form for, and no column's type makes one: inside lists, maps and `any` nothing is declared.
std::vector<std::string> not_in_json() {
  return {"list of bytes", "list of decimals", "list of dates", "list with NaN", "map of a date",
          "any NaN",       "any bytes",        "any decimal",   "any date",      "any uuid"};
}

}  // namespace

RegisteredSource contracted_ndjson() {
  return {"ndjson", RegisteredSource::Kind::generator,
          [] { return std::make_unique<ContractedNdjson<NdjsonSource>>(); }, not_in_json()};
}

RegisteredSource contracted_ndjson_file() {
  return {"ndjson_file", RegisteredSource::Kind::concrete,
          [] { return std::make_unique<ContractedNdjson<NdjsonFileSource>>(); }, not_in_json()};
}

}  // namespace rowprint::test
