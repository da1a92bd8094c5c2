#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowprint::test {

struct Answer {
  int status = 0;
  std::string body;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One connection of HTTP/1.1 that is kept, written byte by byte as a test likes: another implementation than the
/// daemon's. Thread safety: none. Calls block. Errors: throws std::runtime_error when the connection breaks or the
/// answer is none.
class Wire {
 public:
  explicit Wire(std::uint16_t port);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  Answer get(const std::string& target, const Headers& headers = {});
  /// With Content-Length.
  Answer post(const std::string& target, const Headers& headers, std::string_view body);
  /// Every piece is a chunk; pieces are not empty.
  Answer post_chunked(const std::string& target, const Headers& headers, const std::vector<std::string_view>& pieces);

 private:
  void write(std::string_view bytes);
  void fill();
  std::string line();
  std::string take(std::size_t size);
  Answer answer();

  int socket_ = -1;
  std::string buffer_;
};

/// Percent-encodes everything but letters, digits and `-._~`.
std::string escape(std::string_view text);

}  // namespace rowprint::test
