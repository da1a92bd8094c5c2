#pragma once

#include "connectors/http/json_cells.hpp"
#include "hashing/bytes.hpp"
#include "hashing/canonical.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/type.hpp"

#include <simdjson.h>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint {

/// The fast path of a line: sets the cells of the row begun, or finds that the line is bad, not where and why.
///
/// It takes what LineCheck takes and nothing else: a test holds the two together. Text without escapes is not copied.
/// Lifecycle: one for a source. Thread safety: none. Ownership: borrows the builder, which outlives it.
/// Memory: about seven bytes for each byte of the longest line, kept up to kKeptLineBytes.
class LineParser {
 public:
  explicit LineParser(BatchBuilder& builder);

  /// Declares a column of the builder; all before the first line.
  void declare(std::uint32_t ordinal, Type type);
  /// Parses one line between begin_row() and end_row(). `line` lives as long as the builder's batch, has white space
  /// right behind it, and from its end on SIMDJSON_PADDING bytes that may be read. False: the line is bad, or it has a
  /// column that the builder does not take.
  bool parse(std::string_view line);

 private:
  using Value = simdjson::ondemand::value;

  static constexpr std::size_t kKeptLineBytes = 64U << 10U;

  /// A column as lines meet it.
  struct Column {
    std::string raw_key;             ///< as it stands in a line, to its closing quote; empty where it needs escapes
    std::uint64_t last_line = 0;     ///< the last line that held it: a second time is a duplicate
    std::uint32_t follower = kNone;  ///< the column after it in the last row that held it: a good guess
    Type type = Type::any;
  };
  static constexpr std::uint32_t kNone = 0xffffffffU;

  bool parse_with(simdjson::ondemand::parser& parser, std::string_view line);
  std::uint32_t find_column(const char* raw_key, std::uint32_t previous);
  std::uint32_t look_up(const char* raw_key);
  void meet_columns();

  bool set_value(std::uint32_t ordinal, Value& value);
  bool set_text(std::uint32_t ordinal, Value& value, std::string_view token);
  bool set_number(std::uint32_t ordinal, std::string_view token);
  bool set_nested(std::uint32_t ordinal, Value& value, Kind kind);

  bool put(Value& value, int containers);
  bool put_text(Value& value, std::string_view token);
  bool put_list(Value& value, int containers);
  bool put_map(Value& value, int containers);

  BatchBuilder& builder_;
  JsonCells cells_;
  simdjson::ondemand::parser parser_;
  std::size_t parser_bytes_ = 0;
  std::vector<Column> columns_;
  std::uint32_t first_ = kNone;  ///< the first column of the last row
  std::uint64_t line_ = 0;
  const char* line_end_ = nullptr;
  bool has_escapes_ = false;

  hashing::ByteBuffer nested_;
  std::vector<hashing::MapEntry> entries_;
  std::string unescaped_;
};

}  // namespace rowprint
