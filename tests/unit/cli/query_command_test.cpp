#include "cli/command_line.hpp"

#include "tests/unit/cli/parsing.hpp"

#include <gtest/gtest.h>

namespace rowprint::cli {
namespace {

TEST(QueryCommand, PullTakesAQueryAndItsParameters) {
  const auto pull = command<PullCommand>({"pull", "--from", "sales", "--query", "SELECT :n, :m", "--param", "n:int=5",
                                          "--param", "m", "--output", "a=decimal", "flights", "--detach"});
  EXPECT_EQ(pull.dataset, "flights");
  EXPECT_EQ(pull.from.source, "sales");
  EXPECT_EQ(pull.from.query, "SELECT :n, :m");
  EXPECT_EQ(pull.from.parameters,
            (std::vector<sql::Parameter>{{"n", Type::integer, "5"}, {"m", std::nullopt, std::nullopt}}));
  EXPECT_EQ(pull.from.output, (Schema{{{"a", Type::decimal}}}));
  EXPECT_FALSE(pull.from.order);
  EXPECT_TRUE(pull.detach);
}

TEST(QueryCommand, ParameterTakesOneValueAndLeavesTheRest) {
  const auto pull = command<PullCommand>({"pull", "--from", "s", "--query", "q", "--param", "n=5", "flights"});
  EXPECT_EQ(pull.dataset, "flights");
  EXPECT_EQ(pull.from.parameters.size(), 1U);
  const auto list = command<PullCommand>({"pull", "d", "--from", "s", "--query", "q", "--param", "n=[1,2]"});
  EXPECT_EQ(list.from.parameters, (std::vector<sql::Parameter>{{"n", std::nullopt, "[1,2]"}}));
}

TEST(QueryCommand, OrderOfAPullIsTheQuerysUnlessSaid) {
  EXPECT_EQ(command<PullCommand>({"pull", "d", "--from", "s", "--query", "q", "--order", "set"}).from.order,
            Order::set);
  EXPECT_EQ(command<HashCommand>({"hash", "f"}).rows.order, Order::sequence);
}

TEST(QueryCommand, PullNeedsASourceAndAQuery) {
  EXPECT_NE(refusal({"pull", "d", "--query", "q"}).find("--from"), std::string::npos);
  EXPECT_NE(refusal({"pull", "d", "--from", "s"}).find("--query"), std::string::npos);
  EXPECT_NE(refusal({"pull", "d@1", "--from", "s", "--query", "q"}).find("names a version"), std::string::npos);
}

TEST(QueryCommand, PasswordIsForUrlsAndComesFromOnePlace) {
  const auto pull =
      command<PullCommand>({"pull", "d", "--from", "postgresql://h/d", "--query", "q", "--password-env", "PASSWORD"});
  EXPECT_EQ(pull.from.password.env, "PASSWORD");
  EXPECT_NE(refusal({"pull", "d", "--from", "s", "--query", "q", "--password-file", "f"}), "");
  EXPECT_NE(refusal({"sources", "test", "sqlite:///f", "--password-file", "f", "--password-env", "E"}), "");
}

TEST(QueryCommand, SecretsInUrlsAreNotQuoted) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"pull", "d", "postgresql://u:secret@h/d", "--query", "q"},
        {"pull", "postgresql://u:secret@h/d", "--from", "s", "--query", "q"},
        {"postgresql://u:secret@h/d"},
        {"pull", "d", "--from", "s", "--query", "q", "--output", "postgresql://u:secret@h/d"},
        {"pull", "d", "--from", "s", "--query", "q", "--param", "postgresql://u:secret@h/d"}}) {
    EXPECT_EQ(refusal(arguments).find("secret"), std::string::npos) << refusal(arguments);
  }
}

TEST(QueryCommand, VerifyComparesWithASourceOnlyWithItsQuery) {
  EXPECT_FALSE(command<VerifyCommand>({"verify", "d"}).source);
  const auto verify = command<VerifyCommand>({"verify", "d@3", "--source", "s", "--query", "q", "--report"});
  ASSERT_TRUE(verify.source);
  EXPECT_EQ(verify.source->source, "s");
  EXPECT_TRUE(verify.report);
  EXPECT_NE(refusal({"verify", "d", "--source", "s"}), "");
  EXPECT_NE(refusal({"verify", "d", "--query", "q"}), "");
  EXPECT_NE(refusal({"verify", "d", "--report"}), "");
}

TEST(QueryCommand, SourcesAndJobsListUnlessTheyAreToDoSomething) {
  command<SourcesCommand>({"sources"});
  EXPECT_EQ(command<TestSourceCommand>({"sources", "test", "sales"}).source, "sales");
  EXPECT_NE(refusal({"sources", "test"}), "");
  EXPECT_NE(refusal({"sources", "drop", "sales"}), "");
  command<JobsCommand>({"jobs"});
  EXPECT_EQ(command<CancelJobCommand>({"jobs", "cancel", "019"}).ingest, "019");
  EXPECT_NE(refusal({"jobs", "cancel"}), "");
}

TEST(QueryCommand, FormatOfAFileIsThatOfItsNameUnlessSaid) {
  EXPECT_EQ(command<HashCommand>({"hash", "rows.cbor"}).rows.format, RowFormat::cbor);
  EXPECT_EQ(command<HashCommand>({"hash", "rows.cborseq"}).rows.format, RowFormat::cbor);
  EXPECT_EQ(command<HashCommand>({"hash", "rows.json"}).rows.format, RowFormat::json);
  EXPECT_EQ(command<HashCommand>({"hash", "rows.tsv"}).rows.format, RowFormat::tsv);
  EXPECT_EQ(command<HashCommand>({"hash", "rows"}).rows.format, RowFormat::ndjson);
  EXPECT_EQ(command<PushCommand>({"push", "d", "-"}).rows.format, RowFormat::ndjson);
  EXPECT_EQ(command<PushCommand>({"push", "d", "-", "--format", "cbor"}).rows.format, RowFormat::cbor);
  EXPECT_EQ(command<PushCommand>({"push", "d", "r.cbor", "--format", "ndjson"}).rows.format, RowFormat::ndjson);
}

}  // namespace
}  // namespace rowprint::cli
