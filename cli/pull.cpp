#include "cli/answers.hpp"
#include "cli/database_pull.hpp"
#include "cli/follow.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <thread>

namespace rowprint::cli {
namespace {

constexpr int kEndAsks = 30;
constexpr std::chrono::milliseconds kEndPause{100};

/// A pull that the daemon does, followed until it has ended.
class Pull {
 public:
  Pull(const Context& context, const PullCommand& command) : context_(context), command_(command) {}

  Result<ExitCode> run() {
    const auto query = resolve_query(command_.from);
    if (!query) {
      return fail(query.error());
    }
    // From here on a signal must not leave an ingest behind that nobody watches.
    const Interrupt interrupt;
    const auto started = json_of(context_.client.send(request(*query)));
    if (!started) {
      return fail(started.error());
    }
    const auto ingest = started->at("ingest").get<std::string>();
    if (interrupt.raised()) {
      return cancel(ingest);
    }
    if (command_.detach) {
      return print(context_.console, *started, ingest + "\n");
    }
    ProgressLine line{context_.console.wants_progress()};
    const auto ended = follow_ingest(context_.client, ingest, line, interrupt);
    if (ended) {
      return print_end(*ended);
    }
    return interrupt.raised() ? Result<ExitCode>{cancel(ingest)} : fail(ended.error());
  }

 private:
  Request request(const sql::Query& query) const {
    Json body = query_json(command_.from, query);
    body["dataset"] = command_.dataset;
    if (command_.from.order) {
      body["order"] = to_string(*command_.from.order);
    }
    return {Method::post, "/v1/pulls", {{"Content-Type", "application/json"}}, body.dump()};
  }

  Result<ExitCode> print_end(const Json& ingest) const {
    if (const auto receipt = ingest.find("receipt"); receipt != ingest.end() && receipt->is_object()) {
      return print_receipt(context_.console, *receipt);
    }
    Error error = problem_of(ingest.at("problem"), ErrorCode::internal);
    if (error.reason.empty()) {
      error.reason = fmt::format("ingest {} ended {}", ingest.at("ingest").get<std::string>(),
                                 ingest.at("state").get<std::string>());
    }
    return fail(std::move(error));
  }

  /// Cancels the ingest and says what became of it: it may have been sealed before.
  ExitCode cancel(const std::string& ingest) const {
    const std::string path = "/v1/ingests/" + percent_encode(ingest);
    Error error;
    error.code = ErrorCode::cancelled;
    auto asked = json_of(context_.client.send({Method::remove, path, {}, {}}));
    if (!asked && asked.error().code != ErrorCode::conflict) {
      error.reason = fmt::format("interrupted, and ingest {} could not be cancelled: {}", ingest, asked.error().reason);
      error.outcome_unknown = true;
    } else {
      const std::string state = state_at_end(path);
      error.outcome_unknown = state.empty();
      error.reason = state == "cancelled"
                         ? fmt::format("interrupted: ingest {} is cancelled, nothing was published", ingest)
                     : state.empty() ? fmt::format("interrupted: ingest {} is being cancelled", ingest)
                                     : fmt::format("interrupted: ingest {} had ended before, {}", ingest, state);
    }
    context_.console.report(error, ExitCode::interrupted);
    return ExitCode::interrupted;
  }

  /// Empty where it has not ended within some seconds.
  std::string state_at_end(const std::string& path) const {
    for (int ask = 0; ask < kEndAsks; ++ask) {
      const auto ingest = get(context_, path);
      if (ingest && has_ended(*ingest)) {
        return ingest->at("state").get<std::string>();
      }
      std::this_thread::sleep_for(kEndPause);
    }
    return {};
  }

  const Context& context_;
  const PullCommand& command_;
};

}  // namespace

Result<ExitCode> run(const Context& context, const PullCommand& command) {
  if (is_database_url(command.from.source)) {
    if (command.detach) {
      return fail(ErrorCode::bad_input,
                  "--detach is for a source that the daemon reads; this command reads a URL itself");
    }
    const auto receipt = pull_from_database(context, command);
    if (!receipt) {
      return fail(receipt.error());
    }
    return *receipt ? print_receipt(context.console, **receipt)
                    : report_interrupted(context.console, "interrupted: nothing was published");
  }
  return Pull{context, command}.run();
}

}  // namespace rowprint::cli
