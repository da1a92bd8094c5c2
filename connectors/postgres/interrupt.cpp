#include "connectors/postgres/interrupt.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <thread>

namespace rowprint::postgres {
namespace {

/// Asks for the query's end on a connection of its own, which may take as long as the network likes: nobody waits for
/// this thread, and it touches nothing but what it owns.
void request_cancel(std::shared_ptr<PGcancel> cancel) noexcept {
  try {
    std::thread{[cancel = std::move(cancel)] {
      std::array<char, 256> ignored{};  // the socket is shut as well, and nothing more can be done
      PQcancel(cancel.get(), ignored.data(), static_cast<int>(ignored.size()));
    }}.detach();
  } catch (const std::system_error&) {  // no thread to be had: the shut socket has to do
  }
}

}  // namespace

Interrupt::Interrupt() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) {
    throw std::system_error{errno, std::generic_category(), "eventfd"};
  }
}

Interrupt::~Interrupt() {
  close(descriptor_);
}

void Interrupt::attach(PGconn* connection) {
  std::shared_ptr<PGcancel> cancel{PQgetCancel(connection), PQfreeCancel};
  const std::lock_guard lock{mutex_};
  socket_ = PQsocket(connection);
  cancel_ = std::move(cancel);
  if (reason_ != Reason::none) {
    shutdown(socket_, SHUT_RDWR);
  }
}

void Interrupt::detach() {
  const std::lock_guard lock{mutex_};
  socket_ = -1;
  cancel_ = nullptr;
}

void Interrupt::opened() {
  const std::lock_guard lock{mutex_};
  opened_ = true;
}

void Interrupt::raise(Reason reason) noexcept {
  const std::lock_guard lock{mutex_};
  if (reason_ != Reason::none || (reason == Reason::opening && opened_)) {
    return;
  }
  reason_ = reason;
  if (cancel_) {
    request_cancel(std::move(cancel_));
  }
  if (socket_ >= 0) {
    shutdown(socket_, SHUT_RDWR);
  }
  wake();
}

void Interrupt::wake() noexcept {
  const std::uint64_t one = 1;
  // It fails only where it would pass 2^64 wakes, and then it is readable already.
  [[maybe_unused]] const auto written = write(descriptor_, &one, sizeof(one));
}

Interrupt::Reason Interrupt::reason() const {
  const std::lock_guard lock{mutex_};
  return reason_;
}

void Interrupt::drain() noexcept {
  std::uint64_t wakes = 0;
  [[maybe_unused]] const auto taken = read(descriptor_, &wakes, sizeof(wakes));
}

Ready wait_for(int socket, bool to_write, const Interrupt& interrupt, Deadline deadline) {
  for (;;) {
    int patience = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) {
        return Ready::late;
      }
      patience = static_cast<int>(std::min<std::int64_t>(left.count(), 3'600'000));
    }
    std::array<pollfd, 2> waiting{pollfd{socket, static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN), 0},
                                  pollfd{interrupt.descriptor(), POLLIN, 0}};
    const int count = poll(waiting.data(), waiting.size(), patience);
    if (count < 0 && errno != EINTR) {
      return Ready::yes;  // whoever reads the socket finds out what is wrong with it
    }
    if (count > 0) {
      return waiting[1].revents != 0 ? Ready::woken : Ready::yes;
    }
  }
}

}  // namespace rowprint::postgres
