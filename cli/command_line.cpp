#include "cli/command_line.hpp"

#include "cli/completions.hpp"
#include "cli/push_conditions.hpp"
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
    "  3  no such dataset, version, content, source or ingest\n"
    "  4  the daemon or a database cannot be reached, broke off, or has no place just now\n"
    "  5  verify: the stored rows are not what was sealed, or not what the source says\n"
    "  6  conflict: the file changed while it was pushed, the dataset is not as expected, or the ingest has ended\n"
    "  7  failed: no space, an I/O error, damage, or a bug\n"
    "130  interrupted: the ingest that was followed, or the query that was read, is cancelled";

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
  std::string order;
  std::string schema;
  std::uint64_t row_bytes_max = 1U << 20U;
  bool no_cache = false;
  bool names = false;
  bool all = false;
  bool show_schema = false;
  std::string format;
  std::string encoding;
  FormatOptions format_options;
  bool infer = false;
  std::string shell;
  std::string source;
  std::string query;
  std::vector<std::string> parameters;
  std::string output;
  PasswordPlace password;
  bool detach = false;
  bool report = false;
  std::string action;
  std::string action_on;
  std::optional<std::string> if_match;
  std::optional<std::string> idempotency_key;

  std::vector<std::pair<std::string, std::string>> conditions() const {
    std::vector<std::pair<std::string, std::string>> headers;
    if (if_match) {
      headers.emplace_back("If-Match", take(if_match_header(*if_match)));
    }
    if (idempotency_key) {
      headers.emplace_back("Idempotency-Key", take(idempotency_key_header(*idempotency_key)));
    }
    return headers;
  }

  RowOptions rows() const {
    RowOptions rows;
    rows.format = parse_row_format(format).value_or(row_format_of_file(without_coding(file)));
    rows.coding = parse_content_coding(encoding).value_or(content_coding_of_file(file));
    rows.options = format_options;
    if (infer) {
      rows.options.infer = "true";
    }
    rows.order = parse_order(order).value_or(Order::sequence);
    rows.schema = take(parse_schema(schema));
    take(make_rows_format(rows.format, rows.options, rows.schema));
    rows.row_bytes_max = row_bytes_max;
    rows.cache = !no_cache;
    return rows;
  }

  QueryOptions query_options() const {
    QueryOptions options{source, query, {}, take(parse_schema(output)), parse_order(order), password, row_bytes_max};
    for (const std::string& text : parameters) {
      options.parameters.push_back(take(parse_parameter(text)));
    }
    check_password(options.password, options.source);
    return options;
  }

  static void check_password(const PasswordPlace& place, const std::string& source) {
    if (!place.file.empty() && !place.env.empty()) {
      throw CLI::ValidationError("--password-file and --password-env: one is enough");
    }
    if ((!place.file.empty() || !place.env.empty()) && !is_database_url(source)) {
      throw CLI::ValidationError("a source that the daemon knows has its password there: this one is for a URL");
    }
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
    add_source_verbs();
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

  void add_order(CLI::App* verb, const char* about) {
    choices(verb->add_option("--order", raw_.order, about), {"sequence", "set"});
  }

  void add_row_bytes_max(CLI::App* verb) {
    verb->add_option("--row-bytes-max", raw_.row_bytes_max, "the longest row taken; the daemon has its own limit")
        ->option_text("BYTES")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 30U));
  }

  /// Of csv and tsv.
  void add_format_options(CLI::App* verb) {
    FormatOptions& options = raw_.format_options;
    choices(verb->add_option("--header", options.header, "of csv and tsv: absent where the schema names the columns"),
            {"present", "absent"});
    verb->add_option("--delimiter", options.delimiter, "of csv and tsv: what is between fields")
        ->option_text("CHARACTER or tab");
    verb->add_option("--quote", options.quote, "of csv and tsv: what fields may stand in")
        ->option_text("CHARACTER or none");
    verb->add_option("--null", options.null, "of csv and tsv: what stands for null where it is not in quotes")
        ->option_text("TEXT");
    verb->add_flag("--infer", raw_.infer, "of csv and tsv: columns not declared hold what they look like, not text");
  }

  void add_row_options(CLI::App* verb) {
    verb->add_option("FILE", raw_.file, "rows: a file, or - for standard input")->required()->option_text(kNoText);
    const auto formats = row_format_names();
    choices(verb->add_option("--format", raw_.format, "what FILE is; if not said, what its name ends in, or ndjson"),
            {formats.begin(), formats.end()});
    choices(verb->add_option("--encoding", raw_.encoding,
                             "how FILE is compressed; if not said, what its name ends in (.gz, .zst), or identity"),
            {"identity", "gzip", "zstd"});
    add_format_options(verb);
    add_order(verb, "whether the order of rows counts; sequence if not said");
    verb->add_option("--schema", raw_.schema, "declare columns: name=type,name=type")->option_text("SCHEMA");
    add_row_bytes_max(verb);
    verb->add_flag("--no-cache", raw_.no_cache, "do not look up the file's fingerprint among those computed before");
  }

  void add_row_verbs() {
    add_row_options(verb("hash", "print the fingerprint of rows; needs no daemon", [this] {
      return HashCommand{raw_.file, raw_.rows()};
    }));
    CLI::App* push =
        verb("push", "send rows: a file only if its content is not there yet, a stream as it comes", [this] {
          return PushCommand{dataset_name(raw_.dataset), raw_.file, raw_.rows(), raw_.conditions()};
        });
    push->add_option("DATASET", raw_.dataset, "the dataset that gets a version")->required()->option_text(kNoText);
    add_row_options(push);
    push->add_option("--if-match", raw_.if_match, "only if this is the latest version; *: if there is one")
        ->option_text("N-FINGERPRINT|*");
    push->add_option("--idempotency-key", raw_.idempotency_key,
                     "a push with the same key and rows is not made twice: the first receipt is printed again")
        ->option_text("KEY");
  }

  void add_password(CLI::App* verb) {
    verb->add_option("--password-file", raw_.password.file, "of a database URL: the first line of a file")
        ->option_text("FILE");
    verb->add_option("--password-env", raw_.password.env, "of a database URL: what an environment variable holds")
        ->option_text("NAME");
  }

  /// The query, its parameters and its columns.
  void add_query(CLI::App* verb, CLI::Option* query) {
    query->option_text("SQL or @FILE");
    // One value an occurrence, so that what stands behind it is an argument of its own.
    verb->add_option("--param", raw_.parameters, "the value of :name, never a part of the text; again for each")
        ->option_text("NAME[:TYPE][=VALUE]")
        ->allow_extra_args(false);
    verb->add_option("--output", raw_.output, "types that columns are to have: name=type,name=type")
        ->option_text("SCHEMA");
    add_row_bytes_max(verb);
    add_password(verb);
  }

  void add_source_verbs() {
    CLI::App* pull = verb("pull", "have a SQL source read, or read the database of a URL", [this] {
      return PullCommand{dataset_name(raw_.dataset), raw_.query_options(), raw_.detach};
    });
    pull->add_option("DATASET", raw_.dataset, "the dataset that gets a version")->required()->option_text(kNoText);
    pull->add_option("--from", raw_.source, "a source that the daemon knows, or the URL of a database")
        ->required()
        ->option_text("SOURCE or URL");
    add_query(pull, pull->add_option("--query", raw_.query, "one statement that returns rows")->required());
    add_order(pull, "whether the order of rows counts; if not said, it does where the query has an ORDER BY");
    pull->add_flag("--detach", raw_.detach, "print the ingest's id and let it go on");

    CLI::App* sources = verb("sources", "list the SQL sources that the daemon knows, or test one",
                             [this] { return sources_command(); });
    add_action(sources, "test", "SOURCE", "reach a source, or the database of a URL");
    sources->add_flag("--names", raw_.names, "nothing but names, one a line");
    add_password(sources);
    CLI::App* jobs =
        verb("jobs", "list the ingests that run or ended lately, or cancel one", [this] { return jobs_command(); });
    add_action(jobs, "cancel", "INGEST", "the ingest to cancel");
  }

  /// `verb`, or `verb ACTION ON`.
  void add_action(CLI::App* verb, const char* action, const char* on, const char* about) {
    choices(verb->add_option("ACTION", raw_.action, about), {action});
    verb->add_option(on, raw_.action_on, about)->option_text(kNoText);
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

    CLI::App* verify = verb("verify", "recompute the fingerprint from the stored rows, and compare with a source",
                            [this] { return verify_command(); });
    add_target(verify, "the version; the latest without @N");
    CLI::Option* source =
        verify->add_option("--source", raw_.source, "read it again, and compare: a source, or the URL of a database");
    source->option_text("SOURCE or URL");
    CLI::Option* query = verify->add_option("--query", raw_.query, "the statement that the version came from");
    add_query(verify, query->needs(source));
    source->needs(query);
    verify->add_flag("--report", raw_.report, "say where the source and what is stored part")->needs(source);

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

  Command verify_command() const {
    if (raw_.source.empty()) {
      return VerifyCommand{target(), std::nullopt, false};
    }
    return VerifyCommand{target(), raw_.query_options(), raw_.report};
  }

  Command sources_command() const {
    if (raw_.action.empty()) {
      return SourcesCommand{raw_.names};
    }
    if (raw_.action_on.empty()) {
      throw CLI::RequiredError("SOURCE");
    }
    Raw::check_password(raw_.password, raw_.action_on);
    return TestSourceCommand{raw_.action_on, raw_.password};
  }

  Command jobs_command() const {
    if (raw_.action.empty()) {
      return JobsCommand{};
    }
    if (raw_.action_on.empty()) {
      throw CLI::RequiredError("INGEST");
    }
    return CancelJobCommand{raw_.action_on};
  }

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
    return tl::unexpected(CommandLineStop{ExitCode::usage, without_urls(error.what()), json});
  }
}

std::string completion_script(const std::string& shell) {
  Description description;
  const CompletionModel model = completion_model(description.app());
  return shell == "bash" ? bash_completion(model) : shell == "zsh" ? zsh_completion(model) : fish_completion(model);
}

}  // namespace rowprint::cli
