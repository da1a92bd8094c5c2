#include "cli/command_line.hpp"

#include "cli/completions.hpp"
#include "ingest/catalog.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>

namespace rowprint::cli {
namespace {

constexpr const char* kNoText = " ";  // instead of "TEXT REQUIRED" after a place's name
constexpr const char* kFooter =
    "Every verb takes --url, --token, --json and --quiet.\n"
    "\n"
    "Exit status:\n"
    "  0  done\n"
    "  1  refused: the rows or the request cannot be taken\n"
    "  2  the command line is wrong\n"
    "  3  no such dataset, version or content\n"
    "  4  the daemon cannot be reached, broke off, or has no place just now\n"
    "  5  verify: the stored rows are not what was sealed\n"
    "  6  conflict: the file changed while it was pushed\n"
    "  7  failed: no space, an I/O error, damage, or a bug";

/// A wrong value, in the parser's own way of saying so.
template <typename T>
T take(Result<T> result) {
  if (!result) {
    throw CLI::ValidationError(result.error().reason);
  }
  return std::move(*result);
}

std::string dataset_name(const std::string& text) {
  const Target target = take(parse_target(text));
  if (text.find('@') != std::string::npos) {
    throw CLI::ValidationError(fmt::format("{} names a version; a dataset is wanted", text));
  }
  return target.dataset;
}

/// What options are parsed into before they are checked.
struct Raw {
  std::string url = "http://127.0.0.1:8750";
  std::string token;
  bool json = false;
  bool quiet = false;
  bool version = false;
  std::string file;
  std::string dataset;
  std::string order = "sequence";
  std::string schema;
  std::uint64_t row_bytes_max = 1U << 20U;
  bool no_cache = false;
  bool names = false;
  bool all = false;
  bool show_schema = false;
  std::string format = "ndjson";
  std::string shell;

  RowOptions rows() const {
    return {parse_order(order).value_or(Order::sequence), take(parse_schema(schema)), row_bytes_max, !no_cache};
  }
};

/// The description of the command line: parser, help and completions come from it.
class Description {
 public:
  Description() : app_("Rows in, a fingerprint out; the second time nothing is stored.", "rowprint") {
    app_.require_subcommand(0, 1);
    app_.fallthrough();
    app_.footer(kFooter);
    app_.add_option("--url", raw_.url, "where the daemon listens")
        ->option_text("URL [http://127.0.0.1:8750] (or ROWPRINT_URL)")
        ->envname("ROWPRINT_URL");
    app_.add_option("--token", raw_.token, "sent as a bearer token; other users see arguments, so prefer the variable")
        ->option_text("TOKEN (or ROWPRINT_TOKEN)")
        ->envname("ROWPRINT_TOKEN");
    app_.add_flag("--json", raw_.json, "results on standard output and problems on standard error as one line of JSON");
    app_.add_flag("-q,--quiet", raw_.quiet, "no progress line");
    app_.add_flag("--version", raw_.version, "print the version");
    add_row_verbs();
    add_dataset_verbs();
    add_other_verbs();
  }

  CLI::App& app() { return app_; }

  CommandLine parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    app_.parse(std::move(arguments));
    CommandLine line{{take(parse_url(raw_.url)), raw_.token, raw_.json, raw_.quiet}, VersionCommand{}};
    if (raw_.version) {
      return line;
    }
    if (!command_) {
      throw CLI::RequiredError("A verb");
    }
    line.command = command_();
    return line;
  }

 private:
  CLI::App* verb(const char* name, const char* about, std::function<Command()> command) {
    CLI::App* verb = app_.add_subcommand(name, about);
    verb->fallthrough();
    verb->callback([this, command = std::move(command)] { command_ = command; });
    return verb;
  }

  static void choices(CLI::Option* option, const std::vector<std::string>& values) {
    option->check(CLI::IsMember(values))->option_text(CLI::detail::join(values, "|"));
  }

