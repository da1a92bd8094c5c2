#include "hashing/fingerprint.hpp"

namespace rowprint::hashing {
namespace {

constexpr std::string_view kSequencePrefix = "rp1s:";
constexpr std::string_view kMultisetPrefix = "rp1m:";

}  // namespace

std::string Fingerprint::text() const {
  std::string text{kind == Kind::sequence ? kSequencePrefix : kMultisetPrefix};
  return text += to_hex(digest);
}

std::optional<Fingerprint> Fingerprint::parse(std::string_view text) {
  Fingerprint parsed;
  if (text.starts_with(kMultisetPrefix)) {
    parsed.kind = Kind::multiset;
  } else if (!text.starts_with(kSequencePrefix)) {
    return std::nullopt;
  }
  const auto digest = digest_from_hex(text.substr(kSequencePrefix.size()));
  if (!digest) {
    return std::nullopt;
  }
  parsed.digest = *digest;
  return parsed;
}

}  // namespace rowprint::hashing
