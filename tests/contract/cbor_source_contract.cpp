#include "connectors/http/cbor_source.hpp"
#include "connectors/http/json_rows.hpp"
#include "tests/contract/contracted_sources.hpp"
#include "tests/contract/contracted_stream.hpp"

namespace rowprint::test {
namespace {

/// Canonical rows, the encoding that is hashed: it has a form for everything.
class ContractedCbor final : public ContractedStream {
 protected:
  Result<void> spell(std::string& out, const Schema& /*schema*/, Batch& batch, bool /*is_first*/) const override {
    return write_cbor_sequence(out, batch, 0, batch.rows(), CborLimits{}.row_bytes_max);
  }
  std::unique_ptr<Source> make(OpenStream open, const Schema& declared, BatchBuilder::Limits batch) override {
    CborLimits limits;
    limits.batch = batch;
    limits.read_bytes = read_bytes_within(batch, limits.read_bytes);
    return std::make_unique<CborSource>(open(), declared, limits);
  }
};

}  // namespace

std::unique_ptr<ContractedSource> make_contracted_cbor() {
  return std::make_unique<ContractedCbor>();
}

}  // namespace rowprint::test
