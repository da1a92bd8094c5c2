#pragma once

#include "hashing/canonical.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/source.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace rowprint {

struct NdjsonLimits {
  std::size_t line_bytes_max = 1U << 20U;  ///< a line, without its line end
  int nesting_max = hashing::kDepthMax;    ///< lists and maps that a value may lie in
  std::size_t read_bytes = 192U << 10U;    ///< of one read buffer; a longer line gets a buffer of its own
  BatchBuilder::Limits batch{};
};

class NdjsonReader;

/// Rows from NDJSON that comes once: a request body, standard input.
///
/// One line is one row, a JSON object (RFC 8259, UTF-8). Blank lines are skipped and not counted, CR before LF is
/// allowed, the last LF is optional, a byte order mark is refused. A column in `declared` takes the forms of its type
/// (docs/formats/fingerprint.md, "JSON and the fifteen types"); any other takes what JSON has.
/// Lifecycle, thread safety: as Source. Ownership: owns the stream; batches own what their cells point into.
/// Limits: `limits`. Memory: one read buffer beyond the batch handed out, or one line where that is longer. A buffer is
/// read full before its rows are handed out, so a slow sender makes few batches, never many buffers. Errors: bad_input,
/// unsupported_value, limit_exceeded with row, byte offset in the stream, column path (a.b[2]) and reason; those of the
/// stream.
class NdjsonSource final : public Source {
 public:
  explicit NdjsonSource(std::unique_ptr<ByteStream> body, Schema declared = {}, NdjsonLimits limits = {});
  ~NdjsonSource() override;

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override;
  std::uint64_t bytes_received() const override;

 private:
  std::unique_ptr<ByteStream> body_;
  std::unique_ptr<NdjsonReader> reader_;
};

/// Rows from NDJSON that can be opened again: a regular file, a body in memory. Otherwise as NdjsonSource.
///
/// `open` is called at the first next() and at the first after each rewind(); its errors are next()'s.
/// bytes_received() counts from the last rewind().
class NdjsonFileSource final : public ConcreteSource {
 public:
  using Open = std::function<Result<std::unique_ptr<ByteStream>>()>;

  explicit NdjsonFileSource(Open open, Schema declared = {}, NdjsonLimits limits = {});
  ~NdjsonFileSource() override;

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override;
  std::uint64_t bytes_received() const override;
  void rewind() override;

 private:
  Open open_;
  std::unique_ptr<ByteStream> body_;
  std::unique_ptr<NdjsonReader> reader_;
};

}  // namespace rowprint
