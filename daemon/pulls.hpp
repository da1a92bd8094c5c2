#pragma once

#include "config/config.hpp"
#include "daemon/admission.hpp"
#include "daemon/databases.hpp"
#include "daemon/jobs.hpp"
#include "daemon/metrics.hpp"
#include "daemon/read_gate.hpp"
#include "ingest/ingestor.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

namespace rowprint::daemon {

/// What a pull is asked to be.
struct PullRequest {
  std::string dataset;
  std::string source;
  sql::Query query;
  Order order = Order::sequence;
};

/// Reads SQL sources into versions, each read a job that runs on the workers by itself.
///
/// A pull that fails where the error says that it may succeed later, and nothing may have been published, is tried
/// again after a pause that doubles; each attempt connects anew and begins an ingest of its own. It is cancelled
/// through its job, in any state. Lifecycle: the gate is empty and the workers are joined before it is destroyed.
/// Thread safety: start() from any thread. Ownership: borrows the rest. Secrets: neither query nor URL is logged.
class Pulls {
 public:
  struct Limits {
    config::Pulls retry;
    config::Limits rows;
    config::Memory memory;
  };
  Pulls(const Databases& databases, Ingestor& ingestor, Jobs& jobs, Metrics& metrics, const Admission& admission,
        ReadGate& gate, boost::asio::any_io_executor workers, Limits limits)
      : databases_(databases),
        ingestor_(ingestor),
        jobs_(jobs),
        metrics_(metrics),
        admission_(admission),
        gate_(gate),
        workers_(std::move(workers)),
        limits_(limits) {}

  /// Gives the job, which has just begun. Errors: not_found (no such source), busy, no_space.
  Result<Job> start(PullRequest request);

 private:
  struct Pull;
  awaitable<void> run(std::shared_ptr<Pull> pull);
  /// Up to `attempts` attempts, with their pauses.
  awaitable<Result<Receipt>> persist(std::shared_ptr<const Pull> pull);
  awaitable<Result<Receipt>> attempt(std::shared_ptr<const Pull> pull, std::size_t number);
  std::chrono::milliseconds pause_after(std::size_t attempt) const;

  const Databases& databases_;
  Ingestor& ingestor_;
  Jobs& jobs_;
  Metrics& metrics_;
  const Admission& admission_;
  ReadGate& gate_;
  boost::asio::any_io_executor workers_;
  Limits limits_;
};

}  // namespace rowprint::daemon
