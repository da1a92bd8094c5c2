#include "cli/hashing_stream.hpp"

#include <algorithm>

namespace rowprint::cli {
namespace {

constexpr std::size_t kBlockBytes = 1U << 20U;

}  // namespace

BackgroundDigest::BackgroundDigest() {
  filling_.reserve(kBlockBytes);
  handed_over_.reserve(kBlockBytes);
  worker_ = std::thread{[this] { hash_blocks(); }};
}

void BackgroundDigest::update(hashing::ByteView bytes) {
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const hashing::ByteView part = bytes.first(std::min(bytes.size(), kBlockBytes - filling_.size()));
    filling_.append(part);
    bytes = bytes.subspan(part.size());
    if (filling_.size() == kBlockBytes) {
      hand_over();
    }
  }
}

hashing::Digest BackgroundDigest::finish() {
  hand_over();
  stop();
  return digest_.finish();
}

void BackgroundDigest::hand_over() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return !full_; });
  std::swap(filling_, handed_over_);
  filling_.clear();
  full_ = true;
  changed_.notify_all();
}

void BackgroundDigest::hash_blocks() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [this] { return full_ || ended_; });
    if (!full_) {
      return;
    }
    lock.unlock();
    digest_.update(handed_over_.view());
    lock.lock();
    full_ = false;
    changed_.notify_all();
  }
}

void BackgroundDigest::stop() {
  if (worker_.joinable()) {
    {
      const std::scoped_lock lock{mutex_};
      ended_ = true;
    }
    changed_.notify_all();
    worker_.join();
  }
}

awaitable<Result<std::size_t>> HashingStream::read(std::span<std::uint8_t> into) {
  auto got = co_await inner_->read(into);
  if (got) {
    digest_.update(into.first(*got));
  }
  co_return got;
}

}  // namespace rowprint::cli
