#include "tests/fuzz/rows_fuzz.hpp"

#include "connectors/http/json_rows.hpp"
#include "connectors/http/ndjson_source.hpp"
#include "hashing/canonical_reader.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/run_here.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

namespace rowprint::fuzz {
namespace {

constexpr std::size_t kColumnsMax = 50;

class Chunks final : public ByteStream {
 public:
  Chunks(std::string_view text, std::size_t chunk_bytes) : text_(text), chunk_bytes_(chunk_bytes) {}
  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override {
    const std::size_t size = std::min({into.size(), text_.size(), chunk_bytes_});
    std::memcpy(into.data(), text_.data(), size);
    text_.remove_prefix(size);
    co_return size;
  }

 private:
  std::string_view text_;
  std::size_t chunk_bytes_;
};

class MemoryFile final : public DiskFile {
 public:
  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
    const std::size_t size = std::min<std::size_t>(into.size(), bytes_.size() - std::min(bytes_.size(), offset));
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), size, into.begin());
    return size;
  }
  Result<void> write(std::uint64_t offset, hashing::ByteView bytes) override {
    bytes_.resize(std::max(bytes_.size(), static_cast<std::size_t>(offset) + bytes.size()));
    std::ranges::copy(bytes, bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  Result<void> truncate(std::uint64_t size) override {
    bytes_.resize(size);
    return {};
  }
  Result<void> begin_sync(std::uint64_t /*offset*/, std::uint64_t /*size*/) override { return {}; }
  Result<void> sync() override { return {}; }
  Result<std::uint64_t> size() override { return bytes_.size(); }
  Result<void> lock(std::uint64_t /*offset*/, std::uint64_t /*size*/) override { return {}; }

 private:
  std::vector<std::uint8_t> bytes_;
};

class MemoryDisk final : public Disk {
 public:
  Result<std::unique_ptr<DiskFile>> open(const std::string& /*path*/, OpenMode /*mode*/) override {
    return std::make_unique<MemoryFile>();
  }
  Result<bool> exists(const std::string& /*path*/) override { return false; }
  Result<void> remove(const std::string& /*path*/) override { return {}; }
  Result<void> rename(const std::string& /*from*/, const std::string& /*to*/) override { return {}; }
  Result<void> make_directory(const std::string& /*path*/) override { return {}; }
  Result<void> sync_directory(const std::string& /*path*/) override { return {}; }
  Result<std::vector<std::string>> list(const std::string& /*path*/) override { return std::vector<std::string>{}; }
  Result<std::uint64_t> free_bytes(const std::string& /*path*/) override {
    return std::numeric_limits<std::uint64_t>::max();
  }
};

awaitable<Read> drain(Source& source) {
  SchemaInference inference{source.declared()};
  Read outcome;
  while (true) {
    Result<std::optional<Batch>> batch = co_await source.next();
    if (!batch) {
      outcome.error = batch.error();
      co_return outcome;
    }
    if (!*batch) {
      break;
    }
    must(write_cbor_sequence(outcome.rows, **batch, 0, (*batch)->rows(), 1U << 24U).has_value(), "rows encode");
    must(inference.observe(**batch).has_value(), "cells are of the declared type");
    outcome.batches.push_back(std::move(**batch));
  }
  outcome.schema = inference.schema();
  co_return outcome;
}

Read run(std::unique_ptr<Source> source) {
  return run_here(drain(*source));
}

Read decode(std::string_view body, const Schema& declared, const MakeSource& make, std::size_t chunk_bytes,
            std::size_t read_bytes) {
  RowLimits limits;
  limits.row_bytes_max = 3000;
  limits.read_bytes = read_bytes;
  limits.batch.columns_max = kColumnsMax;
  return run(make(std::make_unique<Chunks>(body, chunk_bytes), declared, limits));
}

std::string text_of(const std::optional<Error>& error) {
  return error ? error->text() : std::string{};
}

std::string lines_of(const Read& read) {
  std::string lines;
  JsonRows writer{read.schema};
  for (const Batch& batch : read.batches) {
    must(writer.write(lines, batch).has_value(), "rows can be written as JSON");
  }
  return lines;
}

}  // namespace

Read read_whole(std::string_view body, const Schema& declared, const MakeSource& make) {
  return decode(body, declared, make, body.size() + 1, 1U << 17U);
}

Read check_reading(std::string_view body, const Schema& declared, const MakeSource& make) {
  Read whole = read_whole(body, declared, make);
  const Read cut = decode(body, declared, make, 1 + body.size() % 5, 16);
  must(text_of(whole.error) == text_of(cut.error), "errors do not depend on how the body is cut");
  if (whole.error) {
    must(whole.error->code != ErrorCode::internal, "what is refused has a reason");
    must(whole.error->row.has_value(), "what is refused has a row");
    must(whole.error->offset.value_or(body.size() + 1) <= body.size(), "what is refused lies in the body");
    return whole;
  }
  must(whole.rows == cut.rows && whole.schema == cut.schema, "rows do not depend on how the body is cut");
  hashing::CanonicalReader reader{hashing::as_bytes(whole.rows)};
  while (!reader.at_end()) {
    must(reader.skip_row().has_value(), "rows are canonical");
  }
  return whole;
}

Read check_rows(std::string_view body, const Schema& declared, const MakeSource& make) {
  Read whole = check_reading(body, declared, make);
  if (whole.error) {
    return whole;
  }
  const std::string lines = lines_of(whole);
  const Read again =
      run(std::make_unique<NdjsonSource>(std::make_unique<Chunks>(lines, lines.size() + 1), whole.schema));
  must(!again.error && again.rows == whole.rows, "rows read back");
  must(again.schema.digest() == whole.schema.digest(), "the schema reads back");
  return whole;
}

Schema take_schema(std::string_view& input) {
  const std::size_t line_end = std::min(input.find('\n'), input.size());
  const Result<Schema> parsed = parse_schema(input.substr(0, line_end));
  input.remove_prefix(std::min(line_end + 1, input.size()));
  return parsed && parsed->columns.size() <= kColumnsMax ? *parsed : Schema{};
}

Disk& memory_disk() {
  static MemoryDisk disk;
  return disk;
}

}  // namespace rowprint::fuzz
