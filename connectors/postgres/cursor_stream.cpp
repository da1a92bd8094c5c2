#include "connectors/postgres/row_stream.hpp"

namespace rowprint::postgres {
namespace {

/// How many rows are asked for at a time. They come one by one all the same, so it bounds no memory; it bounds what the
/// server works ahead.
constexpr int kFetchRows = 4096;
constexpr int kBinary = 1;

}  // namespace

Result<void> CursorStream::start() {
  const std::string declare = "DECLARE rowprint BINARY NO SCROLL CURSOR FOR " + query_;
  const int sent = PQsendQueryParams(wire_.connection(), declare.c_str(), parameters_.count(), parameters_.types(),
                                     parameters_.values(), parameters_.lengths(), parameters_.formats(), kBinary);
  if (auto flushed = wire_.flush(sent); !flushed) {
    return flushed;
  }
  for (;;) {
    const Result<ResultOwner> declared = wire_.result();
    if (!declared) {
      return fail(declared.error());
    }
    if (!*declared) {
      return {};
    }
    if (PQresultStatus(declared->get()) != PGRES_COMMAND_OK) {
      return fail(error_of_result(declared->get()));
    }
  }
}

Result<void> CursorStream::fetch() {
  const std::string fetch = "FETCH FORWARD " + std::to_string(kFetchRows) + " FROM rowprint";
  const int sent = PQsendQueryParams(wire_.connection(), fetch.c_str(), 0, nullptr, nullptr, nullptr, nullptr, kBinary);
  if (auto flushed = wire_.flush(sent); !flushed) {
    return flushed;
  }
  // One row at a time, or the library would hold them all, however long they are.
  PQsetSingleRowMode(wire_.connection());
  fetching_ = true;
  fetched_ = 0;
  counted_ = false;
  return {};
}

RowStream::Got CursorStream::next(Patience patience) {
  for (;;) {
    if (!fetching_) {
      if (auto begun = fetch(); !begun) {
        return failed(begun.error());
      }
    }
    while (PQisBusy(wire_.connection()) != 0) {
      const Result<bool> received = wire_.receive(patience);
      if (!received) {
        return failed(received.error());
      }
      if (!*received) {
        return Got::pause;
      }
    }
    row_.reset(PQgetResult(wire_.connection()));
    if (!row_) {
      fetching_ = false;
      if (!counted_) {
        return rows_missing();
      }
      if (fetched_ < kFetchRows) {
        return Got::end;
      }
      continue;
    }
    switch (PQresultStatus(row_.get())) {
      case PGRES_SINGLE_TUPLE:
        ++fetched_;
        return take_row();
      case PGRES_TUPLES_OK:
        counted_ = all_came(*row_, static_cast<std::uint64_t>(fetched_));
        break;
      default:
        return failed(error_of_result(row_.get()));
    }
  }
}

RowStream::Got CursorStream::take_row() {
  if (static_cast<std::size_t>(PQnfields(row_.get())) != fields_.size()) {
    return failed(Error{ErrorCode::corrupt, "the server does not send what was asked for", {}, {}, {}});
  }
  int column = 0;
  for (Field& field : fields_) {
    field = {};
    if (PQgetisnull(row_.get(), 0, column) == 0) {
      const auto* data = reinterpret_cast<const std::uint8_t*>(PQgetvalue(row_.get(), 0, column));
      field = {data, static_cast<std::size_t>(PQgetlength(row_.get(), 0, column))};
      bytes_ += field.size;
    }
    ++column;
  }
  return Got::row;
}

}  // namespace rowprint::postgres
