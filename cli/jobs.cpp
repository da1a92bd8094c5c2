#include "cli/answers.hpp"
#include "cli/console.hpp"
#include "cli/database_reader.hpp"
#include "cli/text.hpp"
#include "ingest/wait.hpp"

#include <fmt/format.h>
#include <chrono>
#include <nlohmann/json.hpp>

/// The verbs that look after what the daemon does: ingests and sources.
namespace rowprint::cli {
namespace {

/// As the API answers for a source that the daemon knows.
Result<Json> test_database(const std::string& url, const PasswordPlace& password) {
  const auto database = open_database_url(url, password);
  if (!database) {
    return fail(database.error());
  }
  const auto began = std::chrono::steady_clock::now();
  boost::asio::thread_pool workers{1};
  auto server = wait(workers, (*database)->test());
  if (!server) {
    return fail(std::move(server.error()));
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  return Json{{"source", (*database)->description()}, {"server", std::move(*server)}, {"milliseconds", took.count()}};
}

std::string names_of_sources(const Json& list) {
  std::string names;
  for (const Json& source : list.at("sources")) {
    names += source.at("name").get<std::string>() + "\n";
  }
  return names;
}

}  // namespace

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

Result<ExitCode> run(const Context& context, const SourcesCommand& command) {
  const auto sources = get(context, "/v1/sources");
  if (!sources) {
    return fail(sources.error());
  }
  return print(context.console, *sources,
               context.console.json() ? std::string{}
               : command.names_only   ? names_of_sources(*sources)
                                      : text_of_sources(*sources));
}

Result<ExitCode> run(const Context& context, const TestSourceCommand& command) {
  const auto tested = is_database_url(command.source)
                          ? test_database(command.source, command.password)
                          : json_of(context.client.send(
                                {Method::post, "/v1/sources/" + percent_encode(command.source) + "/test", {}, {}}));
  if (!tested) {
    return fail(tested.error());
  }
  return print(context.console, *tested, context.console.json() ? std::string{} : text_of_test(*tested));
}

}  // namespace rowprint::cli
