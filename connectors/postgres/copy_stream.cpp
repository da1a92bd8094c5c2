#include "connectors/postgres/field_reader.hpp"
#include "connectors/postgres/row_stream.hpp"

#include <algorithm>
#include <array>

namespace rowprint::postgres {
namespace {

constexpr std::array<std::uint8_t, 11> kSignature{'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n', 0};
/// Bits of the header's flags that a reader must know.
constexpr std::uint32_t kCriticalFlags = 0xffff'0000;

}  // namespace

Result<void> CopyStream::start() {
  // A new line ends a comment that the query may end with. It cannot leave the parentheses: it has been prepared alone,
  // and the extended protocol takes one statement only.
  const std::string copy = "COPY (" + query_ + "\n) TO STDOUT (FORMAT binary)";
  const int sent = PQsendQueryParams(wire_.connection(), copy.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1);
  if (auto flushed = wire_.flush(sent); !flushed) {
    return flushed;
  }
  const Result<ResultOwner> begun = wire_.result();
  if (!begun) {
    return fail(begun.error());
  }
  if (PQresultStatus(begun->get()) != PGRES_COPY_OUT) {
    return fail(error_of_result(begun->get()));
  }
  if (PQbinaryTuples(begun->get()) != 1 || static_cast<std::size_t>(PQnfields(begun->get())) != fields_.size()) {
    return fail(ErrorCode::corrupt, "the server does not send what was asked for");
  }
  return {};
}

RowStream::Got CopyStream::next(Patience patience) {
  for (;;) {
    if (!message_.empty()) {
      if (!header_read_) {
        if (!cut_header()) {
          return malformed();
        }
        continue;
      }
      return cut_row();
    }
    char* buffer = nullptr;
    constexpr int kAsynchronous = 1;
    const int size = PQgetCopyData(wire_.connection(), &buffer, kAsynchronous);
    if (size > 0) {
      buffer_.reset(buffer);
      message_ = hashing::as_bytes({buffer, static_cast<std::size_t>(size)});
      bytes_ += message_.size();
    } else if (size == 0) {
      const Result<bool> received = wire_.receive(patience);
      if (!received) {
        return failed(received.error());
      }
      if (!*received) {
        return Got::pause;
      }
    } else {
      return finish();
    }
  }
}

/// The first message begins with it.
bool CopyStream::cut_header() {
  FieldReader reader{message_};
  header_read_ = std::ranges::equal(reader.take(kSignature.size()), kSignature);
  const auto flags = reader.read<std::uint32_t>();
  reader.take(reader.read<std::uint32_t>());
  message_ = message_.last(reader.left());
  return header_read_ && (flags & kCriticalFlags) == 0 && reader.sound();
}

/// The next row of the message, or the trailer, which is a row of -1 columns.
RowStream::Got CopyStream::cut_row() {
  FieldReader reader{message_};
  const auto count = reader.read<std::int16_t>();
  if (count == -1 && reader.complete() && !trailer_read_) {
    trailer_read_ = true;
    message_ = {};
    return next({});
  }
  if (trailer_read_ || count < 0 || static_cast<std::size_t>(count) != fields_.size()) {
    return malformed();
  }
  for (Field& field : fields_) {
    const auto size = reader.read<std::int32_t>();
    if (size == -1) {
      field = {};
      continue;
    }
    const hashing::ByteView bytes = reader.take(size < 0 ? reader.left() + 1 : static_cast<std::size_t>(size));
    // An empty value points somewhere all the same: that is what it differs from NULL by.
    field = {bytes.empty() ? kSignature.data() : bytes.data(), bytes.size()};
  }
  if (!reader.sound()) {
    return malformed();
  }
  message_ = message_.last(reader.left());
  ++rows_;
  return Got::row;
}

/// After the last message: the server's verdict. Only a trailer and its count say that no row is missing.
RowStream::Got CopyStream::finish() {
  bool counted = false;
  for (;;) {
    const Result<ResultOwner> verdict = wire_.result();
    if (!verdict) {
      return failed(verdict.error());
    }
    if (!*verdict) {
      break;
    }
    if (PQresultStatus(verdict->get()) != PGRES_COMMAND_OK) {
      return failed(error_of_result(verdict->get()));
    }
    counted = all_came(**verdict, rows_);
  }
  if (!trailer_read_) {
    return failed(Error{ErrorCode::truncated, "the rows ended before their end", {}, {}, {}});
  }
  return counted ? Got::end : rows_missing();
}

RowStream::Got CopyStream::malformed() {
  return failed(Error{ErrorCode::corrupt, "what the server sent is no binary COPY of this query", {}, {}, {}});
}

}  // namespace rowprint::postgres
