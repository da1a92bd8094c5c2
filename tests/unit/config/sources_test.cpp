#include "config/sources.hpp"

#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace rowprint::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string refusal_of(const std::string& text) {
  const auto config = parse_config(text, "c.toml");
  return config ? "taken" : config.error().reason;
}

TEST(Sources, AreReadByNameWithTheirTimes) {
  const auto config = parse_config(R"(
[sources.b]
url = "sqlite:////srv/b.db"
[sources.a-1]
url = "postgresql://reader@db1/sales"
password_env = "SALES"
connect = "2 s"
statement = "5 min"
idle = "30 s"
)",
                                   "c.toml");
  ASSERT_TRUE(config) << config.error().reason;
  ASSERT_EQ(config->sources.size(), 2U);
  const Source& a = config->sources[0];
  EXPECT_EQ(a.name, "a-1");
  EXPECT_EQ(a.url, "postgresql://reader@db1/sales");
  EXPECT_EQ(a.password_env, "SALES");
  EXPECT_EQ(a.connect.count(), 2'000);
  EXPECT_EQ(a.statement.count(), 300'000);
  EXPECT_EQ(a.idle.count(), 30'000);
  EXPECT_EQ(config->sources[1].name, "b");
  EXPECT_EQ(config->sources[1].connect.count(), 10'000);
}

TEST(Sources, WhatIsWrongIsNamedWithItsLine) {
  EXPECT_EQ(refusal_of("\n[sources.a]\nidle = \"1 s\"\n"), "c.toml:2: sources.a: has no url");
  EXPECT_EQ(refusal_of("[sources.a]\nurl = \"sales.db\"\n"),
            "c.toml:1: sources.a: url has no scheme, as postgresql:// and sqlite:/// are");
  EXPECT_THAT(refusal_of("[sources.\"a b\"]\nurl = \"sqlite:///x\"\n"), HasSubstr("is not a name for a source"));
  EXPECT_THAT(refusal_of("[sources.a]\nurl = \"sqlite:///x\"\npasword_env = \"x\"\n"),
              StartsWith("c.toml:3: unknown key sources.a.pasword_env"));
  EXPECT_THAT(refusal_of("[sources.a]\nurl = \"sqlite:///x\"\npassword_env = \"x\"\npassword_file = \"y\"\n"),
              HasSubstr("one is enough"));
  EXPECT_THAT(refusal_of("[sources]\na = 1\n"), HasSubstr("sources.a: must be a table"));
}

TEST(Sources, NoRefusalHoldsTheUrl) {
  for (const char* rest : {"connect = 1\n", "unknown = 1\n", "password_env = \"x\"\npassword_file = \"y\"\n"}) {
    EXPECT_THAT(refusal_of("[sources.a]\nurl = \"postgresql://u:secret@h/d\"\n" + std::string{rest}),
                AllOf(Not(HasSubstr("secret")), Not(StartsWith("taken"))));
  }
}

TEST(Sources, PasswordIsReadWhenItIsAskedFor) {
  Source source;
  EXPECT_EQ(read_password(source).value(), std::nullopt);
  source.password_env = "ROWPRINT_TEST_PASSWORD";
  ::unsetenv("ROWPRINT_TEST_PASSWORD");
  EXPECT_EQ(read_password(source).error().reason, "the environment has no ROWPRINT_TEST_PASSWORD");
  ::setenv("ROWPRINT_TEST_PASSWORD", "secret", 1);
  EXPECT_EQ(read_password(source).value(), "secret");

  source.password_env.clear();
  source.password_file = testing::TempDir() + "rowprint_password." + std::to_string(::getpid());
  const auto unreadable = read_password(source);
  ASSERT_FALSE(unreadable);
  EXPECT_THAT(unreadable.error().reason, HasSubstr("cannot be read"));
  std::ofstream{source.password_file} << "one\r\ntwo\n";
  EXPECT_EQ(read_password(source).value(), "one");
  std::ofstream{source.password_file} << "other";
  EXPECT_EQ(read_password(source).value(), "other");
  std::filesystem::remove(source.password_file);
}

TEST(Sources, SchemeIsWhatStandsBeforeTheColon) {
  EXPECT_EQ(url_scheme("PostgreSQL://h/d"), "postgresql");
  EXPECT_EQ(url_scheme("sqlite:///x"), "sqlite");
  EXPECT_EQ(url_scheme("/x/y:z"), "");
  EXPECT_EQ(url_scheme("://x"), "");
}

}  // namespace
}  // namespace rowprint::config
