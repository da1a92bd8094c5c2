#include "cli/command_line.hpp"

#include "tests/unit/cli/parsing.hpp"

#include <gtest/gtest.h>
#include <cstdlib>

namespace rowprint::cli {
namespace {

/// The variables that the command line falls back on, unset for one test.
class CommandLineTest : public testing::Test {
 protected:
  void SetUp() override {
    ::unsetenv("ROWPRINT_URL");
    ::unsetenv("ROWPRINT_TOKEN");
  }
  void TearDown() override { SetUp(); }
};

TEST_F(CommandLineTest, CommonOptionsStandAnywhere) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--url", "http://h:1", "--json", "ls"}, {"ls", "--url", "http://h:1", "--json"}}) {
    const CommandLine line = parsed(arguments);
    EXPECT_EQ(line.common.url, (Url{"h", "1", ""}));
    EXPECT_TRUE(line.common.json);
  }
}

TEST_F(CommandLineTest, VariablesStandInForOptionsAndOptionsWin) {
  EXPECT_EQ(parsed({"ls"}).common.url, (Url{"127.0.0.1", "8750", ""}));
  ::setenv("ROWPRINT_URL", "http://variable:1", 1);
  ::setenv("ROWPRINT_TOKEN", "secret", 1);
  EXPECT_EQ(parsed({"ls"}).common.url.host, "variable");
  EXPECT_EQ(parsed({"ls"}).common.token, "secret");
  EXPECT_EQ(parsed({"ls", "--url", "http://option:1"}).common.url.host, "option");
  EXPECT_EQ(parsed({"ls", "--token", "other"}).common.token, "other");
}

TEST_F(CommandLineTest, ADashIsStandardInput) {
  EXPECT_EQ(command<HashCommand>({"hash", "-"}).file, "-");
  const auto push = command<PushCommand>({"push", "flights", "-"});
  EXPECT_EQ(push.dataset, "flights");
  EXPECT_EQ(push.file, "-");
}

TEST_F(CommandLineTest, RowOptionsReachTheCommand) {
  const auto rows = command<PushCommand>({"push", "d", "f", "--order", "set", "--schema", "a=int, \"b,c\"=uuid",
                                          "--row-bytes-max", "4096", "--no-cache"})
                        .rows;
  EXPECT_EQ(rows.order, Order::set);
  EXPECT_EQ(rows.schema, (Schema{{{"a", Type::integer}, {"b,c", Type::uuid}}}));
  EXPECT_EQ(rows.row_bytes_max, 4096U);
  EXPECT_FALSE(rows.cache);
  const auto defaults = command<HashCommand>({"hash", "f"}).rows;
  EXPECT_EQ(defaults.order, Order::sequence);
  EXPECT_TRUE(defaults.schema.columns.empty());
  EXPECT_EQ(defaults.row_bytes_max, 1U << 20U);
  EXPECT_TRUE(defaults.cache);
}

TEST_F(CommandLineTest, OptionsOfDelimitedTextReachTheCommand) {
  const auto rows = command<HashCommand>({"hash", "f.csv", "--header", "absent", "--delimiter", "tab", "--quote",
                                          "none", "--null", "", "--infer", "--schema", "a=int"})
                        .rows;
  EXPECT_EQ(rows.format, RowFormat::csv);
  EXPECT_EQ(rows.options, (FormatOptions{"absent", "tab", "none", "", "true"}));
  EXPECT_EQ(command<HashCommand>({"hash", "f.csv"}).rows.options, FormatOptions{});
  EXPECT_EQ(command<PushCommand>({"push", "d", "f.csv", "--null=NA"}).rows.options.null, "NA");
  EXPECT_NE(refusal({"hash", "f.csv", "--header", "maybe"}), "");
  EXPECT_NE(refusal({"hash", "f.csv", "--header", "absent"}), "") << "no schema";
  EXPECT_NE(refusal({"hash", "f.csv", "--delimiter", "ab"}), "");
  EXPECT_NE(refusal({"hash", "f.json", "--infer"}), "");
  EXPECT_NE(refusal({"hash", "f.csv", "--schema", "a=map"}), "");
}

TEST_F(CommandLineTest, CodingIsSaidOrWhatTheFileEndsInAndTheFormatStandsBeforeIt) {
  const auto rows = [](const std::vector<std::string>& arguments) { return command<HashCommand>(arguments).rows; };
  EXPECT_EQ(rows({"hash", "a.csv"}).coding, ContentCoding::identity);
  EXPECT_EQ(rows({"hash", "a.csv.gz"}).coding, ContentCoding::gzip);
  EXPECT_EQ(rows({"hash", "a.csv.gz"}).format, RowFormat::csv);
  EXPECT_EQ(rows({"hash", "a.json.zst"}).coding, ContentCoding::zstd);
  EXPECT_EQ(rows({"hash", "a.json.zst"}).format, RowFormat::json);
  EXPECT_EQ(rows({"hash", "-", "--encoding", "zstd"}).coding, ContentCoding::zstd);
  EXPECT_EQ(rows({"hash", "a.gz", "--encoding", "identity"}).coding, ContentCoding::identity);
  EXPECT_EQ(command<PushCommand>({"push", "d", "a.gz"}).rows.coding, ContentCoding::gzip);
  EXPECT_NE(refusal({"hash", "a", "--encoding", "br"}), "");
}

