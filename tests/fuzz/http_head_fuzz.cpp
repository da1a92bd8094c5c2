#include "daemon/server/head_reader.hpp"
#include "hashing/bytes.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Input: what a client sends. Laws: where the head ends does not depend on how it comes; what the scan takes holds no
/// byte that readers treat in different ways, and Boost.Beast reads it in the same way, whole.
namespace rowprint::daemon {
namespace {

constexpr HeadLimits kLimits{2048, 32, 512};

using fuzz::must;

/// The size of the head, 0 where it has no end, or the status of the refusal, less than 0.
int end_of(std::string_view bytes, std::size_t piece) {
  HeadEnd end;
  for (std::size_t size = 0; size < bytes.size();) {
    size = std::min(bytes.size(), size + piece);
    const auto found = end.find(bytes.substr(0, size), kLimits);
    if (!found) {
      return -found.error().status;
    }
    if (*found) {
      return static_cast<int>(**found);
    }
  }
  return 0;
}

bool is_plain(std::string_view head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    const auto byte = static_cast<unsigned char>(head[i]);
    const bool line_end =
        (byte == '\r' && head.substr(i + 1).starts_with('\n')) || (byte == '\n' && i != 0 && head[i - 1] == '\r');
    if (byte == 0x7f || (byte < 0x20 && byte != '\t' && !line_end)) {
      return false;
    }
  }
  return head.find("\r\n ") == head.npos && head.find("\r\n\t") == head.npos;
}

void check(std::string_view bytes) {
  const int end = end_of(bytes, 1);
  must(end_of(bytes, bytes.size() + 1) == end || end < 0, "where the head ends does not depend on how it comes");
  if (end <= 0) {
    return;
  }
  const std::string_view text = bytes.substr(0, static_cast<std::size_t>(end));
  const auto scanned = scan_head(text, kLimits);
  const auto parsed = parse_head(text, kLimits, std::uint64_t{1} << 62U);
  if (!scanned) {
    must(!scanned.error().reason.empty() && scanned.error().status >= 400, "what is refused has a reason");
    must(!parsed && parsed.error().status == scanned.error().status, "what is refused is refused");
    return;
  }
  must(is_plain(scanned->text), "what is taken holds no byte that may be read in two ways");
  must(!scanned->chunked || !scanned->content_length, "a body ends in one way");
  must(scanned->text.size() + 2 >= text.size(), "at most an empty line is passed over");
  if (parsed) {
    must(parsed->framing.done() == (!scanned->chunked && scanned->content_length.value_or(0) == 0),
         "the body begins where there is one");
  } else {
    must(parsed.error().reason.find("more than one way") == std::string::npos, "Beast reads it in the same way");
  }
}

}  // namespace
}  // namespace rowprint::daemon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowprint::daemon::check(rowprint::hashing::as_text({data, size}));
  return 0;
}
