#pragma once

#include "daemon/databases.hpp"
#include "tests/support/random_rows.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace rowprint::daemon {

/// What one connection to a database does.
struct Scene {
  std::optional<Error> refused{};  ///< reading gives it at once
  bool silent = false;             ///< reading gives nothing before Script::let_go()
  std::vector<test::Row> rows{};
  std::optional<Error> broken{};  ///< after the rows, instead of their end
  bool endless = false;           ///< after the rows it waits until it is cancelled
};

/// The connections to come, in their order, the last again and again; and what became of them. Thread safety: any.
class Script {
 public:
  explicit Script(std::vector<Scene> scenes) : scenes_(scenes.begin(), scenes.end()) {}

  /// Databases without a network, all of this script. Its URLs may be anything but `bad:`.
  static OpenDatabase database_of(const std::shared_ptr<Script>& script);
  void let_go() { released = true; }

  std::atomic<int> connections{0};
  std::atomic<int> sources_alive{0};
  std::atomic<int> cancels{0};
  std::atomic<bool> released{false};
  /// The password that the last connection was made with; empty where there was none.
  std::string password() const;

 private:
  friend class ScriptedDatabase;
  Scene next(const std::optional<std::string>& password);

  mutable std::mutex mutex_;
  std::deque<Scene> scenes_;
  std::string password_;
};

/// An error that says of itself that the same may succeed later.
Error passing(ErrorCode code, std::string reason = "it broke");
Error lasting(ErrorCode code, std::string reason = "it is wrong");
/// Rows {n: first} … {n: first + count - 1}.
std::vector<test::Row> numbers(int count, int first = 1);

}  // namespace rowprint::daemon
