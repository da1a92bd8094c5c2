#include "tests/contract/contracted_stream.hpp"

#include "connectors/memory/read.hpp"
#include "tests/support/text_stream.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace rowprint::test {
namespace {

const Schema& counted_schema() {
  static const Schema kSchema{{{"id", Type::integer}, {"text", Type::text}}};
  return kSchema;
}

}  // namespace

/// Counted rows, spelled some at a time.
class ContractedStream::CountedStream final : public ByteStream {
 public:
  /// `format` outlives the stream.
  CountedStream(const ContractedStream& format, CountedRows counted)
      : format_(format), counted_(counted), hold_(format.hold_), bytes_(format.beginning(counted_schema())) {}

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override {
    if (taken_ == bytes_.size()) {
      bytes_.clear();
      taken_ = 0;
      if (auto spelled = spell_some(); !spelled) {
        co_return fail(spelled.error());
      }
      if (bytes_.empty() && counted_.failing != 0) {
        co_return fail(ErrorCode::truncated, "the stream broke off");
      }
      if (bytes_.empty() && !std::exchange(is_ended_, true)) {
        bytes_ = format_.ending();
      }
    }
    const std::size_t size = std::min(into.size(), bytes_.size() - taken_);
    std::memcpy(into.data(), bytes_.data() + taken_, size);
    taken_ += size;
    co_return size;
  }

 private:
  Result<void> spell_some() {
    constexpr std::size_t kRowsMax = 200;
    const std::uint64_t end = counted_.failing != 0 ? counted_.failing : counted_.rows + 1;
    std::vector<Row> rows;
    while (rows.size() < kRowsMax && next_ < end && next_ != counted_.refused) {
      rows.push_back(counted_row(next_++));
    }
    if (rows.empty() && next_ < end) {
      return format_.spell_refused(bytes_, next_++);
    }
    return rows.empty() ? Result<void>{} : format_.spell_rows(bytes_, counted_schema(), rows, next_ == 1 + rows.size());
  }

  const ContractedStream& format_;
  CountedRows counted_;
  std::shared_ptr<const bool> hold_;
  std::uint64_t next_ = 1;
  bool is_ended_ = false;
  std::string bytes_;
  std::size_t taken_ = 0;
};

bool ContractedStream::expresses(const Value& value, Type type) const {
  std::string bytes;
  return spell_rows(bytes, Schema{{{"v", type}}}, {{{"v", value}}}, true).has_value();
}

std::unique_ptr<Source> ContractedStream::open(const Schema& schema, const std::vector<Row>& rows,
                                               BatchBuilder::Limits limits) {
  std::string bytes = beginning(schema);
  if (auto spelled = spell_rows(bytes, schema, rows, true); !spelled) {
    throw std::runtime_error{spelled.error().text()};
  }
  bytes += ending();
  return make([bytes] { return std::make_unique<TextStream>(bytes, kChunkBytes); }, schema, limits);
}

std::unique_ptr<Source> ContractedStream::open_counted(const CountedRows& counted, BatchBuilder::Limits limits) {
  return make([this, counted] { return std::make_unique<CountedStream>(*this, counted); }, counted_schema(), limits);
}

Result<void> ContractedStream::spell_refused(std::string& out, std::uint64_t row) const {
  const Schema schema{{{"id", Type::integer}, {"text", Type::integer}}};
  return spell_rows(out, schema, {{{"id", {static_cast<std::int64_t>(row)}}, {"text", {std::int64_t{5}}}}}, row == 1);
}

Result<void> ContractedStream::spell_rows(std::string& out, const Schema& schema, const std::vector<Row>& rows,
                                          bool is_first) const {
  auto source = read_records(rows, ReadOptions{{}, schema});
  for (;;) {
    auto batch = wait(workers_, source.next());
    if (!batch) {
      return fail(batch.error());
    }
    if (!*batch) {
      return {};
    }
    if (auto spelled = spell(out, schema, **batch, is_first); !spelled) {
      return spelled;
    }
    is_first = false;
  }
}

std::vector<std::string> beyond_json() {
  return {"list of bytes", "list of decimals", "list of dates", "list with NaN", "map of a date",
          "any NaN",       "any bytes",        "any decimal",   "any date",      "any uuid"};
}

std::size_t read_bytes_within(BatchBuilder::Limits batch, std::size_t usual) {
  return std::min(usual, batch.batch_bytes / 4);
}

}  // namespace rowprint::test
