#include "connectors/http/ndjson_reader.hpp"

#include "connectors/http/line_check.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace rowprint {
namespace {

constexpr std::size_t kFirstReadBytes = 16U << 10U;
constexpr std::size_t kLeastReadBytes = 4U << 10U;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// The buffer counts towards the batch that takes it: cells and copies get the rest.
BatchBuilder::Limits without_buffer(const NdjsonLimits& limits) {
  BatchBuilder::Limits batch = limits.batch;
  batch.batch_bytes -= std::min(limits.read_bytes, batch.batch_bytes / 2);
  return batch;
}

Error located(ErrorCode code, std::string reason, std::uint64_t row, std::uint64_t offset) {
  Error error;
  error.code = code;
  error.reason = std::move(reason);
  error.row = row;
  error.offset = offset;
  return error;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

NdjsonReader::NdjsonReader(Schema declared, NdjsonLimits limits)
    : declared_(std::move(declared)),
      limits_(limits),
      builder_(without_buffer(limits)),
      parser_(builder_),
      next_capacity_(std::min(kFirstReadBytes, limits.read_bytes)) {
  for (const Column& column : declared_.columns) {
    const Result<std::uint32_t> ordinal = builder_.column(column.name);
    if (!ordinal) {
      broken_ = ordinal.error();
      return;
    }
    parser_.declare(*ordinal, column.type);
  }
}

void NdjsonReader::rewind() {
  builder_.rewind();
  buffer_ = {};
  filled_ = 0;
  parsed_ = 0;
  buffer_offset_ = 0;
  ended_ = false;
  stream_error_.reset();
}

awaitable<Result<std::optional<Batch>>> NdjsonReader::next(ByteStream& body) {
  if (broken_) {
    co_return fail(*broken_);
  }
  for (;;) {
    make_room();
    co_await fill(body);
    const Result<void> taken = take_lines();
    if (!taken) {
      co_return fail(taken.error());
    }
    if (builder_.rows() > 0) {
      hand_over_buffer();
      co_return std::optional<Batch>{builder_.take()};
    }
    if (stream_error_) {
      co_return fail(*stream_error_);
    }
    if (ended_) {
      co_return std::optional<Batch>{};
    }
  }
}

awaitable<void> NdjsonReader::fill(ByteStream& body) {
  while (filled_ < buffer_.capacity && !ended_ && !stream_error_) {
    const std::span<std::uint8_t> room{buffer_.bytes.get() + filled_, buffer_.capacity - filled_};
    const Result<std::size_t> taken = co_await body.read(room);
    if (!taken) {
      stream_error_ = taken.error();
    } else if (*taken == 0) {
      ended_ = true;
    } else {
      filled_ += *taken;
    }
  }
}

Result<void> NdjsonReader::take_lines() {
  const char* const text = buffer_.text();
  if (buffer_offset_ == 0 && parsed_ == 0 && std::string_view{text, filled_}.starts_with(kByteOrderMark)) {
    return fail(located(ErrorCode::bad_input, "a byte order mark", 1, 0));
  }
  std::optional<std::size_t> escape;
  while (parsed_ < filled_ && !builder_.batch_full()) {
    const char* const begin = text + parsed_;
    if (!escape || *escape < parsed_) {
      escape = std::min(std::string_view{text, filled_}.find('\\', parsed_), filled_);
    }
    const std::size_t left = filled_ - parsed_;
    const auto* line_end = static_cast<const char*>(std::memchr(begin, '\n', left));
    if (line_end == nullptr && !ended_) {
      // One byte more than a line may have can still be the CR of its end.
      return left > limits_.line_bytes_max + 1 ? fail(too_long(buffer_offset_ + parsed_)) : Result<void>{};
    }
    if (line_end == nullptr) {
      line_end = begin + left;
      buffer_.bytes[filled_] = '\n';
    }
    const std::string_view line{begin, static_cast<std::size_t>(line_end - begin)};
    if (Result<void> taken = take_line(line, buffer_offset_ + parsed_, text + *escape < line_end); !taken) {
      return taken;
    }
    parsed_ += std::min(line.size() + 1, left);
  }
  return {};
}

Result<void> NdjsonReader::take_line(std::string_view line, std::uint64_t offset, bool has_escapes) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (line.size() > limits_.line_bytes_max) {
    return fail(too_long(offset));
  }
  if (is_blank(line)) {
    return {};
  }
  builder_.begin_row();
  if (!parser_.parse(line, has_escapes)) {
    builder_.abandon_row();
    return fail(bad_line(line, offset));
  }
  builder_.end_row();
  return {};
}

void NdjsonReader::hand_over_buffer() {
  const std::size_t rest = filled_ - parsed_;
  const bool used_up = !builder_.batch_full();
  next_capacity_ = used_up ? std::min(next_capacity_ * 2, limits_.read_bytes)
                           : std::clamp(parsed_ + parsed_ / 8, kLeastReadBytes, limits_.read_bytes);
  Buffer next;
  if (rest != 0) {
    next = new_buffer(std::max(next_capacity_, rest));
    std::memcpy(next.bytes.get(), buffer_.bytes.get() + parsed_, rest);
  }
  builder_.adopt(std::move(buffer_.bytes), buffer_.capacity + simdjson::SIMDJSON_PADDING);
  buffer_ = std::move(next);
  buffer_offset_ += parsed_;
  filled_ = rest;
  parsed_ = 0;
}

void NdjsonReader::make_room() {
  if (!buffer_.bytes) {
    buffer_ = ended_ ? Buffer{} : new_buffer(next_capacity_);
    return;
  }
  const std::size_t rest = filled_ - parsed_;
  if (parsed_ != 0) {
    std::memmove(buffer_.bytes.get(), buffer_.bytes.get() + parsed_, rest);
    buffer_offset_ += parsed_;
    filled_ = rest;
    parsed_ = 0;
  }
  if (filled_ == buffer_.capacity && !ended_) {
    Buffer larger = new_buffer(std::min(buffer_.capacity * 2, limits_.line_bytes_max + 2));
    std::memcpy(larger.bytes.get(), buffer_.bytes.get(), filled_);
    buffer_ = std::move(larger);
  }
}

NdjsonReader::Buffer NdjsonReader::new_buffer(std::size_t capacity) {
  Buffer buffer{std::make_unique_for_overwrite<std::uint8_t[]>(capacity + simdjson::SIMDJSON_PADDING), capacity};
  std::memset(buffer.bytes.get() + capacity, '\n', simdjson::SIMDJSON_PADDING);
  return buffer;
}

Error NdjsonReader::bad_line(std::string_view line, std::uint64_t offset) const {
  LineCheck check{line, builder_.columns(), declared_, limits_.batch.columns_max};
  std::optional<Error> error = check.first_error();
  if (!error) {
    return located(ErrorCode::internal, "a line that is a row was refused", builder_.next_row(), offset);
  }
  error->row = builder_.next_row();
  error->offset = offset + error->offset.value_or(0);
  return *error;
}

Error NdjsonReader::too_long(std::uint64_t offset) const {
  return located(ErrorCode::limit_exceeded,
                 "the line is longer than " + std::to_string(limits_.line_bytes_max) + " bytes", builder_.next_row(),
                 offset);
}

}  // namespace rowprint
