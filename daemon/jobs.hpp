#pragma once

#include "ingest/model/error.hpp"
#include "ingest/model/receipt.hpp"
#include "ingest/progress.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace rowprint::daemon {

/// One ingest as others see it: running, or one of the last that ended.
struct Job {
  std::string id;
  std::string dataset;
  std::shared_ptr<const Progress> progress;
  SystemTime started{};
  std::optional<SystemTime> ended;
  std::optional<Error> error;
};

/// The ingests that run, and the last 100 that ended.
///
/// Thread safety: all functions from any thread. Lifecycle: whoever begins a job ends it.
class Jobs {
 public:
  static constexpr std::size_t kEndedMax = 100;

  /// From now on it is seen. The progress is the ingest's to write.
  std::shared_ptr<Progress> begin(const std::string& id, const std::string& dataset);
  /// The state becomes failed or cancelled where there is an error. Gives the job as it ended.
  Job end(const std::string& id, std::optional<Error> error);
  /// Running first, then the last that ended first.
  std::vector<Job> list() const;
  std::optional<Job> find(const std::string& id) const;
  std::size_t running() const;
  /// Every running ingest ends with `cancelled` at its next batch.
  void cancel();

 private:
  struct Running {
    Job job;
    std::shared_ptr<Progress> progress;
  };
  mutable std::mutex mutex_;
  std::deque<Running> running_;
  std::deque<Job> ended_;
};

}  // namespace rowprint::daemon
