#include "cli/database_verify.hpp"

#include "cli/answers.hpp"
#include "cli/database_reader.hpp"
#include "cli/interruptible_read.hpp"
#include "cli/progress.hpp"
#include "cli/temporary_disk.hpp"
#include "cli/text.hpp"
#include "connectors/http/cbor_source.hpp"
#include "connectors/http/comparison_json.hpp"
#include "ingest/compare.hpp"
#include "ingest/wait.hpp"

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace rowprint::cli {
namespace {

/// The stored rows of one version, fetched: a store from which nothing but these can be read.
class FetchedRows final : public Store {
 public:
  FetchedRows(SpoolFile rows, std::size_t row_bytes_max) : rows_(std::move(rows)), row_bytes_max_(row_bytes_max) {}

  std::string_view name() const override { return "fetched"; }
  awaitable<Result<std::unique_ptr<Source>>> read(Content content) override {
    auto stream = rows_.open();
    if (!stream) {
      co_return fail(std::move(stream.error()));
    }
    const CborLimits limits{.row_bytes_max = row_bytes_max_};
    co_return std::make_unique<CborSource>(std::move(*stream), std::move(content.schema), limits);
  }
  awaitable<Result<std::unique_ptr<StoreTransaction>>> begin(StoreTicket /*ticket*/) override { co_return read_only(); }
  awaitable<Result<void>> remove(std::string /*location*/) override { co_return read_only(); }
  awaitable<Result<Recovery>> recover(std::vector<std::string> /*known*/) override { co_return read_only(); }

 private:
  static tl::unexpected<Error> read_only() { return fail(ErrorCode::internal, "fetched rows are only read"); }

  SpoolFile rows_;
  std::size_t row_bytes_max_;
};

Result<hashing::Fingerprint> fingerprint_of(const Json& text) {
  const auto fingerprint = hashing::Fingerprint::parse(text.get<std::string>());
  if (!fingerprint) {
    return fail(ErrorCode::internal, "the daemon's answer holds a fingerprint that is none");
  }
  return *fingerprint;
}

/// What a version as JSON says of its content.
Result<Content> content_of(const Json& version) {
  Content content;
  const Json& summary = version.at("content");
  const auto sequence = fingerprint_of(summary.at("fingerprint"));
  if (!sequence) {
    return fail(sequence.error());
  }
  content.sequence = *sequence;
  if (const Json& multiset = summary.at("multiset"); !multiset.is_null()) {
    const auto parsed = fingerprint_of(multiset);
    if (!parsed) {
      return fail(parsed.error());
    }
    content.multiset = *parsed;
  }
  auto schema = schema_of(version);
  if (!schema) {
    return fail(std::move(schema.error()));
  }
  content.schema = std::move(*schema);
  content.rows = summary.at("rows").get<std::uint64_t>();
  return content;
}

Result<SpoolFile> fetch_rows(const Context& context, const Target& version, ProgressLine& line) {
  auto spool = SpoolFile::make();
  if (!spool) {
    return spool;
  }
  line.begin("fetching", std::nullopt);
  const Request request{Method::get, version.path() + "/rows", {{"Accept", "application/cbor-seq"}}, {}};
  const auto response = context.client.receive(request, [&](hashing::ByteView piece) {
    line.progress().bytes += piece.size();
    return spool->write(piece);
  });
  line.end();
  if (!response) {
    return fail(response.error());
  }
  if (!response->is_success()) {
    return fail(problem_of(*response));
  }
  return spool;
}

/// For the rows of a set that the report shows. Borrows what it is given.
awaitable<Result<std::unique_ptr<Source>>> read_again(const QueryOptions& options, const sql::Query& query) {
  const auto database = open_database_url(options.source, options.password, options.row_bytes_max);
  if (!database) {
    co_return fail(database.error());
  }
  sql::Query asked = query;
  const BatchBuilder::Limits limits;
  auto source = co_await (*database)->read(std::move(asked), limits);
  if (!source) {
    co_return fail(std::move(source.error()));
  }
  co_return std::unique_ptr<Source>{std::move(*source)};
}

/// The comparison itself, reading from the database that has been asked. Nothing where a signal ended it.
Result<std::optional<Comparison>> compare_version(const Context& context, const Target& version,
                                                  const Json& description, const QueryOptions& options,
                                                  const sql::Query& query, bool report) {
  const auto content = content_of(description);
  const auto order = parse_order(description.at("order").get<std::string>());
  if (!content) {
    return fail(content.error());
  }
  if (!order) {
    return fail(ErrorCode::internal, "the daemon knows an order that this program does not");
  }
  ProgressLine line{context.console.wants_progress()};
  std::optional<FetchedRows> stored;
  if (report) {
    auto rows = fetch_rows(context, version, line);
    if (!rows) {
      return fail(std::move(rows.error()));
    }
    stored.emplace(std::move(*rows), std::numeric_limits<std::uint32_t>::max());
  }
  line.begin("reading", std::nullopt);
  boost::asio::thread_pool workers{1};
  const auto source = read_database(workers, options, query);
  if (!source) {
    return fail(source.error());
  }
  CompareLimits limits;
  limits.row_bytes_max = options.row_bytes_max;
  limits.spill_directory = temporary_folder();
  const InterruptibleRead reading{**source};
  const ReadAgain again = [&options, &query] { return read_again(options, query); };
  auto comparison =
      report ? wait(workers, compare_with_report(*stored, temporary_disk(), *content, *order, **source, limits, again,
                                                 line.shared_progress()))
             : wait(workers, compare(temporary_disk(), *content, *order, **source, limits, line.shared_progress()));
  if (reading.interrupted()) {
    return std::optional<Comparison>{};
  }
  if (!comparison) {
    return fail(std::move(comparison.error()));
  }
  return std::optional{std::move(*comparison)};
}

}  // namespace

Result<std::optional<Json>> verify_with_database(const Context& context, const Target& target,
                                                 const QueryOptions& source, bool report) {
  const auto query = resolve_query(source);
  if (!query) {
    return fail(query.error());
  }
  auto verification = json_of(context.client.send({Method::post, target.path() + "/verify", {}, {}}));
  if (!verification) {
    return fail(std::move(verification.error()));
  }
  // The one that was verified, however many there are by now.
  const Target version{target.dataset, verification->at("version").get<std::uint64_t>()};
  const auto description = get(context, version.path());
  if (!description) {
    return fail(description.error());
  }
  const auto comparison = compare_version(context, version, *description, source, *query, report);
  if (!comparison || !*comparison) {
    return comparison ? Result<std::optional<Json>>{std::nullopt} : fail(comparison.error());
  }
  (*verification)["source"] = comparison_json(**comparison);
  return std::optional{std::move(*verification)};
}

}  // namespace rowprint::cli
