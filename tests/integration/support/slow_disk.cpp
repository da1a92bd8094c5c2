// Preloaded into rowprintd: a disk that takes 100 ms to begin writing again to a file that was synced, as the catalog's
// is after each commit. Between an answer that was sent too early and the commit lie as many milliseconds then, in
// which a test can kill the daemon.
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>

namespace {

/// Of each descriptor, whether its file was synced and not yet written to again.
std::array<std::atomic<bool>, 4096> synced;

std::atomic<bool>& synced_of(int descriptor) {
  return synced.at(static_cast<std::size_t>(descriptor) % synced.size());
}

}  // namespace

extern "C" {

int fdatasync(int descriptor) {
  synced_of(descriptor) = true;
  return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

ssize_t pwrite(int descriptor, const void* bytes, std::size_t size, off_t offset) {
  if (synced_of(descriptor).exchange(false)) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  return ::syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}

}  // extern "C"
