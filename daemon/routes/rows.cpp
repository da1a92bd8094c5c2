#include "connectors/http/json_rows.hpp"
#include "daemon/routes/answers.hpp"
#include "daemon/routes/entity_tag.hpp"
#include "daemon/routes/handlers.hpp"
#include "daemon/routes/version_path.hpp"

#include <optional>

namespace rowprint::daemon {
namespace {

/// A piece of the answer: long enough that a hop to the socket costs little, and all that a slow client makes us hold.
constexpr std::size_t kAnswerPieceBytes = 64U << 10U;
/// Of the budget, for one reader: a batch, a piece, the store's buffers.
constexpr std::size_t kReaderBytes = 1U << 20U;

/// The rows of a content as text, piece by piece.
class RowProducer final : public ByteProducer {
 public:
  RowProducer(std::unique_ptr<Source> rows, Schema schema, bool cbor, std::size_t row_bytes_max,
              MemoryBudget::Share share)
      : rows_(std::move(rows)),
        json_(std::move(schema)),
        cbor_(cbor),
        row_bytes_max_(row_bytes_max),
        share_(std::move(share)) {}

  awaitable<Result<bool>> next(std::string& into) override {
    into.clear();
    while (into.size() < kAnswerPieceBytes) {
      if (!batch_ || row_ == batch_->rows()) {
        auto batch = co_await rows_->next();
        if (!batch) {
          co_return fail(std::move(batch.error()));
        }
        if (!*batch) {
          batch_.reset();
          break;
        }
        batch_ = std::move(**batch);
        row_ = 0;
      }
      auto written = write_row(into);
      if (!written) {
        co_return fail(std::move(written.error()));
      }
    }
    co_return !into.empty();
  }

 private:
  Result<void> write_row(std::string& into) {
    const std::size_t row = row_++;
    return cbor_ ? write_cbor_sequence(into, *batch_, row, row + 1, row_bytes_max_)
                 : json_.write(into, *batch_, row, row + 1);
  }

  std::unique_ptr<Source> rows_;
  JsonRows json_;
  bool cbor_;
  std::size_t row_bytes_max_;
  MemoryBudget::Share share_;
  std::optional<Batch> batch_;
  std::size_t row_ = 0;
};

}  // namespace

awaitable<Response> read_rows(const Services& services, Call call) {
  const auto path = parse_version_path(call.captured);
  if (!path) {
    co_return problem(path.error());
  }
  if (!call.request.chunks_known) {
    // Without chunks an answer that was cut cannot be told from a whole one, and would be taken for other rows.
    co_return problem_with_status(505, ErrorCode::bad_input, "rows are read with HTTP/1.1");
  }
  const bool cbor = call.request.header("accept").value_or("").find("application/cbor-seq") != std::string_view::npos;
  auto version = co_await services.catalog.version(path->dataset, path->number);
  if (!version) {
    co_return problem(version.error());
  }
  // Rows never change, but for the form they are asked for in.
  std::string tag = entity_tag(version->version, cbor ? "cbor" : "ndjson");
  if (is_not_modified(call.request, tag)) {
    co_return not_modified(std::move(tag));
  }
  auto share = co_await services.budget.take(kReaderBytes, services.config.memory.patience);
  if (!share) {
    co_return problem(share.error());
  }
  auto rows = co_await services.store.read(version->content);
  if (!rows) {
    co_return problem(rows.error());
  }
  Response response;
  response.content_type = cbor ? "application/cbor-seq" : "application/x-ndjson";
  response.headers.emplace_back("Rowprint-Fingerprint", version->version.fingerprint.text());
  response.headers.emplace_back("ETag", std::move(tag));
  response.stream = std::make_unique<RowProducer>(std::move(*rows), version->content.schema, cbor,
                                                  services.config.limits.row_bytes, std::move(*share));
  co_return response;
}

}  // namespace rowprint::daemon
