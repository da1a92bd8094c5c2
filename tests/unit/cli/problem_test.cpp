#include "cli/problem.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

TEST(Problem, KeepsWhatTheDaemonSaid) {
  const Error error =
      problem_of({400, "application/problem+json",
                  R"({"type":"urn:rowprint:problem:bad_input","title":"The rows cannot be taken","status":400,
                                      "detail":"row 17, offset 1093, column a.b: duplicate key \"b\"","code":"bad_input",
                                      "reason":"duplicate key \"b\"","row":17,"offset":1093,"column":"a.b"})"});
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_EQ(error.text(), "row 17, offset 1093, column a.b: duplicate key \"b\"");
}

TEST(Problem, TheCodeCountsMoreThanTheStatus) {
  EXPECT_EQ(problem_of({409, "", R"({"code":"cancelled","reason":"x"})"}).code, ErrorCode::cancelled);
  EXPECT_EQ(problem_of({500, "", R"({"code":"corrupt","reason":"x"})"}).code, ErrorCode::corrupt);
}

TEST(Problem, WithoutACodeTheStatusCounts) {
  EXPECT_EQ(problem_of({404, "text/html", "<h1>not here</h1>"}).code, ErrorCode::not_found);
  EXPECT_EQ(problem_of({401, "", ""}).code, ErrorCode::bad_input);
  EXPECT_EQ(problem_of({503, "", R"({"code":"tea"})"}).code, ErrorCode::unavailable);
  EXPECT_EQ(problem_of({507, "", "[]"}).code, ErrorCode::no_space);
  EXPECT_EQ(problem_of({500, "", "{\"reason\":7}"}).code, ErrorCode::internal);
  EXPECT_NE(problem_of({418, "", ""}).reason.find("418"), std::string::npos);
}

TEST(Problem, ASuccessThatIsNoJsonIsNone) {
  EXPECT_TRUE(json_of(Response{200, "", "{\"a\":1}"}));
  EXPECT_FALSE(json_of(Response{200, "", "<html>"}));
  EXPECT_FALSE(json_of(Response{200, "", "[1]"}));
  EXPECT_FALSE(json_of(Response{404, "", "{\"a\":1}"}));
}

TEST(Problem, IsOneLineOfJson) {
  Error error;
  error.code = ErrorCode::bad_input;
  error.reason = "bad\nline \xff";
  error.row = 3;
  const std::string line = problem_line(error, ExitCode::refused);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const Json problem = Json::parse(line);
  EXPECT_EQ(problem.at("type"), "urn:rowprint:problem:bad_input");
  EXPECT_EQ(problem.at("row"), 3);
  EXPECT_EQ(problem.at("exit"), 1);
  EXPECT_FALSE(problem.contains("offset"));
}

}  // namespace
}  // namespace rowprint::cli
