#include "connectors/http/json_source.hpp"

#include "connectors/http/json_array_source.hpp"
#include "connectors/http/json_columns_source.hpp"
#include "ingest/model/utf8.hpp"

#include <string>
#include <utility>

namespace rowprint {
namespace {

Error at_beginning(ErrorCode code, std::string reason, std::uint64_t offset) {
  Error error = make_error(code, std::move(reason));
  error.row = 0;
  error.offset = offset;
  return error;
}

}  // namespace

JsonSource::JsonSource(std::unique_ptr<ByteStream> body, Schema declared, RowLimits limits, RowsSpool spool)
    : body_(std::make_unique<PeekedStream>(std::move(body))),
      declared_(std::move(declared)),
      limits_(limits),
      spool_(std::move(spool)) {}

awaitable<Result<std::optional<Batch>>> JsonSource::next() {
  if (!rows_) {
    auto begun = co_await begin();
    if (!begun) {
      co_return fail(std::move(begun.error()));
    }
  }
  auto batch = co_await rows_->next();
  co_return batch;
}

awaitable<Result<void>> JsonSource::begin() {
  const auto peeked = co_await body_->peek();
  if (!peeked) {
    co_return fail(peeked.error());
  }
  const std::uint64_t offset = body_->blanks();
  if (peeked->empty()) {
    co_return fail(at_beginning(ErrorCode::truncated, "the input ends before a JSON text begins", offset));
  }
  if (peeked->front() == '[') {
    rows_ = std::make_unique<JsonArraySource>(std::move(body_), declared_, limits_);
  } else if (peeked->front() == '{') {
    rows_ = std::make_unique<JsonColumnsSource>(std::move(body_), declared_, limits_, spool_);
  } else {
    const bool is_mark = offset == 0 && peeked->starts_with(kByteOrderMark);
    co_return fail(at_beginning(ErrorCode::bad_input,
                                is_mark ? "a byte order mark" : "neither an array of rows nor an object of columns",
                                offset));
  }
  co_return Result<void>{};
}

}  // namespace rowprint
