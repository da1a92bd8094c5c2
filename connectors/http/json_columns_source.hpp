#pragma once

#include "connectors/http/json_column_reader.hpp"
#include "connectors/http/json_columns_index.hpp"
#include "connectors/http/json_row_parser.hpp"
#include "connectors/http/row_limits.hpp"
#include "connectors/http/rows_spool.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/source.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rowprint {

/// Rows from one JSON object of columns: `{"a": [1, 2], "b": ["x", null]}`.
///
/// A row needs a value of every column, and these may lie any distance apart: the text is put into a file as it comes,
/// and read again from as many places as there are columns. Each row is then taken as the line of NDJSON
/// `{"a":1,"b":"x"}` would be, and its length is that line's. All arrays are equally long. An object without columns,
/// or of empty arrays, has no rows. Lifecycle, thread safety: as Source; next() blocks on the file. Ownership: owns the
/// stream; batches own what their cells point into. The file is made with the first bytes and removed on destruction.
/// Limits: `limits`. Memory: a buffer of 4 to 64 KiB a column (1 MiB for all, or 4 KiB a column), and a few rows.
/// Errors: those of NdjsonSource, offsets in the stream; row 0 where it is none; truncated; those of the stream;
/// no_space and io of the file; what the spool's `check_room` says.
class JsonColumnsSource final : public Source {
 public:
  JsonColumnsSource(std::unique_ptr<ByteStream> body, Schema declared, RowLimits limits, RowsSpool spool);

  awaitable<Result<std::optional<Batch>>> next() override;
  const Schema& declared() const override { return declared_; }
  std::uint64_t bytes_received() const override { return bytes_received_; }

 private:
  /// One column, and its part of the row that is being put together.
  struct Cursor {
    std::string before;  ///< of its value in the row: the key and what separates
    JsonColumnReader values;
    std::size_t place = 0;  ///< of its value in the row
  };

  awaitable<Result<void>> read_all();
  Result<void> keep(std::string_view piece);
  void begin_rows();
  /// Rows until the batch is full or the columns end.
  Result<void> take_rows();
  /// False where all columns end.
  Result<bool> put_together();
  Result<void> take_row();
  Error unequal(std::size_t column, bool has_value);
  Result<std::uint64_t> count_on(std::size_t column);
  Error in_column(Error error, std::size_t column) const;
  std::uint64_t offset_in_stream(std::size_t place) const;

  std::unique_ptr<ByteStream> body_;
  Schema declared_;
  RowLimits limits_;
  BatchBuilder builder_;
  std::optional<Error> broken_;
  JsonRowParser parser_;
  std::function<Result<void>()> check_room_;
  std::unique_ptr<hashing::SpillFile> file_;
  std::uint64_t bytes_received_ = 0;
  JsonColumnsIndex index_;
  bool is_read_ = false;
  std::vector<Cursor> cursors_;
  std::string row_;
};

}  // namespace rowprint
