#pragma once

#include "connectors/http/json_cells.hpp"
#include "connectors/http/token_finder.hpp"
#include "connectors/http/token_walk.hpp"
#include "hashing/bytes.hpp"
#include "hashing/canonical.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/type.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint {

/// The fast path of a line: sets the cells of the row begun, or finds that the line is bad, not where and why.
///
/// It takes what LineCheck takes and nothing else: a test holds the two together. Text without escapes is not copied.
/// Lifecycle: one for a source. Thread safety: none. Ownership: borrows the builder, which outlives it.
/// Memory: that of TokenFinder; what only a long line needed is given back after it.
class LineParser {
 public:
  /// A value lies in at most `nesting_max` lists and maps.
  explicit LineParser(BatchBuilder& builder, int nesting_max = hashing::kDepthMax);

  /// Declares a column of the builder; all before the first line.
  void declare(std::uint32_t ordinal, Type type);
  /// The whole lines that the next calls of parse() will be given one by one, or nothing. Their tokens are found at
  /// once, which for short lines takes a fraction of the time. Each call ends what the one before has said.
  void look_ahead(std::string_view lines);
  /// Parses one line between begin_row() and end_row(). `line` lives as long as the builder's batch, and from its end
  /// on TokenFinder::kPaddingBytes may be read; it ends with a brace or bracket, or the first of these is white. False:
  /// the line is bad, or it has a column that the builder does not take.
  bool parse(std::string_view line, bool may_have_escapes = true);

 private:
  struct Column;
  /// The columns that came after another one in the last rows that held it: good guesses for the next row.
  struct Followers {
    Column* last = nullptr;
    Column* before = nullptr;
  };
  /// A column as lines meet it. Its raw key, to the closing quote, is `head` where `mask` is set, then `tail`.
  struct Column {
    Column(std::uint32_t number, std::string_view name);
    /// Whether the key at `raw_key` is this one without escapes. Reads 16 bytes, be they of the line or behind it.
    bool is_at(const char* raw_key, const char* line_end) const;

    std::array<std::uint64_t, 2> head{};
    std::array<std::uint64_t, 2> mask{};
    std::uint64_t last_line = 0;  ///< the last line that held it: a second time is a duplicate
    Followers followers;
    std::uint32_t ordinal;
    Type type = Type::any;
    std::string tail;
  };

  /// Whether the walk stands before the tokens of `line`.
  bool find_tokens(std::string_view line);
  bool take_row();
  /// Null: the builder does not take it.
  Column* column_at(const char* raw_key, Followers& followers);
  Column* find_column(const char* raw_key, Followers& followers);
  Column* look_up(const char* raw_key);
  void meet_columns();

  bool set_value(const Column& column, const char* token);
  bool set_text(const Column& column, std::string_view raw);
  bool set_number(const Column& column, const char* begin);
  bool set_nested(const Column& column, const char* token, Kind kind);

  bool put(const char* token, int containers);
  bool put_number(const char* begin);
  bool put_text(std::string_view raw);
  bool put_list(int containers);
  bool put_map(int containers);

  /// Valid until the next call. Nothing: a bad escape.
  std::optional<std::string_view> unescaped(std::string_view raw);
  std::optional<std::string_view> key_text(const char* raw_key);

  BatchBuilder& builder_;
  int nesting_max_;
  JsonCells cells_;
  TokenFinder finder_;
  TokenWalk walk_;
  const char* ahead_end_ = nullptr;  ///< of the lines whose tokens the walk goes over; null where there are none
  std::deque<Column> columns_;       ///< they stay where they are
  Followers first_;                  ///< the first columns of the last rows
  std::uint64_t line_ = 0;
  const char* line_end_ = nullptr;
  bool has_escapes_ = false;

  hashing::ByteBuffer nested_;
  std::vector<hashing::MapEntry> entries_;
  std::string unescaped_;
};

}  // namespace rowprint
