#include "connectors/http/formats.hpp"

#include "connectors/http/media_type.hpp"
#include "tests/support/effort.hpp"
#include "tests/unit/connectors/http/spelling.hpp"

#include <gtest/gtest.h>
#include <map>
#include <string>

namespace rowprint::test {
namespace {

std::string reason_of(RowFormat format, const FormatOptions& options, const std::string& schema = "") {
  const auto made = make_rows_format(format, options, schema_of(schema));
  return made ? "" : made.error().reason;
}

FormatOptions one(std::string_view name, const char* value) {
  FormatOptions options;
  options.at(name) = value;
  return options;
}

}  // namespace

TEST(Formats, OneDatasetHasOneFingerprintInEveryFormatAndHoweverItIsCut) {
  Random random{run_seed()};
  std::map<std::string, int> spelled;
  for (int round = 0; round < static_cast<int>(effort(100)); ++round) {
    const TypedRows given = random_typed_rows(random);
    RowsSource rows{given.rows, 7, given.schema};
    const auto expected = identity_of(rows);
    ASSERT_TRUE(expected) << expected.error().text();
    for (const Spelling& spelling : spell_in_every_format(random, given)) {
      ++spelled[spelling.name];
      for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, spelling.text.size() + 1}) {
        const RowLimits limits = random.chance(50) ? buffer_of(1 + random.below(300)) : RowLimits{};
        const auto source = source_of(spelling.how, spelling.text, limits, [chunk] { return chunk; });
        const auto got = identity_of(*source);
        ASSERT_TRUE(got) << spelling.name << ": " << got.error().text() << "\n" << spelling.text;
        ASSERT_EQ(got->sequence, expected->sequence) << spelling.name << "\n"
                                                     << spelling.how.schema << "\n"
                                                     << testing::PrintToString(spelling.text);
        ASSERT_EQ(got->multiset, expected->multiset) << spelling.name;
        ASSERT_EQ(source->bytes_received(), spelling.text.size()) << spelling.name;
      }
    }
  }
  EXPECT_EQ(spelled.size(), 8U);
  EXPECT_GE(spelled["tsv"], 1);
}

TEST(Formats, WhatIsSpoiledIsTakenOrRefusedAlikeHoweverItIsCut) {
  Random random{run_seed()};
  constexpr char kBytes[] = {'"', ',', '\n', '\r', '[', ']', '{', '}', '\\', '\t', ';', ':', '0', '\xff', '\0', ' '};
  int refused = 0;
  int taken = 0;
  for (int round = 0; round < static_cast<int>(effort(150)); ++round) {
    for (Spelling& spelling : spell_in_every_format(random, random_typed_rows(random))) {
      std::string& text = spelling.text;
      for (std::uint64_t edits = 1 + random.below(2); edits > 0 && !text.empty(); --edits) {
        const std::size_t at = random.below(text.size());
        random.chance(50) ? static_cast<void>(text[at] = random.pick(kBytes))
                          : static_cast<void>(text.erase(at, 1 + random.below(3)));
      }
      const auto whole = read(spelling.how, text);
      const auto cut = read(spelling.how, text, buffer_of(1 + random.below(40)), [&] { return 1 + random.below(9); });
      ASSERT_EQ(whole.has_value(), cut.has_value()) << spelling.name << "\n" << testing::PrintToString(text);
      if (whole) {
        ++taken;
        ASSERT_EQ(comparable(*whole), comparable(*cut)) << testing::PrintToString(text);
        continue;
      }
      ++refused;
      const Error& error = whole.error();
      ASSERT_EQ(error.text(), cut.error().text()) << spelling.name << "\n" << testing::PrintToString(text);
      ASSERT_EQ(error.code, cut.error().code);
      ASSERT_NE(error.code, ErrorCode::internal) << error.text();
      ASSERT_TRUE(error.row) << error.text();
      ASSERT_LE(error.offset.value_or(text.size() + 1), text.size()) << error.text();
    }
  }
  EXPECT_GT(refused, static_cast<int>(effort(100)));
  EXPECT_GT(taken, static_cast<int>(effort(20)));
}

