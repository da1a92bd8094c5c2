#include "cli/answers.hpp"
#include "cli/database_verify.hpp"
#include "cli/text.hpp"

#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

Result<Json> verify_with_source(const Context& context, const Target& target, const QueryOptions& source, bool report) {
  const auto query = resolve_query(source);
  if (!query) {
    return fail(query.error());
  }
  Json body = query_json(source, *query);
  if (report) {
    body["report"] = true;
  }
  return json_of(context.client.send(
      {Method::post, target.path() + "/verify", {{"Content-Type", "application/json"}}, body.dump()}));
}

bool agrees(const Json& verification) {
  const auto source = verification.find("source");
  return verification.at("agrees").get<bool>() &&
         (source == verification.end() || !source->is_object() || source->at("agrees").get<bool>());
}

Result<ExitCode> print_verification(const Console& console, const Json& verification) {
  auto printed = print(console, verification, console.json() ? std::string{} : text_of_verification(verification));
  return printed && !agrees(verification) ? ExitCode::disagrees : printed;
}

}  // namespace

Result<ExitCode> run(const Context& context, const VerifyCommand& command) {
  if (command.source && is_database_url(command.source->source)) {
    const auto verification = verify_with_database(context, command.target, *command.source, command.report);
    if (!verification) {
      return fail(verification.error());
    }
    return *verification ? print_verification(context.console, **verification)
                         : report_interrupted(context.console, "interrupted: nothing was compared");
  }
  const auto verification =
      command.source ? verify_with_source(context, command.target, *command.source, command.report)
                     : json_of(context.client.send({Method::post, command.target.path() + "/verify", {}, {}}));
  if (!verification) {
    return fail(verification.error());
  }
  if (command.source && !verification->contains("source")) {
    return fail(ErrorCode::internal, "the daemon verified what it has, and did not read the source");
  }
  return print_verification(context.console, *verification);
}

}  // namespace rowprint::cli
