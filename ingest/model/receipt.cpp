#include "ingest/model/receipt.hpp"

#include <array>
#include <cstdio>

namespace rowprint {

std::string_view to_string(Order order) {
  return order == Order::sequence ? "sequence" : "set";
}

std::optional<Order> parse_order(std::string_view text) {
  if (text == "sequence") {
    return Order::sequence;
  }
  if (text == "set") {
    return Order::set;
  }
  return std::nullopt;
}

SystemTime system_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string format_time(SystemTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text.data();
}

}  // namespace rowprint
