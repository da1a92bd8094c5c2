#include "cli/answers.hpp"

#include "cli/text.hpp"

#include <nlohmann/json.hpp>

namespace rowprint::cli {

Result<Json> get(const Context& context, std::string target) {
  return json_of(context.client.send({Method::get, std::move(target), {}, {}}));
}

Result<ExitCode> print(const Console& console, const Json& value, const std::string& text) {
  if (auto printed = console.print(console.json() ? value.dump() + "\n" : text); !printed) {
    return fail(std::move(printed.error()));
  }
  return ExitCode::ok;
}

ExitCode report_interrupted(const Console& console, std::string reason) {
  Error error;
  error.code = ErrorCode::cancelled;
  error.reason = std::move(reason);
  console.report(error, ExitCode::interrupted);
  return ExitCode::interrupted;
}

Result<ExitCode> print_receipt(const Console& console, const Json& receipt) {
  return print(console, receipt, console.json() ? std::string{} : text_of_receipt(receipt));
}

}  // namespace rowprint::cli
