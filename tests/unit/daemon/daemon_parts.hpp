#pragma once

#include "daemon/routes/api.hpp"
#include "store/memory/memory_catalog.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/unit/daemon/scripted_database.hpp"

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <string>
#include <vector>

namespace rowprint::daemon {

/// A configuration with one source, `sales`, and short pauses.
config::Config small_config();

/// All of a daemon but its sockets and signals, in memory, over a database by script.
///
/// Destroyed: what runs is cancelled and waited for. Thread safety: as the parts have it.
class DaemonParts {
 public:
  /// `other_catalog` and `other_store` outlive it, and are used instead of those in memory. `disk` is the one whose
  /// room counts.
  explicit DaemonParts(std::vector<Scene> scenes, config::Config with = small_config(),
                       Catalog* other_catalog = nullptr, Disk& disk = posix_disk(), Store* other_store = nullptr);
  ~DaemonParts();
  DaemonParts(const DaemonParts&) = delete;
  DaemonParts& operator=(const DaemonParts&) = delete;

  /// Starts a pull from `sales`; gives its id.
  std::string pull(const std::string& dataset = "set", Order order = Order::sequence);
  /// Blocks until the job has ended, at most 20 s.
  Job end_of(const std::string& id);
  /// Blocks until it is in that state.
  void wait_for(const std::string& id, IngestState state);
  std::size_t versions(const std::string& dataset = "set");

  /// Asks the API; blocks until there is an answer.
  struct Asked {
    std::string method, path, body{}, content_type{"application/json"};
    bool from_here = true;
  };
  Response ask(Asked asked);

  std::shared_ptr<Script> script;
  config::Config config;
  boost::asio::thread_pool workers{2};
  MemoryStore own_store;
  Store& store;
  MemoryCatalog own_catalog;
  Catalog& catalog;
  MemoryBudget budget;
  Ingestor ingestor;
  Jobs jobs;
  Metrics metrics;
  ReadGate reads;
  Databases databases;
  Admission admission;
  Pulls pulls;
  Readiness readiness;
  Api api;
};

/// Blocks until it is so, at most 20 s; says whether it became so.
bool wait_until(const std::function<bool()>& so);

}  // namespace rowprint::daemon
