#include "cli/upload.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

namespace rowprint::cli {
namespace {

constexpr std::size_t kPieceBytes = 1U << 20U;
constexpr std::size_t kChunkBytesMin = 256U << 10U;  // what a steady input is gathered to before it is sent
constexpr int kPatienceMilliseconds = 200;
constexpr std::size_t kHeadBytes = 16;  // room before a chunk for its size in hexadecimal and CRLF
constexpr std::string_view kChunkEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

tl::unexpected<Error> read_failed() {
  return fail(ErrorCode::io, fmt::format("cannot read the input: {}", std::generic_category().message(errno)));
}

bool has_input(const pollfd& watched) {
  return (watched.revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

/// Sends all of `bytes`, unless the peer says something first.
UploadEnd send_piece(int socket, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    pollfd watched{socket, POLLIN | POLLOUT, 0};
    if (::poll(&watched, 1, -1) < 0) {
      if (errno == EINTR) {
        continue;
      }
      return UploadEnd::stopped;
    }
    if (has_input(watched)) {
      return UploadEnd::stopped;
    }
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
      return UploadEnd::stopped;
    }
  }
  return UploadEnd::complete;
}

Result<UploadEnd> send_sized(int socket, const Upload& upload) {
  const auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(kPieceBytes);
  for (std::uint64_t offset = 0; offset < *upload.size;) {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, *upload.size - offset));
    const ssize_t got = ::pread(upload.descriptor, buffer.get(), wanted, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return read_failed();
    }
    if (got == 0) {
      return fail(ErrorCode::conflict,
                  fmt::format("the file became shorter while it was sent: {} bytes of {}", offset, *upload.size));
    }
    const hashing::ByteView piece{buffer.get(), static_cast<std::size_t>(got)};
    if (send_piece(socket, piece) == UploadEnd::stopped) {
      return UploadEnd::stopped;
    }
    offset += piece.size();
    if (upload.sent) {
      upload.sent(piece);
    }
  }
  return UploadEnd::complete;
}

/// An input that is read once, gathered into chunks.
class ChunkedBody {
 public:
  ChunkedBody(int socket, const Upload& upload) : socket_(socket), upload_(upload) {}

  Result<UploadEnd> send() {
    while (true) {
      if (auto filled = fill(); !filled) {
        return fail(std::move(filled.error()));
      }
      if (stopped_ || send_chunk() == UploadEnd::stopped) {
        return UploadEnd::stopped;
      }
      if (ended_) {
        return UploadEnd::complete;
      }
    }
  }

 private:
  /// Reads until there is enough, the input pauses or ends, or the peer says something.
  Result<void> fill() {
    filled_ = 0;
    while (filled_ < kChunkBytesMin) {
      pollfd watched[2] = {{upload_.descriptor, POLLIN, 0}, {socket_, POLLIN, 0}};
      const int ready = ::poll(watched, 2, filled_ == 0 ? -1 : kPatienceMilliseconds);
      if (ready < 0 && errno != EINTR) {
        return read_failed();
      }
      if (ready == 0) {
        return {};
      }
      if (ready > 0 && has_input(watched[1])) {
        stopped_ = true;
        return {};
      }
      if (ready < 0 || !has_input(watched[0])) {
        continue;
      }
      const ssize_t got = ::read(upload_.descriptor, buffer_.get() + kHeadBytes + filled_, kPieceBytes - filled_);
      if (got == 0) {
        ended_ = true;
        return {};
      }
      if (got > 0) {
        filled_ += static_cast<std::size_t>(got);
      } else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) {
        return read_failed();
      }
    }
    return {};
  }

  /// The last chunk travels in the same write as the data before it.
  UploadEnd send_chunk() {
    std::uint8_t* begin = buffer_.get() + kHeadBytes;
    std::uint8_t* end = begin + filled_;
    if (filled_ != 0) {
      const std::string head = fmt::format("{:x}\r\n", filled_);
      begin = std::copy(head.begin(), head.end(), begin - head.size()) - head.size();
      end = std::copy(kChunkEnd.begin(), kChunkEnd.end(), end);
    }
    if (ended_) {
      end = std::copy(kLastChunk.begin(), kLastChunk.end(), end);
    }
    const UploadEnd sent = send_piece(socket_, {begin, end});
    if (sent == UploadEnd::complete && upload_.sent && filled_ != 0) {
      upload_.sent({buffer_.get() + kHeadBytes, filled_});
    }
    return sent;
  }

  int socket_;
  const Upload& upload_;
  std::unique_ptr<std::uint8_t[]> buffer_ =
      std::make_unique_for_overwrite<std::uint8_t[]>(kHeadBytes + kPieceBytes + kChunkEnd.size() + kLastChunk.size());
  std::size_t filled_ = 0;
  bool ended_ = false;
  bool stopped_ = false;
};

}  // namespace

Result<UploadEnd> send_body(int socket, const Upload& upload) {
  return upload.size ? send_sized(socket, upload) : ChunkedBody{socket, upload}.send();
}

}  // namespace rowprint::cli
