#include "connectors/http/json_writer.hpp"
#include "connectors/postgres/postgres_database.hpp"
#include "ingest/model/text_forms.hpp"
#include "tests/contract/contracted_sources.hpp"
#include "tests/support/postgres_server.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <ranges>
#include <stdexcept>

namespace rowprint::test {
namespace {

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

std::string special_number(double value) {
  return std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
}

/// A value as the json that a column of type any, list or map reads it from; nothing where there is none.
struct JsonLiteral {
  std::optional<std::string> operator()(const Null&) const { return "null"; }
  std::optional<std::string> operator()(bool held) const { return held ? "true" : "false"; }
  std::optional<std::string> operator()(std::int64_t held) const { return std::to_string(held); }
  std::optional<std::string> operator()(const BigInteger& held) const { return held.digits; }
  std::optional<std::string> operator()(const Decimal& held) const {
    // With an exponent, since a number without one is an int. JSON has no zeros at the front.
    const bool plain = held.digits.find_first_not_of("-0") == held.digits.find_first_not_of('-');
    return plain ? std::optional{held.digits + "e" + std::to_string(held.exponent)} : std::nullopt;
  }
  std::optional<std::string> operator()(const std::string& held) const {
    if (has_nul(held)) {
      return std::nullopt;
    }
    return json_string(held);
  }
  std::optional<std::string> operator()(const List& held) const {
    std::string text;
    for (const Value& item : held.items) {
      const auto spelled = std::visit(*this, item.held);
      if (!spelled) {
        return std::nullopt;
      }
      text += (text.empty() ? "" : ",") + *spelled;
    }
    return "[" + text + "]";
  }
  std::optional<std::string> operator()(const Map& held) const {
    std::string text;
    for (const auto& [key, value] : held.pairs) {
      const auto name = (*this)(key);
      const auto spelled = std::visit(*this, value.held);
      if (!name || !spelled) {
        return std::nullopt;
      }
      text += (text.empty() ? "" : ",") + *name + ":" + *spelled;
    }
    return "{" + text + "}";
  }
  template <typename Other>
  std::optional<std::string> operator()(const Other&) const {
    return std::nullopt;
  }
};

/// A value as text: what a literal of PostgreSQL's type holds, and what an output type takes from a text column.
struct TextLiteral {
  template <typename Moment>
  static std::string moment(void (*format)(std::string&, text_forms::Moment), const Moment& held) {
    std::string text;
    format(text, {held.seconds, held.nanoseconds});
    return text;
  }
  std::string operator()(bool held) const { return held ? "true" : "false"; }
  std::string operator()(std::int64_t held) const { return std::to_string(held); }
  std::string operator()(const BigInteger& held) const { return held.digits; }
  std::string operator()(double held) const {
    std::string text;
    if (std::isfinite(held)) {
      text_forms::format_float(text, held);
      return text;
    }
    return special_number(held);
  }
  std::string operator()(const Decimal& held) const { return held.digits + "e" + std::to_string(held.exponent); }
  std::string operator()(const std::string& held) const { return held; }
  std::string operator()(const Bytes& held) const {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text = "\\x";
    for (const std::uint8_t byte : held.bytes) {
      text += {kHex[byte >> 4U], kHex[byte & 15U]};
    }
    return text;
  }
  std::string operator()(const Date& held) const {
    std::string text;
    text_forms::format_date(text, held.days);
    return text;
  }
  std::string operator()(const TimeOfDay& held) const { return moment(text_forms::format_time, held); }
  std::string operator()(const Timestamp& held) const { return moment(text_forms::format_timestamp, held); }
  std::string operator()(const TimestampTz& held) const { return moment(text_forms::format_timestamptz, held); }
  std::string operator()(const Uuid& held) const {
    std::string text;
    text_forms::format_uuid(text, held.bytes);
    return text;
  }
  template <typename Other>
  std::string operator()(const Other&) const {
    throw std::logic_error{"a value without a text"};
  }
};

bool is_of_json(Type type) {
  return type == Type::null || type == Type::any || type == Type::list || type == Type::map;
}

/// PostgreSQL's own type for a column, where it holds every value exactly.
std::string_view type_name(Type type) {
  switch (type) {
    case Type::boolean:
      return "boolean";
    case Type::integer:
    case Type::decimal:
      return "numeric";
    case Type::floating:
      return "double precision";
    case Type::bytes:
      return "bytea";
    case Type::date:
    case Type::time:
    case Type::timestamp:
    case Type::timestamptz:
    case Type::uuid:
      return to_string(type);
    case Type::text:
      return "text";
    default:
      return "json";
  }
}

/// Whether PostgreSQL's own type holds it, in the form of a literal: microseconds, the years 1 to 9999.
bool is_native(const Value& value) {
  constexpr std::int64_t kFirstSecond = -62'135'596'800;
  constexpr std::int64_t kFirstDay = -719'162;
  constexpr std::int64_t kLastDay = 2'932'896;
  if (const auto* date = std::get_if<Date>(&value.held)) {
    return date->days >= kFirstDay && date->days <= kLastDay;
  }
  if (const auto* time = std::get_if<TimeOfDay>(&value.held)) {
    return time->nanoseconds % 1000 == 0;
  }
  if (const auto* at = std::get_if<Timestamp>(&value.held)) {
    return at->nanoseconds % 1000 == 0 && at->seconds >= kFirstSecond;
  }
  const auto* instant = std::get_if<TimestampTz>(&value.held);
  return instant == nullptr || (instant->nanoseconds % 1000 == 0 && instant->seconds >= kFirstSecond);
}

const Value* value_in(const Row& row, const std::string& name) {
  const auto found = std::ranges::find(row, name, &Row::value_type::first);
  return found == row.end() || std::holds_alternative<Null>(found->second.held) ? nullptr : &found->second;
}

/// A database of one server that all tests of the program share.
class ContractedPostgres final : public ContractedDatabase {
 public:
  ContractedPostgres() {
    sql::DatabaseSettings settings;
    settings.url = server_.url();
    auto opened = postgres::open_postgres(std::move(settings));
    if (!opened) {
      throw std::runtime_error{opened.error().text()};
    }
    database_ = std::move(*opened);
    server_.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE kept AS SELECT 1 AS v");
  }

