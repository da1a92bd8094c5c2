#pragma once

#include "hashing/digest.hpp"
#include "hashing/sha512.hpp"
#include "ingest/model/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rowprint {

/// What a Content-Digest or Repr-Digest field says (RFC 9530): the digests of the algorithms that are known. A regular
/// value.
struct DigestField {
  std::optional<hashing::Digest> sha256;
  std::optional<hashing::Digest512> sha512;

  /// Only algorithms that are not known were named, or none: there is nothing to check.
  bool empty() const { return !sha256 && !sha512; }
  bool operator==(const DigestField&) const = default;
};

/// A dictionary of byte sequences (RFC 8941, section 3.2), the lines of the field joined by commas. Algorithms that are
/// not known are left out, parameters passed over. Errors, with the reason: bad_input for anything else, for an
/// algorithm that stands twice, and for a digest that has not its algorithm's length.
Result<DigestField> parse_digest_field(std::string_view value);

/// `:base64:`, as the field has it.
std::string format_digest(hashing::ByteView digest);

/// What Want-Content-Digest and Want-Repr-Digest say of the algorithms that are checked.
std::string_view wanted_digests();

}  // namespace rowprint
