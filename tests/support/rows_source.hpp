#pragma once

#include "ingest/source.hpp"
#include "tests/support/random_rows.hpp"

#include <functional>
#include <vector>

namespace rowprint::test {

/// Rows out of a vector, as a connector would give them; `batch_rows` at a time.
///
/// Lifecycle and thread safety as ConcreteSource. Ownership: owns its rows.
class RowsSource final : public ConcreteSource {
 public:
  explicit RowsSource(std::vector<Row> rows, std::size_t batch_rows = 7, Schema declared = {});

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override { return declared_; }
  void rewind() override;

  /// Called before row `index` is given: to fail, wait or change something in mid-stream.
  std::function<Result<void>(std::size_t index)> before_row;

 private:
  std::vector<Row> rows_;
  std::size_t next_ = 0;
  Schema declared_;
  BatchBuilder builder_;
};

/// A batch's rows as named values; nulls and missing columns are left out.
std::vector<Row> to_rows(const Batch& batch);
/// Everything that a source still has.
awaitable<Result<std::vector<Row>>> drain(Source& source);

}  // namespace rowprint::test
