#include "hashing/run_merge.hpp"

#include "hashing/digest_sort.hpp"

#include <algorithm>

namespace rowprint::hashing {

RunMerge::RunMerge(SpillFile* file, std::span<const SortedRun> runs, std::span<const Digest> in_memory,
                   std::span<Digest> room)
    : file_(file) {
  const std::size_t share = room.size() / (runs.size() + 1);
  block_ = room.first(share);
  room = room.subspan(share);
  for (const SortedRun& run : runs) {
    cursors_.push_back({nullptr, nullptr, run, room.first(share)});
    room = room.subspan(share);
    refill(cursors_.back());
  }
  cursors_.push_back({in_memory.data(), in_memory.data() + in_memory.size(), {}, {}});
  start_tournament();
}

void RunMerge::refill(Cursor& cursor) {
  const auto rows = std::min<std::uint64_t>(cursor.unread.rows, cursor.buffer.size());
  const auto wanted = cursor.buffer.first(static_cast<std::size_t>(rows));
  cursor.at = wanted.data();
  cursor.end = cursor.at + wanted.size();
  if (wanted.empty() || error_) {
    cursor.end = cursor.at;
    return;
  }
  error_ = file_->read(cursor.unread.offset, {wanted.data()->data(), wanted.size_bytes()});
  cursor.unread.offset += wanted.size_bytes();
  cursor.unread.rows -= rows;
}

RunMerge::Contender RunMerge::contender(std::uint32_t cursor) const {
  const Cursor& run = cursors_[cursor];
  // An exhausted run loses to all that are not; its word only has to be no smaller than theirs.
  return run.at == run.end ? Contender{~0ULL, cursor, true} : Contender{leading_word(run.at->data()), cursor, false};
}

bool RunMerge::wins(const Contender& left, const Contender& right) const {
  if (left.word != right.word) {
    return left.word < right.word;
  }
  if (left.exhausted || right.exhausted) {
    return !left.exhausted;
  }
  return *cursors_[left.cursor].at < *cursors_[right.cursor].at;
}

// Cursor i is leaf losers_.size() + i of a tree whose root is node 1; a node keeps who lost there.
void RunMerge::start_tournament() {
  const std::size_t count = cursors_.size();
  losers_.resize(count);
  std::vector<Contender> winners(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    winners[count + i] = contender(static_cast<std::uint32_t>(i));
  }
  for (std::size_t node = count - 1; node > 0; --node) {
    const Contender& left = winners[2 * node];
    const Contender& right = winners[2 * node + 1];
    const bool left_wins = wins(left, right);
    winners[node] = left_wins ? left : right;
    losers_[node] = left_wins ? right : left;
  }
  winner_ = winners[1];
}

void RunMerge::replay() {
  Contender current = contender(winner_.cursor);
  for (std::size_t node = (losers_.size() + winner_.cursor) / 2; node > 0; node /= 2) {
    Contender& loser = losers_[node];
    const bool overtaken = loser.word != current.word ? loser.word < current.word : wins(loser, current);
    const Contender ahead = overtaken ? loser : current;
    loser = overtaken ? current : loser;
    current = ahead;
  }
  winner_ = current;
}

std::span<const Digest> RunMerge::next_block() {
  std::size_t rows = 0;
  while (rows < block_.size() && !winner_.exhausted) {
    Cursor& cursor = cursors_[winner_.cursor];
    block_[rows++] = *cursor.at++;
    if (cursor.at == cursor.end) {
      refill(cursor);
    }
    replay();
  }
  return error_ ? std::span<const Digest>{} : block_.first(rows);
}

}  // namespace rowprint::hashing
