// Stands in for ingest/model/encode_rows.cpp in the bench-only daemon: no row is encoded, so the tee has nothing to
// hash. Everything else is the real daemon; what the two differ by is the price of a fingerprint.
#include "ingest/model/batch.hpp"

namespace rowprint {

Result<void> Batch::encode(std::size_t /*row_bytes_max*/) {
  return {};
}

}  // namespace rowprint
