#include "cli/local_hash.hpp"

#include "cli/hash_pipeline.hpp"
#include "cli/hashing_stream.hpp"
#include "cli/temporary_disk.hpp"
#include "connectors/file/file_stream.hpp"
#include "connectors/http/decoded_stream.hpp"
#include "connectors/http/formats.hpp"
#include "ingest/ingestor.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <system_error>

namespace rowprint::cli {
namespace {

constexpr std::size_t kReadBytes = 1U << 20U;

struct FileBytes {
  hashing::Digest digest{};
  std::uint64_t count = 0;
};

/// Reads the whole file once. Errors: io.
Result<FileBytes> digest_file(const Input& input, ProgressLine& line) {
  line.begin("looking", input.size());
  const auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(kReadBytes);
  hashing::Sha256 digest;
  FileBytes bytes;
  while (true) {
    const ssize_t got = ::pread(input.descriptor(), buffer.get(), kReadBytes, static_cast<off_t>(bytes.count));
    if (got == 0) {
      break;
    }
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return fail(ErrorCode::io,
                  fmt::format("cannot read {}: {}", input.name(), std::generic_category().message(errno)));
    }
    digest.update({buffer.get(), static_cast<std::size_t>(got)});
    bytes.count += static_cast<std::uint64_t>(got);
    line.progress().bytes.store(bytes.count, std::memory_order_relaxed);
  }
  bytes.digest = digest.finish();
  return bytes;
}

/// Counts what its reader gets, in `bytes`, which outlives it.
class CountedStream final : public ByteStream {
 public:
  CountedStream(std::unique_ptr<ByteStream> inner, std::uint64_t& bytes) : inner_(std::move(inner)), bytes_(bytes) {}

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override {
    auto got = co_await inner_->read(into);
    bytes_ += got.value_or(0);
    co_return got;
  }

 private:
  std::unique_ptr<ByteStream> inner_;
  std::uint64_t& bytes_;
};

/// The input's bytes with their coding undone. Count and digest are of the bytes as they stand there, which are what is
/// sent.
std::unique_ptr<ByteStream> open_stream(const Input& input, ContentCoding coding, BackgroundDigest* digest,
                                        std::uint64_t& bytes) {
  std::unique_ptr<ByteStream> stream = FileStream::borrow(input.descriptor(), input.name());
  stream = std::make_unique<CountedStream>(std::move(stream), bytes);
  if (digest != nullptr) {
    stream = std::make_unique<HashingStream>(std::move(stream), *digest);
  }
  return decode_stream(std::move(stream), coding);
}

Result<std::unique_ptr<Source>> open_source(std::unique_ptr<ByteStream> stream, const RowOptions& rows) {
  const auto format = make_rows_format(rows.format, rows.options, rows.schema);
  if (!format) {
    return fail(format.error());
  }
  RowLimits limits;
  limits.row_bytes_max = rows.row_bytes_max;
  return make_rows_source(*format, std::move(stream), rows.schema, limits,
                          {temporary_disk(), temporary_folder() + "/rowprint-" + new_ingest_id() + ".columns"});
}

/// Parses and hashes the rows. `digest`, where there is one, gets the bytes' own digest in the same pass.
Result<RowsIdentity> hash_rows(const Input& input, const RowOptions& rows, BackgroundDigest* digest,
                               ProgressLine& line) {
  // What is counted meanwhile is decoded, and how much that will be nobody knows.
  const bool is_known = input.is_concrete() && rows.coding == ContentCoding::identity;
  line.begin("hashing", is_known ? std::optional{input.size()} : std::nullopt);
  boost::asio::thread_pool workers{2};
  std::uint64_t bytes = 0;
  const auto source = open_source(open_stream(input, rows.coding, digest, bytes), rows);
  if (!source) {
    return fail(source.error());
  }
  auto summary = hash_in_pipeline(workers, **source, rows.order, rows.row_bytes_max, line.shared_progress());
  line.end();
  if (!summary) {
    return fail(std::move(summary.error()));
  }
  return RowsIdentity{summary->identity(), std::move(summary->schema), summary->rows, bytes};
}

Result<LocalHash> hash_file(const Input& input, const RowOptions& rows, const FingerprintCache& cache, CacheUse use,
                            ProgressLine& line) {
  FingerprintCache::Key key{{}, 0, rows.format, rows.order, rows.schema, rows.row_bytes_max, rows.options, rows.coding};
  if (use == CacheUse::look_up && cache.may_hold(input.size())) {
    const auto file = digest_file(input, line);
    line.end();
    if (!file) {
      return fail(file.error());
    }
    key.file = file->digest;
    key.bytes = file->count;
    if (auto known = cache.find(key)) {
      return LocalHash{std::move(*known), true};
    }
  }
  BackgroundDigest digest;
  auto identity = hash_rows(input, rows, &digest, line);
  if (!identity) {
    return fail(std::move(identity.error()));
  }
  key.file = digest.finish();
  key.bytes = digest.bytes();
  cache.store(key, *identity);
  return LocalHash{std::move(*identity), false};
}

}  // namespace

Result<LocalHash> hash_input(const Input& input, const RowOptions& rows, ProgressLine& line, CacheUse use) {
  if (input.is_concrete()) {
    ::lseek(input.descriptor(), 0, SEEK_SET);
    if (const auto directory = FingerprintCache::default_directory(); rows.cache && directory) {
      return hash_file(input, rows, FingerprintCache{*directory}, use, line);
    }
  }
  auto identity = hash_rows(input, rows, nullptr, line);
  if (!identity) {
    return fail(std::move(identity.error()));
  }
  return LocalHash{std::move(*identity), false};
}

}  // namespace rowprint::cli
