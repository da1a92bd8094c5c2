#include "connectors/http/token_finder.hpp"

#include <simdjson.h>
#include <algorithm>
#include <bit>
#include <limits>

namespace rowprint {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(TokenFinder::kPaddingBytes >= simdjson::SIMDJSON_PADDING);
static_assert(simdjson::SIMDJSON_VERSION_MAJOR == 3,
              "iterate_raw() and position() are not promised to stay as they are");

constexpr std::size_t kKeptBytes = 64U << 10U;
constexpr std::size_t kLeastBytes = 1U << 10U;

}  // namespace

struct TokenFinder::Parser {
  ondemand::parser finder;
};

TokenFinder::TokenFinder() : parser_(std::make_unique<Parser>()) {}
TokenFinder::~TokenFinder() = default;

std::optional<TokenWalk> TokenFinder::find(std::string_view text) {
  if (text.empty()) {
    return std::nullopt;
  }
  ondemand::parser& finder = parser_->finder;
  if (text.size() > finder.capacity() &&
      (text.size() >= std::numeric_limits<std::uint32_t>::max() ||
       finder.allocate(std::bit_ceil(std::max(text.size(), kLeastBytes))) != simdjson::SUCCESS)) {
    return std::nullopt;
  }
  ondemand::json_iterator tokens;
  if (finder.iterate_raw(simdjson::padded_string_view{text, text.size() + kPaddingBytes}).get(tokens) !=
      simdjson::SUCCESS) {
    return std::nullopt;
  }
  // Behind the last position simdjson writes the size of the text.
  return TokenWalk{text.data(), static_cast<std::uint32_t>(text.size()), tokens.position()};
}

void TokenFinder::shrink() {
  if (parser_->finder.capacity() > kKeptBytes) {
    parser_ = std::make_unique<Parser>();
  }
}

}  // namespace rowprint
