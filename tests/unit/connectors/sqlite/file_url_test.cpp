#include "connectors/sqlite/file_url.hpp"

#include <gtest/gtest.h>

namespace rowprint::sqlite_file {
namespace {

TEST(FileUrl, ThreeSlashesAreRelativeAndFourAbsolute) {
  EXPECT_EQ(*parse_file_url("sqlite:///sales.db"), "sales.db");
  EXPECT_EQ(*parse_file_url("sqlite:///data/sales.db"), "data/sales.db");
  EXPECT_EQ(*parse_file_url("sqlite:////var/data/sales.db"), "/var/data/sales.db");
  EXPECT_EQ(*parse_file_url("SQLite:///a"), "a");
}

TEST(FileUrl, PercentAndTwoDigitsAreAByte) {
  EXPECT_EQ(*parse_file_url("sqlite:///a%20b%3f%3F%23%25%c3%A4"), "a b??#%\xC3\xA4");
  for (const char* url : {"sqlite:///a%", "sqlite:///a%2", "sqlite:///a%2g", "sqlite:///a%zz"}) {
    EXPECT_FALSE(parse_file_url(url)) << url;
  }
  EXPECT_FALSE(parse_file_url("sqlite:///a%00b"));
}

TEST(FileUrl, OptionsHostsAndNoPathAreRefused) {
  for (const char* url :
       {"", "sqlite", "sqlite:", "sqlite://", "sqlite:///", "sqlite:a.db", "sqlite:/a.db", "sqlite://host/a.db",
        "sqlite:///a.db?mode=rw", "sqlite:///a.db#x", "sqlite:///:memory:", "postgresql:///a", "sqlite+x:///a"}) {
    const auto path = parse_file_url(url);
    ASSERT_FALSE(path) << url;
    EXPECT_EQ(path.error().code, ErrorCode::bad_input);
  }
}

TEST(FileUrl, ARefusalDoesNotShowTheUrl) {
  for (const char* url : {"sqlite:///secret.db?key=secret", "sqlite://secret@host/x", "sqlite:///secret%", "secret"}) {
    EXPECT_EQ(parse_file_url(url).error().text().find("secret"), std::string::npos) << url;
  }
}

TEST(FileUrl, TheUrlOfAPathNamesIt) {
  for (const char* path : {"sales.db", "/var/a b.db", "a%20b", "a?b#c", "\xC3\xA4", "\xFF\xFE", "a\nb", "//double"}) {
    const auto url = format_file_url(path);
    const auto parsed = parse_file_url(url);
    ASSERT_TRUE(parsed) << url;
    EXPECT_EQ(*parsed, path);
    EXPECT_EQ(url.find('\n'), std::string::npos);
  }
  EXPECT_EQ(format_file_url("/var/data/sales.db"), "sqlite:////var/data/sales.db");
}

}  // namespace
}  // namespace rowprint::sqlite_file
