#include "connectors/http/formats.hpp"

#include "connectors/http/cbor_source.hpp"
#include "connectors/http/csv_source.hpp"
#include "connectors/http/json_source.hpp"
#include "connectors/http/ndjson_source.hpp"
#include "ingest/model/ascii.hpp"
#include "ingest/model/utf8.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace rowprint {
namespace {

constexpr std::size_t kFormatCount = 5;

/// All that tells one format from another. In the order of RowFormat.
struct FormatEntry {
  std::string_view name;
  std::array<std::string_view, 3> media_types;  ///< the first is the one it is sent under
  std::array<std::string_view, 2> endings;      ///< of file names
};
constexpr std::array<FormatEntry, kFormatCount> kFormats{{
    {"ndjson", {"application/x-ndjson", "application/ndjson", "application/jsonl"}, {".ndjson", ".jsonl"}},
    {"json", {"application/json"}, {".json"}},
    {"csv", {"text/csv"}, {".csv"}},
    {"tsv", {"text/tab-separated-values"}, {".tsv", ".tab"}},
    {"cbor", {"application/cbor-seq"}, {".cbor", ".cborseq"}},
}};

const FormatEntry& entry_of(RowFormat format) {
  return kFormats[static_cast<std::size_t>(format)];
}

template <typename Matches>
std::optional<RowFormat> find_format(Matches matches) {
  const auto found = std::ranges::find_if(kFormats, matches);
  return found == kFormats.end() ? std::nullopt : std::optional{static_cast<RowFormat>(found - kFormats.begin())};
}

template <typename Text>
std::array<std::string_view, kFormatCount> texts(Text text) {
  std::array<std::string_view, kFormatCount> all;
  std::ranges::transform(kFormats, all.begin(), text);
  return all;
}

tl::unexpected<Error> wrong(std::string_view option, const std::string& value, std::string_view what) {
  return fail(ErrorCode::bad_input, std::string{option} + " is \"" + value + "\", and must be " + std::string{what});
}

Result<bool> parse_choice(std::string_view option, const std::string& value, std::string_view yes,
                          std::string_view no) {
  if (value != yes && value != no) {
    return wrong(option, value, std::string{yes} + " or " + std::string{no});
  }
  return value == yes;
}

/// A character that no name and no number has, so that fields can always be told from what is between them.
Result<char> parse_separator(std::string_view option, const std::string& value) {
  const char c = value == "tab" ? '\t' : value.size() == 1 ? value.front() : '\0';
  const bool is_plain = is_digit(c) || is_letter(c) || c == '+' || c == '-' || c == '.';
  if (c != '\t' && (c < ' ' || c > '~' || is_plain)) {
    return wrong(option, value, "one character of ASCII, no letter, digit, +, - or ., or the word tab");
  }
  return c;
}

Result<void> check_null(const std::string& null, const CsvDialect& dialect) {
  const bool is_impossible = std::ranges::any_of(null, [&](char c) {
    return c == dialect.delimiter || c == dialect.quote || c == '\r' || c == '\n' || c == '\0';
  });
  if (is_impossible || !is_valid_utf8(null)) {
    return wrong("null", null, "what a field without quotes can hold");
  }
  return {};
}

Result<CsvDialect> parse_dialect(RowFormat format, const FormatOptions& options) {
  CsvDialect dialect;
  if (format == RowFormat::tsv) {
    dialect.delimiter = '\t';
    dialect.quote.reset();
  }
  if (options.header) {
    const auto present = parse_choice("header", *options.header, "present", "absent");
    if (!present) {
      return fail(present.error());
    }
    dialect.has_header = *present;
  }
  if (options.infer) {
    const auto infer = parse_choice("infer", *options.infer, "true", "false");
    if (!infer) {
      return fail(infer.error());
    }
    dialect.infer = *infer;
  }
  if (options.delimiter) {
    const auto delimiter = parse_separator("delimiter", *options.delimiter);
    if (!delimiter) {
      return fail(delimiter.error());
    }
    dialect.delimiter = *delimiter;
  }
  if (options.quote == "none") {
    dialect.quote.reset();
  } else if (options.quote) {
    const auto quote = parse_separator("quote", *options.quote);
    if (!quote) {
      return fail(quote.error());
    }
    dialect.quote = *quote;
  }
  if (dialect.quote == dialect.delimiter) {
    return fail(ErrorCode::bad_input, "the quote is the delimiter");
  }
  if (options.null) {
    if (auto checked = check_null(*options.null, dialect); !checked) {
      return fail(std::move(checked.error()));
    }
    dialect.null = options.null;
  }
  return dialect;
}

/// Types that no field of delimited text is a form of.
Result<void> check_schema(const Schema& declared, const CsvDialect& dialect) {
  for (const Column& column : declared.columns) {
    if (column.type == Type::list || column.type == Type::map) {
      return fail(ErrorCode::bad_input, "schema: a column of type " + std::string{to_string(column.type)} +
                                            " cannot be read from delimited text");
    }
  }
  if (!dialect.has_header && declared.columns.empty()) {
    return fail(ErrorCode::bad_input, "header is \"absent\", so the schema must name the columns");
  }
  return {};
}

}  // namespace

