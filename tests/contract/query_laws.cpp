#include "tests/contract/source_contract.hpp"
#include "tests/support/values.hpp"

#include <future>

namespace rowprint::test {
namespace {

sql::Query query(std::string text) {
  return {std::move(text), {}, {}};
}

TEST_P(QueryContract, ACancelEndsAQueryBetweenItsRows) {
  auto source = ask(query(contracted().endless_rows()));
  ASSERT_TRUE(source) << source.error().text();
  std::promise<void> begun;
  auto reading = std::async(std::launch::async, [&] {
    auto batch = next(**source);
    begun.set_value();
    while (batch && *batch) {
      batch = next(**source);
    }
    return batch;
  });
  begun.get_future().wait();
  (*source)->cancel();
  const auto last = reading.get();
  ASSERT_FALSE(last) << "the query came to an end";
  EXPECT_EQ(last.error().code, ErrorCode::cancelled) << last.error().text();
  EXPECT_TRUE(is_let_go());
}

TEST_P(QueryContract, ACancelEndsAQueryThatComputes) {
  auto source = ask(query(contracted().endless_computation()));
  ASSERT_TRUE(source) << source.error().text();
  auto reading = std::async(std::launch::async, [&] { return next(**source); });
  contracted().await_computation();
  (*source)->cancel();
  const auto first = reading.get();
  ASSERT_FALSE(first) << "the query came to an end";
  EXPECT_EQ(first.error().code, ErrorCode::cancelled) << first.error().text();
  EXPECT_TRUE(is_let_go());
}

TEST_P(QueryContract, ACancelledQueryThatNobodyReadsLetsGo) {
  auto source = ask(query(contracted().endless_rows()));
  ASSERT_TRUE(source) << source.error().text();
  ASSERT_TRUE(next(**source));
  EXPECT_TRUE(contracted().is_held());
  (*source)->cancel();
  (*source)->cancel();
  EXPECT_TRUE(is_let_go());
  const auto batch = next(**source);
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code, ErrorCode::cancelled) << batch.error().text();
}

TEST_P(QueryContract, ACancelBeforeTheFirstReadIsKept) {
  auto source = ask(query("SELECT 1 AS a"));
  ASSERT_TRUE(source) << source.error().text();
  (*source)->cancel();
  const auto batch = next(**source);
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code, ErrorCode::cancelled) << batch.error().text();
  EXPECT_TRUE(is_let_go());
}

TEST_P(QueryContract, ASourceThatEndedLetsGo) {
  auto source = ask(query("SELECT 1 AS a"));
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_EQ(read(**source), (std::vector<Row>{{{"a", integer(1)}}}));
  EXPECT_TRUE(is_let_go());
}

TEST_P(QueryContract, OneStatementMayEndInSemicolonAndComments) {
  for (const char* text :
       {"SELECT 1 AS a", "SELECT 1 AS a;", "SELECT 1 AS a ; ", "SELECT 1 AS a -- b", "/* b */ SELECT 1 AS a /* ; */",
        "SELECT 1 AS a; -- b", "SELECT 1 AS a\n--", "SELECT 1 AS a -- )"}) {
    const auto rows = rows_of(query(text));
    ASSERT_TRUE(rows) << text << ": " << rows.error().text();
    EXPECT_EQ(*rows, (std::vector<Row>{{{"a", integer(1)}}}));
  }
}

TEST_P(QueryContract, AnythingButOneStatementThatReadsIsRefusedAndHasNoEffect) {
  const std::string change = contracted().change();
  const auto before = rows_of(query(contracted().look()));
  ASSERT_TRUE(before) << before.error().text();
  for (const std::string& text :
       {std::string{}, std::string{";"}, std::string{"-- SELECT 1"}, std::string{"SELECT 1 AS a; SELECT 2 AS a"},
        std::string{"SELECT"}, std::string{"nonsense"}, std::string{"SELECT nowhere FROM nothing"}, change,
        "SELECT 1 AS a; " + change, "SELECT 1 AS a); " + change + "; SELECT (1", "BEGIN; " + change + "; COMMIT",
        std::string{"BEGIN"}, std::string{"COMMIT"}, std::string{"SELECT (1 AS a"}}) {
    EXPECT_EQ(refusal_of(query(text)).code, ErrorCode::bad_input) << text;
  }
  EXPECT_EQ(*rows_of(query(contracted().look())), *before);
  EXPECT_TRUE(is_let_go());
}

TEST_P(QueryContract, ANameThatTwoColumnsHaveIsRefused) {
  const Error error = refusal_of(query("SELECT 1 AS twice, 2 AS once, 3 AS twice"));
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_NE(error.text().find("twice"), std::string::npos) << error.text();
}

