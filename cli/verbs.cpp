#include "cli/verbs.hpp"

#include "cli/answers.hpp"
#include "cli/command_line.hpp"
#include "cli/problem.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>
#include <exception>
#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

/// Asks for one thing, and shows it.
Result<ExitCode> get_and_print(const Context& context, std::string target, std::string (*text)(const Json&)) {
  const auto value = get(context, std::move(target));
  if (!value) {
    return fail(value.error());
  }
  return print(context.console, *value, context.console.json() ? std::string{} : text(*value));
}

std::string names_of(const Json& list) {
  std::string names;
  for (const Json& dataset : list.at("datasets")) {
    names += dataset.at("name").get<std::string>() + "\n";
  }
  return names;
}

std::string names_of_versions(const Json& dataset) {
  std::string names;
  for (const Json& version : dataset.at("versions")) {
    names +=
        fmt::format("{}@{}\n", version.at("dataset").get<std::string>(), version.at("version").get<std::uint64_t>());
  }
  return names;
}

Result<ExitCode> print_schema(const Context& context, const Target& target) {
  const auto version = get(context, target.path());
  if (!version) {
    return fail(version.error());
  }
  const auto declaration = schema_declaration(*version);
  if (!declaration) {
    return fail(declaration.error());
  }
  return print(context.console, version->at("schema"), *declaration + "\n");
}

/// Prints the help that was asked for, or says what is wrong with the command line.
ExitCode report(const CommandLineStop& stop) {
  const Console console{stop.json, true};
  if (stop.exit == ExitCode::ok) {
    const auto printed = console.print(stop.text);
    if (!printed) {
      console.report(printed.error(), ExitCode::failed);
    }
    return printed ? ExitCode::ok : ExitCode::failed;
  }
  Error error;
  error.code = ErrorCode::bad_input;
  error.reason = stop.text + (stop.json ? "" : " (rowprint --help says more)");
  console.report(error, stop.exit);
  return stop.exit;
}

}  // namespace

Result<ExitCode> run(const Context& context, const ListCommand& command) {
  if (command.dataset.empty()) {
    return get_and_print(context, "/v1/datasets", command.names_only ? names_of : text_of_datasets);
  }
  return get_and_print(context, "/v1/datasets/" + command.dataset,
                       command.names_only ? names_of_versions : text_of_versions);
}

Result<ExitCode> run(const Context& context, const ShowCommand& command) {
  return get_and_print(context, command.target.path(), text_of_version);
}

Result<ExitCode> run(const Context& context, const CatCommand& command) {
  if (command.output == CatCommand::Output::schema) {
    return print_schema(context, command.target);
  }
  const bool cbor = command.output == CatCommand::Output::cbor;
  Request request{Method::get, command.target.path() + "/rows", {}, {}};
  request.headers.emplace_back("Accept", cbor ? "application/cbor-seq" : "application/x-ndjson");
  ProgressLine line{context.console.wants_progress(true)};
  line.begin("reading", std::nullopt);
  const auto response = context.client.receive(request, [&](hashing::ByteView piece) {
    line.progress().bytes += piece.size();
    return context.console.write(piece);
  });
  line.end();
  if (!response) {
    return fail(response.error());
  }
  if (!response->is_success()) {
    return fail(problem_of(*response));
  }
  return ExitCode::ok;
}

Result<ExitCode> run(const Context& context, const RemoveCommand& command) {
  const std::string path = command.target.version ? command.target.path() : "/v1/datasets/" + command.target.dataset;
  const auto answer = json_of(context.client.send({Method::remove, path, {}, {}}));
  if (!answer) {
    return fail(answer.error());
  }
  const auto removed = answer->at("removed").get<std::uint64_t>();
  return print(context.console, *answer,
               command.target.version ? fmt::format("removed {}\n", command.target.text())
                                      : fmt::format("removed {} version{} of {}\n", removed, removed == 1 ? "" : "s",
                                                    command.target.text()));
}

Result<ExitCode> run(const Context& context, const StatusCommand& /*command*/) {
  auto status = get(context, "/v1/status");
  if (!status) {
    return fail(std::move(status.error()));
  }
  const auto ingests = get(context, "/v1/ingests");
  if (!ingests) {
    return fail(ingests.error());
  }
  const std::string text = text_of_status(*status, *ingests);
  (*status)["recent"] = ingests->at("ingests");
  return print(context.console, *status, text);
}

Result<ExitCode> run(const Context& context, const CompletionsCommand& command) {
  const std::string script = completion_script(command.shell);
  return print(context.console, {{"shell", command.shell}, {"script", script}}, script);
}

Result<ExitCode> run(const Context& context, const VersionCommand& /*command*/) {
  return print(context.console, {{"version", ROWPRINT_VERSION}}, "rowprint " ROWPRINT_VERSION "\n");
}

ExitCode run(const std::vector<std::string>& arguments) {
  const auto line = parse_command_line(arguments);
  if (!line) {
    return report(line.error());
  }
  Console console{line->common.json, line->common.quiet};
  Client client{line->common.url, line->common.token};
  Result<ExitCode> result = ExitCode::failed;
  try {
    result = std::visit([&](const auto& command) { return run(Context{console, client}, command); }, line->command);
  } catch (const Json::exception& error) {
    result = fail(ErrorCode::internal, fmt::format("the daemon's answer is not as expected: {}", error.what()));
  } catch (const std::exception& error) {
    result = fail(ErrorCode::internal, error.what());
  }
  if (!result) {
    const ExitCode exit = exit_code(result.error().code);
    console.report(result.error(), exit);
    return exit;
  }
  return *result;
}

}  // namespace rowprint::cli
