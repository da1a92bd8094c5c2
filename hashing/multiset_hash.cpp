#include "hashing/multiset_hash.hpp"

#include "hashing/digest_sort.hpp"
#include "hashing/merkle_frontier.hpp"
#include "hashing/run_merge.hpp"
#include "hashing/seal.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace rowprint::hashing {
namespace {

constexpr std::uint8_t kBucketPrefix = 0;
constexpr std::uint8_t kRowPrefix = 2;

constexpr std::size_t kReadBytesMin = 8U << 10U;
constexpr std::size_t kReadBytesMax = 32U << 10U;
/// What is kept of a run while it is merged, beside its window.
constexpr std::size_t kRunBytesMax = 256;
/// Rows up to this length are hashed in one update, behind their prefix.
constexpr std::size_t kShortRowBytesMax = 1024;

Digest digest_of_row(Sha256& hash, ByteView row) {
  if (row.size() > kShortRowBytesMax) {
    hash.update(kRowPrefix);
    hash.update(row);
    return hash.finish();
  }
  std::array<std::uint8_t, 1 + kShortRowBytesMax> prefixed;
  prefixed[0] = kRowPrefix;
  std::copy(row.begin(), row.end(), prefixed.begin() + 1);
  hash.update(ByteView{prefixed}.first(1 + row.size()));
  return hash.finish();
}

/// The tree over the buckets, built from row digests that come in ascending order.
class BucketTree {
 public:
  void add(std::span<const Digest> ascending) {
    while (!ascending.empty()) {
      const std::size_t bucket = bucket_of(ascending.front());
      while (bucket_ != bucket) {
        close_bucket();
      }
      const auto other = std::find_if(ascending.begin(), ascending.end(),
                                      [bucket](const Digest& digest) { return bucket_of(digest) != bucket; });
      const auto rows = static_cast<std::size_t>(other - ascending.begin());
      if (bucket_is_empty_) {
        hash_.update(kBucketPrefix);
        bucket_is_empty_ = false;
      }
      hash_.update({ascending.data()->data(), rows * sizeof(Digest)});
      ascending = ascending.subspan(rows);
    }
  }

  Digest root() {
    while (bucket_ != MultisetHash::kBuckets) {
      close_bucket();
    }
    return tree_.root();
  }

 private:
  static std::size_t bucket_of(const Digest& digest) {
    return static_cast<std::size_t>(digest[0]) << 4U | digest[1] >> 4U;
  }

  void close_bucket() {
    tree_.add(bucket_is_empty_ ? empty_bucket_ : hash_.finish());
    bucket_is_empty_ = true;
    ++bucket_;
  }

  Sha256 hash_;
  MerkleFrontier tree_;
  std::size_t bucket_ = 0;
  bool bucket_is_empty_ = true;
  Digest empty_bucket_ = Sha256::of(ByteView{&kBucketPrefix, 1});
};

}  // namespace

/// Three parts share the budget: row digests not yet spilled, room to merge runs in, and what sorting takes.
struct MultisetHash::State {
  State() = default;
  State(std::size_t memory_bytes_max, std::unique_ptr<SpillFile> spill_file) : spill(std::move(spill_file)) {
    if (!spill) {
      return;
    }
    const std::size_t merging_bytes = memory_bytes_max / 8;
    const std::size_t read_bytes = std::clamp(merging_bytes / 64, kReadBytesMin, kReadBytesMax);
    merging_rows = merging_bytes / sizeof(Digest);
    runs_max = merging_bytes / read_bytes - 1;
    buffered_rows_max = (memory_bytes_max - merging_bytes - kSortBytesMax - runs_max * kRunBytesMax) / sizeof(Digest);
  }

  std::span<Digest> digests() { return {reinterpret_cast<Digest*>(buffered.data()), buffered.size() / sizeof(Digest)}; }

  std::error_code add(std::span<const Digest> more) {
    while (!more.empty() && !error) {
      if (buffered.empty() && spill) {
        buffered.reserve(buffered_rows_max * sizeof(Digest));
      }
      const std::size_t taken = std::min(more.size(), buffered_rows_max - buffered.size() / sizeof(Digest));
      buffered.append({more.data()->data(), taken * sizeof(Digest)});
      rows += taken;
      more = more.subspan(taken);
      if (buffered.size() / sizeof(Digest) == buffered_rows_max) {
        spill_buffer();
      }
    }
    return error;
  }

  void spill_buffer() {
    sort_digests(digests());
    error = spill->append(buffered.view());
    runs.push_back({spilled_bytes, buffered.size() / sizeof(Digest)});
    spilled_bytes += buffered.size();
    buffered.clear();
    if (!error && runs.size() == runs_max) {
      merge_short_runs();
    }
  }

