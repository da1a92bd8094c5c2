#include "connectors/http/decoded_stream.hpp"
#include "hashing/bytes.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/stream_fuzz.hpp"
#include "tests/support/read_to_end.hpp"

/// Input: `z` for zstd or anything else for gzip, then a coded stream. Laws: what is decoded, and why it ends, does not
/// depend on how it is cut; it keeps to its limit; a reason has its place in the input.
namespace rowprint {
namespace {

constexpr DecodingLimits kLimits{256U << 10U, ~std::uint64_t{0}};

test::StreamOutcome decode(std::string_view coded, ContentCoding coding, fuzz::Cut cut) {
  DecodedStream stream{fuzz::stream_of(coded, cut), coding, kLimits};
  return fuzz::run_here(test::read_to_end(stream, cut.room));
}

void check(std::string_view input) {
  if (input.empty()) {
    return;
  }
  const ContentCoding coding = input.front() == 'z' ? ContentCoding::zstd : ContentCoding::gzip;
  input.remove_prefix(1);
  const auto whole = decode(input, coding, {input.size() + 1, 1U << 20U});
  fuzz::must(whole.bytes.size() <= kLimits.decoded_bytes_max, "no more is decoded than the limit allows");
  if (whole.error) {
    fuzz::must(!whole.error->reason.empty(), "a refusal has a reason");
    fuzz::must(whole.error->offset && *whole.error->offset <= input.size(), "a refusal has a place in the input");
  }
  for (const fuzz::Cut cut : {fuzz::Cut{1, 4096}, fuzz::Cut{1 + input.size() % 7, 1 + input.size() % 301}}) {
    const auto pieces = decode(input, coding, cut);
    fuzz::must(pieces.bytes == whole.bytes, "what is decoded does not depend on how it is cut");
    fuzz::must(pieces.error.has_value() == whole.error.has_value(), "whether it ends well does not depend on that");
    if (whole.error) {
      // How far a limit lets the decoder read on before it is noticed does.
      const bool is_limit = whole.error->code == ErrorCode::limit_exceeded;
      fuzz::must(pieces.error->reason == whole.error->reason, "nor does the reason");
      fuzz::must(is_limit || pieces.error->offset == whole.error->offset, "nor does its place");
    }
  }
}

}  // namespace
}  // namespace rowprint

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowprint::check(rowprint::hashing::as_text({data, size}));
  return 0;
}
