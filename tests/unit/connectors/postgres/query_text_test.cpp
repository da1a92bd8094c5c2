#include "connectors/postgres/connection_url.hpp"
#include "connectors/postgres/errors.hpp"
#include "connectors/postgres/statement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// What is said of URLs, queries and SQLSTATEs without a server.
namespace rowprint::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PostgresUrl, IsDescribedWithoutItsSecrets) {
  const auto described = [](const std::string& url) { return postgres::describe_url(url).value_or("refused"); };
  EXPECT_EQ(described("postgresql://reader:pa%2Fss@db1:5432/sales?sslmode=require&sslpassword=x"),
            "postgresql://reader@db1:5432/sales");
  EXPECT_EQ(described("postgres://db1/sales?user=reader&password=secret"), "postgresql://reader@db1/sales");
  EXPECT_EQ(described("postgresql://a@one:1,two:2/d"), "postgresql://a@one:1,two:2/d");
  EXPECT_EQ(described("postgresql://a@one,two:2/d"), "postgresql://a@one,two:2/d");
  EXPECT_EQ(described("postgresql://[2001:db8::1]:5433/d"), "postgresql://[2001:db8::1]:5433/d");
  EXPECT_EQ(described("postgresql:///d?host=/run/postgresql"), "postgresql:///run/postgresql/d");
  EXPECT_EQ(described("postgresql://"), "postgresql://");
}

TEST(PostgresUrl, IsNotRepeatedWhereItIsNone) {
  for (const char* url :
       {"postgresql://reader:S3cret%zz@db1/sales", "postgresql://reader:S3cret@[db1/sales", "host=db1 password=S3cret",
        "mysql://reader:S3cret@db1", "postgresql://reader:x@db1/sales?passwort=S3cret", "",
        "postgresql://reader:S3cret/x@db1/sales", "postgresql://db1:S3cret/sales", "postgresql://one:1,two:0/d",
        "postgresql://db1:65536/d", "postgresql://db1/d?port=5432x", "postgresql://db1/d?port=-1"}) {
    const auto described = postgres::describe_url(url);
    ASSERT_FALSE(described) << url;
    EXPECT_EQ(described.error().code, ErrorCode::bad_input);
    EXPECT_THAT(described.error().text(), Not(HasSubstr("S3cret")));
  }
}

TEST(PostgresQueryText, LosesItsSemicolonAndNothingElse) {
  const auto text = [](std::string_view query) { return postgres::single_statement(query).value_or("refused"); };
  EXPECT_EQ(text("SELECT ';' -- ;"), "SELECT ';' -- ;");
  EXPECT_EQ(text("SELECT 1 ; -- x ;\n ;"), "SELECT 1 ");
  EXPECT_EQ(text("/* ; */ (select $$;$$)"), "/* ; */ (select $$;$$)");
  EXPECT_EQ(text("SELECT 1; SELECT 2"), "refused");
  EXPECT_EQ(text("SELECT 1; /* x */ ) TO STDOUT"), "refused");
  EXPECT_EQ(text("; ;"), "refused");
  EXPECT_EQ(text("SELECTED"), "refused");
  EXPECT_EQ(text("\"SELECT\" 1"), "refused");
  EXPECT_EQ(text(std::string_view{"SELECT 1\0; DROP TABLE x", 23}), "refused");
}

TEST(PostgresErrors, SayWhatToDo) {
  struct Case {
    const char* state;
    ErrorCode code;
    bool retryable;
  };
  for (const Case& each : {Case{"57014", ErrorCode::limit_exceeded, false}, Case{"57P01", ErrorCode::unavailable, true},
                           Case{"57P03", ErrorCode::unavailable, true}, Case{"08006", ErrorCode::unavailable, true},
                           Case{"53300", ErrorCode::unavailable, true}, Case{"40001", ErrorCode::unavailable, true},
                           Case{"25P03", ErrorCode::limit_exceeded, false},
                           Case{"28P01", ErrorCode::unavailable, false}, Case{"25006", ErrorCode::bad_input, false},
                           Case{"42P01", ErrorCode::bad_input, false}, Case{"22012", ErrorCode::bad_input, false}}) {
    const Error error = postgres::error_of_state(each.state, "words");
    EXPECT_EQ(error.code, each.code) << each.state;
    EXPECT_EQ(error.retryable, each.retryable) << each.state;
    EXPECT_THAT(error.reason, HasSubstr(each.state));
  }
}

}  // namespace
}  // namespace rowprint::test
