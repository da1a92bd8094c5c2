#include "cli/answers.hpp"
#include "cli/console.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

/// The verbs that look after what the daemon does: ingests and sources.
namespace rowprint::cli {

Result<ExitCode> run(const Context& context, const JobsCommand& /*command*/) {
  const auto ingests = get(context, "/v1/ingests");
  if (!ingests) {
    return fail(ingests.error());
  }
  return print(context.console, *ingests, context.console.json() ? std::string{} : text_of_ingests(*ingests));
}

Result<ExitCode> run(const Context& context, const CancelJobCommand& command) {
  const auto ingest =
      json_of(context.client.send({Method::remove, "/v1/ingests/" + percent_encode(command.ingest), {}, {}}));
  if (!ingest) {
    return fail(ingest.error());
  }
  return print(context.console, *ingest, fmt::format("cancelling {}\n", printable(command.ingest)));
}

Result<ExitCode> run(const Context& context, const SourcesCommand& /*command*/) {
  const auto sources = get(context, "/v1/sources");
  if (!sources) {
    return fail(sources.error());
  }
  return print(context.console, *sources, context.console.json() ? std::string{} : text_of_sources(*sources));
}

Result<ExitCode> run(const Context& context, const TestSourceCommand& command) {
  const auto tested =
      json_of(context.client.send({Method::post, "/v1/sources/" + percent_encode(command.source) + "/test", {}, {}}));
  if (!tested) {
    return fail(tested.error());
  }
  return print(context.console, *tested, context.console.json() ? std::string{} : text_of_test(*tested));
}

}  // namespace rowprint::cli