TEST_P(QueryContract, ParametersAreBoundByNameAndNeverBecomeSql) {
  const std::string quoted = "a' OR 'x' = 'x";
  const auto rows = rows_of({"SELECT :n + 1 AS n, :t AS t, :b AS b, ':n' AS s WHERE :n = 41 -- :n",
                             {{"t", Type::text, quoted}, {"n", Type::integer, "41"}, {"b", Type::bytes, "AP8="}},
                             {}});
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(*rows,
            (std::vector<Row>{
                {{"n", integer(42)}, {"t", {quoted}}, {"b", {Bytes{{0x00, 0xff}}}}, {"s", {std::string{":n"}}}}}));
}

TEST_P(QueryContract, AParameterWithoutAValueIsNull) {
  const auto rows = rows_of({"SELECT 1 AS a WHERE :n IS NULL", {{"n", Type::integer, std::nullopt}}, {}});
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->size(), 1U);
}

TEST_P(QueryContract, ParametersThatDoNotFitAreRefusedByName) {
  const sql::Parameter good{"good", Type::integer, "1"};
  const sql::Parameter other{"other", Type::integer, "1"};
  const std::vector<std::pair<sql::Query, const char*>> all = {
      {{"SELECT :good + :other AS v", {good}, {}}, "other"},
      {{"SELECT :good AS v", {good, other}, {}}, "other"},
      {{"SELECT :good AS v", {good, good}, {}}, "good"},
      {{"SELECT :good AS v", {{"good", Type::integer, "one"}}, {}}, "good"},
      {{"SELECT :good AS v", {{"good", Type::date, "2024-02-30"}}, {}}, "good"},
      {{"SELECT :good AS v", {{"good", Type::bytes, "%"}}, {}}, "good"},
  };
  for (const auto& [asked, name] : all) {
    const Error error = refusal_of(asked);
    EXPECT_EQ(error.code, ErrorCode::bad_input) << asked.text;
    EXPECT_NE(error.text().find(name), std::string::npos) << error.text();
  }
}

TEST_P(QueryContract, AnOutputTypeHoldsItsColumn) {
  const sql::Query asked{"SELECT '1.50' AS n, 2 AS f, '2024-02-29' AS d, 1 AS i",
                         {},
                         Schema{{{"n", Type::decimal}, {"f", Type::floating}, {"d", Type::date}}}};
  auto source = ask(asked);
  ASSERT_TRUE(source) << source.error().text();
  for (const Column& column : asked.output.columns) {
    const Column* declared = (*source)->declared().find(column.name);
    ASSERT_NE(declared, nullptr) << column.name;
    EXPECT_EQ(declared->type, column.type) << column.name;
  }
  const Schema schema{{{"n", Type::decimal}, {"f", Type::floating}, {"d", Type::date}, {"i", Type::integer}}};
  EXPECT_EQ(
      identify(**source),
      identity_of(schema, {{{"n", {Decimal{"15", -1}}}, {"f", {2.0}}, {"d", {Date{19'782}}}, {"i", integer(1)}}}));
}

TEST_P(QueryContract, AValueThatIsNotOfItsOutputTypeIsRefusedWithRowColumnAndValue) {
  const Error error =
      refusal_of({"SELECT '1.5' AS n UNION ALL SELECT '12,50' AS n", {}, Schema{{{"n", Type::decimal}}}});
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_EQ(error.row, 2U);
  EXPECT_EQ(error.column, "n");
  EXPECT_NE(error.reason.find("12,50"), std::string::npos) << error.reason;
}

TEST_P(QueryContract, AnOutputForAColumnThatIsNotThereIsRefusedByName) {
  const Error error = refusal_of({"SELECT 1 AS a", {}, Schema{{{"elsewhere", Type::integer}}}});
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_NE(error.text().find("elsewhere"), std::string::npos) << error.text();
}

TEST_P(QueryContract, ManyQueriesRunAtOnce) {
  std::vector<std::unique_ptr<sql::QuerySource>> sources;
  for (int i = 0; i < 4; ++i) {
    auto source = ask(query(contracted().endless_rows()));
    ASSERT_TRUE(source) << source.error().text();
    sources.push_back(std::move(*source));
  }
  for (const auto& source : sources) {
    const auto batch = next(*source);
    ASSERT_TRUE(batch && *batch);
    EXPECT_EQ((*batch)->first_row(), 1U);
  }
}

TEST_P(QueryContract, ATestSaysWhatIsThere) {
  const auto there = run(contracted().database().test());
  ASSERT_TRUE(there) << there.error().text();
  EXPECT_FALSE(there->empty());
  EXPECT_FALSE(contracted().database().description().empty());
  EXPECT_TRUE(is_let_go());
}

}  // namespace
}  // namespace rowprint::test
