#include "tests/unit/connectors/http/spelling.hpp"

#include "connectors/http/json_rows.hpp"
#include "connectors/http/json_writer.hpp"
#include "ingest/model/utf8.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rowprint::test {
namespace {

constexpr Type kScalarTypes[] = {Type::null,    Type::boolean,   Type::integer,     Type::floating,
                                 Type::decimal, Type::text,      Type::bytes,       Type::date,
                                 Type::time,    Type::timestamp, Type::timestamptz, Type::uuid};
constexpr const char* kNames[] = {"a", "b,c", "q\"q", "line\nend", "tab\there", "\xc3\xa9", " blank ", "semi;colon"};
constexpr const char* kHardTexts[] = {"",    ",",  "\"", "\"\"", "\r\n", "\n", "a,b",
                                      " x ", "\t", "NA", "null", "007",  "\\N"};
constexpr const char* kNull = "\\N";

/// JSON's token of each value, by row and column; `null` where there is none.
using Tokens = std::vector<std::vector<std::string>>;

Batch batch_of(const TypedRows& given) {
  RowsSource source{given.rows, given.rows.size() + 1, given.schema};
  auto batch = wait(decoding_pool(), source.next());
  EXPECT_TRUE(batch) << batch.error().text();
  return batch->has_value() ? std::move(**batch) : Batch{};
}

Tokens tokens_of(const TypedRows& given, const Batch& batch) {
  Tokens tokens(given.rows.size());
  for (const Column& column : given.schema.columns) {
    std::string lines;
    EXPECT_TRUE((JsonRows{Schema{{column}}}.write(lines, batch)));
    const std::string before = "{" + json_string(column.name) + ":";
    std::size_t begin = 0;
    for (auto& row : tokens) {
      const std::size_t end = lines.find('\n', begin);
      const std::string line = lines.substr(begin, end - begin);
      row.push_back(line.substr(before.size(), line.size() - before.size() - 1));
      begin = end + 1;
    }
  }
  return tokens;
}

std::string space(Random& random) {
  return random.chance(80) ? "" : random.pick({" ", "\n", "\r\n\t", "  "});
}

std::string row_text(Random& random, const Schema& schema, const std::vector<std::string>& tokens) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    order.push_back(i);
  }
  random.shuffle(order);
  std::string text;
  for (const std::size_t i : order) {
    if (tokens[i] == "null" && random.chance(50)) {
      continue;
    }
    text += (text.empty() ? "" : ",") + json_string(schema.columns[i].name) + ":" + tokens[i];
  }
  return "{" + text + "}";
}

std::string array_of(Random& random, const Schema& schema, const Tokens& tokens) {
  std::string text = space(random) + "[";
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    text += (i == 0 ? "" : ",") + space(random) + row_text(random, schema, tokens[i]) + space(random);
  }
  return text + space(random) + "]" + space(random);
}

std::string columns_of(Random& random, const Schema& schema, const Tokens& tokens) {
  std::string text = "{";
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    text += (i == 0 ? "" : ",") + space(random) + json_string(schema.columns[i].name) + space(random) + ":[";
    for (std::size_t row = 0; row < tokens.size(); ++row) {
      text += (row == 0 ? "" : ",") + space(random) + tokens[row][i] + space(random);
    }
    text += "]";
  }
  return text + "}" + space(random);
}

/// How delimited text is written.
struct Table {
  char delimiter = ',';
  bool has_quotes = true;
  bool has_header = true;
};

std::string field(Random& random, const Table& table, const std::string& text) {
  const bool needs_quotes = text == kNull || text.starts_with(kByteOrderMark) ||
                            text.find_first_of(std::string{"\"\r\n"} + table.delimiter) != std::string::npos;
  if (!table.has_quotes || (!needs_quotes && random.chance(70))) {
    return text;
  }
  std::string out = "\"";
  for (const char c : text) {
    out += c == '"' ? "\"\"" : std::string(1, c);
  }
  return out + "\"";
}

std::string value_text(const std::string& token) {
  return token.starts_with('"') ? nlohmann::json::parse(token).get<std::string>() : token;
}

