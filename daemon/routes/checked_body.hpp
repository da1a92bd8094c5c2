#pragma once

#include "connectors/http/digest_field.hpp"
#include "daemon/server/message.hpp"
#include "hashing/sha256.hpp"
#include "hashing/sha512.hpp"
#include "ingest/byte_stream.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace rowprint::daemon {

/// The fields that say a body's digest (RFC 9530). Both are over the bytes as they come, chunks undone and the content
/// coding not: a push is the whole of its representation, whose data its content is.
inline constexpr std::array<std::string_view, 2> kDigestFields{"content-digest", "repr-digest"};

/// What a request's head says of its body's digests. A regular value.
struct PromisedDigests {
  std::array<DigestField, kDigestFields.size()> in_head{};  ///< in the order of kDigestFields
  bool trailers_possible = false;                           ///< the body is chunked
  bool trailers_announced = false;                          ///< Trailer names one of the fields
};

/// Errors: bad_input for a field that is none.
Result<PromisedDigests> parse_promised_digests(const Request& request);

/// A body whose bytes are held against the digests that its head and its trailers say, before its end is given: who
/// read it to the end without an error has read what the client has the digest of.
///
/// Decorates: owns the body. Lifecycle, thread safety: as Body; hashes on the thread that reads. Cost: nothing where no
/// digest can come; SHA-256 and SHA-512 of a chunked body up to kUnannouncedBytesMax, and of all of it where its head
/// announces a digest in the trailers. An unannounced one behind a longer body is refused, since it was not computed.
/// Errors: those of the body; bad_input, which names field and algorithm, and sets `refused`, which outlives this.
class CheckedBody final : public ByteStream {
 public:
  static constexpr std::uint64_t kUnannouncedBytesMax = 1U << 20U;

  CheckedBody(std::unique_ptr<Body> body, PromisedDigests promised, bool& refused);

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;

 private:
  void hash(hashing::ByteView bytes);
  /// At the end: all fields of head and trailers.
  Result<void> check();
  Result<void> check_field(std::string_view name, const DigestField& field) const;

  std::unique_ptr<Body> body_;
  PromisedDigests promised_;
  bool& refused_;
  std::optional<hashing::Sha256> sha256_;  ///< as long as it may be asked for
  std::optional<hashing::Sha512> sha512_;
  DigestField computed_;
  std::uint64_t bytes_ = 0;
  std::optional<Result<void>> outcome_;  ///< of the check, once the end was read
};

}  // namespace rowprint::daemon
