#include "connectors/http/content_coding.hpp"

#include <gtest/gtest.h>

namespace rowprint {
namespace {

TEST(ContentCoding, NamesAreComparedWithoutCaseAndHaveOneSynonym) {
  for (const char* name : {"gzip", "GZIP", "x-gzip", "X-Gzip"}) {
    EXPECT_EQ(parse_content_coding(name), ContentCoding::gzip) << name;
  }
  EXPECT_EQ(parse_content_coding("Zstd"), ContentCoding::zstd);
  EXPECT_EQ(parse_content_coding("identity"), ContentCoding::identity);
  for (const char* name : {"", "br", "deflate", "gzip ", "zst", "*"}) {
    EXPECT_EQ(parse_content_coding(name), std::nullopt) << name;
  }
  for (const auto coding : {ContentCoding::identity, ContentCoding::gzip, ContentCoding::zstd}) {
    EXPECT_EQ(parse_content_coding(to_string(coding)), coding);
  }
}

TEST(ContentCoding, FieldNamesAtMostOneBesideIdentity) {
  const auto coding = [](std::string_view value) { return parse_content_encoding(value).value(); };
  EXPECT_EQ(coding(""), ContentCoding::identity);
  EXPECT_EQ(coding("identity, ,identity"), ContentCoding::identity);
  EXPECT_EQ(coding(" gzip\t"), ContentCoding::gzip);
  EXPECT_EQ(coding("identity,zstd"), ContentCoding::zstd);
  EXPECT_EQ(coding("zstd , identity"), ContentCoding::zstd);
  for (const char* value : {"gzip, gzip", "gzip,zstd", "br", "gzip, br", "gzip;q=1", "gzip gzip"}) {
    EXPECT_FALSE(parse_content_encoding(value)) << value;
  }
}

TEST(ContentCoding, FilesSayItByTheirEnding) {
  EXPECT_EQ(content_coding_of_file("a.csv.gz"), ContentCoding::gzip);
  EXPECT_EQ(content_coding_of_file("a.zst"), ContentCoding::zstd);
  for (const char* file : {"a", "gz", "a.gz.csv", "a.zstd", ""}) {
    EXPECT_EQ(content_coding_of_file(file), ContentCoding::identity) << file;
    EXPECT_EQ(without_coding(file), file);
  }
  EXPECT_EQ(without_coding("a.csv.gz"), "a.csv");
  EXPECT_EQ(without_coding("a.gz.zst"), "a.gz");
}

}  // namespace
}  // namespace rowprint