std::string table_of(Random& random, const Table& table, const Schema& schema, const Tokens& tokens) {
  std::vector<std::string> records;
  if (table.has_header) {
    records.emplace_back();
    for (const Column& column : schema.columns) {
      records.back() +=
          (records.back().empty() ? "" : std::string(1, table.delimiter)) + field(random, table, column.name);
    }
  }
  for (const auto& row : tokens) {
    std::string record;
    for (std::size_t i = 0; i < row.size(); ++i) {
      record += (i == 0 ? "" : std::string(1, table.delimiter)) +
                (row[i] == "null" ? kNull : field(random, table, value_text(row[i])));
    }
    records.push_back(std::move(record));
  }
  std::string text;
  for (const std::string& record : records) {
    text += record + random.pick({"\n", "\r\n"});
  }
  const bool may_end_open = !records.empty() && !records.back().empty();
  if (may_end_open && random.chance(30)) {
    text.resize(text.size() - (text.ends_with("\r\n") ? 2 : 1));
  }
  return text;
}

/// Whether every field can be written without quotes.
bool is_plain(const Schema& schema, const Tokens& tokens) {
  const auto is_hard = [](const std::string& text) {
    return text == kNull || text.find_first_of("\t\r\n") != std::string::npos;
  };
  return std::ranges::none_of(schema.columns, [&](const Column& column) { return is_hard(column.name); }) &&
         std::ranges::none_of(tokens, [&](const auto& row) {
           return std::ranges::any_of(row, [&](const std::string& token) { return is_hard(value_text(token)); });
         });
}

}  // namespace

TypedRows random_typed_rows(Random& random) {
  TypedRows given;
  std::vector<std::string> names{std::begin(kNames), std::end(kNames)};
  random.shuffle(names);
  names.resize(1 + random.below(6));
  for (const std::string& name : names) {
    given.schema.columns.push_back({name, random.pick(kScalarTypes)});
  }
  given.rows.resize(random.below(30));
  for (Row& row : given.rows) {
    for (const Column& column : given.schema.columns) {
      if (column.type == Type::null || random.chance(20)) {
        continue;
      }
      Value value = random_value(random, column.type);
      if (column.type == Type::text &&
          (random.chance(40) || std::get<std::string>(value.held).find('\0') != std::string::npos)) {
        value = Value{std::string{random.pick(kHardTexts)}};
      }
      row.emplace_back(column.name, std::move(value));
    }
  }
  return given;
}

std::vector<Spelling> spell_in_every_format(Random& random, const TypedRows& given) {
  Batch batch = batch_of(given);
  const Tokens tokens = tokens_of(given, batch);
  const Schema& schema = given.schema;
  const std::string declared = format_schema(schema);
  std::vector<Spelling> all;
  std::string lines;
  for (const auto& row : tokens) {
    lines += row_text(random, schema, row) + random.pick({"\n", "\r\n", "\n\n"});
  }
  all.push_back({"lines", {RowFormat::ndjson, {}, declared}, lines});
  all.push_back({"array", {RowFormat::json, {}, declared}, array_of(random, schema, tokens)});
  all.push_back({"columns", {RowFormat::json, {}, declared}, columns_of(random, schema, tokens)});
  std::string items;
  EXPECT_TRUE(write_cbor_sequence(items, batch, 0, batch.rows(), 1U << 20U));
  all.push_back({"cbor", {RowFormat::cbor, {}, declared}, items});

  FormatOptions options;
  options.null = kNull;
  all.push_back({"csv", {RowFormat::csv, options, declared}, table_of(random, {}, schema, tokens)});
  FormatOptions semicolon = options;
  semicolon.delimiter = ";";
  semicolon.header = "absent";
  all.push_back({"csv with semicolons and no header",
                 {RowFormat::csv, semicolon, declared},
                 table_of(random, {';', true, false}, schema, tokens)});
  FormatOptions quoted = options;
  quoted.quote = "\"";
  all.push_back({"tsv with quotes", {RowFormat::tsv, quoted, declared}, table_of(random, {'\t'}, schema, tokens)});
  if (is_plain(schema, tokens)) {
    all.push_back({"tsv", {RowFormat::tsv, options, declared}, table_of(random, {'\t', false}, schema, tokens)});
  }
  return all;
}

}  // namespace rowprint::test
