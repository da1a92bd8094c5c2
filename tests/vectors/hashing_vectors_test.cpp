#include "tests/vectors/notation.hpp"

#include "hashing/canonical_reader.hpp"
#include "hashing/multiset_hash.hpp"
#include "hashing/sequence_hash.hpp"

#include <gtest/gtest.h>

namespace rowprint::vectors {
namespace {

using hashing::ByteBuffer;
using hashing::ByteView;
using hashing::CanonicalReader;

TEST(Vectors, ValuesHaveTheirEncoding) {
  for_each_case("values.json", "values", [](const Json& one) {
    ByteBuffer out;
    EXPECT_EQ(put_value(out, one["value"]), std::nullopt);
    expect_encoding(out.view(), one["expect"]);
    CanonicalReader reader{out.view()};
    EXPECT_TRUE(reader.skip()) << reader.reason();
    EXPECT_TRUE(reader.at_end());
  });
}

TEST(Vectors, RowsHaveTheirEncoding) {
  for_each_case("values.json", "rows", [](const Json& one) {
    ByteBuffer out;
    EXPECT_EQ(put_row(out, one["row"]), std::nullopt);
    expect_encoding(out.view(), one["expect"]);
    CanonicalReader reader{out.view()};
    EXPECT_TRUE(reader.skip_row()) << reader.reason();
    EXPECT_TRUE(reader.at_end());
  });
}

TEST(Vectors, RefusedValuesAreRefused) {
  for_each_case("refusals.json", "refused_values", [](const Json& one) {
    ByteBuffer out;
    EXPECT_EQ(put_value(out, one["value"]), one["expect"]["refusal"].get<std::string>());
  });
}

TEST(Vectors, RefusedRowsAreRefused) {
  for_each_case("refusals.json", "refused_rows", [](const Json& one) {
    ByteBuffer out;
    EXPECT_EQ(put_row(out, one["row"]), one["expect"]["refusal"].get<std::string>());
  });
}

TEST(Vectors, TheReaderRefusesWhatNoEncoderWrites) {
  for_each_case("refusals.json", "refused_encodings", [](const Json& one) {
    const std::string bytes = to_string(Json{{"hex", one["encoding"]}});
    CanonicalReader reader{hashing::as_bytes(bytes)};
    const bool taken = (one["of"] == "row" ? reader.skip_row() : reader.skip()).has_value();
    EXPECT_FALSE(taken && reader.at_end());
    EXPECT_EQ(taken, reader.reason().empty());
  });
}

hashing::Digest schema_digest(ByteView columns) {
  hashing::Sha256 digest;
  digest.update(hashing::as_bytes(std::string_view{"rowprint/rp1/schema\0", 20}));
  digest.update(columns);
  return digest.finish();
}

TEST(Vectors, SchemasHaveTheirDigest) {
  for_each_case("schema.json", "schemas", [](const Json& one) {
    ByteBuffer out;
    EXPECT_EQ(put_schema(out, one["columns"]), std::nullopt);
    EXPECT_EQ(hashing::to_hex(out.view()), one["expect"]["hex"].get<std::string>());
    EXPECT_EQ(hashing::to_hex(schema_digest(out.view())), one["expect"]["digest"].get<std::string>());
  });
}

void expect_multiset(hashing::MultisetHash& multiset, const hashing::Digest& schema, const Json& expect) {
  const auto result = multiset.digest(schema);
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.fingerprint.text(), expect["multiset"].get<std::string>());
}

TEST(Vectors, TreesHaveTheirRoot) {
  ByteBuffer no_columns;
  ASSERT_EQ(put_schema(no_columns, Json::array()), std::nullopt);
  const hashing::Digest schema = schema_digest(no_columns.view());
  for_each_case("trees.json", "trees", [&schema](const Json& one) {
    hashing::SequenceHash sequence;
    hashing::MultisetHash multiset;
    for (const Json& segment : one["rows"]) {
      const std::string bytes = to_string(segment["bytes"]);
      for (int i = segment.value("times", 1); i > 0; --i) {
        sequence.add_row(hashing::as_bytes(bytes));
        ASSERT_FALSE(multiset.add_row(hashing::as_bytes(bytes)));
      }
    }
    EXPECT_EQ(sequence.rows(), one["expect"]["rows_count"].get<std::uint64_t>());
    EXPECT_EQ(hashing::to_hex(sequence.root()), one["expect"]["sequence_root"].get<std::string>());
    EXPECT_EQ(sequence.digest(schema).text(), one["expect"]["sequence"].get<std::string>());
    expect_multiset(multiset, schema, one["expect"]);
  });
}

void expect_fingerprints(const Json& one) {
  hashing::SequenceHash sequence;
  hashing::MultisetHash multiset;
  hashing::Sha256 rows;
  for_each_row(one["rows"], [&](ByteView row) {
    sequence.add_row(row);
    ASSERT_FALSE(multiset.add_row(row));
    rows.update(row);
  });
  const Json& expect = one["expect"];
  const auto schema = hashing::digest_from_hex(expect["schema_digest"].get<std::string>());
  ASSERT_TRUE(schema);
  EXPECT_EQ(sequence.rows(), expect["rows_count"].get<std::uint64_t>());
  EXPECT_EQ(multiset.rows(), sequence.rows());
  EXPECT_EQ(hashing::to_hex(rows.finish()), expect["rows_sha256"].get<std::string>());
  EXPECT_EQ(sequence.digest(*schema).text(), expect["sequence"].get<std::string>());
  expect_multiset(multiset, *schema, expect);
}

TEST(Vectors, SequencesHaveTheirFingerprint) {
  for_each_case("sequence.json", "datasets", expect_fingerprints);
}

TEST(Vectors, MultisetsHaveTheirFingerprint) {
  for_each_case("multiset.json", "datasets", expect_fingerprints);
}

TEST(Vectors, DatasetsHaveTheirFingerprints) {
  for_each_case("datasets.json", "datasets", expect_fingerprints);
}

}  // namespace
}  // namespace rowprint::vectors
