#include "connectors/http/json_columns_source.hpp"

#include "connectors/http/buffered_rows.hpp"
#include "connectors/http/line_check.hpp"
#include "ingest/disk/spill.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace rowprint {
namespace {

constexpr std::size_t kPieceBytes = 256U << 10U;
constexpr std::size_t kBuffersBytes = 1U << 20U;
constexpr std::size_t kBufferBytesMin = 4U << 10U;
constexpr std::size_t kBufferBytesMax = 64U << 10U;

}  // namespace

JsonColumnsSource::JsonColumnsSource(std::unique_ptr<ByteStream> body, Schema declared, RowLimits limits,
                                     RowsSpool spool)
    : body_(std::move(body)),
      declared_(std::move(declared)),
      limits_(limits),
      builder_(limits.batch),
      broken_(declare_columns(builder_, declared_)),
      parser_(builder_, declared_, limits.batch.columns_max, limits.nesting_max),
      check_room_(std::move(spool.check_room)),
      file_(make_spill(spool.disk, std::move(spool.path))),
      index_(limits.batch.columns_max, limits.row_bytes_max) {}

awaitable<Result<std::optional<Batch>>> JsonColumnsSource::next() {
  if (broken_) {
    co_return fail(*broken_);
  }
  if (!is_read_) {
    auto read = co_await read_all();
    if (!read) {
      co_return fail(std::move(read.error()));
    }
    is_read_ = true;
    begin_rows();
  }
  auto taken = take_rows();
  if (!taken) {
    co_return fail(std::move(taken.error()));
  }
  if (builder_.rows() == 0) {
    co_return std::optional<Batch>{};
  }
  co_return std::optional<Batch>{builder_.take()};
}

awaitable<Result<void>> JsonColumnsSource::read_all() {
  const auto piece = std::make_unique_for_overwrite<std::uint8_t[]>(kPieceBytes);
  std::size_t filled = 0;
  while (true) {
    const std::span<std::uint8_t> room{piece.get() + filled, kPieceBytes - filled};
    const auto got = co_await body_->read(room);
    if (!got) {
      co_return fail(got.error());
    }
    filled += *got;
    bytes_received_ += *got;
    if (*got != 0 && filled < kPieceBytes) {
      continue;
    }
    auto kept = keep(hashing::as_text({piece.get(), filled}));
    if (!kept) {
      co_return kept;
    }
    filled = 0;
    if (*got == 0) {
      co_return index_.finish();
    }
  }
}

Result<void> JsonColumnsSource::keep(std::string_view piece) {
  if (auto added = index_.add(piece); !added || piece.empty()) {
    return added;
  }
  if (auto has_room = check_room_ ? check_room_() : Result<void>{}; !has_room) {
    return has_room;
  }
  if (const auto error = file_->append(hashing::as_bytes(piece))) {
    return fail(spill_error(error, "keeping columns on disk"));
  }
  return {};
}

void JsonColumnsSource::begin_rows() {
  const auto& columns = index_.columns();
  const std::size_t share = kBuffersBytes / std::max<std::size_t>(columns.size(), 1);
  const std::size_t buffer_bytes = std::clamp(share, kBufferBytesMin, kBufferBytesMax);
  for (const JsonColumnsIndex::Column& column : columns) {
    cursors_.push_back({(cursors_.empty() ? "{" : ",") + column.key + ":",
                        JsonColumnReader{*file_, column.begin, column.end, buffer_bytes}});
  }
}

Result<void> JsonColumnsSource::take_rows() {
  while (!cursors_.empty() && !builder_.batch_full()) {
    const auto put = put_together();
    if (!put) {
      return fail(put.error());
    }
    if (!*put) {
      return {};
    }
    if (auto taken = take_row(); !taken) {
      return taken;
    }
  }
  return {};
}

Result<bool> JsonColumnsSource::put_together() {
  row_.clear();
  bool has_row = false;
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    Cursor& cursor = cursors_[i];
    row_ += cursor.before;
    cursor.place = row_.size();
    auto has_value = cursor.values.append_next(row_, limits_.row_bytes_max);
    if (!has_value) {
      return fail(in_column(std::move(has_value.error()), i));
    }
    if (i != 0 && *has_value != has_row) {
      return fail(unequal(i, *has_value));
    }
    has_row = *has_value;
  }
  row_ += '}';
  return has_row;
}

Result<void> JsonColumnsSource::take_row() {
  const std::size_t size = row_.size();
  const std::uint64_t row_offset = cursors_.front().values.value_offset();
  if (size > limits_.row_bytes_max) {
    Error error;
    error.code = ErrorCode::limit_exceeded;
    error.reason = "the row is longer than " + std::to_string(limits_.row_bytes_max) + " bytes";
    error.offset = row_offset;
    return fail(in_column(std::move(error), cursors_.size()));
  }
  auto* const text = reinterpret_cast<char*>(builder_.room(size + JsonRowParser::kPaddingBytes));
  std::memcpy(text, row_.data(), size);
  std::memset(text + size, '\n', JsonRowParser::kPaddingBytes);
  auto taken = parser_.take({text, size}, row_offset, row_.find('\\') != std::string::npos);
  if (!taken) {
    taken.error().offset = offset_in_stream(taken.error().offset.value_or(0));
  }
  return taken;
}

/// `column` has a value in the row being put together where the one before it has none, or the other way round.
Error JsonColumnsSource::unequal(std::size_t column, bool has_value) {
  const std::size_t longer = has_value ? column : column - 1;
  const std::size_t shorter = has_value ? column - 1 : column;
  const auto more = count_on(longer);
  if (!more) {
    return in_column(more.error(), longer);
  }
  const std::uint64_t rows = builder_.next_row() - 1;
  const auto& columns = index_.columns();
  Error error;
  error.code = ErrorCode::bad_input;
  error.reason = "columns of unequal length: " + std::to_string(rows) + " values in " +
                 format_path({columns[shorter].name}) + ", " + std::to_string(rows + 1 + *more) + " in " +
                 format_path({columns[longer].name});
  error.offset = columns[shorter].end;
  return in_column(std::move(error), shorter);
}

/// How many values a column has behind the one that it was read to.
Result<std::uint64_t> JsonColumnsSource::count_on(std::size_t column) {
  for (std::uint64_t count = 0;; ++count) {
    row_.clear();
    const auto has_value = cursors_[column].values.append_next(row_, limits_.row_bytes_max);
    if (!has_value) {
      return fail(has_value.error());
    }
    if (!*has_value) {
      return count;
    }
  }
}

Error JsonColumnsSource::in_column(Error error, std::size_t column) const {
  error.row = builder_.next_row();
  if (column < index_.columns().size()) {
    error.column = format_path({index_.columns()[column].name});
  }
  return error;
}

/// Where a byte of the row put together was read.
std::uint64_t JsonColumnsSource::offset_in_stream(std::size_t place) const {
  const auto behind = std::ranges::upper_bound(cursors_, place, {}, &Cursor::place);
  if (behind == cursors_.begin()) {
    return index_.columns().front().key_offset;
  }
  const Cursor& cursor = *std::prev(behind);
  if (behind != cursors_.end() && place > behind->place - behind->before.size()) {
    return index_.columns()[static_cast<std::size_t>(behind - cursors_.begin())].key_offset;
  }
  return cursor.values.value_offset() + (place - cursor.place);
}

}  // namespace rowprint
