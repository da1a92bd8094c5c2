#include "cli/database_pull.hpp"

#include "cli/database_reader.hpp"
#include "cli/hash_pipeline.hpp"
#include "cli/interruptible_read.hpp"
#include "cli/temporary_disk.hpp"
#include "cli/version_upload.hpp"
#include "ingest/sql/order.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace rowprint::cli {

namespace {

/// Reads, hashes and keeps the rows. Nothing where a signal ended it.
Result<std::optional<RowHash::Summary>> spool_rows(sql::QuerySource& source, boost::asio::thread_pool& workers,
                                                   Order order, std::size_t row_bytes_max, SpoolFile& spool,
                                                   const ProgressLine& line) {
  const InterruptibleRead reading{source};
  auto summary = hash_in_pipeline(workers, source, order, row_bytes_max, line.shared_progress(),
                                  [&spool](const Batch& batch) { return spool.write(batch.encoded().bytes.view()); });
  if (reading.interrupted()) {
    return std::optional<RowHash::Summary>{};
  }
  if (!summary) {
    return fail(std::move(summary.error()));
  }
  return std::optional{std::move(*summary)};
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
  line.begin("connecting", std::nullopt);
  boost::asio::thread_pool workers{2};
  const auto source = read_database(workers, from, *query);
  if (!source) {
    return fail(source.error());
  }
  line.rename("reading");
  const VersionUpload destination{command.dataset, from.order.value_or(sql::order_of(query->text))};
  const auto read = spool_rows(**source, workers, destination.order, from.row_bytes_max, *spool, line);
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