TEST(Formats, EveryRowSaysWhereItBegins) {
  struct Case {
    FormatCase how;
    std::string text;
    std::vector<std::uint64_t> offsets;
  };
  const Case cases[] = {
      {{}, "\n{\"a\":1}\r\n \n  {}\n{\"a\":\"\\u00e9\"}", {1, 12, 17}},
      {kJson, " [ {\"a\":1} ,\n{},{\"a\":[{}]}] ", {3, 13, 16}},
      {kJson, "{\"a\": [1, 22 ,3], \"b\":[4,5,6]}", {7, 10, 14}},
      {{RowFormat::csv}, "a,b\r\n1,\"x\ny\"\r\n,\n3,4", {5, 14, 16}},
      {{RowFormat::tsv}, "a\n1\n\n3\n", {2, 4, 5}},
      {{RowFormat::csv, one("header", "absent"), "a=text"}, "1\n2\n3", {0, 2, 4}},
      {{RowFormat::cbor}, "\xa1\x61\x61\x01\xa0\xa1\x61\x61\x81\x01", {0, 4, 5}},
  };
  for (const Case& wanted : cases) {
    for (const std::size_t read_bytes : {std::size_t{1}, std::size_t{9}, RowLimits{}.read_bytes}) {
      RowLimits limits = buffer_of(read_bytes);
      limits.batch.batch_rows = read_bytes == 9 ? 2 : 4096;
      const auto source = source_of(wanted.how, wanted.text, limits, [] { return std::size_t{5}; });
      std::vector<std::uint64_t> offsets;
      while (true) {
        const auto batch = wait(decoding_pool(), source->next());
        ASSERT_TRUE(batch) << batch.error().text();
        if (!*batch) {
          break;
        }
        for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
          offsets.push_back((*batch)->row_offset(row).value_or(999));
        }
      }
      EXPECT_EQ(offsets, wanted.offsets) << testing::PrintToString(wanted.text);
    }
  }
}

TEST(Formats, NestingIsRefusedAtTheFirstOneTooDeep) {
  RowLimits limits;
  limits.nesting_max = 2;
  const std::string reason = "lists and maps nested more than 2 deep";
  const auto refused = [&](RowFormat format, std::string text, std::uint64_t row, std::uint64_t offset,
                           std::string column) {
    const FormatRefusal refusal{"", std::move(text), row, offset, std::move(column), reason, ErrorCode::limit_exceeded};
    ASSERT_NO_FATAL_FAILURE(expect_refused(format, refusal, limits));
  };
  refused(RowFormat::ndjson, "{\"a\":[[1]]}\n{\"a\":1,\"b\":[1,{\"c\":[]}]}\n", 2, 31, "b[1].c");
  refused(RowFormat::json, "[{\"a\":[[1]]},\n {\"b\":{\"c\":[{}]}}]", 2, 26, "b.c[0]");
  refused(RowFormat::json, "{\"a\":[1,[[2]]],\"b\":[1,[[],[[]]]]}", 2, 27, "b[1][0]");
  refused(RowFormat::cbor, "\xa1\x61\x61\x81\x80\xa1\x61\x61\x82\x01\xa1\x61\x63\x80", 2, 13, "a[1].c");
}

TEST(Formats, EachIsFoundByItsNameItsTypesAndItsEndings) {
  for (const std::string_view name : row_format_names()) {
    const auto format = parse_row_format(name);
    ASSERT_TRUE(format) << name;
    EXPECT_EQ(to_string(*format), name);
    EXPECT_EQ(row_format_of_media_type(media_type_of(*format)), format);
    EXPECT_EQ(row_format_of_file("rows." + std::string{name}), *format);
  }
  EXPECT_EQ(row_format_names().size(), row_format_media_types().size());
  EXPECT_EQ(row_format_of_media_type("application/jsonl"), RowFormat::ndjson);
  EXPECT_EQ(row_format_of_media_type(""), std::nullopt);
  EXPECT_EQ(row_format_of_media_type("text/plain"), std::nullopt);
  EXPECT_EQ(parse_row_format("CSV"), std::nullopt);
  EXPECT_EQ(row_format_of_file("-"), RowFormat::ndjson);
  EXPECT_EQ(row_format_of_file("rows.tab"), RowFormat::tsv);
  EXPECT_EQ(row_format_of_file("rows.jsonl"), RowFormat::ndjson);
}

