#include "connectors/http/ndjson_source.hpp"

#include "ingest/wait.hpp"
#include "tests/support/random_rows.hpp"
#include "tests/support/rows_source.hpp"
#include "tests/support/text_stream.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <vector>

namespace rowprint::test {
namespace {

Result<std::vector<Row>> read_all(Source& source) {
  boost::asio::thread_pool pool{1};
  return wait(pool, drain(source));
}

std::string encoded(const Value& value) {
  hashing::ByteBuffer out;
  EXPECT_TRUE(put_value(out, value));
  return std::string{hashing::as_text(out.view())};
}

/// Columns sorted by name; a value as its kind and its canonical encoding.
std::vector<std::pair<std::string, std::string>> comparable(const Row& row) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : row) {
    pairs.emplace_back(name, std::to_string(value.held.index()) + ":" + encoded(value));
  }
  std::ranges::sort(pairs);
  return pairs;
}

std::vector<Row> without_nulls(std::vector<Row> rows) {
  for (Row& row : rows) {
    std::erase_if(row, [](const auto& pair) { return std::holds_alternative<Null>(pair.second.held); });
  }
  return rows;
}

}  // namespace

TEST(NdjsonSource, RowsComeBackWhateverTheChunking) {
  Random random{run_seed()};
  for (int round = 0; round < 300; ++round) {
    const std::vector<Row> rows = random_rows(random, {.json_only = true});
    std::string body;
    for (const Row& row : rows) {
      body += random_json(random, row);
      body += random.pick({"\n", "\r\n", "\n\n", "\n \t\r\n"});
    }
    if (random.chance(30) && body.ends_with('\n')) {
      body.pop_back();
    }
    NdjsonLimits limits;
    limits.read_bytes = random.pick({64U, 100U, 1000U, 100'000U});
    limits.batch.batch_rows = random.pick({1U, 3U, 4096U});
    auto stream = std::make_unique<TextStream>(body, [&random] {
      return 1 + random.below(random.pick({2, 50, 5000}));
    });
    NdjsonSource source{std::move(stream), {}, limits};
    const Result<std::vector<Row>> got = read_all(source);
    ASSERT_TRUE(got) << got.error().text() << "\n" << body;
    ASSERT_EQ(got->size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ASSERT_EQ(comparable((*got)[i]), comparable(without_nulls(rows)[i])) << "row " << i + 1 << " of\n" << body;
    }
    EXPECT_EQ(source.bytes_received(), body.size());
  }
}

}  // namespace rowprint::test
