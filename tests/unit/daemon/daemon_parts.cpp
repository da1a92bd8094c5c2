#include "tests/unit/daemon/daemon_parts.hpp"

#include "daemon/server/target.hpp"
#include "ingest/wait.hpp"
#include "tests/unit/daemon/text_body.hpp"

#include <gtest/gtest.h>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

namespace rowprint::daemon {
namespace {

using namespace std::chrono_literals;

IngestLimits limits_of(const config::Config& config) {
  IngestLimits limits;
  limits.share_bytes = config.memory.share_bytes;
  limits.sort_bytes = config.memory.sort_bytes;
  limits.patience = config.memory.patience;
  return limits;
}

}  // namespace

config::Config small_config() {
  config::Config config;
  config.sources.push_back({"sales", "scripted:sales", "", ""});
  config.pulls.backoff = 1ms;
  config.pulls.backoff_max = 5ms;
  config.memory.budget_bytes = 64U << 20U;
  return config;
}

DaemonParts::DaemonParts(std::vector<Scene> scenes, config::Config with, Catalog* other_catalog, Disk& disk,
                         Store* other_store)
    : script(std::make_shared<Script>(std::move(scenes))),
      config(std::move(with)),
      store(other_store != nullptr ? *other_store : own_store),
      catalog(other_catalog != nullptr ? *other_catalog : own_catalog),
      budget(config.memory.budget_bytes),
      ingestor(store, catalog, budget, posix_disk(), testing::TempDir(), workers.get_executor(), limits_of(config)),
      reads(config.pulls.concurrent),
      databases(Databases::make(config, Script::database_of(script)).value()),
      admission(disk, testing::TempDir(), config.limits),
      pulls(databases, ingestor, jobs, metrics, admission, reads, workers.get_executor(),
            {config.pulls, config.limits, config.memory}),
      readiness(catalog, {}),
      api(Services{config, store, catalog, posix_disk(), budget, admission, ingestor, jobs, databases, reads, pulls,
                   metrics, readiness, testing::TempDir(), "0", system_now(), [] { return std::size_t{0}; }}) {}

DaemonParts::~DaemonParts() {
  script->let_go();
  jobs.cancel_all();
  std::promise<void> empty;
  reads.close([&empty] { empty.set_value(); });
  empty.get_future().wait();
  workers.join();
}

std::string DaemonParts::pull(const std::string& dataset, Order order) {
  PullRequest request;
  request.dataset = dataset;
  request.source = "sales";
  request.query.text = "SELECT";
  request.order = order;
  return pulls.start(std::move(request)).value().asked.id;
}

Job DaemonParts::end_of(const std::string& id) {
  const auto record = jobs.find(id);
  if (!wait_until([&] { return record->look().ended.has_value(); })) {
    throw std::runtime_error{"the job does not end"};
  }
  return record->look();
}

void DaemonParts::wait_for(const std::string& id, IngestState state) {
  const auto record = jobs.find(id);
  if (!wait_until([&] { return record->look().state == state; })) {
    throw std::runtime_error{"the job does not come to that state"};
  }
}

std::size_t DaemonParts::versions(const std::string& dataset) {
  return rowprint::wait(workers, catalog.versions(dataset)).value().size();
}

Response DaemonParts::ask(Asked asked) {
  Request request;
  request.method = asked.method;
  request.from_here = asked.from_here;
  request.headers = {{"host", "localhost:8750"},
                     {"content-type", asked.content_type},
                     {"content-length", std::to_string(asked.body.size())}};
  if (!parse_target(asked.path, request)) {
    throw std::runtime_error{"no path: " + asked.path};
  }
  return rowprint::wait(workers, api.handle(request, std::make_unique<TextBody>(std::move(asked.body))));
}

bool wait_until(const std::function<bool()>& so) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!so()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

}  // namespace rowprint::daemon
