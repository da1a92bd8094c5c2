#pragma once

#include "connectors/http/buffered_rows.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/source.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace rowprint {

/// What the sources of BufferedRows have in common that come once.
///
/// Lifecycle, thread safety: as Source. Memory, errors: as BufferedRows. Ownership: owns the stream; batches own what
/// their cells point into.
class BufferedSource : public Source, protected BufferedRows {
 public:
  awaitable<Result<std::optional<Batch>>> next() final { return BufferedRows::next(*body_); }
  const Schema& declared() const final { return BufferedRows::declared(); }
  std::uint64_t bytes_received() const final { return BufferedRows::bytes_received(); }

 protected:
  BufferedSource(std::unique_ptr<ByteStream> body, Schema declared, BatchBuilder::Limits batch, ReadBuffer::Limits read)
      : BufferedRows(std::move(declared), batch, read), body_(std::move(body)) {}

 private:
  std::unique_ptr<ByteStream> body_;
};

}  // namespace rowprint
