#pragma once

#include "cli/client.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/exit_code.hpp"

namespace rowprint::cli {

/// What a verb works with.
struct Context {
  Console& console;
  Client& client;
};

/// One function a verb: does it, prints its result, and gives the exit status. Each blocks until it is done.
/// Errors: for the caller to report.
Result<ExitCode> run(const Context& context, const HashCommand& command);
Result<ExitCode> run(const Context& context, const PushCommand& command);
Result<ExitCode> run(const Context& context, const PullCommand& command);
Result<ExitCode> run(const Context& context, const SourcesCommand& command);
Result<ExitCode> run(const Context& context, const TestSourceCommand& command);
Result<ExitCode> run(const Context& context, const JobsCommand& command);
Result<ExitCode> run(const Context& context, const CancelJobCommand& command);
Result<ExitCode> run(const Context& context, const ListCommand& command);
Result<ExitCode> run(const Context& context, const ShowCommand& command);
Result<ExitCode> run(const Context& context, const CatCommand& command);
Result<ExitCode> run(const Context& context, const VerifyCommand& command);
Result<ExitCode> run(const Context& context, const RemoveCommand& command);
Result<ExitCode> run(const Context& context, const StatusCommand& command);
Result<ExitCode> run(const Context& context, const CompletionsCommand& command);
Result<ExitCode> run(const Context& context, const VersionCommand& command);

/// The whole program: parses, runs, reports.
ExitCode run(const std::vector<std::string>& arguments);

}  // namespace rowprint::cli
