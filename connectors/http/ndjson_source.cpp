#include "connectors/http/ndjson_source.hpp"

#include "connectors/http/ndjson_reader.hpp"

#include <utility>

namespace rowprint {

NdjsonSource::NdjsonSource(std::unique_ptr<ByteStream> body, Schema declared, NdjsonLimits limits)
    : body_(std::move(body)), reader_(std::make_unique<NdjsonReader>(std::move(declared), limits)) {}

NdjsonSource::~NdjsonSource() = default;

awaitable<Result<std::optional<Batch>>> NdjsonSource::next() {
  return reader_->next(*body_);
}

const Schema& NdjsonSource::declared() const {
  return reader_->declared();
}

std::uint64_t NdjsonSource::bytes_received() const {
  return reader_->bytes_received();
}

NdjsonFileSource::NdjsonFileSource(Open open, Schema declared, NdjsonLimits limits)
    : open_(std::move(open)), reader_(std::make_unique<NdjsonReader>(std::move(declared), limits)) {}

NdjsonFileSource::~NdjsonFileSource() = default;

awaitable<Result<std::optional<Batch>>> NdjsonFileSource::next() {
  if (!body_) {
    Result<std::unique_ptr<ByteStream>> opened = open_();
    if (!opened) {
      co_return fail(opened.error());
    }
    body_ = std::move(*opened);
  }
  co_return co_await reader_->next(*body_);
}

const Schema& NdjsonFileSource::declared() const {
  return reader_->declared();
}

std::uint64_t NdjsonFileSource::bytes_received() const {
  return reader_->bytes_received();
}

void NdjsonFileSource::rewind() {
  body_.reset();
  reader_->rewind();
}

}  // namespace rowprint
