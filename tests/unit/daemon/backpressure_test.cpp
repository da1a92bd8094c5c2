#include "connectors/http/formats.hpp"
#include "ingest/wait.hpp"
#include "tests/support/text_stream.hpp"
#include "tests/unit/daemon/daemon_parts.hpp"
#include "tests/unit/daemon/running_server.hpp"
#include "tests/unit/daemon/stuck_store.hpp"

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace rowprint::daemon {
namespace {

/// What the connection itself may hold of a body that comes in chunks.
constexpr std::size_t kReadAheadBytes = 64U << 10U;

std::string rows(std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) {
    all += "{\"id\":" + std::to_string(i) + ",\"name\":\"a row of some length, number " + std::to_string(i * 7919) +
           "\"}\n";
  }
  return all;
}

/// A client that never stops sending, and knows how much of it the other side has read.
class EndlessClient {
 public:
  EndlessClient(std::uint16_t port, std::string bytes) : bytes_(std::move(bytes)), port_(port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    own_port_ = ntohs(address.sin_port);
  }
  ~EndlessClient() { ::close(socket_); }
  EndlessClient(const EndlessClient&) = delete;
  EndlessClient& operator=(const EndlessClient&) = delete;

  /// Sends until the socket takes no more.
  void send_until_full() {
    while (sent_ < bytes_.size()) {
      const ssize_t size = ::send(socket_, bytes_.data() + sent_, bytes_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (size <= 0) {
        return;
      }
      sent_ += static_cast<std::size_t>(size);
    }
    ADD_FAILURE() << "the client has nothing left to send: the daemon took " << sent_ << " bytes";
  }
  /// Of all that was sent, what lies neither in this side's socket nor in the other's. Right where nothing moves.
  std::int64_t read_by_the_other_side() const {
    int unacknowledged = 0;
    ::ioctl(socket_, SIOCOUTQ, &unacknowledged);
    return static_cast<std::int64_t>(sent_) - unacknowledged - unread();
  }

 private:
  /// What waits in the other side's socket, which /proc lists by its ports: the fourth column is "sending:receiving".
  std::int64_t unread() const {
    std::ifstream table{"/proc/self/net/tcp"};
    for (std::string line; std::getline(table, line);) {
      unsigned local = 0;
      unsigned remote = 0;
      unsigned receiving = 0;
      if (std::sscanf(line.c_str(), "%*d: %*8x:%x %*8x:%x %*x %*x:%x", &local, &remote, &receiving) == 3 &&
          local == port_ && remote == own_port_) {
        return receiving;
      }
    }
    return 0;
  }

  std::string bytes_;
  std::uint16_t port_;
  std::uint16_t own_port_ = 0;
  int socket_ = -1;
  std::size_t sent_ = 0;
};

/// What the declared queues hold of a body when `inserts` batches have gone into the store, the last of which is stuck
/// there: that one, those in the queue between the stages, which takes one more as long as its bytes are below its
/// bound, and the one that waits to enter it.
class DeclaredQueues {
 public:
  DeclaredQueues(const std::string& body, const config::Config& config) : queue_bytes_(config.memory.share_bytes / 4) {
    RowLimits limits;
    limits.row_bytes_max = config.limits.row_bytes;
    limits.batch.columns_max = config.limits.columns;
    const auto source = make_rows_source(RowsFormat{}, std::make_unique<test::TextStream>(body, 1U << 20U), {}, limits,
                                         {posix_disk(), ""});
    boost::asio::thread_pool worker{1};
    while (batches_.size() < kBatches) {
      auto batch = rowprint::wait(worker, source->next());
      EXPECT_TRUE(batch && *batch);
      batches_.push_back({(*batch)->memory_bytes(), source->bytes_received()});
    }
  }

  /// Bytes of the body, from its first on.
  std::uint64_t taken(std::size_t inserts) const {
    std::size_t next = inserts;
    for (std::size_t queued = 0; queued < queue_bytes_; ++next) {
      queued += batches_.at(next).weight;
    }
    return batches_.at(next).body_bytes;
  }

 private:
  static constexpr std::size_t kBatches = 40;
  struct Made {
    std::size_t weight;        ///< as the queue counts it
    std::uint64_t body_bytes;  ///< that the source had taken when it was made
  };
  std::size_t queue_bytes_;
  std::vector<Made> batches_;
};

class Backpressure : public testing::Test {
 protected:
  static config::Config config() {
    config::Config config = small_config();
    config.memory.share_bytes = 4U << 20U;
    return config;
  }

  std::uint64_t taken_by_the_source() { return parts_.jobs.list().at(0).progress->bytes; }

  std::string body_ = rows(1'000'000);
  StuckStore store_;
  DaemonParts parts_{{}, config(), nullptr, posix_disk(), &store_};
  DeclaredQueues queues_{body_.substr(0, 16U << 20U), parts_.config};
};

const std::string kHead = "POST /v1/datasets/x/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n";

TEST_F(Backpressure, BytesReadOfASizedBodyAreTheSumOfTheDeclaredQueues) {
  const std::string head = kHead + "Content-Length: 1000000000\r\n\r\n";
  RunningServer server{parts_.api};
  EndlessClient client{server.port(), head + body_};
  // Letting one batch go moves the sum by one batch: it was not on its way to a larger one.
  for (std::size_t inserts = 1; inserts <= 6; ++inserts) {
    const std::uint64_t sum = queues_.taken(inserts);
    EXPECT_TRUE(wait_until([&] {
      client.send_until_full();
      return store_.begun() == inserts && taken_by_the_source() == sum &&
             client.read_by_the_other_side() == static_cast<std::int64_t>(head.size() + sum);
    })) << inserts
        << " inserts: " << sum << " bytes were to be taken, and " << taken_by_the_source() << " were; read were "
        << client.read_by_the_other_side() << ", the head of " << head.size() << " included";
    store_.let_through();
  }
  store_.break_off();
}

TEST_F(Backpressure, ChunkedBodyIsReadAheadByNoMoreThanItsConnectionMay) {
  constexpr std::size_t kChunk = 10'000;
  std::string stream = kHead + "Transfer-Encoding: chunked\r\n\r\n";
  const std::size_t head = stream.size();
  for (std::size_t at = 0; at + kChunk <= body_.size(); at += kChunk) {
    stream += "2710\r\n" + body_.substr(at, kChunk) + "\r\n";
  }
  RunningServer server{parts_.api};
  EndlessClient client{server.port(), std::move(stream)};
  for (std::size_t inserts = 1; inserts <= 6; ++inserts) {
    const std::uint64_t sum = queues_.taken(inserts);
    // The framing of the chunks before the last byte that was taken, the size of its own chunk included.
    const std::uint64_t framing = (sum / kChunk + 1) * 6 + sum / kChunk * 2;
    EXPECT_TRUE(wait_until([&] {
      client.send_until_full();
      const auto ahead = client.read_by_the_other_side() - static_cast<std::int64_t>(head + sum + framing);
      return store_.begun() == inserts && taken_by_the_source() == sum && ahead >= 0 &&
             ahead <= static_cast<std::int64_t>(kReadAheadBytes);
    })) << inserts
        << " inserts: " << sum << " bytes were to be taken, and " << taken_by_the_source() << " were; read were "
        << client.read_by_the_other_side();
    store_.let_through();
  }
  store_.break_off();
}

}  // namespace
}  // namespace rowprint::daemon
