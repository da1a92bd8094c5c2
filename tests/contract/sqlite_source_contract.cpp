#include "connectors/sqlite/sqlite_database.hpp"
#include "ingest/model/text_forms.hpp"
#include "tests/contract/contracted_sources.hpp"
#include "tests/support/sqlite_file.hpp"

#include <sqlite3.h>

#include <cmath>
#include <ctime>
#include <optional>
#include <stdexcept>
#include <variant>

namespace rowprint::test {
namespace {

/// What SQLite keeps: by itself, or as the text that the column's output type takes.
using Kept = std::variant<Null, std::int64_t, double, std::string, Bytes>;

std::string special_text(double value) {
  return std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
}

struct Keep {
  Type type;
  template <typename... Arguments>
  static std::optional<Kept> written(void (*format)(std::string&, Arguments...), Arguments... arguments) {
    std::string text;
    format(text, arguments...);
    return text;
  }
  std::optional<Kept> of_type(Type wanted, Kept kept) const {
    return type == wanted || type == Type::any ? std::optional{std::move(kept)} : std::nullopt;
  }
  std::optional<Kept> operator()(const Null&) const { return Null{}; }
  std::optional<Kept> operator()(bool held) const {
    return type == Type::boolean ? std::optional<Kept>{std::int64_t{held}} : std::nullopt;
  }
  std::optional<Kept> operator()(std::int64_t held) const { return of_type(Type::integer, held); }
  std::optional<Kept> operator()(const BigInteger& held) const {
    return type == Type::integer ? std::optional<Kept>{held.digits} : std::nullopt;
  }
  std::optional<Kept> operator()(double held) const {
    if (type == Type::decimal && !std::isfinite(held)) {
      return special_text(held);
    }
    return std::isnan(held) && type == Type::floating ? std::optional<Kept>{special_text(held)}
           : std::isnan(held)                         ? std::nullopt
                                                      : of_type(Type::floating, held);
  }
  std::optional<Kept> operator()(const Decimal& held) const {
    return type == Type::decimal
               ? written<std::string_view, std::int64_t>(text_forms::format_decimal, held.digits, held.exponent)
               : std::nullopt;
  }
  std::optional<Kept> operator()(const std::string& held) const { return of_type(Type::text, held); }
  std::optional<Kept> operator()(const Bytes& held) const { return of_type(Type::bytes, held); }
  std::optional<Kept> operator()(const Date& held) const {
    return type == Type::date ? written(text_forms::format_date, held.days) : std::nullopt;
  }
  template <typename Moment>
  std::optional<Kept> moment(Type wanted, void (*format)(std::string&, text_forms::Moment), const Moment& held) const {
    return type == wanted ? written(format, text_forms::Moment{held.seconds, held.nanoseconds}) : std::nullopt;
  }
  std::optional<Kept> operator()(const TimeOfDay& held) const {
    return moment(Type::time, text_forms::format_time, held);
  }
  std::optional<Kept> operator()(const Timestamp& held) const {
    return moment(Type::timestamp, text_forms::format_timestamp, held);
  }
  std::optional<Kept> operator()(const TimestampTz& held) const {
    return moment(Type::timestamptz, text_forms::format_timestamptz, held);
  }
  std::optional<Kept> operator()(const Uuid& held) const {
    return type == Type::uuid ? std::optional<Kept>{Bytes{{held.bytes.begin(), held.bytes.end()}}} : std::nullopt;
  }
  std::optional<Kept> operator()(const List&) const { return std::nullopt; }
  std::optional<Kept> operator()(const Map&) const { return std::nullopt; }
};

std::optional<Kept> keep(const Value& value, Type type) {
  return std::visit(Keep{type}, value.held);
}

void bind_kept(sqlite3_stmt* statement, int place, const Kept& kept) {
  if (const auto* integer = std::get_if<std::int64_t>(&kept)) {
    sqlite3_bind_int64(statement, place, *integer);
  } else if (const auto* floating = std::get_if<double>(&kept)) {
    sqlite3_bind_double(statement, place, *floating);
  } else if (const auto* text = std::get_if<std::string>(&kept)) {
    sqlite3_bind_text64(statement, place, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } else if (const auto* bytes = std::get_if<Bytes>(&kept)) {
    const auto& held = bytes->bytes;
    sqlite3_bind_blob64(statement, place, held.empty() ? "" : static_cast<const void*>(held.data()), held.size(),
                        SQLITE_TRANSIENT);
  } else {
    sqlite3_bind_null(statement, place);
  }
}

class ContractedSqliteFile final : public ContractedDatabase {
 public:
  ContractedSqliteFile() {
    sql::DatabaseSettings settings;
    settings.url = file_.url();
    auto opened = sqlite_file::open_sqlite(std::move(settings));
    if (!opened) {
      throw std::runtime_error{opened.error().text()};
    }
    database_ = std::move(*opened);
    file_.execute("CREATE TABLE kept (v); INSERT INTO kept VALUES (1)");
  }

  bool expresses(const Value& value, Type type) const override {
    return type != Type::list && type != Type::map && keep(value, type).has_value();
  }
  /// SQLite has neither lists nor maps, and where a column's type is not known beforehand no values but its own.
  std::vector<std::string> cannot_express() const override {
    std::vector<std::string> names{"any big int", "any NaN",  "any bool", "any decimal",
                                   "any date",    "any uuid", "any list", "any map"};
    for (const ValueCase& one : value_cases()) {
      if (one.type == Type::list || one.type == Type::map) {
        names.emplace_back(one.name);
      }
    }
    return names;
  }
  std::unique_ptr<Source> open(const Schema& schema, const std::vector<Row>& rows,
                               BatchBuilder::Limits limits) override;
  std::unique_ptr<Source> open_counted(const CountedRows& counted, BatchBuilder::Limits limits) override {
    const std::string failing = std::to_string(counted.failing);
    return open_query({"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                           std::to_string(counted.rows) + ") SELECT CASE i WHEN " + failing +
                           // -2^63 has no absolute value.
                           " THEN abs(-9223372036854775808 + i - " + failing + ") ELSE i END AS id, CASE i WHEN " +
                           std::to_string(counted.refused) + " THEN CAST(x'ff' AS TEXT) ELSE 'row ' || i || " +
                           in_quotes(kCountedTail, '\'') + " END AS text FROM n",
                       {},
                       {}},
                      limits);
  }
  bool is_held() override { return file_.is_open_elsewhere(); }

  sql::Database& database() override { return *database_; }
  std::string endless_rows() const override {
    return "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
  }
  std::string endless_computation() const override {
    return "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n";
  }
  /// Nothing else in the program computes meanwhile.
  void await_computation() override {
    const std::clock_t begin = std::clock();
    constexpr std::clock_t kComputed = CLOCKS_PER_SEC / 20;
    if (!comes_true([begin] { return std::clock() - begin >= kComputed; })) {
      throw std::runtime_error{"SQLite never computed"};
    }
  }
  std::string change() const override { return "DELETE FROM kept"; }
  std::string look() const override { return "SELECT count(*) AS n FROM kept"; }

 private:
  void fill(const std::string& table, const Schema& schema, const std::vector<Row>& rows);

  SqliteFile file_;
  std::unique_ptr<sql::Database> database_;
  int tables_ = 0;
};

/// A table without affinity, its columns c0, c1, …
void ContractedSqliteFile::fill(const std::string& table, const Schema& schema, const std::vector<Row>& rows) {
  std::string columns;
  std::string places;
  for (std::size_t column = 0; column < schema.columns.size(); ++column) {
    columns += (column == 0 ? "c" : ", c") + std::to_string(column);
    places += column == 0 ? "?" : ", ?";
  }
  file_.execute("CREATE TABLE " + table + " (" + columns + "); BEGIN");
  sqlite3_stmt* insert = nullptr;
  const std::string sql = "INSERT INTO " + table + " VALUES (" + places + ")";
  if (sqlite3_prepare_v2(file_.connection(), sql.c_str(), -1, &insert, nullptr) != SQLITE_OK) {
    throw std::runtime_error{sqlite3_errmsg(file_.connection())};
  }
  for (const Row& row : rows) {
    sqlite3_clear_bindings(insert);
    for (std::size_t column = 0; column < schema.columns.size(); ++column) {
      for (const auto& [name, value] : row) {
        if (name == schema.columns[column].name) {
          bind_kept(insert, static_cast<int>(column) + 1, keep(value, schema.columns[column].type).value());
        }
      }
    }
    if (sqlite3_step(insert) != SQLITE_DONE) {
      throw std::runtime_error{sqlite3_errmsg(file_.connection())};
    }
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  file_.execute("COMMIT");
}

std::unique_ptr<Source> ContractedSqliteFile::open(const Schema& schema, const std::vector<Row>& rows,
                                                   BatchBuilder::Limits limits) {
  const std::string table = "t" + std::to_string(tables_++);
  fill(table, schema, rows);
  std::string text = "SELECT ";
  for (std::size_t column = 0; column < schema.columns.size(); ++column) {
    text += (column == 0 ? "c" : ", c") + std::to_string(column) + " AS " + in_quotes(schema.columns[column].name, '"');
  }
  return open_query({text + " FROM " + table + " ORDER BY rowid", {}, schema}, limits);
}

}  // namespace

std::unique_ptr<ContractedSource> make_contracted_sqlite_file() {
  return std::make_unique<ContractedSqliteFile>();
}

}  // namespace rowprint::test
