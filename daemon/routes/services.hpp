#pragma once

#include "config/config.hpp"
#include "daemon/admission.hpp"
#include "daemon/databases.hpp"
#include "daemon/jobs.hpp"
#include "daemon/metrics.hpp"
#include "daemon/pulls.hpp"
#include "daemon/read_gate.hpp"
#include "daemon/readiness.hpp"
#include "ingest/catalog.hpp"
#include "ingest/disk/disk.hpp"
#include "ingest/ingestor.hpp"
#include "ingest/memory_budget.hpp"
#include "ingest/store.hpp"

#include <functional>
#include <string>

namespace rowprint::daemon {

/// What the routes work with, all borrowed from the composition root, where it outlives every request.
struct Services {
  const config::Config& config;
  Store& store;
  Catalog& catalog;
  Disk& disk;
  MemoryBudget& budget;
  Admission& admission;
  Ingestor& ingestor;
  Jobs& jobs;
  const Databases& databases;
  ReadGate& reads;
  Pulls& pulls;
  Metrics& metrics;
  Readiness& readiness;
  std::string spill_directory;
  std::string version;                       ///< of rowprint
  SystemTime started{};                      ///< of the daemon
  std::function<std::size_t()> connections;  ///< how many there are; any thread
};

}  // namespace rowprint::daemon
