#include "cli/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <cstdlib>

namespace rowprint::cli {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kPaintEvery{100};
constexpr std::size_t kWidthUnknown = 80;

std::uint64_t per_second(std::uint64_t count, milliseconds elapsed) {
  const auto ticks = static_cast<std::uint64_t>(std::max<milliseconds::rep>(elapsed.count(), 1));
  return static_cast<std::uint64_t>(static_cast<double>(count) * 1000.0 / static_cast<double>(ticks));
}

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kWidthUnknown;
}

void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) {
      return;  // nobody looks any more
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 1000) {
    return fmt::format("{} B", bytes);
  }
  constexpr std::string_view kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double amount = static_cast<double>(bytes) / 1000.0;
  std::size_t unit = 0;
  // 999.5 would be written as 1000.
  while (amount >= 999.5 && unit + 1 < std::size(kUnits)) {
    amount /= 1000.0;
    ++unit;
  }
  const int decimals = amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", amount, decimals, kUnits[unit]);
}

std::string format_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t place = digits.size(); place > 3;) {
    place -= 3;
    digits.insert(place, 1, ',');
  }
  return digits;
}

std::string format_elapsed(milliseconds elapsed) {
  const auto seconds = elapsed.count() / 1000;
  if (seconds < 100 * 60) {
    return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  }
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string format_progress(const ProgressSample& sample, std::size_t width) {
  std::string line{sample.phase};
  if (sample.bytes_total) {
    const std::uint64_t percent = *sample.bytes_total == 0 ? 100 : sample.bytes * 100 / *sample.bytes_total;
    line += fmt::format("  {}%  {} of {}", std::min<std::uint64_t>(percent, 100), format_bytes(sample.bytes),
                        format_bytes(*sample.bytes_total));
  } else {
    line += sample.rows == 0 ? std::string{} : fmt::format("  {} rows", format_count(sample.rows));
    line += "  " + format_bytes(sample.bytes);
  }
  // Not every phase can tell rows apart.
  line += sample.rows == 0 ? std::string{}
                           : fmt::format("  {} rows/s", format_count(per_second(sample.rows, sample.elapsed)));
  line +=
      fmt::format("  {}/s  {}", format_bytes(per_second(sample.bytes, sample.elapsed)), format_elapsed(sample.elapsed));
  if (line.size() > width) {
    line.resize(width);
  }
  return line;
}

bool is_live_terminal(int descriptor) {
  const char* kind = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && (kind == nullptr || std::string_view{kind} != "dumb");
}

void ProgressLine::begin(std::string phase, std::optional<std::uint64_t> bytes_total) {
  end();
  progress_->rows = 0;
  progress_->bytes = 0;
  phase_ = std::move(phase);
  bytes_total_ = bytes_total;
  began_ = std::chrono::steady_clock::now();
  if (enabled_) {
    painter_ = std::jthread{[this](std::stop_token stop) { paint_until(std::move(stop)); }};
  }
}

void ProgressLine::rename(std::string phase) {
  const std::scoped_lock lock{mutex_};
  phase_ = std::move(phase);
}

void ProgressLine::end() {
  if (painter_.joinable()) {
    painter_.request_stop();
    painter_.join();
  }
}

void ProgressLine::paint_until(std::stop_token stop) {
  std::unique_lock lock{mutex_};
  const auto never = [] { return false; };
  while (!stop.stop_requested()) {
    paint();
    wake_.wait_for(lock, stop, kPaintEvery, never);
  }
  paint();
  write_all("\r\x1b[K");
}

void ProgressLine::paint() {
  const ProgressSample sample{phase_, progress_->rows.load(std::memory_order_relaxed),
                              progress_->bytes.load(std::memory_order_relaxed), bytes_total_,
                              std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began_)};
  // One column less than there are: a full line would wrap, and the next paint begin a line further down.
  write_all("\r" + format_progress(sample, terminal_width() - 1) + "\x1b[K");
}

}  // namespace rowprint::cli
