#include "ingest/compare.hpp"

#include "ingest/compare_sequence.hpp"
#include "ingest/compare_set.hpp"
#include "ingest/difference_report.hpp"
#include "ingest/disk/spill.hpp"
#include "ingest/fingerprint.hpp"
#include "ingest/ingestor.hpp"

#include <algorithm>
#include <utility>

namespace rowprint {
namespace {

std::string spill_path(const CompareLimits& limits) {
  return limits.spill_directory + "/" + new_ingest_id() + ".spill";
}

Result<hashing::Fingerprint> expected_of(const Content& content, Order order) {
  if (order == Order::sequence) {
    return content.sequence;
  }
  if (!content.multiset) {
    return fail(ErrorCode::bad_input, "the version is a sequence: it cannot be compared as a set");
  }
  return *content.multiset;
}

std::string in_words(const Difference& column) {
  const auto type = [](const std::optional<Value>& value) { return std::get<std::string>(value->held); };
  const std::string name = "column \"" + column.column + "\" ";
  if (!column.stored) {
    return name + "(" + type(column.source) + ") is in the source only";
  }
  if (!column.source) {
    return name + "(" + type(column.stored) + ") is stored, the source does not have it";
  }
  return name + "is " + type(column.source) + " in the source, stored is " + type(column.stored);
}

std::string differing_rows_in_words(const DifferenceReport* report, Order order) {
  if (report == nullptr || report->rows_differing() == 0) {
    return "the rows differ";
  }
  const std::uint64_t count = report->rows_differing();
  std::string words = count == 1 ? "1 row differs" : std::to_string(count) + " rows differ";
  if (order == Order::sequence && report->first_row()) {
    words += count == 1 ? ": row " : ", the first is row ";
    words += std::to_string(*report->first_row());
  }
  return words;
}

/// Of the source alone, and what is different about it. `report` may be null.
Comparison compared(const Content& content, Order order, const RowHash::Summary& source,
                    const hashing::Fingerprint& expected, const DifferenceReport* report) {
  Comparison comparison;
  comparison.fingerprint = source.identity();
  comparison.agrees = comparison.fingerprint == expected;
  comparison.rows = source.rows;
  comparison.schema = source.schema;
  if (comparison.agrees) {
    return comparison;
  }
  const std::vector<Difference> columns = differing_columns(source.schema, content.schema);
  if (!columns.empty()) {
    comparison.difference = in_words(columns.front());
  } else if (source.rows != content.rows) {
    comparison.difference =
        "the source has " + std::to_string(source.rows) + " rows, stored are " + std::to_string(content.rows);
  } else {
    comparison.difference = differing_rows_in_words(report, order);
  }
  return comparison;
}

Comparison compared(const Content& content, Order order, const RowHash::Summary& source,
                    const hashing::Fingerprint& expected, const CompareLimits& limits, DifferenceReport report) {
  Comparison comparison = compared(content, order, source, expected, &report);
  comparison.rows_differing = report.rows_differing();
  comparison.report = differing_columns(source.schema, content.schema);
  std::ranges::move(report.take(), std::back_inserter(comparison.report));
  comparison.report.resize(std::min(comparison.report.size(), limits.report_items_max));
  return comparison;
}

awaitable<Result<Comparison>> compare_sequences(Content content, Source& source, Source& stored, CompareLimits limits,
                                                std::shared_ptr<Progress> progress) {
  DifferenceReport report{limits};
  SequenceWalk walk{source, stored, limits.row_bytes_max, report};
  auto summary =
      co_await fingerprint(walk, RowHash{source.declared(), std::nullopt}, limits.row_bytes_max, std::move(progress));
  if (!summary) {
    co_return fail(std::move(summary.error()));
  }
  co_return compared(content, Order::sequence, *summary, content.sequence, limits, std::move(report));
}

/// Shows those rows in the report that are not on both sides. A source that is read again is another read: what it does
/// not have any more is not shown.
awaitable<Result<void>> show_differing(DifferingRows differing, Store& store, Content content, CompareLimits limits,
                                       ReadAgain read_again, DifferenceReport& report,
                                       std::shared_ptr<Progress> progress) {
  if (differing.has(Difference::Kind::only_stored)) {
    auto stored = co_await store.read(std::move(content));
    if (!stored) {
      co_return fail(std::move(stored.error()));
    }
    auto located = co_await differing.locate(Difference::Kind::only_stored, **stored,
                                             std::numeric_limits<std::size_t>::max(), report, progress);
    if (!located) {
      co_return located;
    }
  }
  if (read_again && differing.has(Difference::Kind::only_source)) {
    auto source = co_await read_again();
    if (!source) {
      co_return fail(std::move(source.error()));
    }
    auto located = co_await differing.locate(Difference::Kind::only_source, **source, limits.row_bytes_max, report,
                                             std::move(progress));
    co_return located;
  }
  co_return Result<void>{};
}

awaitable<Result<Comparison>> compare_sets(Store& store, Disk& disk, Content content, Source& source, Source& stored,
                                           CompareLimits limits, ReadAgain read_again,
                                           std::shared_ptr<Progress> progress) {
  const std::size_t side_bytes = limits.sort_bytes / 2;
  const SortSpace space{disk, spill_path(limits), side_bytes};
  RowHash source_rows = make_row_hash(Order::set, source.declared(), space);
  auto hashed = co_await hash_rows(source, source_rows, limits.row_bytes_max, progress);
  if (!hashed) {
    co_return fail(std::move(hashed.error()));
  }
  hashing::MultisetHash stored_rows{side_bytes, make_spill(disk, spill_path(limits))};
  auto added = co_await add_rows(stored, stored_rows, progress);
  if (!added) {
    co_return fail(std::move(added.error()));
  }
  auto summary = source_rows.summary();
  if (!summary) {
    co_return fail(std::move(summary.error()));
  }
  DifferenceReport report{limits};
  auto differing = DifferingRows::join(*source_rows.multiset(), stored_rows, report);
  if (!differing) {
    co_return fail(std::move(differing.error()));
  }
  auto shown = co_await show_differing(std::move(*differing), store, content, limits, std::move(read_again), report,
                                       std::move(progress));
  if (!shown) {
    co_return fail(std::move(shown.error()));
  }
  co_return compared(content, Order::set, *summary, *content.multiset, limits, std::move(report));
}

}  // namespace

std::string_view to_string(Difference::Kind kind) {
  switch (kind) {
    case Difference::Kind::column:
      return "column";
    case Difference::Kind::changed:
      return "changed";
    case Difference::Kind::only_source:
      return "only_source";
    case Difference::Kind::only_stored:
      return "only_stored";
  }
  return {};
}

awaitable<Result<Comparison>> compare(Disk& disk, Content content, Order order, Source& source, CompareLimits limits,
                                      std::shared_ptr<Progress> progress) {
  const auto expected = expected_of(content, order);
  if (!expected) {
    co_return fail(expected.error());
  }
  const SortSpace space{disk, spill_path(limits), limits.sort_bytes};
  auto summary = co_await fingerprint(source, make_row_hash(order, source.declared(), space), limits.row_bytes_max,
                                      std::move(progress));
  if (!summary) {
    co_return fail(std::move(summary.error()));
  }
  co_return compared(content, order, *summary, *expected, nullptr);
}

awaitable<Result<Comparison>> compare_with_report(Store& store, Disk& disk, Content content, Order order,
                                                  Source& source, CompareLimits limits, ReadAgain read_again,
                                                  std::shared_ptr<Progress> progress) {
  const auto expected = expected_of(content, order);
  if (!expected) {
    co_return fail(expected.error());
  }
  auto stored = co_await store.read(content);
  if (!stored) {
    co_return fail(std::move(stored.error()));
  }
  if (order == Order::sequence) {
    auto comparison =
        co_await compare_sequences(std::move(content), source, **stored, std::move(limits), std::move(progress));
    co_return comparison;
  }
  auto comparison = co_await compare_sets(store, disk, std::move(content), source, **stored, std::move(limits),
                                          std::move(read_again), std::move(progress));
  co_return comparison;
}

}  // namespace rowprint
