#include "daemon/server/answer_writer.hpp"

#include "daemon/log.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>
#include <ctime>

namespace rowprint::daemon {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Message = http::response<http::empty_body>;

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

/// RFC 9110 sections 8.6, 15.3.5 and 15.4.5: an answer that has no content states no length.
bool has_content(const Response& response) {
  return response.status != 204 && response.status != 304;
}

Message head_of(const Response& response, unsigned version, bool keep_alive) {
  Message message{static_cast<http::status>(response.status), version};
  message.set(http::field::server, "rowprintd");
  message.set(http::field::date, http_date());
  if (has_content(response)) {
    message.set(http::field::content_type, response.content_type);
  }
  for (const auto& [name, value] : response.headers) {
    message.set(name, value);
  }
  message.keep_alive(keep_alive);
  return message;
}

}  // namespace

awaitable<bool> AnswerWriter::send(Response response, AnswerForm form, asio::any_io_executor worker) {
  if (!response.stream) {
    const bool sent = co_await send_whole(response, form);
    co_return sent;
  }
  const std::shared_ptr<ByteProducer> producer{std::move(response.stream)};
  const bool sent = co_await send_stream(response, *producer, form, worker);
  // It may have files to close, which is nothing for this thread.
  asio::post(worker, [producer] {});
  co_return sent;
}

awaitable<bool> AnswerWriter::send_whole(const Response& response, AnswerForm form) {
  handler_.answering(response.status);
  Message message = head_of(response, form.version, form.keep_alive);
  if (has_content(response)) {
    message.content_length(response.body.size());
  }
  http::response_serializer<http::empty_body> serializer{message};
  error_code error;
  link_.stream().expires_after(stall_);
  co_await http::async_write_header(link_.stream(), serializer, asio::redirect_error(asio::use_awaitable, error));
  if (!error && !form.head_only && has_content(response)) {
    co_await asio::async_write(link_.stream(), asio::buffer(response.body),
                               asio::redirect_error(asio::use_awaitable, error));
  }
  co_return !error;
}

awaitable<bool> AnswerWriter::send_stream(const Response& response, ByteProducer& producer, AnswerForm form,
                                          asio::any_io_executor worker) {
  std::string piece;
  // The first piece comes before the head, so that what fails at once can still be said.
  const Result<bool> more = co_await asio::co_spawn(worker, producer.next(piece), asio::use_awaitable);
  if (!more) {
    const Response refusal = handler_.refuse(0, more.error());
    const bool sent = co_await send_whole(refusal, form);
    co_return sent;
  }
  handler_.answering(response.status);
  Message message = head_of(response, 11, form.keep_alive);
  message.chunked(true);
  http::response_serializer<http::empty_body> serializer{message};
  error_code error;
  link_.stream().expires_after(stall_);
  co_await http::async_write_header(link_.stream(), serializer, asio::redirect_error(asio::use_awaitable, error));
  if (error || form.head_only) {
    co_return !error;
  }
  if (*more) {
    const bool sent = co_await send_pieces(producer, std::move(piece), worker);
    // Without the last chunk the client knows that rows are missing.
    if (!sent) {
      co_return false;
    }
  }
  link_.stream().expires_after(stall_);
  co_await asio::async_write(link_.stream(), http::make_chunk_last(), asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

awaitable<bool> AnswerWriter::send_pieces(ByteProducer& producer, std::string piece, asio::any_io_executor worker) {
  error_code error;
  Result<bool> more = true;
  while (more && *more) {
    link_.stream().expires_after(stall_);
    co_await asio::async_write(link_.stream(), http::make_chunk(asio::buffer(piece)),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error || hurried_) {
      co_return false;
    }
    more = co_await asio::co_spawn(worker, producer.next(piece), asio::use_awaitable);
  }
  if (!more) {
    log::error("an answer was cut: {}", more.error().text());
  }
  co_return more.has_value();
}

}  // namespace rowprint::daemon
