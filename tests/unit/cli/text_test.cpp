#include "cli/text.hpp"

#include "cli/console.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

Json version() {
  return Json::parse(R"({"dataset":"flights","version":2,"order":"sequence","fingerprint":"rp1s:ab",
    "content":{"fingerprint":"rp1s:ab","multiset":null,"rows":6000,"stored_bytes":1048576},
    "schema":[{"name":"year","type":"int"},{"name":"a,b","type":"text"}],"ingest":"019","sealed":"2026-11-22T13:00:01.000000Z"})");
}

TEST(Text, ColumnsAreAsWideAsTheyMustBe) {
  EXPECT_EQ(format_table({{"A", "LONG"}, {"é", "x"}, {"abc", ""}}), "A    LONG\né    x\nabc  \n");
}

TEST(Text, AReceiptSaysWhetherRowsWereStored) {
  Json receipt = version();
  receipt["reused"] = false;
  EXPECT_EQ(text_of_receipt(receipt), "flights@2  rp1s:ab  6,000 rows stored\n");
  receipt["reused"] = true;
  EXPECT_EQ(text_of_receipt(receipt), "flights@2  rp1s:ab  6,000 rows reused: nothing new was stored\n");
}

TEST(Text, AVersionNamesItsContentOnlyWhereItDiffers) {
  Json one = version();
  EXPECT_EQ(text_of_version(one).find("content"), std::string::npos);
  one["fingerprint"] = "rp1m:cd";
  EXPECT_NE(text_of_version(one).find("content      rp1s:ab\n"), std::string::npos) << text_of_version(one);
  EXPECT_NE(text_of_version(one).find("  year  int\n"), std::string::npos) << text_of_version(one);
}

TEST(Text, AVerificationThatDiffersShowsBoth) {
  const Json differs =
      Json::parse(R"({"dataset":"d","version":1,"agrees":false,"expected":"rp1s:aa","computed":"rp1s:bb",
                                       "rows":3,"difference":"row 2"})");
  EXPECT_EQ(text_of_verification(differs), "d@1  differs: row 2\nexpected  rp1s:aa\ncomputed  rp1s:bb\n");
}

TEST(Text, ASchemaIsPrintedAsItIsDeclared) {
  EXPECT_EQ(schema_declaration(version()).value(), "year=int, \"a,b\"=text");
  Json strange = version();
  strange["schema"][0]["type"] = "quaternion";
  EXPECT_FALSE(schema_declaration(strange));
}

TEST(Text, StatusListsOnlyWhatRuns) {
  const Json status =
      Json::parse(R"({"version":"0.1.0","pid":4711,"started":"2026","data":"/d","store":"sqlite","ready":false,
    "missing":["contents/x"],"memory":{"budget_bytes":268435456,"used_bytes":0,"waiting":0,"resident_bytes":20000000},
    "ingests":{"running":1,"sealed":3,"reused":2,"failed":0},"rows":{"received":6000},"bytes":{"received":1570000}})");
  const Json ingests = Json::parse(R"({"ingests":[
    {"ingest":"i1","dataset":"going","state":"storing","rows":10,"bytes":1000,"started":"s","ended":null,"problem":null},
    {"ingest":"i2","dataset":"gone","state":"sealed","rows":10,"bytes":1000,"started":"s","ended":"e","problem":null}]})");
  const std::string text = text_of_status(status, ingests);
  EXPECT_NE(text.find("going"), std::string::npos) << text;
  EXPECT_EQ(text.find("gone"), std::string::npos) << text;
  EXPECT_NE(text.find("missing: contents/x"), std::string::npos) << text;
}

TEST(Text, NamesCannotSpeakToTheTerminal) {
  EXPECT_EQ(printable("a\x1b[2Jb\n"), "a\\x1b[2Jb\\x0a");
}

}  // namespace
}  // namespace rowprint::cli
