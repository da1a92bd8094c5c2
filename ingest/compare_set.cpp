#include "ingest/compare_set.hpp"

#include "hashing/digest_sort.hpp"
#include "ingest/disk/spill.hpp"

#include <algorithm>
#include <limits>

namespace rowprint {
namespace {

/// Equal digests in an ascending stream, taken together.
class Repeats {
 public:
  explicit Repeats(hashing::MultisetHash& set) : ascending_(set.ascending()) { advance(); }

  bool at_end() const { return count_ == 0; }
  const hashing::Digest& digest() const { return digest_; }
  std::uint64_t count() const { return count_; }

  void advance() {
    count_ = 0;
    while (refill() && (count_ == 0 || block_.front() == digest_)) {
      digest_ = block_.front();
      ++count_;
      block_ = block_.subspan(1);
    }
  }

 private:
  bool refill() {
    if (block_.empty() && !ended_) {
      block_ = ascending_.next_block();
      ended_ = block_.empty();
    }
    return !ended_;
  }

  hashing::DigestSorter::Ascending ascending_;
  std::span<const hashing::Digest> block_;
  bool ended_ = false;
  hashing::Digest digest_{};
  std::uint64_t count_ = 0;
};

Result<void> check_cancelled(const std::shared_ptr<Progress>& progress) {
  if (progress && progress->cancel) {
    return fail(ErrorCode::cancelled, "cancelled by its owner");
  }
  return {};
}

}  // namespace

Result<DifferingRows> DifferingRows::join(hashing::MultisetHash& source, hashing::MultisetHash& stored,
                                          DifferenceReport& report) {
  DifferingRows differing;
  const auto add = [&](Difference::Kind kind, const hashing::Digest& digest, std::uint64_t count) {
    if (!report.full()) {
      differing.rows_.push_back({digest, kind});
    }
    report.add_unpaired(kind, count);
  };
  Repeats ours{source};
  Repeats theirs{stored};
  while (!ours.at_end() || !theirs.at_end()) {
    if (theirs.at_end() || (!ours.at_end() && hashing::comes_before(ours.digest(), theirs.digest()))) {
      add(Difference::Kind::only_source, ours.digest(), ours.count());
      ours.advance();
    } else if (ours.at_end() || hashing::comes_before(theirs.digest(), ours.digest())) {
      add(Difference::Kind::only_stored, theirs.digest(), theirs.count());
      theirs.advance();
    } else {
      if (ours.count() > theirs.count()) {
        add(Difference::Kind::only_source, ours.digest(), ours.count() - theirs.count());
      } else if (ours.count() < theirs.count()) {
        add(Difference::Kind::only_stored, ours.digest(), theirs.count() - ours.count());
      }
      ours.advance();
      theirs.advance();
    }
  }
  for (const hashing::MultisetHash* side : {&source, &stored}) {
    if (const std::error_code error = side->error()) {
      return fail(spill_error(error));
    }
  }
  return differing;
}

bool DifferingRows::has(Difference::Kind kind) const {
  return std::ranges::any_of(rows_, [kind](const Row& row) { return row.kind == kind; });
}

awaitable<Result<void>> DifferingRows::locate(Difference::Kind kind, Source& side, std::size_t row_bytes_max,
                                              DifferenceReport& report, std::shared_ptr<Progress> progress) {
  auto left = std::ranges::count_if(rows_, [kind](const Row& row) { return row.kind == kind && !row.located; });
  while (left != 0) {
    if (auto checked = check_cancelled(progress); !checked) {
      co_return checked;
    }
    auto next = co_await side.next();
    if (!next) {
      co_return fail(std::move(next.error()));
    }
    if (!*next) {
      break;
    }
    Batch& batch = **next;
    if (auto encoded = batch.encode(row_bytes_max); !encoded) {
      co_return encoded;
    }
    for (std::size_t index = 0; index < batch.rows() && left != 0; ++index) {
      const hashing::Digest digest = hashing::row_digest(encoded_row(batch, index));
      const auto found = std::ranges::lower_bound(rows_, digest, hashing::comes_before, &Row::digest);
      if (found != rows_.end() && found->digest == digest && found->kind == kind && !found->located) {
        report.show(static_cast<std::size_t>(found - rows_.begin()), batch, index);
        found->located = true;
        --left;
      }
    }
  }
  co_return Result<void>{};
}

awaitable<Result<void>> add_rows(Source& source, hashing::MultisetHash& set, std::shared_ptr<Progress> progress) {
  for (;;) {
    if (auto checked = check_cancelled(progress); !checked) {
      co_return checked;
    }
    auto next = co_await source.next();
    if (!next) {
      co_return fail(std::move(next.error()));
    }
    if (!*next) {
      co_return Result<void>{};
    }
    Batch& batch = **next;
    if (auto encoded = batch.encode(std::numeric_limits<std::size_t>::max()); !encoded) {
      co_return encoded;
    }
    const EncodedRows& rows = batch.encoded();
    if (const std::error_code error = set.add_rows(rows.bytes.view(), rows.ends)) {
      co_return fail(spill_error(error));
    }
  }
}

}  // namespace rowprint
