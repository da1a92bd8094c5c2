#include "store/sqlite/group_commit.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>
#include <utility>

namespace rowprint::sqlite {

GroupCommit::GroupCommit(Database database, KeyRetention retention)
    : database_(std::move(database)), tables_(database_, retention) {}

GroupCommit::~GroupCommit() {
  thread_.join();
}

void GroupCommit::submit(std::unique_ptr<CatalogRequest> request) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(request));
  if (!std::exchange(working_, true)) {
    boost::asio::post(thread_, [this] { work(); });
  }
}

GroupCommit::Group GroupCommit::take() {
  const std::lock_guard lock(mutex_);
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kGroupMax));
  Group group{std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end)};
  waiting_.erase(waiting_.begin(), end);
  working_ = !group.empty();
  return group;
}

void GroupCommit::work() {
  for (Group group = take(); !group.empty(); group = take()) {
    const auto writes_begin =
        std::stable_partition(group.begin(), group.end(), [](const auto& request) { return !request->writes(); });
    // Reading ones first: they must not see what may yet be rolled back.
    std::for_each(group.begin(), writes_begin, [this](const auto& request) {
      static_cast<void>(request->run(tables_));
      request->answer();
    });
    group.erase(group.begin(), writes_begin);
    if (!group.empty()) {
      commit(group);
    }
  }
}

void GroupCommit::commit(const Group& writes) {
  auto committed = database_.execute("BEGIN IMMEDIATE");
  if (committed) {
    committed = run_all(writes);
  }
  if (committed) {
    committed = end_transaction();
  }
  if (!committed && database_.in_transaction()) {
    static_cast<void>(database_.execute("ROLLBACK"));
  }
  for (const auto& request : writes) {
    if (!committed) {
      request->settle(committed.error());
    }
    request->answer();
  }
}

Result<void> GroupCommit::run_all(const Group& writes) {
  for (const auto& request : writes) {
    if (auto run = run_in_savepoint(*request); !run) {
      return run;
    }
  }
  return {};
}

Result<void> GroupCommit::run_in_savepoint(CatalogRequest& request) {
  if (auto begun = database_.execute("SAVEPOINT request"); !begun) {
    return begun;
  }
  const bool succeeded = request.run(tables_);
  if (!succeeded && !database_.in_transaction()) {
    // After some errors (no space, I/O) SQLite itself rolls back everything, the savepoints of the others as well.
    return fail(request.error());
  }
  return database_.execute(succeeded ? "RELEASE request" : "ROLLBACK TO request; RELEASE request");
}

Result<void> GroupCommit::end_transaction() {
  auto committed = database_.execute("COMMIT");
  if (!committed) {
    // No room in a write: the commit's last frame is known not to be in the log. After anything else it may be there,
    // and be found at the next start.
    committed.error().outcome_unknown = !database_.was_full();
  }
  return committed;
}

}  // namespace rowprint::sqlite
