#include "hashing/digest_sorter.hpp"

#include "hashing/digest_sort.hpp"

#include <algorithm>

namespace rowprint::hashing {
namespace {

constexpr std::size_t kReadBytesMin = 8U << 10U;
constexpr std::size_t kReadBytesMax = 32U << 10U;
/// What is kept of a run while it is merged, beside its window.
constexpr std::size_t kRunBytesMax = 256;

}  // namespace

// Three parts share the budget: digests not yet spilled, room to merge runs in, and what sorting takes.
DigestSorter::DigestSorter(std::size_t memory_bytes_max, std::unique_ptr<SpillFile> spill) : spill_(std::move(spill)) {
  if (!spill_) {
    return;
  }
  memory_bytes_max = std::max(memory_bytes_max, kMemoryBytesMin);
  const std::size_t merging_bytes = memory_bytes_max / 8;
  const std::size_t read_bytes = std::clamp(merging_bytes / 64, kReadBytesMin, kReadBytesMax);
  merging_rows_ = merging_bytes / sizeof(Digest);
  runs_max_ = merging_bytes / read_bytes - 1;
  buffered_rows_max_ = (memory_bytes_max - merging_bytes - kSortBytesMax - runs_max_ * kRunBytesMax) / sizeof(Digest);
}

std::error_code DigestSorter::add(std::span<const Digest> more) {
  while (!more.empty() && !error_) {
    if (buffered_.empty() && spill_) {
      buffered_.reserve(buffered_rows_max_ * sizeof(Digest));
    }
    const std::size_t taken = std::min(more.size(), buffered_rows_max_ - buffered_.size() / sizeof(Digest));
    buffered_.append({more.data()->data(), taken * sizeof(Digest)});
    rows_ += taken;
    more = more.subspan(taken);
    if (buffered_.size() / sizeof(Digest) == buffered_rows_max_) {
      spill_buffer();
    }
  }
  return error_;
}

void DigestSorter::spill_buffer() {
  sort_digests(digests());
  error_ = spill_->append(buffered_.view());
  runs_.push_back({spilled_bytes_, buffered_.size() / sizeof(Digest)});
  spilled_bytes_ += buffered_.size();
  buffered_.clear();
  if (!error_ && runs_.size() == runs_max_) {
    merge_short_runs();
  }
}

// The shorter half, and every run that is no longer than what it joins: so a digest is rewritten O(log runs) times.
void DigestSorter::merge_short_runs() {
  std::sort(runs_.begin(), runs_.end(), [](const SortedRun& a, const SortedRun& b) { return a.rows < b.rows; });
  std::size_t count = 0;
  SortedRun merged{spilled_bytes_, 0};
  while (count < runs_.size() &&
         (count < std::max<std::size_t>(2, runs_.size() / 2) || runs_[count].rows <= merged.rows)) {
    merged.rows += runs_[count++].rows;
  }
  // The buffer has just been emptied: it is the room.
  buffered_.grow(buffered_rows_max_ * sizeof(Digest));
  const std::span<Digest> room{reinterpret_cast<Digest*>(buffered_.data()), buffered_rows_max_};
  RunMerge merge{spill_.get(), std::span{runs_}.first(count), {}, room};
  for (auto block = merge.next_block(); !block.empty() && !error_; block = merge.next_block()) {
    error_ = spill_->append({block.data()->data(), block.size_bytes()});
    spilled_bytes_ += block.size_bytes();
  }
  error_ = error_ ? error_ : merge.error();
  runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(count));
  runs_.push_back(merged);
}

std::error_code DigestSorter::take(DigestSorter& other) {
  if (other.error_) {
    error_ = other.error_;
    return error_;
  }
  if (const std::error_code failed = add(other.digests())) {
    return failed;
  }
  other.buffered_.clear();
  const std::size_t room_rows = other.merging_rows_;
  for (SortedRun& run : other.runs_) {
    while (run.rows != 0 && !error_) {
      const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(run.rows, room_rows));
      std::uint8_t* room = other.buffered_.grow(taken * sizeof(Digest));
      error_ = other.spill_->read(run.offset, {room, taken * sizeof(Digest)});
      if (!error_) {
        // The error stays in error_, which ends the loop.
        static_cast<void>(add({reinterpret_cast<const Digest*>(room), taken}));
      }
      run.offset += taken * sizeof(Digest);
      run.rows -= taken;
    }
  }
  return error_;
}

DigestSorter::Ascending DigestSorter::ascending() {
  Ascending stream{*this};
  if (error_) {
    return stream;
  }
  sort_digests(digests());
  if (runs_.empty()) {
    stream.in_memory_ = digests();
    return stream;
  }
  stream.room_.reserve(merging_rows_ * sizeof(Digest));
  const std::span<Digest> room{reinterpret_cast<Digest*>(stream.room_.data()), merging_rows_};
  stream.merge_.emplace(spill_.get(), runs_, digests(), room);
  return stream;
}

std::span<const Digest> DigestSorter::Ascending::next_block() {
  if (!merge_) {
    return std::exchange(in_memory_, {});
  }
  const std::span<const Digest> block = merge_->next_block();
  if (merge_->error()) {
    sorter_->error_ = merge_->error();
  }
  return block;
}

}  // namespace rowprint::hashing
