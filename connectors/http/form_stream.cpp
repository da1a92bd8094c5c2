#include "connectors/http/form_stream.hpp"

#include <algorithm>
#include <cstring>

namespace rowprint {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kClosing = "--";
constexpr std::string_view kNoClosing = "the form ends before its closing boundary";

}  // namespace

FormStream::FormStream(std::unique_ptr<ByteStream> inner, std::string_view boundary)
    : inner_(std::move(inner)),
      delimiter_(std::string{"\r\n--"} + std::string{boundary}),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(kBufferBytes)) {}

awaitable<Result<FormHead>> FormStream::open() {
  const std::string_view first = std::string_view{delimiter_}.substr(kFormLineEnd.size());
  const auto begin = co_await peek(first.size());
  if (!begin) {
    co_return fail(begin.error());
  }
  if (*begin != first) {
    co_return wrong(first.starts_with(*begin) ? ErrorCode::truncated : ErrorCode::bad_input,
                    "the body does not begin with the form's boundary", 0);
  }
  begin_ += first.size();
  FormHead form;
  while (true) {
    const auto more = co_await has_part();
    if (!more) {
      co_return fail(more.error());
    }
    const std::uint64_t at = offset();
    if (!*more) {
      co_return wrong(ErrorCode::bad_input, "there is no file in the form", at);
    }
    const auto head = co_await take_until(kHeadEnd, "the form ends within the header of a part");
    if (!head) {
      co_return fail(head.error());
    }
    // The end of the boundary's line is before its first line, and that of its last was taken with the empty one.
    auto part = parse_form_part(head->size() < kFormLineEnd.size() ? "" : head->substr(kFormLineEnd.size()));
    if (!part) {
      co_return wrong(part.error().code, part.error().reason, at);
    }
    if (part->file_name) {
      if (part->file_name->empty()) {
        co_return wrong(ErrorCode::bad_input, "no file was chosen for the form", at);
      }
      form.file = *std::move(part);
      file_end_ = begin_;
      co_return form;
    }
    const auto value = co_await take_until(delimiter_, kNoClosing);
    if (!value) {
      co_return fail(value.error());
    }
    form.fields.emplace_back(std::move(part->name), *value);
  }
}

awaitable<Result<std::size_t>> FormStream::read(std::span<std::uint8_t> into) {
  while (!ended_) {
    if (const std::size_t size = std::min(file_bytes(), into.size()); size != 0) {
      std::memcpy(into.data(), buffer_.get() + begin_, size);
      begin_ += size;
      co_return size;
    }
    if (held().starts_with(delimiter_)) {
      auto taken = co_await take_end();
      if (!taken) {
        co_return fail(std::move(taken.error()));
      }
      continue;
    }
    const auto filled = co_await fill();
    if (!filled) {
      co_return fail(filled.error());
    }
    if (!*filled) {
      co_return wrong(ErrorCode::truncated, std::string{kNoClosing}, offset_ + end_);
    }
  }
  co_return std::size_t{0};
}

std::string_view FormStream::held() const {
  return {reinterpret_cast<const char*>(buffer_.get()) + begin_, end_ - begin_};
}

std::size_t FormStream::file_bytes() {
  if (file_end_ == begin_) {
    const std::string_view rest = held();
    const std::size_t found = rest.find(delimiter_);
    // The delimiter may have begun in the last bytes.
    file_end_ =
        begin_ + (found != std::string_view::npos ? found : rest.size() - std::min(rest.size(), delimiter_.size() - 1));
  }
  return file_end_ - begin_;
}

awaitable<Result<bool>> FormStream::fill() {
  if (begin_ != 0 && file_end_ != 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    offset_ += begin_;
    end_ -= begin_;
    file_end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == kBufferBytes) {
    co_return wrong(ErrorCode::limit_exceeded,
                    "what stands before the file is longer than " + std::to_string(kBufferBytes) + " bytes", end_);
  }
  const auto got = co_await inner_->read({buffer_.get() + end_, kBufferBytes - end_});
  if (!got) {
    co_return fail(got.error());
  }
  end_ += *got;
  co_return *got != 0;
}

awaitable<Result<std::string_view>> FormStream::take_until(std::string_view mark, std::string_view missing) {
  std::size_t found = held().find(mark);
  while (found == std::string_view::npos) {
    const auto filled = co_await fill();
    if (!filled) {
      co_return fail(filled.error());
    }
    if (!*filled) {
      co_return wrong(ErrorCode::truncated, std::string{missing}, offset_ + end_);
    }
    found = held().find(mark);
  }
  const std::string_view before = held().substr(0, found);
  begin_ += found + mark.size();
  co_return before;
}

awaitable<Result<std::string_view>> FormStream::peek(std::size_t bytes) {
  while (held().size() < bytes) {
    const auto filled = co_await fill();
    if (!filled) {
      co_return fail(filled.error());
    }
    if (!*filled) {
      break;
    }
  }
  co_return held().substr(0, bytes);
}

awaitable<Result<bool>> FormStream::has_part() {
  const auto next = co_await peek(kFormLineEnd.size());
  if (!next) {
    co_return fail(next.error());
  }
  if (!kFormLineEnd.starts_with(*next) && !kClosing.starts_with(*next)) {
    co_return wrong(ErrorCode::bad_input, "behind a boundary stands neither the end of its line nor two hyphens",
                    offset());
  }
  if (next->size() < kFormLineEnd.size()) {
    co_return wrong(ErrorCode::truncated, std::string{kNoClosing}, offset_ + end_);
  }
  co_return *next == kFormLineEnd;
}

awaitable<Result<void>> FormStream::take_end() {
  const std::uint64_t at = offset() + kFormLineEnd.size();
  begin_ += delimiter_.size();
  file_end_ = begin_;
  const auto more = co_await has_part();
  if (!more) {
    co_return fail(more.error());
  }
  if (*more) {
    co_return wrong(ErrorCode::bad_input, "a part behind the file: a form has one file, and fields come before it", at);
  }
  begin_ += kClosing.size();
  file_end_ = begin_;
  const auto rest = co_await peek(kFormLineEnd.size() + 1);
  if (!rest) {
    co_return fail(rest.error());
  }
  if (!rest->empty() && *rest != kFormLineEnd) {
    co_return wrong(ErrorCode::bad_input, "bytes behind the closing boundary", offset());
  }
  ended_ = true;
  co_return Result<void>{};
}

tl::unexpected<Error> FormStream::wrong(ErrorCode code, std::string reason, std::uint64_t offset) const {
  Error error = make_error(code, "form: " + std::move(reason));
  error.offset = offset;
  return fail(std::move(error));
}

}  // namespace rowprint
