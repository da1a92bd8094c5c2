#include "daemon/account.hpp"

#include "daemon/json/forms.hpp"
#include "daemon/log.hpp"

#include <chrono>

namespace rowprint::daemon {

void account(Jobs& jobs, Metrics& metrics, const std::string& id, const Result<Receipt>& receipt) {
  const Job job = jobs.end(id, receipt);
  const std::uint64_t rows = job.progress->rows;
  const std::uint64_t bytes = job.progress->bytes;
  metrics.ingest_ended(job.state, rows, bytes);
  if (job.asked.kind == JobKind::pull) {
    metrics.pull_ended(job.state);
  }
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(job.ended.value_or(job.started) - job.started).count();
  if (receipt) {
    log::info("ingest {}: {}@{} {} {}, {} rows, {} bytes, {} ms", id, job.asked.dataset, receipt->version.number,
              receipt->reused ? "reused" : "sealed", receipt->version.fingerprint.text(), rows, bytes, milliseconds);
    return;
  }
  // The reason may quote the input, which is nobody's business but the client's.
  const Error& error = receipt.error();
  const bool ours = status_of(error.code) >= 500;
  log::write(ours ? config::LogLevel::error : config::LogLevel::info,
             fmt::format("ingest {}: {} {}{}, {} rows, {} bytes, {} ms", id, job.asked.dataset, to_string(error.code),
                         ours ? " (" + error.reason + ")" : "", rows, bytes, milliseconds));
}

}  // namespace rowprint::daemon