TEST_F(CommandLineTest, TargetsNameAVersionOrTheLatest) {
  EXPECT_EQ(command<ShowCommand>({"show", "d@17"}).target, (Target{"d", 17}));
  EXPECT_EQ(command<ShowCommand>({"show", "d"}).target, (Target{"d", std::nullopt}));
  EXPECT_EQ(command<ShowCommand>({"show", "d@latest"}).target, (Target{"d", std::nullopt}));
  EXPECT_EQ((Target{"d", 17}).path(), "/v1/datasets/d/versions/17");
  EXPECT_EQ((Target{"d", std::nullopt}).path(), "/v1/datasets/d/versions/latest");
}

TEST_F(CommandLineTest, CatPrintsOneOfThreeThings) {
  EXPECT_EQ(command<CatCommand>({"cat", "d"}).output, CatCommand::Output::ndjson);
  EXPECT_EQ(command<CatCommand>({"cat", "d", "--format", "cbor"}).output, CatCommand::Output::cbor);
  EXPECT_EQ(command<CatCommand>({"cat", "d@1", "--schema"}).output, CatCommand::Output::schema);
  EXPECT_NE(refusal({"cat", "d", "--schema", "--format", "cbor"}), "");
  EXPECT_NE(refusal({"cat", "d", "--json", "--format", "cbor"}), "");
}

TEST_F(CommandLineTest, RemovingEverythingMustBeSaid) {
  EXPECT_EQ(command<RemoveCommand>({"rm", "d@3"}).target, (Target{"d", 3}));
  EXPECT_EQ(command<RemoveCommand>({"rm", "d", "--all"}).target, (Target{"d", std::nullopt}));
  EXPECT_NE(refusal({"rm", "d"}).find("--all"), std::string::npos);
  EXPECT_NE(refusal({"rm", "d@3", "--all"}).find("leave out @N"), std::string::npos);
  EXPECT_NE(refusal({"rm", "d@latest"}), "");
}

TEST_F(CommandLineTest, WhatCannotBeMeantIsRefused) {
  EXPECT_NE(refusal({}), "");
  EXPECT_NE(refusal({"fly"}), "");
  EXPECT_NE(refusal({"hash"}), "");
  EXPECT_NE(refusal({"push", "d"}), "");
  EXPECT_NE(refusal({"push", "d@1", "f"}), "");
  EXPECT_NE(refusal({"push", "../d", "f"}), "");
  EXPECT_NE(refusal({"show", "d@0"}), "");
  EXPECT_NE(refusal({"show", "d@1x"}), "");
  EXPECT_NE(refusal({"show", "d@18446744073709551616"}), "");
  EXPECT_NE(refusal({"hash", "f", "--order", "random"}), "");
  EXPECT_NE(refusal({"hash", "f", "--schema", "a=number"}), "");
  EXPECT_NE(refusal({"ls", "--url", "https://x"}).find("https"), std::string::npos);
  EXPECT_NE(refusal({"completions", "tcsh"}), "");
}

TEST_F(CommandLineTest, HelpSaysWhatEveryExitStatusMeans) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"}, {"push", "--help"}}) {
    const auto line = parse_command_line(arguments);
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().exit, ExitCode::ok);
    for (int status = 0; status <= 7; ++status) {
      EXPECT_NE(line.error().text.find("\n  " + std::to_string(status) + "  "), std::string::npos) << status;
    }
  }
}

TEST_F(CommandLineTest, VersionNeedsNoVerb) {
  EXPECT_TRUE(std::holds_alternative<VersionCommand>(parsed({"--version"}).command));
}

TEST_F(CommandLineTest, CompletionsKnowEveryVerbAndOption) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const std::string script = completion_script(shell);
    for (const std::string word :
         {"hash",     "push",   "pull", "sources", "jobs",   "from",  "query",  "param",       "detach", "source",
          "report",   "ls",     "show", "cat",     "verify", "rm",    "status", "completions", "order",  "schema",
          "no-cache", "format", "url",  "token",   "json",   "quiet", "all",    "names"}) {
      EXPECT_NE(script.find(word), std::string::npos) << shell << " lacks " << word;
    }
    EXPECT_NE(script.find("sequence set"), std::string::npos) << shell;
    EXPECT_NE(script.find("ndjson cbor"), std::string::npos) << shell;
  }
}

}  // namespace
}  // namespace rowprint::cli
