#include "config/units.hpp"

#include <fmt/format.h>
#include <array>
#include <charconv>
#include <limits>
#include <span>
#include <utility>

namespace rowprint::config {
namespace {

using Unit = std::pair<std::string_view, std::uint64_t>;

Result<std::uint64_t> parse_quantity(std::string_view text, std::span<const Unit> units, std::string_view example) {
  const auto refuse = [&] {
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not like \"{}\"", text, example));
  };
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{}) {
    return refuse();
  }
  std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  for (const auto& [name, factor] : units) {
    if (name == rest) {
      if (number > std::numeric_limits<std::int64_t>::max() / factor) {
        return fail(ErrorCode::bad_input, fmt::format("\"{}\" is too large", text));
      }
      return number * factor;
    }
  }
  return refuse();
}

constexpr std::array<Unit, 10> kSizes{{{"", 1},
                                       {"B", 1},
                                       {"KB", 1'000},
                                       {"MB", 1'000'000},
                                       {"GB", 1'000'000'000},
                                       {"TB", 1'000'000'000'000},
                                       {"KiB", std::uint64_t{1} << 10U},
                                       {"MiB", std::uint64_t{1} << 20U},
                                       {"GiB", std::uint64_t{1} << 30U},
                                       {"TiB", std::uint64_t{1} << 40U}}};
constexpr std::array<Unit, 4> kDurations{{{"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}}};

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  return parse_quantity(text, kSizes, "256 MiB");
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto milliseconds = parse_quantity(text, kDurations, "30 s");
  if (!milliseconds) {
    return tl::unexpected{milliseconds.error()};
  }
  return std::chrono::milliseconds{static_cast<std::int64_t>(*milliseconds)};
}

}  // namespace rowprint::config
