#include "connectors/http/ndjson_source.hpp"

#include "tests/support/random_rows.hpp"
#include "tests/support/values.hpp"
#include "tests/unit/connectors/http/decoding.hpp"

#include <gtest/gtest.h>
#include <bit>
#include <charconv>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace rowprint::test {
namespace {

using Rows = std::vector<Row>;

std::string body_of(Random& random, const Rows& rows) {
  std::string body;
  for (const Row& row : rows) {
    body += random_json(random, row);
    body += random.pick({"\n", "\r\n", "\n\n", "\n \t\r\n"});
  }
  if (random.chance(30) && body.ends_with('\n')) {
    body.pop_back();
  }
  return body;
}

}  // namespace

TEST(NdjsonSource, RowsAreTheSameWhateverTheChunking) {
  Random random{run_seed()};
  for (int round = 0; round < 200; ++round) {
    const Rows rows = random_rows(random, {.json_only = true});
    const std::string body = body_of(random, rows);
    NdjsonLimits limits;
    limits.read_bytes = random.pick({64U, 100U, 1000U, 100'000U});
    limits.batch.batch_rows = random.pick({1U, 3U, 4096U});
    const auto got = decode(body, {}, limits, [&random] { return 1 + random.below(random.pick({2, 50, 5000})); });
    ASSERT_TRUE(got) << got.error().text() << "\n" << body;
    ASSERT_EQ(comparable(*got), comparable(rows)) << body;
  }
}

TEST(NdjsonSource, EverySplitOfAFixedSizeGivesTheSameRows) {
  const std::string body =
      "{\"a\":1,\"b\":\"x\\u00e9y\"}\r\n\n "
      "\t\n{\"b\":null,\"c\":[1,{\"d\":-2.5}]}\n{}\n{\"a\":12345678901234567890,\"b\":\"\"}";
  const auto whole = decode(body);
  ASSERT_TRUE(whole) << whole.error().text();
  ASSERT_EQ(whole->size(), 4U);
  for (std::size_t chunk = 1; chunk <= body.size(); ++chunk) {
    for (const std::size_t read_bytes : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
      NdjsonLimits limits;
      limits.read_bytes = read_bytes;
      const auto got = decode(body, {}, limits, [chunk] { return chunk; });
      ASSERT_TRUE(got) << got.error().text();
      ASSERT_EQ(comparable(*got), comparable(*whole)) << "chunks of " << chunk << ", buffers of " << read_bytes;
    }
  }
}

TEST(NdjsonSource, ErrorsAreTheSameWhateverTheChunking) {
  const std::string body = "{\"a\":1}\n\n{\"a\":{\"b\":[0,1,{\"c\":1,\"c\":2}]}}\n{\"a\":3}\nnonsense\n";
  for (std::size_t chunk = 1; chunk <= body.size(); ++chunk) {
    NdjsonLimits limits;
    limits.read_bytes = 16;
    const auto got = decode(body, {}, limits, [chunk] { return chunk; });
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().reason, "duplicate key \"c\"");
    EXPECT_EQ(got.error().row, 2U);
    EXPECT_EQ(got.error().offset, body.find("\"c\":2"));
    EXPECT_EQ(got.error().column, "a.b[2].c");
  }
}

TEST(NdjsonSource, BlankLinesAreNotRows) {
  const auto got = decode("\n  \n{\"a\":1}\n\t\r\n\r\n{\"a\":2}");
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(*got, (Rows{{{"a", integer(1)}}, {{"a", integer(2)}}}));
}

TEST(NdjsonSource, AnEmptyBodyHasNoRows) {
  for (const char* body : {"", "\n", "\r\n", " ", "\n\n\n"}) {
    const auto got = decode(body);
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_TRUE(got->empty());
  }
}

TEST(NdjsonSource, AColumnOfNullsIsAColumn) {
  NdjsonSource source{std::make_unique<TextStream>("{\"a\":null}\n{}\n")};
  auto batch = wait(decoding_pool(), source.next());
  ASSERT_TRUE(batch && *batch);
  EXPECT_EQ((*batch)->rows(), 2U);
  ASSERT_EQ((*batch)->columns().size(), 1U);
  EXPECT_EQ((*batch)->columns().name(0), "a");
}

TEST(NdjsonSource, DeclaredColumnsComeFirstEvenIfNoRowHoldsThem) {
  NdjsonSource source{std::make_unique<TextStream>("{\"z\":1}\n"), schema_of("b=int, a=text")};
  auto batch = wait(decoding_pool(), source.next());
  ASSERT_TRUE(batch && *batch);
  EXPECT_EQ((*batch)->columns().name(0), "b");
  EXPECT_EQ((*batch)->columns().name(1), "a");
  EXPECT_EQ((*batch)->columns().name(2), "z");
  EXPECT_EQ(source.declared(), schema_of("b=int, a=text"));
}

TEST(NdjsonSource, KeysAreComparedUnescaped) {
  const auto got =
      decode("{\"ab\":1}\n{\"\\u0061b\":2}\n{\"a\\u0062\":3}\n{\"ab\":4}\n{\"q\\\"\":5}\n{\"q\\u0022\":6}\n");
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(*got, (Rows{{{"ab", integer(1)}},
                        {{"ab", integer(2)}},
                        {{"ab", integer(3)}},
                        {{"ab", integer(4)}},
                        {{"q\"", integer(5)}},
                        {{"q\"", integer(6)}}}));
}

TEST(NdjsonSource, KeysMayComeInAnyOrderAndStayAway) {
  const auto got = decode("{\"a\":1,\"b\":2,\"c\":3}\n{\"c\":3,\"a\":1}\n{\"b\":2}\n{\"a\":1,\"c\":3,\"b\":2}\n");
  ASSERT_TRUE(got) << got.error().text();
  const Value one = integer(1);
  const Value two = integer(2);
  const Value three = integer(3);
  EXPECT_EQ(comparable(*got), comparable(Rows{{{"a", one}, {"b", two}, {"c", three}},
                                              {{"a", one}, {"c", three}},
                                              {{"b", two}},
                                              {{"a", one}, {"b", two}, {"c", three}}}));
}

TEST(NdjsonSource, NumbersAreIntegersOrFloatsByTheirSpelling) {
  const auto got = decode(
      "{\"a\":-0,\"b\":-0.0,\"c\":1e2,\"d\":100,\"e\":9223372036854775807,\"f\":-9223372036854775808,"
      "\"g\":9223372036854775808,\"h\":999999999999999999,\"i\":1E-2}");
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(comparable(*got), comparable(Rows{{{"a", integer(0)},
                                               {"b", {-0.0}},
                                               {"c", {100.0}},
                                               {"d", integer(100)},
                                               {"e", integer(std::numeric_limits<std::int64_t>::max())},
                                               {"f", integer(std::numeric_limits<std::int64_t>::min())},
                                               {"g", {BigInteger{"9223372036854775808"}}},
                                               {"h", integer(999'999'999'999'999'999)},
                                               {"i", {0.01}}}}));
}

TEST(NdjsonSource, FloatsAreTheNearestDoubleHoweverManyDigits) {
  Random random{run_seed()};
  const auto digits = [&random](std::size_t count_max) {
    std::string out;
    for (std::size_t count = 1 + random.below(count_max); count > 0; --count) {
      out.push_back(static_cast<char>('0' + random.below(10)));
    }
    return out;
  };
  std::vector<std::string> tokens = {"0.123456789012345678901234567890",
                                     "0.00000000123456789012345678901234",
                                     "9007199254740993.0",
                                     "0.1",
                                     "1.7976931348623157e308",
                                     "4.9e-324",
                                     "1e23"};
  for (int i = 0; i < 5'000; ++i) {
    const std::string whole =
        random.chance(30) ? "0" : std::to_string(1 + random.below(9)) + digits(random.pick({3, 25}));
    const std::string exponent =
        random.chance(30) ? "e" + std::to_string(static_cast<int>(random.below(500)) - 250) : "";
    tokens.push_back((random.chance(30) ? "-" : "") + whole + "." + digits(random.pick({3, 30})) + exponent);
  }
  for (const std::string& token : tokens) {
    double nearest = 0;
    ASSERT_EQ(std::from_chars(token.data(), token.data() + token.size(), nearest).ec, std::errc{}) << token;
    const auto got = decode("{\"a\":" + token + "}");
    ASSERT_TRUE(got) << token << ": " << got.error().text();
    ASSERT_EQ(std::bit_cast<std::uint64_t>(std::get<double>(got->at(0).at(0).second.held)),
              std::bit_cast<std::uint64_t>(nearest))
        << token;
  }
}

TEST(NdjsonSource, DeclaredColumnsTakeTheFormsOfTheirType) {
  const Schema schema = schema_of(
      "n=null, b=bool, i=int, f=float, d=decimal, t=text, y=bytes, a=date, o=time, s=timestamp, z=timestamptz, u=uuid, "
      "l=list, m=map, v=any");
  const auto got = decode(
      "{\"n\":null,\"b\":true,\"i\":5,\"f\":5,\"d\":\"1.50\",\"t\":\"5\",\"y\":\"AQI=\",\"a\":\"1970-01-02\",\"o\":"
      "\"24:00:00\","
      "\"s\":\"1970-01-01T00:00:01.5\",\"z\":\"1970-01-01T01:00:00+01:00\",\"u\":\"00112233-4455-6677-8899-"
      "AABBCCDDEEFF\","
      "\"l\":[1],\"m\":{\"\":null},\"v\":\"x\"}\n"
      "{\"f\":\"NaN\",\"d\":1.50}\n{\"f\":\"-Infinity\",\"d\":\"NaN\"}\n",
      schema);
  ASSERT_TRUE(got) << got.error().text();
  ASSERT_EQ(got->size(), 3U);
  Uuid uuid;
  for (unsigned i = 0; i < 16; ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(i * 0x11U);
  }
  EXPECT_EQ(comparable((*got)[0]), comparable(Row{{"b", {true}},
                                                  {"i", integer(5)},
                                                  {"f", {5.0}},
                                                  {"d", {Decimal{"15", -1}}},
                                                  {"t", text("5")},
                                                  {"y", {Bytes{{1, 2}}}},
                                                  {"a", {Date{1}}},
                                                  {"o", {TimeOfDay{86'400, 0}}},
                                                  {"s", {Timestamp{1, 500'000'000}}},
                                                  {"z", {TimestampTz{0, 0}}},
                                                  {"u", {uuid}},
                                                  {"l", {List{{integer(1)}}}},
                                                  {"m", {Map{{{"", Value{Null{}}}}}}},
                                                  {"v", text("x")}}));
  EXPECT_EQ(comparable((*got)[1])[0], comparable(Row{{"d", {Decimal{"15", -1}}}})[0]);
}

TEST(NdjsonSource, AKeyBehindTheLineIsNotComparedWithALongOne) {
  const std::string head(16, 'k');
  const std::string text = "{\"" + head + std::string(12'000, 'z') + "\":1}\n{\n\"" + head + "\":1}\n";
  const auto rows = decode(text);
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().reason, "the line ends within the row");
  EXPECT_EQ(rows.error().row, 2U);
}

TEST(NdjsonSource, NamesOfAllColumnsTogetherAreBounded) {
  constexpr std::size_t kNameBytes = 1024;
  constexpr std::size_t kFits = kColumnNamesBytesMax / kNameBytes;
  std::string text;
  for (std::size_t i = 0; i < kFits; ++i) {
    text += "{\"" + std::to_string(1000 + i) + std::string(kNameBytes - 4, 'n') + "\":1}\n";
  }
  ASSERT_TRUE(decode(text));
  const auto rows = decode(text + R"({"1000":1})");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(rows.error().reason, too_long_names());
  EXPECT_EQ(rows.error().row, kFits + 1);
  EXPECT_EQ(rows.error().offset, text.size() + 1);
}

TEST(NdjsonSource, ALineMayBeAsLongAsTheLimitAndNoLonger) {
  NdjsonLimits limits;
  limits.line_bytes_max = 100'000;
  limits.read_bytes = 1000;
  const std::string longest = "{\"a\":\"" + std::string(limits.line_bytes_max - 8, 'x') + "\"}";
  ASSERT_EQ(longest.size(), limits.line_bytes_max);
  for (const char* line_end : {"", "\n", "\r\n", "\n{}"}) {
    EXPECT_TRUE(decode("{}\n" + longest + line_end, {}, limits));
    const auto refused = decode("{}\n " + longest + line_end, {}, limits);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
    EXPECT_EQ(refused.error().reason, "the line is longer than 100000 bytes");
    EXPECT_EQ(refused.error().row, 2U);
    EXPECT_EQ(refused.error().offset, 3U);
  }
}

TEST(NdjsonSource, ALineWithoutEndIsRefusedBeforeItIsAllRead) {
  NdjsonLimits limits;
  limits.line_bytes_max = 1000;
  NdjsonSource source{std::make_unique<TextStream>(std::string(1'000'000, ' ')), {}, limits};
  const auto refused = wait(decoding_pool(), source.next());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_LE(source.bytes_received(), 200'000U);
}

TEST(NdjsonSource, BatchesKeepTheirLimits) {
  std::string body;
  for (int i = 0; i < 20'000; ++i) {
    body += "{\"a\":" + std::to_string(i) + "}\n";
  }
  NdjsonLimits limits;
  limits.batch.batch_rows = 1000;
  NdjsonSource source{std::make_unique<TextStream>(body), {}, limits};
  std::uint64_t next_row = 1;
  for (;;) {
    auto batch = wait(decoding_pool(), source.next());
    ASSERT_TRUE(batch) << batch.error().text();
    if (!*batch) {
      break;
    }
    EXPECT_EQ((*batch)->first_row(), next_row);
    EXPECT_LE((*batch)->rows(), 1000U);
    EXPECT_LE((*batch)->memory_bytes(), 2 * limits.batch.batch_bytes);
    EXPECT_EQ((*batch)->row(0)[0].integer(), static_cast<std::int64_t>(next_row - 1));
    next_row += (*batch)->rows();
  }
  EXPECT_EQ(next_row, 20'001U);
}

TEST(NdjsonSource, ASlowSenderMakesFullBatchesOfTheSameSize) {
  std::string body;
  for (int i = 0; i < 50'000; ++i) {
    body += "{\"a\":1}\n";
  }
  const auto batches = [&body](std::size_t chunk) {
    NdjsonSource source{std::make_unique<TextStream>(body, chunk)};
    std::vector<std::size_t> rows;
    for (auto batch = wait(decoding_pool(), source.next()); batch && *batch;
         batch = wait(decoding_pool(), source.next())) {
      rows.push_back((*batch)->rows());
    }
    return rows;
  };
  EXPECT_EQ(batches(3), batches(1U << 20U));
}

TEST(NdjsonSource, WholeLinesBeforeABreakAreReadThenTheBreakIsReported) {
  Error error;
  error.code = ErrorCode::truncated;
  error.reason = "the body ended before its last chunk";
  auto stream = std::make_unique<TextStream>("{\"a\":1}\n{\"a\":");
  stream->break_with(error);
  NdjsonSource source{std::move(stream)};
  const auto batch = wait(decoding_pool(), source.next());
  ASSERT_TRUE(batch && *batch);
  EXPECT_EQ((*batch)->rows(), 1U);
  const auto broken = wait(decoding_pool(), source.next());
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::truncated);
}

TEST(NdjsonFileSource, RewindGivesTheSameRowsAndCountsAnew) {
  int opened = 0;
  NdjsonFileSource source{[&opened]() -> Result<std::unique_ptr<ByteStream>> {
    ++opened;
    return std::make_unique<TextStream>("{\"a\":1}\n{\"b\":2}\n");
  }};
  const auto first = wait(decoding_pool(), drain(source));
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(source.bytes_received(), 16U);
  source.rewind();
  EXPECT_EQ(source.bytes_received(), 0U);
  const auto second = wait(decoding_pool(), drain(source));
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(opened, 2);
}

TEST(NdjsonFileSource, RewindInTheMiddleStartsAtTheFirstRow) {
  NdjsonLimits limits;
  limits.batch.batch_rows = 1;
  NdjsonFileSource source{[]() -> Result<std::unique_ptr<ByteStream>> {
                            return std::make_unique<TextStream>("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
                          },
                          {},
                          limits};
  ASSERT_TRUE(wait(decoding_pool(), source.next()));
  source.rewind();
  const auto batch = wait(decoding_pool(), source.next());
  ASSERT_TRUE(batch && *batch);
  EXPECT_EQ((*batch)->first_row(), 1U);
  EXPECT_EQ((*batch)->row(0)[0].integer(), 1);
}

TEST(NdjsonFileSource, AFileThatDoesNotOpenIsAnError) {
  NdjsonFileSource source{[]() -> Result<std::unique_ptr<ByteStream>> { return fail(ErrorCode::not_found, "gone"); }};
  const auto got = wait(decoding_pool(), source.next());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::not_found);
}

}  // namespace rowprint::test
