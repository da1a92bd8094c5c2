#include "hashing/multiset_hash.hpp"

#include "hashing/merkle_frontier.hpp"
#include "hashing/seal.hpp"

#include <algorithm>
#include <array>

namespace rowprint::hashing {
namespace {

constexpr std::uint8_t kBucketPrefix = 0;
constexpr std::uint8_t kRowPrefix = 2;

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

struct MultisetHash::State {
  State() = default;
  State(std::size_t memory_bytes_max, std::unique_ptr<SpillFile> spill) : sorter(memory_bytes_max, std::move(spill)) {}

  Sha256 row_hash;
  DigestSorter sorter;
};

MultisetHash::MultisetHash() : state_(std::make_unique<State>()) {}
MultisetHash::MultisetHash(std::size_t memory_bytes_max, std::unique_ptr<SpillFile> spill)
    : state_(std::make_unique<State>(memory_bytes_max, std::move(spill))) {}
MultisetHash::MultisetHash(MultisetHash&&) noexcept = default;
MultisetHash& MultisetHash::operator=(MultisetHash&&) noexcept = default;
MultisetHash::~MultisetHash() = default;

std::error_code MultisetHash::add_row(ByteView row) {
  const Digest digest = digest_of_row(state_->row_hash, row);
  return state_->sorter.add({&digest, 1});
}

std::error_code MultisetHash::add_rows(ByteView rows, std::span<const std::uint32_t> ends) {
  std::size_t begin = 0;
  for (const std::uint32_t end : ends) {
    if (const std::error_code failed = add_row(rows.subspan(begin, end - begin))) {
      return failed;
    }
    begin = end;
  }
  return state_->sorter.error();
}

std::error_code MultisetHash::add_digests(std::span<const Digest> rows) {
  return state_->sorter.add(rows);
}

std::error_code MultisetHash::merge(MultisetHash&& other) {
  return state_->sorter.take(other.state_->sorter);
}

std::uint64_t MultisetHash::rows() const {
  return state_->sorter.rows();
}

MultisetHash::Result MultisetHash::digest(const Digest& schema) {
  BucketTree tree;
  auto ascending = state_->sorter.ascending();
  for (auto block = ascending.next_block(); !block.empty(); block = ascending.next_block()) {
    tree.add(block);
  }
  if (const std::error_code error = state_->sorter.error()) {
    return {error, {}};
  }
  const Digest sealed = seal(kMultisetDomain, schema, state_->sorter.rows(), tree.root());
  return {{}, {Fingerprint::Kind::multiset, sealed}};
}

DigestSorter::Ascending MultisetHash::ascending() {
  return state_->sorter.ascending();
}

std::error_code MultisetHash::error() const {
  return state_->sorter.error();
}

Digest row_digest(ByteView row) {
  Sha256 hash;
  return digest_of_row(hash, row);
}

}  // namespace rowprint::hashing
