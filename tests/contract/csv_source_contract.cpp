#include "connectors/http/csv_source.hpp"
#include "connectors/http/json_writer.hpp"
#include "tests/contract/contracted_sources.hpp"
#include "tests/contract/contracted_stream.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace rowprint::test {
namespace {

tl::unexpected<Error> no_form_for(std::string_view what) {
  return fail(ErrorCode::unsupported_value, "delimited text has no form for " + std::string{what});
}

/// Delimited text with a header. Texts are in quotes, where there are any; null is a text of its own.
class ContractedDelimited final : public ContractedStream {
 public:
  explicit ContractedDelimited(CsvDialect dialect) : dialect_(std::move(dialect)) { dialect_.null = kNull; }

  /// Nothing is nested, NUL is refused everywhere. Without quotes no text has a delimiter or a line end in it, and none
  /// in `any` can be told from what it looks like.
  std::vector<std::string> cannot_express() const override {
    std::vector<std::string> names = beyond_json();
    for (const char* name :
         {"text with NUL", "list empty", "list mixed", "list of one type with nulls", "list of texts", "list 64 deep",
          "map empty", "map", "map with NUL in a key", "map of a big integer", "any list", "any map"}) {
      names.emplace_back(name);
    }
    if (!dialect_.quote) {
      names.emplace_back("text with quotes");
      names.emplace_back("any text");
    }
    return names;
  }

 protected:
  std::string beginning(const Schema& schema) const override {
    std::string header;
    for (const Column& column : schema.columns) {
      header += (header.empty() ? "" : std::string(1, dialect_.delimiter)) + column.name;
    }
    return header + "\n";
  }
  Result<void> spell(std::string& out, const Schema& schema, Batch& batch, bool /*is_first*/) const override {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const auto cells = batch.row(row);
      for (std::size_t place = 0; place < schema.columns.size(); ++place) {
        const Column& column = schema.columns[place];
        const auto ordinal = batch.columns().find(column.name);
        if (place != 0) {
          out += dialect_.delimiter;
        }
        const Cell cell = ordinal && *ordinal < cells.size() ? cells[*ordinal] : Cell{};
        if (auto spelled = spell_field(out, cell, column.type); !spelled) {
          return spelled;
        }
      }
      out += "\n";
    }
    return {};
  }
  /// Any text is one, but that this is not UTF-8.
  Result<void> spell_refused(std::string& out, std::uint64_t row) const override {
    out += std::to_string(row) + dialect_.delimiter + "\xff\n";
    return {};
  }
  std::unique_ptr<Source> make(OpenStream open, const Schema& declared, BatchBuilder::Limits batch) override {
    RowLimits limits;
    limits.batch = batch;
    limits.read_bytes = read_bytes_within(batch, limits.read_bytes);
    return std::make_unique<CsvSource>(open(), declared, dialect_, limits);
  }

 private:
  static constexpr std::string_view kNull = "\\N";

  /// A text, or else what JSON would say, without its quotes: nothing that stands in them has to be escaped.
  Result<void> spell_field(std::string& out, const Cell& given, Type type) const {
    if (type == Type::list || type == Type::map) {
      return no_form_for(to_string(type));
    }
    const Cell cell = type == Type::floating ? as_column_type(given, type) : given;
    if (cell.kind() == Kind::null) {
      out += kNull;
      return {};
    }
    if (cell.kind() == Kind::text) {
      return spell_text(out, hashing::as_text(cell.bytes()), type == Type::any);
    }
    std::string json;
    if (const std::string_view unsayable = put_json_cell(json, cell, type); !unsayable.empty()) {
      return no_form_for(unsayable);
    }
    if (json.front() == '[' || json.front() == '{') {
      return no_form_for("what is nested");
    }
    out += json.front() == '"' ? std::string_view{json}.substr(1, json.size() - 2) : json;
    return {};
  }

  Result<void> spell_text(std::string& out, std::string_view text, bool is_guessed) const {
    if (text.find('\0') != std::string::npos) {
      return no_form_for("NUL");
    }
    if (dialect_.quote) {
      out += in_quotes(text, *dialect_.quote);
      return {};
    }
    if (is_guessed || text == kNull ||
        text.find_first_of(std::string{"\r\n"} + dialect_.delimiter) != std::string::npos) {
      return no_form_for("such a text without quotes");
    }
    out += text;
    return {};
  }

  CsvDialect dialect_;
};

}  // namespace

std::unique_ptr<ContractedSource> make_contracted_csv() {
  return std::make_unique<ContractedDelimited>(CsvDialect{});
}

std::unique_ptr<ContractedSource> make_contracted_tsv() {
  CsvDialect dialect;
  dialect.delimiter = '\t';
  dialect.quote = std::nullopt;
  return std::make_unique<ContractedDelimited>(dialect);
}

}  // namespace rowprint::test
