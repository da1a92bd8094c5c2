#include "hashing/run_merge.hpp"

#include "hashing/digest_sort.hpp"

#include <algorithm>

namespace rowprint::hashing {

RunMerge::RunMerge(SpillFile* file, std::span<const SortedRun> runs, std::span<const Digest> in_memory,
                   std::span<Digest> room)
    : file_(file), window_rows_(room.size() / 2 / (runs.size() + 1)) {
  block_ = room.last(window_rows_ * (runs.size() + 1));
  cursors_.reserve(runs.size() + 1);
  for (const SortedRun& run : runs) {
    cursors_.push_back({run, {}, room.first(window_rows_), {}});
    room = room.subspan(window_rows_);
  }
  cursors_.push_back({{}, in_memory, {}, {}});
}

// Moves the window on over all that fits: what is left of it stays in front.
void RunMerge::advance(Cursor& cursor) {
  if (cursor.buffer.empty()) {
    const std::size_t more = std::min(window_rows_ - cursor.window.size(), cursor.beyond.size());
    const Digest* begin = cursor.window.empty() ? cursor.beyond.data() : cursor.window.data();
    cursor.window = {begin, cursor.window.size() + more};
    cursor.beyond = cursor.beyond.subspan(more);
    return;
  }
  const std::size_t kept = cursor.window.size();
  std::copy(cursor.window.begin(), cursor.window.end(), cursor.buffer.begin());
  const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(cursor.buffer.size() - kept, cursor.unread.rows));
  const std::span<Digest> added = cursor.buffer.subspan(kept, more);
  cursor.window = cursor.buffer.first(kept + more);
  if (added.empty()) {
    return;
  }
  error_ = file_->read(cursor.unread.offset, {added.data()->data(), added.size_bytes()});
  cursor.unread.offset += added.size_bytes();
  cursor.unread.rows -= more;
}

// The last digest that can be given out now; none where nothing is unread.
std::optional<Digest> RunMerge::cut() const {
  std::optional<Digest> least;
  for (const Cursor& cursor : cursors_) {
    if (cursor.has_unread() && (!least || comes_before(cursor.window.back(), *least))) {
      least = cursor.window.back();
    }
  }
  return least;
}

std::span<const Digest> RunMerge::next_block() {
  for (Cursor& cursor : cursors_) {
    if (!error_ && cursor.has_unread()) {
      advance(cursor);
    }
  }
  if (error_) {
    return {};
  }
  const std::optional<Digest> last = cut();
  std::size_t rows = 0;
  for (Cursor& cursor : cursors_) {
    const auto end =
        last ? std::upper_bound(cursor.window.begin(), cursor.window.end(), *last, comes_before) : cursor.window.end();
    std::copy(cursor.window.begin(), end, block_.begin() + static_cast<std::ptrdiff_t>(rows));
    rows += static_cast<std::size_t>(end - cursor.window.begin());
    cursor.window = {end, cursor.window.end()};
  }
  sort_digests(block_.first(rows));
  return block_.first(rows);
}

}  // namespace rowprint::hashing
