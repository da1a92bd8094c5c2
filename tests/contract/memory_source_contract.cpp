#include "connectors/memory/read.hpp"
#include "tests/contract/contracted_sources.hpp"

#include <ranges>

namespace rowprint::test {
namespace {

Record counted_record(std::uint64_t row) {
  return {{"id", {static_cast<std::int64_t>(row)}}, {"text", {counted_text(row)}}};
}

/// A row whose text is none where `row` is `bad`; 0 for none.
Record broken_record(std::uint64_t row, std::uint64_t bad) {
  Record record = counted_record(row);
  if (row == bad) {
    record.back().second = Value{std::string{"\xff"}};
  }
  return record;
}

Generator<Record> one_by_one(std::vector<Row> rows) {
  for (const Record& row : rows) {
    co_yield row;
  }
}

Generator<Record> count(std::uint64_t rows, std::uint64_t bad) {
  for (std::uint64_t row = 1; row <= rows; ++row) {
    const Record record = broken_record(row, bad);
    co_yield record;
  }
}

template <typename Rows>
std::unique_ptr<Source> source_of(Rows rows, ReadOptions options) {
  using Made = decltype(read_records(std::move(rows), options));
  return std::unique_ptr<Source>{new Made{read_records(std::move(rows), std::move(options))}};
}

class ContractedGenerator : public ContractedSource {
 public:
  bool expresses(const Value&, Type) const override { return true; }
  std::unique_ptr<Source> open(const Schema& schema, const std::vector<Row>& rows,
                               BatchBuilder::Limits limits) override {
    return source_of(one_by_one(rows), {limits, schema});
  }
  std::unique_ptr<Source> open_counting(std::uint64_t rows, BatchBuilder::Limits limits) override {
    return source_of(count(rows, 0), {limits, {}});
  }
  std::unique_ptr<Source> open_broken(std::uint64_t rows, std::uint64_t bad, BatchBuilder::Limits limits) override {
    return source_of(count(rows, bad), {limits, {}});
  }
};

/// A list is in memory as a whole, but for one whose rows are made when they are asked for.
class ContractedList final : public ContractedSource {
 public:
  bool expresses(const Value&, Type) const override { return true; }
  std::unique_ptr<Source> open(const Schema& schema, const std::vector<Row>& rows,
                               BatchBuilder::Limits limits) override {
    return source_of(std::vector<Record>{rows}, {limits, schema});
  }
  std::unique_ptr<Source> open_counting(std::uint64_t rows, BatchBuilder::Limits limits) override {
    return open_broken(rows, 0, limits);
  }
  std::unique_ptr<Source> open_broken(std::uint64_t rows, std::uint64_t bad, BatchBuilder::Limits limits) override {
    const auto made = [bad](std::uint64_t row) { return broken_record(row, bad); };
    return source_of(std::views::iota(std::uint64_t{1}, rows + 1) | std::views::transform(made), {limits, {}});
  }
};

}  // namespace

RegisteredSource contracted_memory_list() {
  return {"memory_list", RegisteredSource::Kind::concrete, [] { return std::make_unique<ContractedList>(); }, {}};
}

RegisteredSource contracted_memory_generator() {
  return {"memory_generator",
          RegisteredSource::Kind::generator,
          [] { return std::make_unique<ContractedGenerator>(); },
          {}};
}

}  // namespace rowprint::test