TEST(Formats, OptionsAreOfDelimitedTextAlone) {
  for (const std::string_view name : FormatOptions::names()) {
    const char* const value = name == "header" ? "present" : name == "infer" ? "true" : "|";
    EXPECT_EQ(reason_of(RowFormat::csv, one(name, value)), "") << name;
    EXPECT_EQ(reason_of(RowFormat::tsv, one(name, value)), "") << name;
    for (const RowFormat format : {RowFormat::ndjson, RowFormat::json, RowFormat::cbor}) {
      EXPECT_EQ(reason_of(format, one(name, value)),
                std::string{name} + " is not said of " + std::string{to_string(format)} + ", but of csv and tsv");
    }
  }
}

TEST(Formats, OptionThatFieldsCouldNotBeToldByIsRefused) {
  for (const char* separator : {"", "ab", "\n", "\r", "a", "5", "-", ".", "+", "\xc3\xa9", "\x01", "tabs"}) {
    EXPECT_NE(reason_of(RowFormat::csv, one("delimiter", separator)), "") << separator;
    EXPECT_NE(reason_of(RowFormat::csv, one("quote", separator)), "") << separator;
  }
  EXPECT_EQ(reason_of(RowFormat::csv, one("delimiter", "tab")), "");
  EXPECT_EQ(reason_of(RowFormat::csv, one("quote", "none")), "");
  EXPECT_NE(reason_of(RowFormat::csv, one("delimiter", "none")), "");
  EXPECT_NE(reason_of(RowFormat::csv, one("delimiter", "\"")), "") << "the quote";
  for (const char* null : {",", "\"", "a,b", "\n", "\xff"}) {
    EXPECT_NE(reason_of(RowFormat::csv, one("null", null)), "") << null;
  }
  EXPECT_EQ(reason_of(RowFormat::csv, one("null", "")), "");
  EXPECT_EQ(reason_of(RowFormat::tsv, one("null", "\"")), "");
  EXPECT_NE(reason_of(RowFormat::csv, one("header", "yes")), "");
  EXPECT_NE(reason_of(RowFormat::csv, one("infer", "")), "");
}

TEST(Formats, SchemaThatDelimitedTextCannotBeReadUnderIsRefused) {
  EXPECT_NE(reason_of(RowFormat::csv, {}, "a=list"), "");
  EXPECT_NE(reason_of(RowFormat::tsv, {}, "a=map"), "");
  EXPECT_EQ(reason_of(RowFormat::json, {}, "a=list"), "");
  EXPECT_EQ(reason_of(RowFormat::csv, one("header", "absent")),
            "header is \"absent\", so the schema must name the columns");
  EXPECT_EQ(reason_of(RowFormat::csv, one("header", "absent"), "a=any"), "");
}

TEST(MediaType, NameAndParametersAreTakenApart) {
  const auto type = parse_media_type(" Text/CSV ; Header=absent;charset=\"UTF-8\" ; x=\"a\\\"b;c\";");
  ASSERT_TRUE(type) << type.error().text();
  EXPECT_EQ(type->name, "text/csv");
  EXPECT_EQ(type->parameter("header"), "absent");
  EXPECT_EQ(type->parameter("charset"), "UTF-8");
  EXPECT_EQ(type->parameter("x"), "a\"b;c");
  EXPECT_EQ(type->parameter("y"), std::nullopt);
}

TEST(MediaType, WhatIsNoneIsRefused) {
  for (const char* text : {"", "text", "text/", "/csv", "text/csv, text/csv", "text/csv x", "text/csv; a",
                           "text/csv; a=", "text/csv; a=\"b", "text/csv; a=b; A=c", "text /csv", "text/csv; =b"}) {
    EXPECT_FALSE(parse_media_type(text)) << text;
  }
}

}  // namespace rowprint::test
