#pragma once

#include "connectors/http/formats.hpp"
#include "ingest/fingerprint.hpp"
#include "ingest/ingestor.hpp"
#include "tests/unit/connectors/http/decoding.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace rowprint::test {

/// A format with its options, read under a schema.
struct FormatCase {
  RowFormat format = RowFormat::ndjson;
  FormatOptions options{};
  std::string schema{};
};
inline const FormatCase kJson{RowFormat::json};

inline std::string spool_path() {
  return testing::TempDir() + "rowprint-test-" + new_ingest_id() + ".columns";
}

inline std::unique_ptr<Source> source_of(const FormatCase& how, std::string text, const RowLimits& limits = {},
                                         TextStream::Chunking chunking = {}) {
  const Schema declared = schema_of(how.schema);
  const auto format = make_rows_format(how.format, how.options, declared);
  EXPECT_TRUE(format) << format.error().text();
  return make_rows_source(*format, std::make_unique<TextStream>(std::move(text), std::move(chunking)), declared, limits,
                          {posix_disk(), spool_path()});
}

inline Result<std::vector<Row>> read(const FormatCase& how, std::string text, const RowLimits& limits = {},
                                     TextStream::Chunking chunking = {}) {
  const auto source = source_of(how, std::move(text), limits, std::move(chunking));
  return wait(decoding_pool(), drain(*source));
}

/// Both fingerprints of a source's rows.
inline Result<RowHash::Summary> identity_of(Source& source) {
  return wait(decoding_pool(),
              fingerprint(source, RowHash{source.declared(), hashing::MultisetHash{}}, 1U << 30U, nullptr));
}

/// What is to be said of a text that cannot be taken.
struct FormatRefusal {
  const char* name;
  std::string text;
  std::uint64_t row;
  std::uint64_t offset;
  std::string column;
  std::string reason;
  ErrorCode code = ErrorCode::bad_input;
  FormatOptions options{};
  std::string schema{};
};

inline std::ostream& operator<<(std::ostream& out, const FormatRefusal& refusal) {
  return out << testing::PrintToString(refusal.text);
}

inline RowLimits buffer_of(std::size_t read_bytes) {
  RowLimits limits;
  limits.read_bytes = read_bytes;
  return limits;
}

/// The refusal is the same in whatever pieces the text comes, and whatever buffers it is read into.
inline void expect_refused(RowFormat format, const FormatRefusal& refusal, RowLimits limits = {}) {
  for (const std::size_t read_bytes : {std::size_t{1}, std::size_t{13}, limits.read_bytes}) {
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{5}, refusal.text.size() + 1}) {
      limits.read_bytes = read_bytes;
      const auto rows =
          read({format, refusal.options, refusal.schema}, refusal.text, limits, [chunk] { return chunk; });
      ASSERT_FALSE(rows) << "taken";
      const Error& error = rows.error();
      ASSERT_EQ(error.reason, refusal.reason);
      ASSERT_EQ(error.row, refusal.row) << error.text();
      ASSERT_EQ(error.offset, refusal.offset) << error.text();
      ASSERT_EQ(error.column, refusal.column) << error.text();
      ASSERT_EQ(error.code, refusal.code) << error.text();
    }
  }
}

}  // namespace rowprint::test
