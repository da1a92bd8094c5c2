// Encoding and hashing against raw SHA-256 over the same bytes, and the multiset under its sorting budget.

#include "bench/hashing_bench_rows.hpp"
#include "hashing/multiset_hash.hpp"
#include "hashing/sequence_hash.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <span>

namespace rowprint::bench {
namespace {

using hashing::ByteBuffer;
using hashing::ByteView;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t kBatchRows = 4096;
constexpr std::size_t kSortBytesMax = 16U << 20U;

/// A temporary file that has no name, so that nothing is left behind.
class TemporarySpill : public hashing::SpillFile {
 public:
  TemporarySpill() : file_(std::tmpfile(), &std::fclose) {
    if (!file_) {
      std::perror("cannot create a temporary file");
      std::exit(1);
    }
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  }
  std::error_code append(ByteView bytes) override {
    const bool written = std::fseek(file_.get(), 0, SEEK_END) == 0 &&
                         std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size();
    return written ? std::error_code{} : std::error_code{errno, std::generic_category()};
  }
  std::error_code read(std::uint64_t offset, std::span<std::uint8_t> bytes) override {
    const bool filled = std::fseek(file_.get(), static_cast<long>(offset), SEEK_SET) == 0 &&
                        std::fread(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size();
    return filled ? std::error_code{} : std::error_code{errno, std::generic_category()};
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

/// The rows of one batch, encoded: what the tee gets.
struct Batch {
  ByteBuffer rows;
  std::vector<std::uint32_t> ends;
};

/// Wall clock and processor time: on a machine that others use, the second is what the work costs.
struct Cost {
  double wall_seconds = 0;
  double cpu_seconds = 0;

  Cost& operator+=(const Cost& more) {
    wall_seconds += more.wall_seconds;
    cpu_seconds += more.cpu_seconds;
    return *this;
  }
};

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Cost cost_of(const std::function<void()>& work) {
  const auto wall_begin = std::chrono::steady_clock::now();
  const double cpu_begin = cpu_seconds();
  work();
  return {Seconds{std::chrono::steady_clock::now() - wall_begin}.count(), cpu_seconds() - cpu_begin};
}

double median(std::vector<double> samples) {
  std::nth_element(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2), samples.end());
  return samples[samples.size() / 2];
}

Cost median(const std::vector<Cost>& samples) {
  std::vector<double> wall;
  std::vector<double> cpu;
  for (const Cost& sample : samples) {
    wall.push_back(sample.wall_seconds);
    cpu.push_back(sample.cpu_seconds);
  }
  return {median(wall), median(cpu)};
}

void print(const char* what, const Cost& cost, std::size_t rows) {
  const double nanoseconds_in_row = 1e9 / static_cast<double>(rows);
  std::printf("  %-30s %8.1f ns/row wall  %8.1f ns/row cpu\n", what, cost.wall_seconds * nanoseconds_in_row,
              cost.cpu_seconds * nanoseconds_in_row);
}

void encode(const BenchEncoder& encoder, std::span<const BenchRow> rows, Batch& batch) {
  batch.rows.clear();
  batch.ends.clear();
  for (const BenchRow& row : rows) {
    encoder.put_row(batch.rows, row);
    batch.ends.push_back(static_cast<std::uint32_t>(batch.rows.size()));
  }
}

void for_each_batch(std::span<const BenchRow> rows, const std::function<void(std::span<const BenchRow>)>& take) {
  for (std::size_t at = 0; at < rows.size(); at += kBatchRows) {
    take(rows.subspan(at, std::min(kBatchRows, rows.size() - at)));
  }
}

hashing::Digest last_digest;  // read at the end, so that no work can be left out

void sequence_bench(std::size_t row_count, int repetitions) {
  const std::vector<BenchRow> rows = make_rows(row_count);
  const BenchEncoder encoder;
  Batch batch;
  ByteBuffer all;
  for (const BenchRow& row : rows) {
    encoder.put_row(all, row);
  }
  std::vector<Cost> raw;
  std::vector<Cost> encoding;
  std::vector<Cost> both;
  std::vector<double> wall_ratio;
  std::vector<double> cpu_ratio;
  for (int i = 0; i < repetitions; ++i) {
    raw.push_back(cost_of([&] { last_digest = hashing::Sha256::of(all.view()); }));
    encoding.push_back(
        cost_of([&] { for_each_batch(rows, [&](std::span<const BenchRow> part) { encode(encoder, part, batch); }); }));
    both.push_back(cost_of([&] {
      hashing::SequenceHash hash;
      for_each_batch(rows, [&](std::span<const BenchRow> part) {
        encode(encoder, part, batch);
        hash.add_rows(batch.rows.view(), batch.ends);
      });
      last_digest = hash.digest({}).digest;
    }));
    wall_ratio.push_back(both.back().wall_seconds / raw.back().wall_seconds);
    cpu_ratio.push_back(both.back().cpu_seconds / raw.back().cpu_seconds);
  }
  std::printf("sequence, %zu rows of 8 columns, %.1f bytes a row\n", row_count,
              static_cast<double>(all.size()) / static_cast<double>(row_count));
  print("raw SHA-256 of the same bytes", median(raw), row_count);
  print("encode", median(encoding), row_count);
  print("encode and sequence hash", median(both), row_count);
  std::printf("  ratio to raw SHA-256           %8.2f wall         %8.2f cpu         (goal: at most 2)\n",
              median(wall_ratio), median(cpu_ratio));
}

void multiset_bench(std::size_t row_count, int repetitions) {
  // At most one million rows at a time, each pass with other ids, so that 16 M rows need no memory of their own.
  std::vector<BenchRow> rows = make_rows(std::min<std::size_t>(row_count, 1'000'000));
  const BenchEncoder encoder;
  std::vector<Cost> adding;
  std::vector<Cost> finishing;
  std::vector<Cost> whole;
  for (int i = 0; i < repetitions; ++i) {
    hashing::MultisetHash hash{kSortBytesMax, std::make_unique<TemporarySpill>()};
    Batch batch;
    Cost add;
    for (std::size_t done = 0; done < row_count; done += rows.size()) {
      for (std::size_t at = 0; at < rows.size(); ++at) {
        rows[at].id = static_cast<std::int64_t>(done + at);
      }
      for_each_batch(rows, [&](std::span<const BenchRow> part) {
        encode(encoder, part, batch);
        add += cost_of([&] {
          if (hash.add_rows(batch.rows.view(), batch.ends)) {
            std::exit(1);
          }
        });
      });
    }
    const Cost finish = cost_of([&] { last_digest = hash.digest({}).fingerprint.digest; });
    adding.push_back(add);
    finishing.push_back(finish);
    whole.push_back(add += finish);
  }
  std::printf("multiset, %zu rows, sorting budget 16 MiB     (goal: at most 350 ns/row)\n", row_count);
  print("add, sort and spill", median(adding), row_count);
  print("merge and digest", median(finishing), row_count);
  print("together", median(whole), row_count);
}

}  // namespace
}  // namespace rowprint::bench

int main(int argc, char** argv) {
  using namespace rowprint;
  const bool quick = argc > 1 && std::string_view{argv[1]} == "--quick";
  bench::sequence_bench(quick ? 100'000 : 1'000'000, quick ? 3 : 9);
  bench::multiset_bench(quick ? 100'000 : 1'000'000, quick ? 1 : 5);
  if (!quick) {
    bench::multiset_bench(16'000'000, 3);
  }
  std::printf("(last digest %s)\n", hashing::to_hex(bench::last_digest).c_str());
}
