#include "connectors/http/line_check.hpp"
#include "connectors/http/line_parser.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/random_rows.hpp"
#include "tests/unit/connectors/http/decoding.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace rowprint::test {
namespace {

/// One line through the fast path, with a builder of its own.
bool fast_takes(const std::string& line, const Schema& declared, int nesting_max = hashing::kDepthMax) {
  BatchBuilder builder;
  LineParser parser{builder, nesting_max};
  for (const rowprint::Column& column : declared.columns) {
    parser.declare(*builder.column(column.name), column.type);
  }
  const std::string padded = line + std::string(TokenFinder::kPaddingBytes, '\n');
  builder.begin_row();
  return parser.parse(std::string_view{padded}.substr(0, line.size()));
}

std::optional<Error> exact_error(const std::string& line, const Schema& declared,
                                 int nesting_max = hashing::kDepthMax) {
  ColumnTable known;
  for (const rowprint::Column& column : declared.columns) {
    known.add(column.name);
  }
  return LineCheck{line, known, declared, 1000, nesting_max}.first_error();
}

/// What JSON allows and rows do not.
bool is_row_rule(const Error& error) {
  return error.code != ErrorCode::bad_input || error.reason.starts_with("duplicate key") ||
         error.reason == check_column_name("").error().reason ||
         error.reason == check_column_name(std::string_view{"\0", 1}).error().reason ||
         error.reason == "a row must be a JSON object";
}

constexpr std::string_view kPieces[] = {"\"",
                                        "\\",
                                        "{",
                                        "}",
                                        "[",
                                        "]",
                                        ",",
                                        ":",
                                        "0",
                                        "-",
                                        "1e5",
                                        "1e",
                                        ".5",
                                        "1.",
                                        "00",
                                        "null",
                                        "true",
                                        "false",
                                        "nul",
                                        " ",
                                        "\t",
                                        "\r",
                                        "\x01",
                                        "\xff",
                                        "\xc3",
                                        "\xc3\xa9",
                                        "\xed\xa0\x80",
                                        "\\u00e9",
                                        "\\ud83d\\ude00",
                                        "\\ud800",
                                        "\\udc00",
                                        "\\x",
                                        "\\\"",
                                        "1e400",
                                        "1e-400",
                                        "12345678901234567890",
                                        "0.1",
                                        "-0.0",
                                        "{}",
                                        "[]",
                                        "\"a\":1",
                                        ",\"a\":1",
                                        "\xef\xbb\xbf",
                                        "/",
                                        "E",
                                        "+",
                                        "\0"};

std::string mutated(Random& random, std::string line) {
  for (std::uint64_t edits = 1 + random.below(3); edits > 0; --edits) {
    const std::size_t at = random.below(line.size() + 1);
    const std::size_t size = std::min(line.size() - at, std::size_t{random.below(6)});
    switch (random.below(6)) {
      case 0:
        line.erase(at, size);
        break;
      case 1:
        line.insert(at, random.pick(kPieces));
        break;
      case 2:
        line.replace(at, size, random.pick(kPieces));
        break;
      case 3:
        line.insert(at, line.substr(random.below(line.size() + 1), random.below(12)));
        break;
      case 4:
        if (at < line.size()) {
          line[at] = static_cast<char>(random.below(256));
        }
        break;
      default:
        line.resize(at);
    }
  }
  std::erase(line, '\n');
  return line;
}

Schema random_schema(Random& random, const Row& row) {
  constexpr Type kTypeOf[] = {Type::null, Type::boolean, Type::integer, Type::floating,  Type::decimal,
                              Type::text, Type::bytes,   Type::date,    Type::timestamp, Type::timestamptz,
                              Type::uuid, Type::list,    Type::map,     Type::any,       Type::time};
  Schema schema;
  for (const auto& [name, value] : row) {
    if (random.chance(20) && schema.find(name) == nullptr) {
      schema.columns.push_back({name, random.pick(kTypeOf)});
    }
  }
  return schema;
}

}  // namespace

