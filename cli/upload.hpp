#pragma once

#include "cli/client.hpp"

namespace rowprint::cli {

enum class UploadEnd : std::uint8_t {
  complete,  ///< every byte went to the socket
  stopped,   ///< the peer answered, closed or broke off before that: what it had to say is still to be read
};

/// Sends a request's body to a connected socket: as it is where its size is known, framed as chunks otherwise.
///
/// Watches the socket while it waits for the input or for room, so that a refusal is seen at once. A slow input is
/// passed on after 200 ms. Blocks. Memory: one buffer of 1 MiB. Errors: io when the input cannot be read, conflict when
/// it is shorter than its size; then the body is unfinished, and the connection is to be closed.
Result<UploadEnd> send_body(int socket, const Upload& upload);

}  // namespace rowprint::cli
