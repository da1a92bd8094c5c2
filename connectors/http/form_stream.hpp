#pragma once

#include "connectors/http/form_part.hpp"
#include "ingest/byte_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowprint {

/// What a form says before the bytes of its file.
struct FormHead {
  std::vector<std::pair<std::string, std::string>> fields;  ///< in their order
  FormPart file;
};

/// The bytes of the one file of a multipart/form-data body (RFC 7578), as they come.
///
/// Decorates: owns the inner stream, and reads it to its end, also behind the file. Lifecycle: open() once, then read()
/// as any stream. Thread safety: as ByteStream. Memory: kBufferBytes, in which all that stands before the file must
/// fit. Read in one way only: a body begins with its first boundary and ends with the closing one, and at most a CRLF
/// behind it; fields come before the file, behind which there is no other part.
/// Errors, after all bytes of the file before them: those of the inner stream; bad_input, truncated, limit_exceeded.
/// The offset of these is that in the form.
class FormStream final : public ByteStream {
 public:
  static constexpr std::size_t kBufferBytes = 64U << 10U;

  /// `boundary` is one, as is_form_boundary() says.
  FormStream(std::unique_ptr<ByteStream> inner, std::string_view boundary);

  /// Reads up to the first byte of the file.
  awaitable<Result<FormHead>> open();
  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override;

 private:
  std::string_view held() const;
  /// Reads more behind what is held. False at the end of the inner stream, and where it failed.
  awaitable<Result<bool>> fill();
  /// What stands before `mark`, which is taken off as well.
  awaitable<Result<std::string_view>> take_until(std::string_view mark, std::string_view missing);
  /// What the next bytes of the form are, fewer at its end.
  awaitable<Result<std::string_view>> peek(std::size_t bytes);
  /// Behind a boundary: whether a part follows, or else the form has ended.
  awaitable<Result<bool>> has_part();
  awaitable<Result<void>> take_end();
  /// How many of the bytes that are held belong to the file for certain.
  std::size_t file_bytes();
  tl::unexpected<Error> wrong(ErrorCode code, std::string reason, std::uint64_t offset) const;
  std::uint64_t offset() const { return offset_ + begin_; }

  std::unique_ptr<ByteStream> inner_;
  const std::string delimiter_;  ///< CRLF, two hyphens, the boundary
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t begin_ = 0;  ///< of what is held
  std::size_t end_ = 0;
  std::size_t file_end_ = 0;  ///< up to here, what is held is known to be the file's
  std::uint64_t offset_ = 0;  ///< of the buffer's first byte in the form
  bool ended_ = false;        ///< the closing boundary was read, and the inner stream's end
};

}  // namespace rowprint
