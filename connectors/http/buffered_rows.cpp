#include "connectors/http/buffered_rows.hpp"

#include <utility>

namespace rowprint {

std::optional<Error> declare_columns(BatchBuilder& builder, const Schema& declared) {
  for (const Column& column : declared.columns) {
    if (const auto ordinal = builder.column(column.name); !ordinal) {
      return ordinal.error();
    }
  }
  return std::nullopt;
}

BufferedRows::BufferedRows(Schema declared, BatchBuilder::Limits batch, ReadBuffer::Limits read)
    : declared_(std::move(declared)),
      builder_(ReadBuffer::beside(batch, read.read_bytes)),
      buffer_(read),
      broken_(declare_columns(builder_, declared_)) {}

void BufferedRows::rewind() {
  builder_.rewind();
  buffer_.rewind();
}

awaitable<Result<std::optional<Batch>>> BufferedRows::next(ByteStream& body) {
  if (broken_) {
    co_return fail(*broken_);
  }
  while (true) {
    co_await buffer_.fill(body);
    const Result<void> taken = take_rows();
    if (!taken) {
      co_return fail(taken.error());
    }
    if (builder_.rows() > 0) {
      buffer_.hand_over(builder_);
      co_return std::optional<Batch>{builder_.take()};
    }
    if (buffer_.error()) {
      co_return fail(*buffer_.error());
    }
    if (buffer_.ended()) {
      co_return std::optional<Batch>{};
    }
  }
}

Error BufferedRows::located(ErrorCode code, std::string reason, std::uint64_t offset) const {
  Error error = make_error(code, std::move(reason));
  error.row = builder_.next_row();
  error.offset = offset;
  return error;
}

}  // namespace rowprint