  void add_row_options(CLI::App* verb) {
    verb->add_option("FILE", raw_.file, "NDJSON: a file, or - for standard input")->required()->option_text(kNoText);
    choices(verb->add_option("--order", raw_.order, "whether the order of rows counts"), {"sequence", "set"});
    verb->add_option("--schema", raw_.schema, "declare columns: name=type,name=type")->option_text("SCHEMA");
    verb->add_option("--row-bytes-max", raw_.row_bytes_max, "the longest row taken; the daemon has its own limit")
        ->option_text("BYTES")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 30U));
    verb->add_flag("--no-cache", raw_.no_cache, "do not look up the file's fingerprint among those computed before");
  }

  void add_row_verbs() {
    add_row_options(verb("hash", "print the fingerprint of rows; needs no daemon", [this] {
      return HashCommand{raw_.file, raw_.rows()};
    }));
    CLI::App* push =
        verb("push", "send rows: a file only if its content is not there yet, a stream as it comes", [this] {
          return PushCommand{dataset_name(raw_.dataset), raw_.file, raw_.rows()};
        });
    push->add_option("DATASET", raw_.dataset, "the dataset that gets a version")->required()->option_text(kNoText);
    add_row_options(push);
  }

  void add_target(CLI::App* verb, const char* about) {
    verb->add_option("DATASET", raw_.dataset, about)->required()->option_text("[@N]");
  }

  void add_dataset_verbs() {
    CLI::App* list = verb("ls", "list the datasets, or the versions of one", [this] {
      return ListCommand{raw_.dataset.empty() ? std::string{} : dataset_name(raw_.dataset), raw_.names};
    });
    list->add_option("DATASET", raw_.dataset, "list its versions, newest first")->option_text(kNoText);
    list->add_flag("--names", raw_.names, "nothing but names, one a line");

    add_target(verb("show", "show a version: fingerprint, rows, schema", [this] { return ShowCommand{target()}; }),
               "the version; the latest without @N");

    CLI::App* cat = verb("cat", "print the rows of a version, every value exact", [this] { return cat_command(); });
    add_target(cat, "the version; the latest without @N");
    CLI::Option* format = cat->add_option("--format", raw_.format, "rows as lines of JSON, or as a CBOR sequence");
    choices(format, {"ndjson", "cbor"});
    cat->add_flag("--schema", raw_.show_schema, "print the schema instead, as push --schema takes it")
        ->excludes(format);

    add_target(
        verb("verify", "recompute the fingerprint from the stored rows", [this] { return VerifyCommand{target()}; }),
        "the version; the latest without @N");

    CLI::App* remove = verb("rm", "remove a version, or a whole dataset", [this] { return remove_command(); });
    add_target(remove, "the version to remove");
    remove->add_flag("--all", raw_.all, "remove all versions of the dataset");
  }

  void add_other_verbs() {
    verb("status", "show the daemon and what it is doing", [] { return StatusCommand{}; });
    CLI::App* completions =
        verb("completions", "print a completion script", [this] { return CompletionsCommand{raw_.shell}; });
    choices(completions->add_option("SHELL", raw_.shell, "the shell that will read it")->required(),
            {"bash", "zsh", "fish"});
  }

  Target target() const { return take(parse_target(raw_.dataset)); }

  Command cat_command() const {
    if (raw_.show_schema) {
      return CatCommand{target(), CatCommand::Output::schema};
    }
    if (raw_.format == "cbor" && raw_.json) {
      throw CLI::ValidationError("--json and --format cbor cannot both be had");
    }
    return CatCommand{target(), raw_.format == "cbor" ? CatCommand::Output::cbor : CatCommand::Output::ndjson};
  }

  Command remove_command() const {
    const Target what = target();
    const bool names_version = raw_.dataset.find('@') != std::string::npos;
    if (names_version == raw_.all) {
      throw CLI::ValidationError(raw_.all ? "--all removes every version: leave out @N"
                                          : "say which version (DATASET@N), or --all for the whole dataset");
    }
    if (names_version && !what.version) {
      throw CLI::ValidationError("rm wants the number of a version, not \"latest\"");
    }
    return RemoveCommand{what};
  }

  Raw raw_;
  CLI::App app_;
  std::function<Command()> command_;
};

}  // namespace

tl::expected<CommandLine, CommandLineStop> parse_command_line(const std::vector<std::string>& arguments) {
  Description description;
  try {
    return description.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    return tl::unexpected(CommandLineStop{ExitCode::ok, description.app().help()});
  } catch (const CLI::ParseError& error) {
    const bool json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    return tl::unexpected(CommandLineStop{ExitCode::usage, error.what(), json});
  }
}

std::string completion_script(const std::string& shell) {
  Description description;
  const CompletionModel model = completion_model(description.app());
  return shell == "bash" ? bash_completion(model) : shell == "zsh" ? zsh_completion(model) : fish_completion(model);
}

}  // namespace rowprint::cli
