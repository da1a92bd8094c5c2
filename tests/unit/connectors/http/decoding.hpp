#pragma once

#include "connectors/http/ndjson_source.hpp"
#include "hashing/canonical.hpp"
#include "ingest/model/schema.hpp"
#include "ingest/model/value.hpp"
#include "ingest/wait.hpp"
#include "tests/support/rows_source.hpp"
#include "tests/support/text_stream.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowprint::test {

inline boost::asio::thread_pool& decoding_pool() {
  static boost::asio::thread_pool pool{1};
  return pool;
}

/// A schema of columns that all are there.
inline Schema schema_of(std::string_view text) {
  const Result<Schema> schema = parse_schema(text);
  EXPECT_TRUE(schema) << schema.error().text();
  return *schema;
}

/// Every row of an NDJSON text, or what is wrong with it.
inline Result<std::vector<Row>> decode(std::string text, const Schema& declared = {}, const NdjsonLimits& limits = {},
                                       TextStream::Chunking chunking = {}) {
  NdjsonSource source{std::make_unique<TextStream>(std::move(text), std::move(chunking)), declared, limits};
  return wait(decoding_pool(), drain(source));
}

inline std::string encoded(const Value& value) {
  hashing::ByteBuffer out;
  EXPECT_TRUE(put_value(out, value));
  return std::string{hashing::as_text(out.view())};
}

/// A row as (column, kind, canonical encoding), sorted, nulls left out: equal where the rows are the same.
inline std::vector<std::pair<std::string, std::string>> comparable(const Row& row) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : row) {
    if (!std::holds_alternative<Null>(value.held)) {
      pairs.emplace_back(name, std::to_string(value.held.index()) + ":" + encoded(value));
    }
  }
  std::ranges::sort(pairs);
  return pairs;
}

inline std::vector<std::vector<std::pair<std::string, std::string>>> comparable(const std::vector<Row>& rows) {
  std::vector<std::vector<std::pair<std::string, std::string>>> out;
  for (const Row& row : rows) {
    out.push_back(comparable(row));
  }
  return out;
}

}  // namespace rowprint::test
