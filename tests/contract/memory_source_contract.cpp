#include "connectors/memory/read.hpp"
#include "tests/contract/contracted_sources.hpp"

#include <ranges>
#include <stdexcept>

namespace rowprint::test {
namespace {

/// Held by whatever makes the rows.
using Hold = std::shared_ptr<const bool>;

Record make_record(const CountedRows& counted, std::uint64_t row) {
  if (row == counted.failing) {
    throw std::runtime_error{"no row " + std::to_string(row)};
  }
  Record record = counted_row(row);
  if (row == counted.refused) {
    record.back().second = Value{std::string{"\xff"}};
  }
  return record;
}

Generator<Record> one_by_one(std::vector<Row> rows) {
  for (const Record& row : rows) {
    co_yield row;
  }
}

Generator<Record> count(CountedRows counted, Hold /*hold*/) {
  for (std::uint64_t row = 1; row <= counted.rows; ++row) {
    const Record record = make_record(counted, row);
    co_yield record;
  }
}

template <typename Rows>
std::unique_ptr<Source> source_of(Rows rows, ReadOptions options) {
  using Made = decltype(read_records(std::move(rows), options));
  return std::unique_ptr<Source>{new Made{read_records(std::move(rows), std::move(options))}};
}

class ContractedMemory : public ContractedSource {
 public:
  bool expresses(const Value&, Type) const override { return true; }
  bool is_held() override { return hold_.use_count() > 1; }
  bool is_outside() const override { return false; }

 protected:
  const Hold& hold() const { return hold_; }

 private:
  Hold hold_ = std::make_shared<const bool>(true);
};

class ContractedGenerator final : public ContractedMemory {
 public:
  std::unique_ptr<Source> open(const Schema& schema, const std::vector<Row>& rows,
                               BatchBuilder::Limits limits) override {
    return source_of(one_by_one(rows), {limits, schema});
  }
  std::unique_ptr<Source> open_counted(const CountedRows& counted, BatchBuilder::Limits limits) override {
    return source_of(count(counted, hold()), {limits, {}});
  }
};

/// A list is in memory as a whole, but for one whose rows are made when they are asked for.
class ContractedList final : public ContractedMemory {
 public:
  std::unique_ptr<Source> open(const Schema& schema, const std::vector<Row>& rows,
                               BatchBuilder::Limits limits) override {
    return source_of(std::vector<Record>{rows}, {limits, schema});
  }
  std::unique_ptr<Source> open_counted(const CountedRows& counted, BatchBuilder::Limits limits) override {
    const auto made = [counted, hold = hold()](std::uint64_t row) { return make_record(counted, row); };
    return source_of(std::views::iota(std::uint64_t{1}, counted.rows + 1) | std::views::transform(made), {limits, {}});
  }
};

}  // namespace

std::unique_ptr<ContractedSource> make_contracted_list() {
  return std::make_unique<ContractedList>();
}

std::unique_ptr<ContractedSource> make_contracted_generator() {
  return std::make_unique<ContractedGenerator>();
}

}  // namespace rowprint::test