TEST(LineParser, TakesExactlyWhatTheExactPassTakes) {
  Random random{run_seed()};
  int taken = 0;
  int lines = 0;
  while (lines < static_cast<int>(effort(30'000))) {
    for (const Row& row : random_rows(random, {.json_only = true})) {
      const Schema declared = random.chance(30) ? random_schema(random, row) : Schema{};
      std::string line = random_json(random, row);
      if (random.chance(90)) {
        line = mutated(random, line);
      }
      if (line.find_first_not_of(" \t\r") == std::string::npos) {
        continue;
      }
      ++lines;
      const bool fast = fast_takes(line, declared);
      const std::optional<Error> exact = exact_error(line, declared);
      taken += fast ? 1 : 0;
      ASSERT_EQ(fast, !exact) << testing::PrintToString(line) << "\nschema " << format_schema(declared) << "\n"
                              << (exact ? exact->text() : "");
      // The third judge takes a NUL for the end of its input, and no number that is only a decimal.
      if (!declared.columns.empty() || line.find('\0') != std::string::npos) {
        continue;
      }
      const bool is_json = nlohmann::json::accept(line);
      if (!exact) {
        ASSERT_TRUE(is_json) << testing::PrintToString(line);
      } else if (is_json) {
        ASSERT_TRUE(is_row_rule(*exact)) << testing::PrintToString(line) << "\n" << exact->text();
      }
    }
  }
  EXPECT_GT(taken, lines / 20) << "mutations that spoil everything prove little";
  EXPECT_LT(taken, lines * 19 / 20);
}

namespace {

/// Lines, most of them rows, some of them cut in two or spoiled, blank ones and line ends of both kinds between.
std::string random_lines(Random& random) {
  std::string body;
  const bool some_are_bad = random.chance(50);
  for (std::uint64_t wanted = 1 + random.below(120); wanted > 0;) {
    for (const Row& row : random_rows(random, {.json_only = true})) {
      std::string line = random_json(random, row);
      if (some_are_bad && random.chance(3)) {
        line = mutated(random, line);
      }
      if (some_are_bad && random.chance(2)) {
        line.insert(random.below(line.size() + 1), 1, '\n');
      }
      body.append(line).append(random.chance(10) ? " \r\n" : "\n").append(random.chance(5) ? "\t \n\n" : "");
      if (--wanted == 0) {
        break;
      }
    }
  }
  if (random.chance(30)) {
    body.pop_back();
  }
  return body;
}

/// The first error of the lines, each judged by itself, or all rows.
Result<std::vector<Row>> decoded_alone(std::string_view body) {
  std::vector<Row> rows;
  std::size_t offset = 0;
  while (offset < body.size()) {
    const std::size_t end = std::min(body.find('\n', offset), body.size());
    std::string_view line = body.substr(offset, end - offset);
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
      if (std::optional<Error> error = exact_error(std::string{line}, {})) {
        error->row = rows.size() + 1;
        error->offset = offset + *error->offset;
        return fail(*std::move(error));
      }
      rows.push_back(decode(std::string{line})->front());
    }
    offset = end + 1;
  }
  return rows;
}

}  // namespace

TEST(NdjsonSource, LinesLookedAheadAtAreReadAsEachByItself) {
  Random random{run_seed()};
  int refused = 0;
  const int bodies = static_cast<int>(effort(240));
  for (int body_number = 0; body_number < bodies; ++body_number) {
    const std::string body = random_lines(random);
    NdjsonLimits limits;
    limits.read_bytes = 1 + random.below(random.chance(50) ? 300 : 40'000);
    const Result<std::vector<Row>> together = decode(body, {}, limits);
    const Result<std::vector<Row>> alone = decoded_alone(body);
    ASSERT_EQ(together.has_value(), alone.has_value()) << testing::PrintToString(body);
    if (alone) {
      ASSERT_EQ(comparable(*together), comparable(*alone)) << testing::PrintToString(body);
      continue;
    }
    ++refused;
    ASSERT_EQ(together.error().text(), alone.error().text()) << testing::PrintToString(body);
    ASSERT_EQ(together.error().row, alone.error().row);
    ASSERT_EQ(together.error().offset, alone.error().offset);
  }
  EXPECT_GT(refused, bodies / 20);
  EXPECT_LT(refused, bodies * 19 / 20);
}

TEST(LineParser, EveryBoundOfNestingIsKeptByBoth) {
  for (int depth = 1; depth <= hashing::kDepthMax; ++depth) {
    std::string lists = "[]";
    std::string maps = "{}";
    for (int i = 1; i < depth; ++i) {
      lists = "[1," + lists + "]";
      maps = "{\"k\":" + maps + "}";
    }
    for (const std::string& nested : {lists, maps}) {
      const std::string line = "{\"a\":" + nested + "}";
      ASSERT_TRUE(fast_takes(line, {}, depth)) << line;
      ASSERT_FALSE(exact_error(line, {}, depth)) << line;
      if (depth > 1) {
        ASSERT_FALSE(fast_takes(line, {}, depth - 1)) << line;
        ASSERT_TRUE(exact_error(line, {}, depth - 1)) << line;
      }
    }
  }
}

TEST(LineParser, EveryPrefixOfARowIsRefused) {
  const std::string line = "{\"a\":[1,{\"b\":\"x\\u00e9\\\"\"}],\"c\":-1.5e3,\"d\":null,\"e\":true,\"f\":\"\xc3\xa9\"}";
  ASSERT_TRUE(fast_takes(line, {}));
  for (std::size_t size = 1; size < line.size(); ++size) {
    EXPECT_FALSE(fast_takes(line.substr(0, size), {})) << line.substr(0, size);
    EXPECT_TRUE(exact_error(line.substr(0, size), {})) << line.substr(0, size);
  }
}

TEST(LineParser, EveryByteInEveryPlaceIsTakenOrRefusedByBoth) {
  const std::string line = R"({"a":[1,{"b":"x\u00e9"}],"c":-1.5e3,"d":null})";
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::string changed = line;
      changed[at] = static_cast<char>(byte);
      if (byte == '\n') {
        continue;
      }
      ASSERT_EQ(fast_takes(changed, {}), !exact_error(changed, {})) << testing::PrintToString(changed);
      changed = line;
      changed.insert(at, 1, static_cast<char>(byte));
      ASSERT_EQ(fast_takes(changed, {}), !exact_error(changed, {})) << testing::PrintToString(changed);
    }
  }
}

}  // namespace rowprint::test
