#include "daemon/daemon.hpp"

#include "connectors/databases/databases.hpp"
#include "daemon/admission.hpp"
#include "daemon/log.hpp"
#include "daemon/measured_disk.hpp"
#include "daemon/measured_store.hpp"
#include "daemon/routes/api.hpp"
#include "daemon/server/listener.hpp"
#include "daemon/system/service_notifier.hpp"
#include "daemon/system/shutdown.hpp"
#include "daemon/system/supervision.hpp"
#include "ingest/wait.hpp"
#include "store/sqlite/data_directory.hpp"

#include <sys/resource.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

namespace rowprint::daemon {
namespace {

namespace asio = boost::asio;

ConnectionSettings connection_settings(const config::Config& config) {
  ConnectionSettings settings;
  settings.head = {config.limits.header_bytes, config.limits.header_fields, config.limits.target_bytes};
  settings.body.bytes_max = config.limits.ingest_bytes;
  settings.body.stall = config.timeouts.body_stall;
  settings.body.pace = {config.limits.body_rate, config.timeouts.body_rate_grace, config.timeouts.body_rate_window};
  settings.idle = config.timeouts.idle;
  settings.header = config.timeouts.header;
  settings.stall = config.timeouts.body_stall;
  settings.drain = config.timeouts.drain;
  settings.drain_max = config.timeouts.drain_max;
  settings.drain_bytes_max = config.limits.drain_bytes;
  return settings;
}

IngestLimits ingest_limits(const config::Config& config) {
  IngestLimits limits;
  limits.row_bytes_max = config.limits.row_bytes;
  limits.share_bytes = config.memory.share_bytes;
  limits.sort_bytes = config.memory.sort_bytes;
  limits.patience = config.memory.patience;
  return limits;
}

Result<std::unique_ptr<sqlite::DataDirectory>> open_data(const config::Config& config, Disk& disk) {
  sqlite::DataDirectory::Options options;
  options.program = "rowprintd";
  options.small_bytes_max = config.ingests.small_bytes;
  options.keys.keep = config.ingests.idempotency_keep;
  options.keys.keys_max = config.ingests.idempotency_keys;
  auto data = sqlite::DataDirectory::open(config.data, disk, options);
  if (data) {
    for (const std::string& leftover : (*data)->removed()) {
      log::info("removed a leftover: {}", leftover);
    }
    for (const std::string& missing : (*data)->missing()) {
      log::error("not there, and in the catalog: {}", missing);
    }
  }
  return data;
}

Result<void> listen(Listener& listener, const config::Endpoint& endpoint) {
  if (const auto descriptor = passed_socket()) {
    return listener.adopt(*descriptor);
  }
  return listener.open(endpoint.host, endpoint.port);
}

/// Written beside and renamed, so that whoever waits for the file finds the whole number in it.
Result<void> write_port(const std::string& path, std::uint16_t port) {
  if (path.empty()) {
    return {};
  }
  const std::string beside = path + ".new";
  std::ofstream file{beside, std::ios::trunc};
  file << port << '\n';
  file.close();
  if (!file || std::rename(beside.c_str(), path.c_str()) != 0) {
    return fail(ErrorCode::io, fmt::format("the port cannot be written to {}", path));
  }
  return {};
}

void run_threads(asio::io_context& io, std::size_t count) {
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < count; ++i) {
    others.emplace_back([&io] { io.run(); });
  }
  io.run();
  for (std::thread& thread : others) {
    thread.join();
  }
}

/// As many descriptors as the system allows: a connection holds one, and the soft limit is often 1,024.
void allow_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
  }
}

}  // namespace

Result<void> check(const config::Config& config) {
  const auto databases = Databases::make(config, open_database);
  return databases ? Result<void>{} : fail(databases.error());
}

int run(const config::Config& config, const std::string& version, const std::string& port_file) {
  // A write to a file that may grow no further is an error to be answered, not the end.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  allow_descriptors();

  Metrics metrics;
  MeasuredDisk disk{posix_disk(), metrics};
  // Outlives the catalog, whose thread answers on it.
  asio::thread_pool workers{config.worker_threads()};
  const auto data = open_data(config, disk);
  if (!data) {
    log::error("{}", data.error().reason);
    return 1;
  }
  Catalog& catalog = (*data)->catalog();
  const std::string& spill_directory = (*data)->spill_directory();
  MeasuredStore store{(*data)->store(), metrics};
  MemoryBudget budget{config.memory.budget_bytes};
  Ingestor ingestor{store, catalog, budget, disk, spill_directory, workers.get_executor(), ingest_limits(config)};
  const auto databases = Databases::make(config, open_database);
  if (!databases) {
    log::error("{}", databases.error().reason);
    return 1;
  }
  Jobs jobs;
  ReadGate reads{config.pulls.concurrent};
  Admission admission{disk, config.data, config.limits};
  Pulls pulls{*databases,
              ingestor,
              jobs,
              metrics,
              admission,
              reads,
              workers.get_executor(),
              {config.pulls, config.limits, config.memory}};
  Readiness readiness{catalog, (*data)->missing()};
  const Listener* listening = nullptr;
  Api api{Services{config, store, catalog, disk, budget, admission, ingestor, jobs, *databases, reads, pulls, metrics,
                   readiness, spill_directory, version, system_now(),
                   [&listening] { return listening->connections(); }}};

  asio::io_context io{static_cast<int>(config.io_threads)};
  Listener listener{io,
                    api,
                    workers.get_executor(),
                    connection_settings(config),
                    {config.limits.connections, config.limits.connections_per_client}};
  listening = &listener;
  auto listens = listen(listener, config.listen);
  if (listens) {
    listens = write_port(port_file, listener.port());
  }
  if (!listens) {
    log::error("{}", listens.error().reason);
    return 1;
  }
  const ServiceNotifier notifier;
  const auto control = asio::make_strand(io);
  Supervision supervision{control, workers.get_executor(), notifier, readiness};
  Shutdown shutdown{control, listener, jobs, reads, supervision, config.timeouts.grace};
  asio::post(control, [&] {
    shutdown.start();
    // When no client can ask for a read any more, the last of those that are running ends it.
    const auto ended = [&] { asio::post(control, [&] { shutdown.ended(); }); };
    listener.start([&, ended] { reads.close(ended); });
    supervision.start();
  });
  log::info("listening on {}", listener.address());
  run_threads(io, config.io_threads);
  workers.join();
  log::info("stopped");
  return 0;
}

}  // namespace rowprint::daemon
