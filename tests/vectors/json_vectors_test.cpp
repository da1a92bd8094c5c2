#include "connectors/http/ndjson_source.hpp"
#include "ingest/tee.hpp"
#include "ingest/wait.hpp"
#include "tests/support/text_stream.hpp"
#include "tests/vectors/notation.hpp"

#include <gtest/gtest.h>

namespace rowprint::vectors {
namespace {

constexpr std::size_t kRowBytesMax = 1U << 20U;

Schema declared(const Json& one) {
  Schema schema;
  for (const Json& column : one.value("declared", Json::array())) {
    const auto type = parse_type(column[1].get<std::string>());
    EXPECT_TRUE(type);
    schema.columns.push_back({to_string(column[0]), type.value_or(Type::any)});
  }
  return schema;
}

struct Read {
  std::vector<hashing::ByteBuffer> rows;
  RowHash hash;
};

/// What the daemon and the command read from a body, and hash.
class NdjsonVectors : public testing::Test {
 protected:
  Result<Read> read(const Json& one) {
    const Schema schema = declared(one);
    NdjsonSource source{std::make_unique<test::TextStream>(to_string(one["ndjson"])), schema};
    Read read{{}, RowHash{schema, hashing::MultisetHash{}}};
    while (true) {
      auto batch = wait(workers_, source.next());
      if (!batch) {
        return fail(batch.error());
      }
      if (!*batch) {
        return read;
      }
      if (auto encoded = (*batch)->encode(kRowBytesMax); !encoded) {
        return fail(encoded.error());
      }
      std::size_t begin = 0;
      for (const std::uint32_t end : (*batch)->encoded().ends) {
        read.rows.emplace_back().append((*batch)->encoded().bytes.view().subspan(begin, end - begin));
        begin = end;
      }
      if (auto added = read.hash.add(**batch); !added) {
        return fail(added.error());
      }
    }
  }

  boost::asio::thread_pool workers_{1};
};

TEST_F(NdjsonVectors, LinesHaveTheirRowsSchemaAndFingerprints) {
  for_each_case("json.json", "json", [this](const Json& one) {
    auto got = read(one);
    ASSERT_TRUE(got) << got.error().text();
    const Json& expect = one["expect"];
    ASSERT_EQ(got->rows.size(), expect["rows"].size());
    for (std::size_t i = 0; i < got->rows.size(); ++i) {
      expect_encoding(got->rows[i].view(), expect["rows"][i]);
    }
    const auto summary = got->hash.summary();
    ASSERT_TRUE(summary) << summary.error().text();
    Json schema = Json::array();
    for (const Column& column : summary->schema.columns) {
      schema.push_back({column.name, std::string{to_string(column.type)}});
    }
    EXPECT_EQ(schema, expect["schema"]);
    EXPECT_EQ(summary->sequence.text(), expect["sequence"].get<std::string>());
    EXPECT_EQ(summary->multiset.value_or(hashing::Fingerprint{}).text(), expect["multiset"].get<std::string>());
  });
}

TEST_F(NdjsonVectors, RefusedLinesAreRefusedByTheirRow) {
  for_each_case("json.json", "refused_json", [this](const Json& one) {
    const auto got = read(one);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().row, one["expect"]["row"].get<std::uint64_t>()) << got.error().text();
    EXPECT_FALSE(got.error().reason.empty());
  });
}

}  // namespace
}  // namespace rowprint::vectors
