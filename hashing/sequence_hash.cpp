#include "hashing/sequence_hash.hpp"

#include "hashing/seal.hpp"

namespace rowprint::hashing {
namespace {

constexpr std::uint8_t kLeafPrefix = 0;

}  // namespace

void SequenceHash::add_row(ByteView row) {
  if (chunk_rows_ == 0) {
    chunk_.update(kLeafPrefix);
  }
  chunk_.update(row);
  if (++chunk_rows_ == kChunkRows) {
    close_chunk();
  }
}

void SequenceHash::add_rows(ByteView rows, std::span<const std::uint32_t> ends) {
  std::size_t begin = 0;
  while (!ends.empty()) {
    if (chunk_rows_ == 0) {
      chunk_.update(kLeafPrefix);
    }
    const std::size_t taken = std::min<std::size_t>(ends.size(), kChunkRows - chunk_rows_);
    const std::size_t end = ends[taken - 1];
    chunk_.update(rows.subspan(begin, end - begin));
    begin = end;
    ends = ends.subspan(taken);
    chunk_rows_ += static_cast<std::uint32_t>(taken);
    if (chunk_rows_ == kChunkRows) {
      close_chunk();
    }
  }
}

bool SequenceHash::merge(const SequenceHash& next) {
  if (chunk_rows_ != 0 || !frontier_.append(next.frontier_)) {
    return false;
  }
  chunk_ = next.chunk_;
  chunk_rows_ = next.chunk_rows_;
  return true;
}

Digest SequenceHash::root() const {
  if (chunk_rows_ == 0) {
    return frontier_.root();
  }
  Sha256 last_chunk = chunk_;
  MerkleFrontier whole = frontier_;
  whole.add(last_chunk.finish());
  return whole.root();
}

Fingerprint SequenceHash::digest(const Digest& schema) const {
  return {Fingerprint::Kind::sequence, seal(kSequenceDomain, schema, rows(), root())};
}

SequenceHash SequenceHash::resume(MerkleFrontier complete_chunks) {
  SequenceHash hash;
  hash.frontier_ = std::move(complete_chunks);
  return hash;
}

void SequenceHash::close_chunk() {
  frontier_.add(chunk_.finish());
  chunk_rows_ = 0;
}

}  // namespace rowprint::hashing
