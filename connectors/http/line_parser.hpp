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
  bool parse(std::string_view line, bool may_have_escapes = true);

 private:
  using Value = simdjson::ondemand::value;

  static constexpr std::size_t kKeptLineBytes = 64U << 10U;

  static constexpr std::uint32_t kNone = 0xffffffffU;

  /// The columns that came after another one in the last rows that held it: good guesses for the next row.
  struct Followers {
    std::uint32_t last = kNone;
    std::uint32_t before = kNone;
  };
  /// A column as lines meet it. Its raw key, to the closing quote, is `head` where `mask` is set, then `tail`.
  struct Column {
    explicit Column(std::string_view name);
    /// Whether the key at `raw_key` is this one without escapes. Reads 16 bytes, be they of the line or behind it.
    bool is_at(const char* raw_key, const char* line_end) const;

    std::array<std::uint64_t, 2> head{};
    std::array<std::uint64_t, 2> mask{};
    std::uint64_t last_line = 0;  ///< the last line that held it: a second time is a duplicate
    Followers followers;
    Type type = Type::any;
    std::string tail;
  };

  bool parse_with(simdjson::ondemand::parser& parser, std::string_view line);
  std::uint32_t find_column(const char* raw_key, std::uint32_t previous);
  std::uint32_t look_up(const char* raw_key);
  void meet_columns();

  bool set_value(std::uint32_t ordinal, Value& value);
  bool set_text(std::uint32_t ordinal, Value& value, std::string_view token);
  bool set_number(std::uint32_t ordinal, const char* begin);
  bool set_nested(std::uint32_t ordinal, Value& value, Kind kind);

  bool put(Value& value, int containers);
  bool put_number(const char* begin);
  bool put_text(Value& value, std::string_view token);
  bool put_list(Value& value, int containers);
  bool put_map(Value& value, int containers);

  /// Valid until the next call. Nothing: a bad escape.
  std::optional<std::string_view> unescaped(std::string_view raw);
  std::optional<std::string_view> key_text(const char* raw_key);

  BatchBuilder& builder_;
  JsonCells cells_;
  simdjson::ondemand::parser parser_;
  std::size_t parser_bytes_ = 0;
  std::vector<Column> columns_;
  Followers first_;  ///< the first columns of the last rows
  std::uint64_t line_ = 0;
  const char* line_end_ = nullptr;
  bool has_escapes_ = false;

  hashing::ByteBuffer nested_;
  std::vector<hashing::MapEntry> entries_;
  std::string unescaped_;
};

}  // namespace rowprint
