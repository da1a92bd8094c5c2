#include "hashing/decimal_digits.hpp"

#include "hashing/canonical.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <iterator>
#include <vector>

namespace rowprint::hashing {
namespace {

using boost::multiprecision::cpp_int;

std::vector<std::uint8_t> big_endian(const cpp_int& value) {
  std::vector<std::uint8_t> bytes;
  boost::multiprecision::export_bits(value, std::back_inserter(bytes), 8);
  return bytes;
}

}  // namespace

void append_magnitude(ByteBuffer& out, bool negative, std::string_view magnitude) {
  cpp_int value{std::string{magnitude}};
  if (negative) {
    --value;
  }
  put_bytes(out, big_endian(value));
}

bool has_digits_within_limit(bool negative, ByteView magnitude) {
  // 10^kDigitsMax - 1; a negative integer is -1 - magnitude, so its magnitude has to be smaller by one.
  static const std::vector<std::uint8_t> largest = big_endian(pow(cpp_int{10}, unsigned{kDigitsMax}) - 1);
  if (magnitude.size() != largest.size()) {
    return magnitude.size() < largest.size();
  }
  const int order = std::memcmp(magnitude.data(), largest.data(), largest.size());
  return negative ? order < 0 : order <= 0;
}

std::string integer_digits(bool negative, ByteView magnitude) {
  cpp_int value;
  boost::multiprecision::import_bits(value, magnitude.begin(), magnitude.end(), 8);
  if (negative) {
    value = -1 - value;
  }
  return value.str();
}

}  // namespace rowprint::hashing
