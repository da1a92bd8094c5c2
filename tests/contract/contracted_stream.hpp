#pragma once

#include "ingest/byte_stream.hpp"
#include "tests/contract/source_contract.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rowprint::test {

/// A kind of source that reads a format of rows out of a stream of bytes.
class ContractedStream : public ContractedSource {
 public:
  bool expresses(const Value& value, Type type) const override;
  std::unique_ptr<Source> open(const Schema& schema, const std::vector<Row>& rows,
                               BatchBuilder::Limits limits) override;
  std::unique_ptr<Source> open_counted(const CountedRows& counted, BatchBuilder::Limits limits) override;
  bool is_held() override { return hold_.use_count() > 1; }

 protected:
  static constexpr std::size_t kChunkBytes = 1000;  ///< what open()'s streams give at once
  /// The same bytes from their beginning.
  using OpenStream = std::function<std::unique_ptr<ByteStream>()>;

  /// What stands before all rows, and behind them.
  virtual std::string beginning(const Schema& /*schema*/) const { return {}; }
  virtual std::string ending() const { return {}; }
  /// Appends the rows of a batch as the format writes them; `is_first`: none stand before them. Errors: a value that it
  /// has no form for.
  virtual Result<void> spell(std::string& out, const Schema& schema, Batch& batch, bool is_first) const = 0;
  /// Appends a counted row whose text is none, that the format refuses for it.
  virtual Result<void> spell_refused(std::string& out, std::uint64_t row) const;
  virtual std::unique_ptr<Source> make(OpenStream open, const Schema& declared, BatchBuilder::Limits limits) = 0;

  Result<void> spell_rows(std::string& out, const Schema& schema, const std::vector<Row>& rows, bool is_first) const;

 private:
  class CountedStream;

  mutable boost::asio::thread_pool workers_{1};
  std::shared_ptr<const bool> hold_ = std::make_shared<const bool>(true);  ///< by the counted streams
};

/// The names of value_cases() that JSON has no form for, and no column's type makes one: inside lists, maps and `any`
/// nothing is declared.
std::vector<std::string> beyond_json();
/// The size of a read buffer that counts towards a batch of these limits.
std::size_t read_bytes_within(BatchBuilder::Limits batch, std::size_t usual);

}  // namespace rowprint::test
