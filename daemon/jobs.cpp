#include "daemon/jobs.hpp"

#include <algorithm>

namespace rowprint::daemon {

std::shared_ptr<Progress> Jobs::begin(const std::string& id, const std::string& dataset) {
  auto progress = std::make_shared<Progress>();
  const std::lock_guard lock{mutex_};
  running_.push_front({Job{id, dataset, progress, system_now(), std::nullopt, std::nullopt}, progress});
  return progress;
}

Job Jobs::end(const std::string& id, std::optional<Error> error) {
  const std::lock_guard lock{mutex_};
  const auto found =
      std::find_if(running_.begin(), running_.end(), [&](const Running& one) { return one.job.id == id; });
  if (found == running_.end()) {
    return {};
  }
  if (error) {
    found->progress->state = error->code == ErrorCode::cancelled ? IngestState::cancelled : IngestState::failed;
  }
  Job job = std::move(found->job);
  running_.erase(found);
  job.ended = system_now();
  job.error = std::move(error);
  ended_.push_front(job);
  if (ended_.size() > kEndedMax) {
    ended_.pop_back();
  }
  return job;
}

std::vector<Job> Jobs::list() const {
  const std::lock_guard lock{mutex_};
  std::vector<Job> all;
  for (const Running& one : running_) {
    all.push_back(one.job);
  }
  all.insert(all.end(), ended_.begin(), ended_.end());
  return all;
}

std::optional<Job> Jobs::find(const std::string& id) const {
  for (Job& job : list()) {
    if (job.id == id) {
      return std::move(job);
    }
  }
  return std::nullopt;
}

std::size_t Jobs::running() const {
  const std::lock_guard lock{mutex_};
  return running_.size();
}

void Jobs::cancel() {
  const std::lock_guard lock{mutex_};
  for (const Running& one : running_) {
    one.progress->cancel = true;
  }
}

}  // namespace rowprint::daemon
