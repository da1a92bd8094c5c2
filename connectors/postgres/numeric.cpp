#include "connectors/postgres/field_reader.hpp"
#include "connectors/postgres/value_type.hpp"

#include <array>
#include <limits>

/// numeric: digits to the base 10000, which never pass through a double.
namespace rowprint::postgres {
namespace {

constexpr std::uint16_t kNegative = 0x4000;
constexpr std::uint16_t kNan = 0xC000;
constexpr std::uint16_t kInfinity = 0xD000;
constexpr std::uint16_t kMinusInfinity = 0xF000;
constexpr std::uint16_t kBase = 10'000;
constexpr int kGroupDigits = 4;
/// So many groups fit 63 bits.
constexpr std::size_t kShortGroups = 4;

/// Nearly every number there is: few digits, and some behind the point or none.
bool put_short(hashing::ByteBuffer& out, const std::uint8_t* groups, std::size_t count, bool negative,
               std::int64_t exponent) {
  std::int64_t mantissa = 0;
  for (std::size_t i = 0; i < count; ++i) {
    mantissa = mantissa * kBase + load<std::uint16_t>(groups + 2 * i);
  }
  if (mantissa == 0) {
    hashing::put_int(out, 0);
    return true;
  }
  while (mantissa % 10 == 0) {
    mantissa /= 10;
    ++exponent;
  }
  mantissa = negative ? -mantissa : mantissa;
  if (exponent == 0) {
    hashing::put_int(out, mantissa);
    return true;
  }
  if (exponent > 0 || exponent < hashing::kExponentMin) {
    return false;
  }
  out.push_back(0xc4);
  hashing::put_list(out, 2);
  hashing::put_int(out, exponent);
  hashing::put_int(out, mantissa);
  return true;
}

}  // namespace

bool put_numeric(const ValueType& type, hashing::ByteView field, Decoding& decoding, hashing::ByteBuffer& out,
                 int /*depth*/) {
  FieldReader reader{field};
  const auto count = static_cast<std::size_t>(reader.read<std::uint16_t>());
  const auto weight = reader.read<std::int16_t>();
  const auto sign = reader.read<std::uint16_t>();
  reader.read<std::uint16_t>();  // how many digits are shown behind the point: 1.50 is 1.5
  const hashing::ByteView groups = reader.take(2 * count);
  if (!reader.complete()) {
    return decoding.malformed(type.name);
  }
  switch (sign) {
    case kNan:
      return hashing::put_float(out, std::numeric_limits<double>::quiet_NaN()), true;
    case kInfinity:
      return hashing::put_float(out, std::numeric_limits<double>::infinity()), true;
    case kMinusInfinity:
      return hashing::put_float(out, -std::numeric_limits<double>::infinity()), true;
    case 0:
    case kNegative:
      break;
    default:
      return decoding.malformed(type.name);
  }
  bool sound = true;
  for (std::size_t i = 0; i < count; ++i) {
    sound = sound && load<std::uint16_t>(groups.data() + 2 * i) < kBase;
  }
  if (!sound) {
    return decoding.malformed(type.name);
  }
  const std::int64_t exponent = std::int64_t{kGroupDigits} * (weight - static_cast<std::int64_t>(count) + 1);
  if (count <= kShortGroups && put_short(out, groups.data(), count, sign == kNegative, exponent)) {
    return true;
  }
  std::string& digits = decoding.text;
  digits.assign(sign == kNegative ? "-" : "");
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned group = load<std::uint16_t>(groups.data() + 2 * i);
    for (const unsigned unit : {1000U, 100U, 10U, 1U}) {
      digits.push_back(static_cast<char>('0' + group / unit % 10));
    }
  }
  const hashing::Refusal refusal = hashing::put_decimal(out, digits, exponent);
  return refusal == hashing::Refusal::none ||
         decoding.refuse(std::string{hashing::describe(refusal)}, ErrorCode::limit_exceeded);
}

}  // namespace rowprint::postgres