std::string_view to_string(RowFormat format) {
  return entry_of(format).name;
}

std::optional<RowFormat> parse_row_format(std::string_view name) {
  return find_format([name](const FormatEntry& entry) { return entry.name == name; });
}

std::string_view media_type_of(RowFormat format) {
  return entry_of(format).media_types.front();
}

std::optional<RowFormat> row_format_of_media_type(std::string_view name) {
  return find_format([name](const FormatEntry& entry) {
    return !name.empty() && std::ranges::find(entry.media_types, name) != entry.media_types.end();
  });
}

std::optional<RowFormat> row_format_of_ending(std::string_view file) {
  return find_format([file](const FormatEntry& entry) {
    return std::ranges::any_of(entry.endings,
                               [file](std::string_view ending) { return !ending.empty() && file.ends_with(ending); });
  });
}

RowFormat row_format_of_file(std::string_view file) {
  return row_format_of_ending(file).value_or(RowFormat::ndjson);
}

std::span<const std::string_view> row_format_names() {
  static const auto kAll = texts([](const FormatEntry& entry) { return entry.name; });
  return kAll;
}

std::span<const std::string_view> row_format_media_types() {
  static const auto kAll = texts([](const FormatEntry& entry) { return entry.media_types.front(); });
  return kAll;
}

std::span<const std::string_view> FormatOptions::names() {
  static constexpr std::array<std::string_view, 5> kNames{"header", "delimiter", "quote", "null", "infer"};
  return kNames;
}

std::optional<std::string>& FormatOptions::at(std::string_view name) {
  return name == "header"      ? header
         : name == "delimiter" ? delimiter
         : name == "quote"     ? quote
         : name == "null"      ? null
                               : infer;
}

const std::optional<std::string>& FormatOptions::at(std::string_view name) const {
  return const_cast<FormatOptions*>(this)->at(name);
}

Result<RowsFormat> make_rows_format(RowFormat format, const FormatOptions& options, const Schema& declared) {
  if (format != RowFormat::csv && format != RowFormat::tsv) {
    for (const std::string_view name : FormatOptions::names()) {
      if (options.at(name)) {
        return fail(ErrorCode::bad_input,
                    std::string{name} + " is not said of " + std::string{to_string(format)} + ", but of csv and tsv");
      }
    }
    return RowsFormat{format, {}};
  }
  auto dialect = parse_dialect(format, options);
  if (!dialect) {
    return fail(std::move(dialect.error()));
  }
  if (auto checked = check_schema(declared, *dialect); !checked) {
    return fail(std::move(checked.error()));
  }
  return RowsFormat{format, *std::move(dialect)};
}

std::unique_ptr<Source> make_rows_source(const RowsFormat& format, std::unique_ptr<ByteStream> body, Schema declared,
                                         RowLimits limits, RowsSpool spool) {
  switch (format.format) {
    case RowFormat::ndjson:
      return std::make_unique<NdjsonSource>(
          std::move(body), std::move(declared),
          NdjsonLimits{limits.row_bytes_max, limits.nesting_max, limits.read_bytes, limits.batch});
    case RowFormat::json:
      return std::make_unique<JsonSource>(std::move(body), std::move(declared), limits, std::move(spool));
    case RowFormat::csv:
    case RowFormat::tsv:
      return std::make_unique<CsvSource>(std::move(body), std::move(declared), format.dialect, limits);
    case RowFormat::cbor:
      break;
  }
  return std::make_unique<CborSource>(std::move(body), std::move(declared), limits);
}

}  // namespace rowprint
