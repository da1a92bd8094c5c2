#include "connectors/http/value_json.hpp"

#include "ingest/model/text_forms.hpp"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace rowprint {
namespace {

using Json = nlohmann::ordered_json;

template <typename Format, typename... Parts>
Json as_text(Format format, const Parts&... parts) {
  std::string text;
  format(text, parts...);
  return text;
}

struct ToJson {
  Json operator()(Null) const { return {}; }
  Json operator()(bool value) const { return value; }
  Json operator()(std::int64_t value) const { return value; }
  Json operator()(const BigInteger& value) const {
    std::uint64_t number = 0;
    const char* end = value.digits.data() + value.digits.size();
    const auto [stop, problem] = std::from_chars(value.digits.data(), end, number);
    return problem == std::errc{} && stop == end ? Json(number) : Json(value.digits);
  }
  Json operator()(double value) const {
    if (std::isfinite(value)) {
      return value;
    }
    return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  }
  Json operator()(const Decimal& value) const {
    return as_text(text_forms::format_decimal, value.digits, value.exponent);
  }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const Bytes& value) const {
    return as_text(text_forms::format_base64, hashing::ByteView{value.bytes});
  }
  Json operator()(const Date& value) const { return as_text(text_forms::format_date, value.days); }
  Json operator()(const TimeOfDay& value) const {
    return as_text(text_forms::format_time, text_forms::Moment{value.seconds, value.nanoseconds});
  }
  Json operator()(const Timestamp& value) const {
    return as_text(text_forms::format_timestamp, text_forms::Moment{value.seconds, value.nanoseconds});
  }
  Json operator()(const TimestampTz& value) const {
    return as_text(text_forms::format_timestamptz, text_forms::Moment{value.seconds, value.nanoseconds});
  }
  Json operator()(const Uuid& value) const { return as_text(text_forms::format_uuid, hashing::ByteView{value.bytes}); }
  Json operator()(const List& value) const {
    Json items = Json::array();
    for (const Value& item : value.items) {
      items.push_back(value_json(item));
    }
    return items;
  }
  Json operator()(const Map& value) const {
    Json object = Json::object();
    for (const auto& [key, held] : value.pairs) {
      object[key] = value_json(held);
    }
    return object;
  }
};

}  // namespace

Json value_json(const Value& value) {
  return std::visit(ToJson{}, value.held);
}

}  // namespace rowprint
