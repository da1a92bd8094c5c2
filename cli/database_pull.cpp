#include "cli/database_pull.hpp"

#include "cli/database_reader.hpp"
#include "cli/hash_pipeline.hpp"
#include "cli/temporary_disk.hpp"
#include "cli/version_upload.hpp"
#include "ingest/sql/order.hpp"

#include <nlohmann/json.hpp>

namespace rowprint::cli {

Result<Json> pull_from_database(const Context& context, const PullCommand& command) {
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
  const auto summary =
      hash_in_pipeline(workers, **source, destination.order, from.row_bytes_max, line.shared_progress(),
                       [&spool](const Batch& batch) { return spool->write(batch.encoded().bytes.view()); });
  line.end();
  if (!summary) {
    return fail(summary.error());
  }
  auto receipt = destination.refer(context.client, summary->identity());
  if (receipt || receipt.error().code != ErrorCode::not_found) {
    return receipt;
  }
  return destination.send(context.client,
                          {RowFormat::cbor, summary->schema, spool->descriptor(), spool->size(), summary->identity()},
                          line);
}

}  // namespace rowprint::cli
