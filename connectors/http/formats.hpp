#pragma once

#include "connectors/http/csv_dialect.hpp"
#include "connectors/http/row_limits.hpp"
#include "connectors/http/rows_spool.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/model/schema.hpp"
#include "ingest/source.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rowprint {

/// What the bytes of a body, a file or a stream are (docs/formats/rows.md).
enum class RowFormat : std::uint8_t { ndjson, json, csv, tsv, cbor };

/// `ndjson`, `json`, …, by which users name it.
std::string_view to_string(RowFormat format);
std::optional<RowFormat> parse_row_format(std::string_view name);
/// The media type that a format is sent under.
std::string_view media_type_of(RowFormat format);
/// By any of its media types, which is in lower case.
std::optional<RowFormat> row_format_of_media_type(std::string_view name);
/// By the ending of a file's name; nothing, or ndjson, where that says nothing.
std::optional<RowFormat> row_format_of_ending(std::string_view file);
RowFormat row_format_of_file(std::string_view file);
/// The names of all formats, and the media types under which they are sent, in one order.
std::span<const std::string_view> row_format_names();
std::span<const std::string_view> row_format_media_types();

/// What users say of a format besides its name, as they write it: the parameters of a request, the options of a
/// command.
struct FormatOptions {
  std::optional<std::string> header;     ///< `present` or `absent`
  std::optional<std::string> delimiter;  ///< one character, or `tab`
  std::optional<std::string> quote;      ///< one character, or `none`
  std::optional<std::string> null;       ///< the text that means null
  std::optional<std::string> infer;      ///< `true` or `false`

  /// The names above, in their order.
  static std::span<const std::string_view> names();
  /// By one of the names; so that all can be walked.
  std::optional<std::string>& at(std::string_view name);
  const std::optional<std::string>& at(std::string_view name) const;
  bool operator==(const FormatOptions&) const = default;
};

/// A format, and how it is written and read. A regular value.
struct RowsFormat {
  RowFormat format = RowFormat::ndjson;
  CsvDialect dialect;  ///< of csv and tsv
};
/// Errors: bad_input for an option that the format does not have or that is none, and for a declared schema that it
/// cannot be read under.
Result<RowsFormat> make_rows_format(RowFormat format, const FormatOptions& options, const Schema& declared);

/// The source of rows from bytes, the same for everyone that takes rows. `limits` are kept to by every format.
std::unique_ptr<Source> make_rows_source(const RowsFormat& format, std::unique_ptr<ByteStream> body, Schema declared,
                                         RowLimits limits, RowsSpool spool);

}  // namespace rowprint
