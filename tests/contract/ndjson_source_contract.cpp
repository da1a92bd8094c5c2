#include "connectors/http/json_rows.hpp"
#include "connectors/http/ndjson_source.hpp"
#include "tests/contract/contracted_sources.hpp"
#include "tests/contract/contracted_stream.hpp"

namespace rowprint::test {
namespace {

/// NDJSON that comes once, or (NdjsonFileSource) that can be opened again.
template <typename Made>
class ContractedNdjson final : public ContractedStream {
 public:
  std::vector<std::string> cannot_express() const override { return beyond_json(); }

 protected:
  Result<void> spell(std::string& out, const Schema& schema, Batch& batch, bool /*is_first*/) const override {
    return JsonRows{schema}.write(out, batch);
  }
  std::unique_ptr<Source> make(OpenStream open, const Schema& declared, BatchBuilder::Limits batch) override {
    NdjsonLimits limits;
    limits.batch = batch;
    limits.read_bytes = read_bytes_within(batch, limits.read_bytes);
    if constexpr (std::is_same_v<Made, NdjsonSource>) {
      return std::make_unique<NdjsonSource>(open(), declared, limits);
    } else {
      return std::make_unique<NdjsonFileSource>([open]() -> Result<std::unique_ptr<ByteStream>> { return open(); },
                                                declared, limits);
    }
  }
};

}  // namespace

std::unique_ptr<ContractedSource> make_contracted_ndjson() {
  return std::make_unique<ContractedNdjson<NdjsonSource>>();
}

std::unique_ptr<ContractedSource> make_contracted_ndjson_file() {
  return std::make_unique<ContractedNdjson<NdjsonFileSource>>();
}

}  // namespace rowprint::test
