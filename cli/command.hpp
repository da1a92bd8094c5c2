#pragma once

#include "cli/query_options.hpp"
#include "cli/url.hpp"
#include "connectors/http/content_coding.hpp"
#include "connectors/http/formats.hpp"
#include "ingest/model/receipt.hpp"
#include "ingest/model/schema.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rowprint::cli {

/// `DATASET` or `DATASET@N`; `DATASET@latest` is the same as `DATASET`.
struct Target {
  std::string dataset;
  std::optional<std::uint64_t> version;  ///< nothing: the latest

  /// As in the API's routes: /v1/datasets/{name}/versions/{n}.
  std::string path() const;
  std::string text() const;
  bool operator==(const Target&) const = default;
};

/// Errors: bad_input that says what a target is.
Result<Target> parse_target(std::string_view text);

/// How rows are read from a file or a stream.
struct RowOptions {
  RowFormat format = RowFormat::ndjson;
  FormatOptions options{};                         ///< of the format, which has them
  ContentCoding coding = ContentCoding::identity;  ///< of all bytes
  Order order = Order::sequence;
  Schema schema;  ///< declared columns; empty: all inferred
  std::size_t row_bytes_max = 1U << 20U;
  bool cache = true;  ///< whether the fingerprint of a file may come from the local cache
};

struct HashCommand {
  std::string file;  ///< "-" is standard input
  RowOptions rows;
};
struct PushCommand {
  std::string dataset;
  std::string file;
  RowOptions rows;
  /// Headers of every request that may make the version: what is asked of the dataset, and by what a retry is known.
  std::vector<std::pair<std::string, std::string>> conditions{};
};
struct PullCommand {
  std::string dataset;
  QueryOptions from;
  bool detach = false;  ///< print the ingest's id instead of following it
};
struct SourcesCommand {
  bool names_only = false;
};
struct TestSourceCommand {
  std::string source;  ///< a name or a URL
  PasswordPlace password;
};
struct JobsCommand {};
struct CancelJobCommand {
  std::string ingest;
};
struct ListCommand {
  std::string dataset;  ///< empty: all datasets
  bool names_only = false;
};
struct ShowCommand {
  Target target;
};
struct CatCommand {
  Target target;
  enum class Output : std::uint8_t { ndjson, cbor, schema } output = Output::ndjson;
};
struct VerifyCommand {
  Target target;
  std::optional<QueryOptions> source;  ///< read again, and compared with what is stored
  bool report = false;                 ///< where the two part
};
struct RemoveCommand {
  Target target;  ///< without a version: the whole dataset
};
struct StatusCommand {};
struct CompletionsCommand {
  std::string shell;
};
struct VersionCommand {};

using Command = std::variant<HashCommand, PushCommand, PullCommand, SourcesCommand, TestSourceCommand, JobsCommand,
                             CancelJobCommand, ListCommand, ShowCommand, CatCommand, VerifyCommand, RemoveCommand,
                             StatusCommand, CompletionsCommand, VersionCommand>;

/// What every verb takes.
struct CommonOptions {
  Url url;
  std::string token;
  bool json = false;
  bool quiet = false;
};

}  // namespace rowprint::cli
