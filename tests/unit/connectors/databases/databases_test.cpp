#include "connectors/databases/databases.hpp"

#include <gtest/gtest.h>

namespace rowprint {
namespace {

Result<std::unique_ptr<sql::Database>> open_url(std::string url) {
  sql::DatabaseSettings settings;
  settings.url = std::move(url);
  return open_database(std::move(settings));
}

TEST(Databases, TheSchemePicksTheConnector) {
  for (const char* url : {"sqlite:///data/sales.db", "SQLite:///data/sales.db"}) {
    const auto database = open_url(url);
    ASSERT_TRUE(database) << database.error().text();
    EXPECT_EQ((*database)->description(), "sqlite:///data/sales.db");
  }
}

TEST(Databases, AnUnknownSchemeIsRefusedWithTheKnownOnes) {
  for (const char* url : {"mysql://secret@host/db", "secret", "", ":secret", "sqlitex:///secret", "secret:x"}) {
    const auto database = open_url(url);
    ASSERT_FALSE(database) << url;
    EXPECT_EQ(database.error().code, ErrorCode::bad_input);
    EXPECT_NE(database.error().reason.find("sqlite:"), std::string::npos);
    EXPECT_EQ(database.error().text().find("secret"), std::string::npos);
  }
}

TEST(Databases, WhatIsWrongWithTheRestTheConnectorSays) {
  const auto database = open_url("sqlite://host/secret");
  ASSERT_FALSE(database);
  EXPECT_NE(database.error().reason.find("sqlite:///path"), std::string::npos);
  EXPECT_EQ(database.error().text().find("secret"), std::string::npos);
}

}  // namespace
}  // namespace rowprint
