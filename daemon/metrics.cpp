#include "daemon/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>
#include <array>
#include <fstream>
#include <sstream>

namespace rowprint::daemon {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

Counter& add_counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

Gauge& add_gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

Histogram& add_histogram(prometheus::Registry& registry, const char* name, const char* help) {
  const Histogram::BucketBoundaries seconds{0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60};
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, seconds);
}

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}
std::uint64_t whole(const Counter& counter) {
  return static_cast<std::uint64_t>(counter.Value());
}

/// How things ended, counted.
struct Ends {
  Ends(prometheus::Registry& registry, const char* name, const char* help)
      : family(prometheus::BuildCounter().Name(name).Help(help).Register(registry)) {}

  prometheus::Family<Counter>& family;
  Counter& sealed = family.Add({{"end", "sealed"}});
  Counter& reused = family.Add({{"end", "reused"}});
  Counter& failed = family.Add({{"end", "failed"}});
  Counter& cancelled = family.Add({{"end", "cancelled"}});

  Counter& of(IngestState state) {
    return state == IngestState::sealed      ? sealed
           : state == IngestState::reused    ? reused
           : state == IngestState::cancelled ? cancelled
                                             : failed;
  }
};

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;

  prometheus::Family<Counter>& requests = prometheus::BuildCounter()
                                              .Name("rowprint_http_requests_total")
                                              .Help("Requests answered, by class of status")
                                              .Register(registry);
  std::array<Counter*, 4> by_class{&requests.Add({{"status", "2xx"}}), &requests.Add({{"status", "3xx"}}),
                                   &requests.Add({{"status", "4xx"}}), &requests.Add({{"status", "5xx"}})};
  Ends ingests{registry, "rowprint_ingests_total", "Ingests that ended, by how"};
  Ends pulls{registry, "rowprint_pulls_total", "Those of them that read a source, by how they ended"};
  Counter& retries = add_counter(registry, "rowprint_pull_retries_total",
                                 "Attempts of pulls that failed and were followed by another");
  Counter& rows = add_counter(registry, "rowprint_rows_received_total", "Rows read by ingests that ended");
  Counter& bytes = add_counter(registry, "rowprint_received_bytes_total", "Bytes read by ingests that ended");
  Histogram& seal = add_histogram(registry, "rowprint_seal_seconds", "Closing, syncing and renaming of one content");
  Histogram& sync = add_histogram(registry, "rowprint_sync_seconds", "One sync of a file or a folder");

  Gauge& budget = add_gauge(registry, "rowprint_memory_budget_bytes", "Memory that all ingests together may take");
  Gauge& used = add_gauge(registry, "rowprint_memory_used_bytes", "Memory that ingests have taken of their budget");
  Gauge& waiting = add_gauge(registry, "rowprint_memory_waiting", "Ingests that wait for their share of memory");
  Gauge& resident = add_gauge(registry, "process_resident_memory_bytes", "Resident memory of the process");
  Gauge& connections = add_gauge(registry, "rowprint_connections", "Open connections");
  Gauge& running = add_gauge(registry, "rowprint_ingests_running", "Ingests that run");
  prometheus::Family<Gauge>& by_state =
      prometheus::BuildGauge().Name("rowprint_ingests_in_state").Help("Ingests that run, by state").Register(registry);
  Gauge& reads = add_gauge(registry, "rowprint_source_reads", "Pulls and comparisons that hold a place at a source");
  Gauge& ready = add_gauge(registry, "rowprint_ready", "1 if every content has its file");
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::request_answered(int status) {
  const int index = status / 100 - 2;
  if (index >= 0 && index < 4) {
    families_->by_class[static_cast<std::size_t>(index)]->Increment();
  }
}

void Metrics::ingest_ended(IngestState state, std::uint64_t rows, std::uint64_t bytes) {
  families_->ingests.of(state).Increment();
  families_->rows.Increment(static_cast<double>(rows));
  families_->bytes.Increment(static_cast<double>(bytes));
}

void Metrics::pull_ended(IngestState state) {
  families_->pulls.of(state).Increment();
}
void Metrics::pull_retried() {
  families_->retries.Increment();
}

void Metrics::sealed_in(std::chrono::nanoseconds duration) {
  families_->seal.Observe(seconds(duration));
}
void Metrics::synced_in(std::chrono::nanoseconds duration) {
  families_->sync.Observe(seconds(duration));
}

std::string Metrics::text(const Moment& moment) {
  families_->budget.Set(static_cast<double>(moment.memory_budget_bytes));
  families_->used.Set(static_cast<double>(moment.memory_used_bytes));
  families_->waiting.Set(static_cast<double>(moment.memory_waiting));
  families_->resident.Set(static_cast<double>(moment.resident_bytes));
  families_->connections.Set(static_cast<double>(moment.connections));
  families_->running.Set(static_cast<double>(moment.ingests_running));
  for (const auto& [state, count] : moment.ingests_by_state) {
    families_->by_state.Add({{"state", std::string{state}}}).Set(static_cast<double>(count));
  }
  families_->reads.Set(static_cast<double>(moment.source_reads));
  families_->ready.Set(moment.ready ? 1 : 0);
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, families_->registry.Collect());
  return out.str();
}

Metrics::Totals Metrics::totals() const {
  const Families& all = *families_;
  return {whole(all.ingests.sealed),    whole(all.ingests.reused), whole(all.ingests.failed),
          whole(all.ingests.cancelled), whole(all.rows),           whole(all.bytes)};
}

std::uint64_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::uint64_t total_pages = 0, resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace rowprint::daemon
