#include "connectors/http/digest_field.hpp"
#include "hashing/bytes.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/stream_fuzz.hpp"

/// Input: the value of a Content-Digest. Laws: what is taken, written again reads as the same; a refusal has a reason;
/// parts of what is taken that a comma joins are taken too, where no algorithm stands in both.
namespace rowprint {
namespace {

void check(std::string_view value) {
  const auto field = parse_digest_field(value);
  if (!field) {
    fuzz::must(!field.error().reason.empty(), "a refusal has a reason");
    return;
  }
  std::string written;
  if (field->sha512) {
    written += "sha-512=" + format_digest(*field->sha512) + (field->sha256 ? "," : "");
  }
  if (field->sha256) {
    written += "sha-256=" + format_digest(*field->sha256);
  }
  fuzz::must(parse_digest_field(written) == *field, "what is taken reads as the same where it is written");
  const auto more = parse_digest_field(std::string{value} + " ,\txx-new=::");
  fuzz::must(value.find("xx-new") != value.npos || value.find_first_not_of(" \t") == value.npos || more == *field,
             "what is taken is taken with another algorithm behind it");
}

}  // namespace
}  // namespace rowprint

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowprint::check(rowprint::hashing::as_text({data, size}));
  return 0;
}
