#include "ingest/verify.hpp"

#include "daemon/batch_limits.hpp"
#include "daemon/log.hpp"
#include "daemon/routes/answers.hpp"
#include "daemon/routes/handlers.hpp"
#include "daemon/routes/json_body.hpp"
#include "daemon/routes/local_only.hpp"
#include "daemon/routes/source_request.hpp"
#include "daemon/routes/version_path.hpp"
#include "ingest/compare.hpp"
#include "ingest/sql/read.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

namespace rowprint::daemon {
namespace {

/// A source that a version is compared with, and its place among those who read.
struct Other {
  CompareRequest asked;
  ReadGate::Place place;
};

/// Cancels what reads at length when the daemon stops waiting for it.
class UntilShutdown {
 public:
  explicit UntilShutdown(const Services& services)
      : watch_(services.reads.cancel.watch([progress = progress_] { progress->cancel = true; })) {
    if (services.reads.cancel) {
      progress_->cancel = true;
    }
  }
  const std::shared_ptr<Progress>& progress() const { return progress_; }

 private:
  std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
  Watched<bool>::Watch watch_;
};

/// What the body of a request names; nothing where there is no body.
awaitable<tl::expected<std::optional<Other>, Response>> find_other(const Services& services, const Request& request,
                                                                   ByteStream& body) {
  if (!has_body(request)) {
    co_return std::nullopt;
  }
  if (auto refused = refuse_from_elsewhere(request)) {
    co_return tl::unexpected{std::move(*refused)};
  }
  const auto json = co_await read_json(request, body);
  if (!json) {
    co_return tl::unexpected{problem_of(json.error())};
  }
  auto asked = parse_compare(*json);
  if (!asked) {
    co_return tl::unexpected{problem(asked.error())};
  }
  if (!services.databases.knows(asked->source)) {
    co_return tl::unexpected{problem(Databases::unknown(asked->source))};
  }
  auto place = services.reads.enter();
  if (!place) {
    co_return tl::unexpected{problem(place.error())};
  }
  co_return std::optional<Other>{Other{*std::move(asked), *std::move(place)}};
}

/// Ends when the daemon stops waiting.
awaitable<Result<std::unique_ptr<Source>>> open_other(const Services& services, const Other& other) {
  auto opened = services.databases.open(other.asked.source);
  if (!opened) {
    co_return fail(std::move(opened.error()));
  }
  auto database = ReadGate::hold(other.place, *std::move(opened));
  auto source = co_await sql::read(std::move(database), other.asked.query,
                                   batch_limits(services.config.limits, services.config.memory), services.reads.cancel);
  co_return source;
}

awaitable<Result<Comparison>> compare_with(const Services& services, const Published& version, const Other& other) {
  auto opened = co_await open_other(services, other);
  if (!opened) {
    co_return fail(std::move(opened.error()));
  }
  const std::unique_ptr<Source> source = *std::move(opened);
  const UntilShutdown until_shutdown{services};
  const auto& progress = until_shutdown.progress();
  CompareLimits limits;
  limits.row_bytes_max = services.config.limits.row_bytes;
  limits.sort_bytes = services.config.memory.sort_bytes;
  limits.spill_directory = services.spill_directory;
  const Order order = version.version.order;
  if (!other.asked.report) {
    auto compared = co_await compare(services.disk, version.content, order, *source, std::move(limits), progress);
    co_return compared;
  }
  const ReadAgain read_again = [&services, &other] { return open_other(services, other); };
  auto compared = co_await compare_with_report(services.store, services.disk, version.content, order, *source,
                                               std::move(limits), read_again, progress);
  co_return compared;
}

awaitable<Result<Verification>> verify_stored(const Services& services, const Published& version) {
  VerifyLimits limits;
  limits.sort_bytes = services.config.memory.sort_bytes;
  limits.spill_directory = services.spill_directory;
  const UntilShutdown until_shutdown{services};
  auto verification =
      co_await verify(services.store, services.disk, version.content, std::move(limits), until_shutdown.progress());
  const std::string name = fmt::format("{}@{}", version.version.dataset, version.version.number);
  if (!verification && verification.error().code != ErrorCode::cancelled) {
    log::error("{} could not be verified: {}", name, verification.error().text());
  } else if (verification && !verification->agrees) {
    log::error("{} does not agree with its fingerprint", name);
  }
  co_return verification;
}

}  // namespace

awaitable<Response> verify_version(const Services& services, Call call) {
  const auto path = parse_version_path(call.captured);
  if (!path) {
    co_return problem(path.error());
  }
  auto other = co_await find_other(services, call.request, *call.body);
  if (!other) {
    co_return std::move(other.error());
  }
  const auto version = co_await services.catalog.version(path->dataset, path->number);
  if (!version) {
    co_return problem(version.error());
  }
  const config::Memory& memory = services.config.memory;
  const std::size_t bytes = memory.share_bytes + (version->content.multiset ? memory.sort_bytes : 0);
  const auto share = co_await services.budget.take(bytes, memory.patience);
  if (!share) {
    co_return problem(share.error());
  }
  const auto verification = co_await verify_stored(services, *version);
  if (!verification) {
    co_return problem(verification.error());
  }
  Json json = json_of(*version, *verification);
  if (*other) {
    const auto comparison = co_await compare_with(services, *version, **other);
    if (!comparison) {
      co_return problem(comparison.error());
    }
    json["source"] = json_of(*comparison);
  }
  co_return json_answer(200, json);
}

}  // namespace rowprint::daemon
