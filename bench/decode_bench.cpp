#include "bench/on_demand.hpp"
#include "connectors/http/formats.hpp"
#include "ingest/wait.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>
#include <algorithm>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace rowprint {
namespace {

constexpr std::size_t kRows = 1'000'000;
constexpr int kRepeats = 5;

/// A text that somebody else owns, in reads as long as they are asked for.
class ViewStream final : public ByteStream {
 public:
  explicit ViewStream(std::string_view text) : text_(text) {}
  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override {
    const std::size_t size = std::min(into.size(), text_.size());
    std::memcpy(into.data(), text_.data(), size);
    text_.remove_prefix(size);
    co_return size;
  }

 private:
  std::string_view text_;
};

/// Eight columns, about a hundred bytes: integers, text, a float, a bool, a null.
std::string plain_rows() {
  std::string text;
  for (std::size_t i = 0; i < kRows; ++i) {
    text += fmt::format(
        R"({{"id":{},"user":"user{}","city":"Zagreb","age":{},"score":{}.{:02},"ok":{},"note":null,"n":{}}})", i,
        i * 7919 % 100'003, i % 90, i % 1000, i % 99 + 1, i % 2 == 0, i * 2'654'435'761U % 4'294'967'296U);
    text.push_back('\n');
  }
  return text;
}

/// The same length with half of the keys left out or moved, and escapes in one row of four.
std::string uneven_rows() {
  std::string text;
  for (std::size_t i = 0; i < kRows; ++i) {
    text +=
        i % 2 == 0
            ? fmt::format(R"({{"user":"user{}","id":{},"ok":true,"text":"{}"}})", i % 1000, i,
                          i % 4 == 0 ? "a \\\"quoted\\\" word, and a longer sentence" : "a word, and a longer sentence")
            : fmt::format(R"({{"id":{},"age":{},"ratio":{}.5,"tags":["a","b",{}],"n":null}})", i, i % 90, i % 1000, i);
    text.push_back('\n');
  }
  return text;
}

double seconds_of(const std::function<void()>& work) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < kRepeats; ++i) {
    const double begin = bench::processor_seconds();
    work();
    best = std::min(best, bench::processor_seconds() - begin);
  }
  return best;
}

void must(bool holds) {
  if (!holds) {
    fmt::print(stderr, "the benchmark's own rows do not parse\n");
    std::exit(1);
  }
}

awaitable<std::uint64_t> read_all(Source& source, bool encode) {
  std::uint64_t rows = 0;
  for (;;) {
    Result<std::optional<Batch>> batch = co_await source.next();
    must(batch.has_value());
    if (!*batch) {
      co_return rows;
    }
    if (encode) {
      must((*batch)->encode(1U << 20U).has_value());
    }
    rows += (*batch)->rows();
  }
}

/// One line of the table: what, how long, and how long simdjson takes for the same rows as lines.
void print_line(std::string_view name, std::string_view what, std::size_t bytes, double seconds, double on_demand) {
  fmt::print("| {} | {} | {:.0f} | {:.2f} | {:.2f} |\n", name, what, seconds * 1e9 / kRows,
             static_cast<double>(bytes) / seconds / 1e9, seconds / on_demand);
}

double decoding_seconds(const std::string& text, const RowsFormat& format, bool encode) {
  boost::asio::thread_pool pool{1};
  return seconds_of([&] {
    const auto source = make_rows_source(format, std::make_unique<ViewStream>(text), {}, {},
                                         {posix_disk(), fmt::format("/tmp/rowprint-bench-{}", ::getpid())});
    must(wait(pool, read_all(*source, encode)) == kRows);
  });
}

double measure_on_demand(std::string& lines) {
  bench::pad(lines);
  volatile std::uint64_t sink = 0;
  return seconds_of([&] { sink = bench::read_on_demand(lines); });
}

void measure_lines(std::string_view name, std::string lines) {
  const double on_demand = measure_on_demand(lines);
  print_line(name, "simdjson on demand, every value read", lines.size(), on_demand, on_demand);
  print_line(name, "NDJSON: batches of cells", lines.size(), decoding_seconds(lines, {}, false), on_demand);
  print_line(name, "NDJSON and the canonical encoding", lines.size(), decoding_seconds(lines, {}, true), on_demand);
}

std::string array_of(std::string lines) {
  std::replace(lines.begin(), lines.end() - 1, '\n', ',');
  return "[" + lines + "]";
}

/// The values of plain_rows(), as the fields of a table or one array a column.
std::vector<std::vector<std::string>> plain_values(bool quoted) {
  const std::string_view quote = quoted ? "\"" : "";
  std::vector<std::vector<std::string>> values(8);
  for (std::size_t i = 0; i < kRows; ++i) {
    values[0].push_back(fmt::format("{}", i));
    values[1].push_back(fmt::format("{}user{}{}", quote, i * 7919 % 100'003, quote));
    values[2].push_back(fmt::format("{}Zagreb{}", quote, quote));
    values[3].push_back(fmt::format("{}", i % 90));
    values[4].push_back(fmt::format("{}.{:02}", i % 1000, i % 99 + 1));
    values[5].push_back(fmt::format("{}", i % 2 == 0));
    values[6].emplace_back("null");
    values[7].push_back(fmt::format("{}", i * 2'654'435'761U % 4'294'967'296U));
  }
  return values;
}

std::string columns_text() {
  std::string text;
  for (const auto& column : plain_values(true)) {
    text += fmt::format("{}\"c{}\":[{}]", text.empty() ? "{" : ",", text.size(), fmt::join(column, ","));
  }
  return text + "}";
}

std::string table_text() {
  const auto values = plain_values(false);
  std::string text = "id,user,city,age,score,ok,note,n\n";
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t column = 0; column < values.size(); ++column) {
      text += values[column][row];
      text += column + 1 == values.size() ? '\n' : ',';
    }
  }
  return text;
}

/// The rows of plain_rows() in other formats.
void measure_formats(std::string lines) {
  const double on_demand = measure_on_demand(lines);
  const auto measure = [on_demand](std::string_view what, const std::string& text, const RowsFormat& format) {
    print_line("8 columns, ~100 bytes", what, text.size(), decoding_seconds(text, format, false), on_demand);
  };
  measure("a JSON array", array_of(lines), {RowFormat::json, {}});
  measure("a JSON object of columns", columns_text(), {RowFormat::json, {}});
  const std::string table = table_text();
  measure("CSV, all text", table, {RowFormat::csv, {}});
  CsvDialect inferring;
  inferring.infer = true;
  inferring.null = "null";
  measure("CSV, inferred", table, {RowFormat::csv, inferring});
}

}  // namespace
}  // namespace rowprint

int main() {
  fmt::print(
      "## Decoding\n\n{} rows, processor time of one thread, best of {}. Ratio: against simdjson on demand, which "
      "reads the same rows as lines in the same run.\n\n",
      rowprint::kRows, rowprint::kRepeats);
  fmt::print("| rows | what | ns a row | GB/s | ratio |\n|---|---|---|---|---|\n");
  rowprint::measure_lines("8 columns, ~100 bytes", rowprint::plain_rows());
  rowprint::measure_lines("uneven keys, escapes, lists", rowprint::uneven_rows());
  rowprint::measure_formats(rowprint::plain_rows());
  return 0;
}
