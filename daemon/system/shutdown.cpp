#include "daemon/system/shutdown.hpp"

#include "daemon/log.hpp"

#include <csignal>
#include <cstdlib>
#include <cstring>

namespace rowprint::daemon {
namespace {

using boost::system::error_code;

constexpr int kExitForced = 1;

}  // namespace

Shutdown::Shutdown(boost::asio::any_io_executor executor, Listener& listener, Jobs& jobs, ReadGate& reads,
                   Supervision& supervision, std::chrono::milliseconds grace)
    : signals_(executor, SIGTERM, SIGINT),
      timer_(executor),
      listener_(listener),
      jobs_(jobs),
      reads_(reads),
      supervision_(supervision),
      grace_(grace) {}

void Shutdown::start() {
  wait();
}

void Shutdown::ended() {
  signals_.cancel();
  timer_.cancel();
  supervision_.stop();
}

void Shutdown::wait() {
  signals_.async_wait([this](error_code error, int signal) {
    if (error) {
      return;
    }
    if (begun_) {
      log::warning("{} again: ending at once", ::strsignal(signal));
      std::_Exit(kExitForced);
    }
    begin(signal);
    wait();
  });
}

void Shutdown::begin(int signal) {
  begun_ = true;
  log::info("{}: {} ingests running, {} connections; they have {} ms", ::strsignal(signal), jobs_.running(),
            listener_.connections(), grace_.count());
  supervision_.stop();
  listener_.finish();
  timer_.expires_after(grace_);
  timer_.async_wait([this](error_code error) {
    if (!error) {
      log::warning("cancelling {} ingests", jobs_.running());
      jobs_.cancel_all();
      reads_.cancel = true;
      listener_.cancel();
    }
  });
}

}  // namespace rowprint::daemon
