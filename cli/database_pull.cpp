#include "cli/database_pull.hpp"

#include "cli/database_reader.hpp"
#include "cli/hash_pipeline.hpp"
#include "cli/interruptible_read.hpp"
#include "cli/temporary_disk.hpp"
#include "cli/version_upload.hpp"
#include "ingest/sql/order.hpp"
#include "ingest/wait.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace rowprint::cli {

namespace {

/// Reads, hashes and keeps the rows. Nothing where a signal ended it.
Result<std::optional<RowHash::Summary>> spool_rows(const QueryOptions& from, const sql::Query& query, Order order,
                                                   SpoolFile& spool, ProgressLine& line) {
  InterruptibleRead reading;
  boost::asio::thread_pool workers{2};
  line.begin("connecting", std::nullopt);
  auto source = wait(workers, read_database(from, query, reading.cancel));
  if (source) {
    line.rename("reading");
    auto summary = hash_in_pipeline(workers, **source, order, from.row_bytes_max, line.shared_progress(),
                                    [&spool](const Batch& batch) { return spool.write(batch.encoded().bytes.view()); });
    if (summary && !reading.interrupted()) {
      return std::optional{std::move(*summary)};
    }
    source = summary ? std::move(source) : fail(std::move(summary.error()));
  }
  if (reading.interrupted()) {
    return std::optional<RowHash::Summary>{};
  }
  return fail(std::move(source.error()));
}

}  // namespace

Result<std::optional<Json>> pull_from_database(const Context& context, const PullCommand& command) {
  const QueryOptions& from = command.from;
  const auto query = resolve_query(from);
  if (!query) {
    return fail(query.error());
  }
  auto spool = SpoolFile::make();
  if (!spool) {
    return fail(std::move(spool.error()));
  }
  ProgressLine line{context.console.wants_progress()};
  const VersionUpload destination{command.dataset, from.order.value_or(sql::order_of(query->text))};
  const auto read = spool_rows(from, *query, destination.order, *spool, line);
  line.end();
  if (!read || !*read) {
    return read ? Result<std::optional<Json>>{std::nullopt} : fail(read.error());
  }
  const RowHash::Summary& summary = **read;
  auto receipt = destination.refer(context.client, summary.identity());
  if (!receipt && receipt.error().code == ErrorCode::not_found) {
    receipt = destination.send(
        context.client, {RowFormat::cbor, summary.schema, spool->descriptor(), spool->size(), summary.identity()},
        line);
  }
  if (!receipt) {
    return fail(std::move(receipt.error()));
  }
  return std::optional{std::move(*receipt)};
}

}  // namespace rowprint::cli