  bool expresses(const Value& value, Type type) const override {
    if (std::holds_alternative<Null>(value.held)) {
      return true;
    }
    const auto* text = std::get_if<std::string>(&value.held);
    return is_of_json(type) ? std::visit(JsonLiteral{}, value.held).has_value() : text == nullptr || !has_nul(*text);
  }
  /// Text holds no NUL. JSON, which alone has values of any type, has neither floats nor what is written as text there.
  std::vector<std::string> cannot_express() const override {
    return {"text with NUL", "list mixed", "list of bytes", "list of dates", "list with NaN", "map with NUL in a key",
            "map of a date", "any float",  "any NaN",       "any bytes",     "any date",      "any uuid"};
  }
  std::unique_ptr<Source> open(const Schema& schema, const std::vector<Row>& rows,
                               BatchBuilder::Limits limits) override;
  /// An object in which a key stands twice is no value.
  std::unique_ptr<Source> open_counted(const CountedRows& counted, BatchBuilder::Limits limits) override {
    const std::string text = "('row ' || i || " + in_quotes(kCountedTail, '\'') + ")";
    const std::string refused = counted.refused == 0
                                    ? text
                                    : "CASE i WHEN " + std::to_string(counted.refused) +
                                          R"( THEN '{"a": 1, "a": 2}'::json ELSE to_json()" + text + ") END";
    const std::string failing = std::to_string(counted.failing);
    return open_query({"SELECT CASE i WHEN " + failing + " THEN 1 / (i - " + failing + ") ELSE i END AS id, " +
                           refused + " AS text FROM " + numbers(counted.rows),
                       {},
                       {}},
                      limits);
  }
  bool is_held() override { return clients("true") != "0"; }

  sql::Database& database() override { return *database_; }
  std::string endless_rows() const override { return "SELECT generate_series(1, 1000000000000000) AS i"; }
  std::string endless_computation() const override { return "SELECT sum(i) AS n FROM " + numbers(1'000'000'000'000); }
  void await_computation() override {
    if (!comes_true([this] { return clients("state = 'active' AND query LIKE '%sum(i)%'") != "0"; })) {
      throw std::runtime_error{"the server never computed"};
    }
  }
  std::string change() const override { return "DELETE FROM kept"; }
  std::string look() const override { return "SELECT count(*) AS n FROM kept"; }

 private:
  static std::string numbers(std::uint64_t rows) {
    return "(SELECT generate_series(1, " + std::to_string(rows) + ") AS i) AS n";
  }
  std::string clients(const std::string& condition) const {
    return server_.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND " +
        condition);
  }

  PostgresServer& server_ = PostgresServer::shared();
  std::unique_ptr<sql::Database> database_;
  int tables_ = 0;
};

/// A column that PostgreSQL's type cannot hold as a whole is one of text, which the output type reads.
std::unique_ptr<Source> ContractedPostgres::open(const Schema& schema, const std::vector<Row>& rows,
                                                 BatchBuilder::Limits limits) {
  const std::string table = "t" + std::to_string(tables_++);
  std::string create = "CREATE TABLE " + table + " (place bigint";
  std::string columns;
  std::vector<bool> native;
  for (const Column& column : schema.columns) {
    native.push_back(std::ranges::all_of(rows, [&](const Row& row) {
      const Value* value = value_in(row, column.name);
      return value == nullptr || is_native(*value);
    }));
    create += ", " + in_quotes(column.name, '"') + " " + std::string{native.back() ? type_name(column.type) : "text"};
    columns += (columns.empty() ? "" : ", ") + in_quotes(column.name, '"');
  }
  std::string insert;
  for (std::size_t place = 0; place < rows.size(); ++place) {
    insert += (place == 0 ? "; INSERT INTO " + table + " VALUES (" : "), (") + std::to_string(place);
    for (const Column& column : schema.columns) {
      const Value* value = value_in(rows[place], column.name);
      insert += ", ";
      insert += value == nullptr          ? "NULL"
                : is_of_json(column.type) ? in_quotes(std::visit(JsonLiteral{}, value->held).value(), '\'')
                                          : in_quotes(std::visit(TextLiteral{}, value->held), '\'');
    }
  }
  server_.execute(create + ")" + insert + (insert.empty() ? "" : ")"));
  return open_query({"SELECT " + columns + " FROM " + table + " ORDER BY place", {}, schema}, limits);
}

}  // namespace

std::unique_ptr<ContractedSource> make_contracted_postgres() {
  return std::make_unique<ContractedPostgres>();
}

}  // namespace rowprint::test
