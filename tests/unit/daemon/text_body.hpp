#pragma once

#include "daemon/server/message.hpp"
#include "tests/support/text_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rowprint::daemon {

using Trailers = std::map<std::string, std::string, std::less<>>;

/// A body of text with trailers, which are there once it was read to its end.
class TextBody final : public Body {
 public:
  explicit TextBody(std::string text, Trailers trailers = {})
      : stream_(std::move(text), 1000), trailers_(std::move(trailers)) {}

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override {
    auto got = co_await stream_.read(into);
    ended_ = got && *got == 0;
    co_return got;
  }
  void cancel() override {}
  std::optional<std::string> trailer(std::string_view name) const override {
    const auto found = trailers_.find(name);
    return ended_ && found != trailers_.end() ? std::optional{found->second} : std::nullopt;
  }

 private:
  test::TextStream stream_;
  Trailers trailers_;
  bool ended_ = false;
};

}  // namespace rowprint::daemon
