#pragma once

#include "daemon/jobs.hpp"
#include "daemon/metrics.hpp"

#include <string>

namespace rowprint::daemon {

/// Ends a job: the last that every ingest does. It is counted, and its end is logged, without what it read.
void account(Jobs& jobs, Metrics& metrics, const std::string& id, const Result<Receipt>& receipt);

}  // namespace rowprint::daemon
