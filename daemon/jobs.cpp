#include "daemon/jobs.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace rowprint::daemon {
namespace {

/// What is told of a version. The rest of a content is the catalog's, and can be large.
std::shared_ptr<const Receipt> to_keep(Receipt receipt) {
  receipt.content.hash_state.clear();
  receipt.content.hash_state.shrink_to_fit();
  receipt.content.inference_state.clear();
  receipt.content.inference_state.shrink_to_fit();
  return std::make_shared<const Receipt>(std::move(receipt));
}

IngestState end_state(const Result<Receipt>& result) {
  if (result) {
    return result->reused ? IngestState::reused : IngestState::sealed;
  }
  return result.error().code == ErrorCode::cancelled ? IngestState::cancelled : IngestState::failed;
}

}  // namespace

JobRecord::JobRecord(NewJob asked) : id_(asked.id) {
  job_.asked = std::move(asked);
  job_.progress = std::make_shared<Progress>();
  job_.started = system_now();
}

Job JobRecord::look() const {
  const std::lock_guard lock{mutex_};
  Job job = job_;
  job.state = job.progress->state;
  if (!job.ended && is_end(job.state)) {
    job.state = IngestState::sealing;  // its receipt is on the way here
  }
  return job;
}

std::shared_ptr<Progress> Jobs::begin(NewJob asked) {
  auto record = std::make_shared<JobRecord>(std::move(asked));
  const std::lock_guard lock{mutex_};
  running_.push_front(record);
  return record->job_.progress;
}

void Jobs::retry(const std::string& id, std::size_t attempt, Error failed) {
  std::shared_ptr<JobRecord> record;
  {
    const std::lock_guard lock{mutex_};
    record = find(running_, id);
  }
  if (!record) {
    return;
  }
  const std::shared_ptr<Progress> progress = record->look().progress;
  progress->rows = 0;
  progress->bytes = 0;
  {
    const std::lock_guard lock{record->mutex_};
    record->job_.attempt = attempt;
    record->job_.error = std::move(failed);
  }
  progress->state = IngestState::retrying;
}

Job Jobs::end(const std::string& id, const Result<Receipt>& result) {
  std::shared_ptr<JobRecord> record;
  {
    const std::lock_guard lock{mutex_};
    record = find(running_, id);
    if (!record) {
      return {};
    }
    std::erase(running_, record);
    ended_.push_front(record);
    if (ended_.size() > kEndedMax) {
      ended_.pop_back();
    }
    // Under this lock, so that whoever finds it among the ended sees it ended.
    const std::lock_guard inner{record->mutex_};
    Job& job = record->job_;
    job.ended = system_now();
    job.progress->state = end_state(result);
    job.error = result ? std::nullopt : std::optional{result.error()};
    if (result) {
      job.receipt = to_keep(*result);
      job.progress->rows = result->rows_received;
      job.progress->bytes = result->bytes_received;
    }
  }
  return record->look();
}

std::vector<Job> Jobs::list() const {
  Records all;
  {
    const std::lock_guard lock{mutex_};
    all = running_;
    all.insert(all.end(), ended_.begin(), ended_.end());
  }
  std::vector<Job> jobs;
  for (const auto& record : all) {
    jobs.push_back(record->look());
  }
  return jobs;
}

std::shared_ptr<const JobRecord> Jobs::find(const std::string& id) const {
  const std::lock_guard lock{mutex_};
  auto record = find(running_, id);
  return record ? record : find(ended_, id);
}

std::shared_ptr<JobRecord> Jobs::find(const Records& records, const std::string& id) {
  const auto found =
      std::find_if(records.begin(), records.end(), [&](const auto& record) { return record->id() == id; });
  return found == records.end() ? nullptr : *found;
}

std::size_t Jobs::running() const {
  const std::lock_guard lock{mutex_};
  return running_.size();
}

Result<Job> Jobs::cancel(const std::string& id) {
  const auto record = find(id);
  if (!record) {
    return fail(no_such_job(id));
  }
  Job job = record->look();
  if (job.ended) {
    return fail(ErrorCode::conflict, fmt::format("the ingest {} has ended already", id));
  }
  job.progress->cancel = true;
  return job;
}

void Jobs::cancel_all() {
  for (const Job& job : list()) {
    if (!job.ended) {
      job.progress->cancel = true;
    }
  }
}

Error no_such_job(const std::string& id) {
  Error error;
  error.code = ErrorCode::not_found;
  error.reason = fmt::format("there is no ingest {} among the running and the last {}", id, Jobs::kEndedMax);
  return error;
}

}  // namespace rowprint::daemon