  // The shorter half, and every run that is no longer than what it joins: so a digest is rewritten O(log runs) times.
  void merge_short_runs() {
    std::sort(runs.begin(), runs.end(), [](const SortedRun& a, const SortedRun& b) { return a.rows < b.rows; });
    std::size_t count = 0;
    SortedRun merged{spilled_bytes, 0};
    while (count < runs.size() &&
           (count < std::max<std::size_t>(2, runs.size() / 2) || runs[count].rows <= merged.rows)) {
      merged.rows += runs[count++].rows;
    }
    // The buffer has just been emptied: it is the room.
    buffered.grow(buffered_rows_max * sizeof(Digest));
    const std::span<Digest> room{reinterpret_cast<Digest*>(buffered.data()), buffered_rows_max};
    RunMerge merge{spill.get(), std::span{runs}.first(count), {}, room};
    for (auto block = merge.next_block(); !block.empty() && !error; block = merge.next_block()) {
      error = spill->append({block.data()->data(), block.size_bytes()});
      spilled_bytes += block.size_bytes();
    }
    error = error ? error : merge.error();
    runs.erase(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(count));
    runs.push_back(merged);
  }

  Digest root() {
    BucketTree tree;
    sort_digests(digests());
    if (runs.empty()) {
      tree.add(digests());
      return tree.root();
    }
    ByteBuffer room;
    room.reserve(merging_rows * sizeof(Digest));
    RunMerge merge{spill.get(), runs, digests(), {reinterpret_cast<Digest*>(room.data()), merging_rows}};
    for (auto block = merge.next_block(); !block.empty(); block = merge.next_block()) {
      tree.add(block);
    }
    error = merge.error();
    return error ? Digest{} : tree.root();
  }

  std::error_code take(State& other) {
    if (other.error) {
      error = other.error;
      return error;
    }
    if (const std::error_code failed = add(other.digests())) {
      return failed;
    }
    other.buffered.clear();
    const std::size_t room_rows = other.merging_rows;
    for (SortedRun& run : other.runs) {
      while (run.rows != 0 && !error) {
        const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(run.rows, room_rows));
        std::uint8_t* room = other.buffered.grow(taken * sizeof(Digest));
        error = other.spill->read(run.offset, {room, taken * sizeof(Digest)});
        if (!error) {
          add({reinterpret_cast<const Digest*>(room), taken});
        }
        run.offset += taken * sizeof(Digest);
        run.rows -= taken;
      }
    }
    return error;
  }

  Sha256 row_hash;
  ByteBuffer buffered;
  std::size_t buffered_rows_max = std::numeric_limits<std::size_t>::max();
  std::size_t merging_rows = 0;
  std::size_t runs_max = 0;
  std::unique_ptr<SpillFile> spill;
  std::uint64_t spilled_bytes = 0;
  std::vector<SortedRun> runs;
  std::uint64_t rows = 0;
  std::error_code error;
};

MultisetHash::MultisetHash() : state_(std::make_unique<State>()) {}
MultisetHash::MultisetHash(std::size_t memory_bytes_max, std::unique_ptr<SpillFile> spill)
    : state_(std::make_unique<State>(std::max(memory_bytes_max, kMemoryBytesMin), std::move(spill))) {}
MultisetHash::MultisetHash(MultisetHash&&) noexcept = default;
MultisetHash& MultisetHash::operator=(MultisetHash&&) noexcept = default;
MultisetHash::~MultisetHash() = default;

std::error_code MultisetHash::add_row(ByteView row) {
  const Digest digest = digest_of_row(state_->row_hash, row);
  return state_->add({&digest, 1});
}

std::error_code MultisetHash::add_rows(ByteView rows, std::span<const std::uint32_t> ends) {
  std::size_t begin = 0;
  for (const std::uint32_t end : ends) {
    if (const std::error_code failed = add_row(rows.subspan(begin, end - begin))) {
      return failed;
    }
    begin = end;
  }
  return state_->error;
}

std::error_code MultisetHash::merge(MultisetHash&& other) {
  return state_->take(*other.state_);
}

std::uint64_t MultisetHash::rows() const {
  return state_->rows;
}

MultisetHash::Result MultisetHash::digest(const Digest& schema) {
  if (state_->error) {
    return {state_->error, {}};
  }
  const Digest root = state_->root();
  return {state_->error, {Fingerprint::Kind::multiset, seal(kMultisetDomain, schema, state_->rows, root)}};
}

Digest row_digest(ByteView row) {
  Sha256 hash;
  return digest_of_row(hash, row);
}

}  // namespace rowprint::hashing
