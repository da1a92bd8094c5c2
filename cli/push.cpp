#include "cli/local_hash.hpp"
#include "cli/problem.hpp"
#include "cli/text.hpp"
#include "cli/verbs.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

Json schema_json(const Schema& schema) {
  Json list = Json::array();
  for (const Column& column : schema.columns) {
    list.push_back({{"name", column.name}, {"type", to_string(column.type)}});
  }
  return list;
}

/// One push: where it goes, and the line that shows how far it is.
class Push {
 public:
  Push(const Context& context, const PushCommand& command)
      : context_(context), command_(command), line_(context.console.wants_progress()) {}

  Result<Json> run() {
    const auto input = Input::open(command_.file);
    if (!input) {
      return fail(input.error());
    }
    return input->is_concrete() ? push_file(*input) : push_stream(*input);
  }

 private:
  Result<Json> push_file(const Input& input) {
    auto receipt = push_known(input, CacheUse::look_up);
    if (!receipt && receipt.error().code == ErrorCode::conflict) {
      // The file changed meanwhile, and may have come to rest.
      receipt = push_known(input, CacheUse::refresh);
    }
    return receipt;
  }

  /// Hashes, asks, and sends the rows only if they are not there.
  Result<Json> push_known(const Input& input, CacheUse use) {
    const auto local = hash_input(input, command_.rows, line_, use);
    if (!local) {
      return fail(local.error());
    }
    auto receipt = json_of(context_.client.send(reference(local->identity.fingerprint)));
    if (receipt || receipt.error().code != ErrorCode::not_found) {
      return receipt;
    }
    Request request = upload();
    request.headers.emplace_back("Rowprint-Expect", local->identity.fingerprint.text());
    return send(request, input, local->identity.bytes);
  }

  Result<Json> push_stream(const Input& input) { return send(upload(), input, std::nullopt); }

  Result<Json> send(const Request& request, const Input& input, std::optional<std::uint64_t> size) {
    line_.begin("sending", size);
    const bool counts = line_.enabled();
    Upload upload{input.descriptor(), size, [this, counts](hashing::ByteView piece) {
                    line_.progress().bytes += piece.size();
                    if (counts) {
                      line_.progress().rows += static_cast<std::uint64_t>(std::count(piece.begin(), piece.end(), '\n'));
                    }
                  }};
    auto response = context_.client.send(request, upload);
    line_.end();
    return json_of(std::move(response));
  }

  std::string target() const {
    return fmt::format("/v1/datasets/{}/versions?order={}", percent_encode(command_.dataset),
                       to_string(command_.rows.order));
  }

  Request reference(const hashing::Fingerprint& fingerprint) const {
    return {Method::post,
            target(),
            {{"Content-Type", "application/vnd.rowprint.reference+json"}},
            Json{{"fingerprint", fingerprint.text()}}.dump()};
  }

  Request upload() const {
    Request request{Method::post, target(), {{"Content-Type", "application/x-ndjson"}}, {}};
    if (!command_.rows.schema.columns.empty()) {
      request.target += "&schema=" + encode_query_value(format_schema(command_.rows.schema));
    }
    return request;
  }

  const Context& context_;
  const PushCommand& command_;
  ProgressLine line_;
};

}  // namespace

Result<ExitCode> run(const Context& context, const HashCommand& command) {
  const auto input = Input::open(command.file);
  if (!input) {
    return fail(input.error());
  }
  ProgressLine line{context.console.wants_progress()};
  const auto local = hash_input(*input, command.rows, line);
  if (!local) {
    return fail(local.error());
  }
  const RowsIdentity& identity = local->identity;
  const Json value = {{"fingerprint", identity.fingerprint.text()},
                      {"order", to_string(command.rows.order)},
                      {"schema", schema_json(identity.schema)},
                      {"rows", identity.rows},
                      {"bytes", identity.bytes},
                      {"cached", local->cached}};
  if (auto printed =
          context.console.print((context.console.json() ? value.dump() : identity.fingerprint.text()) + "\n");
      !printed) {
    return fail(std::move(printed.error()));
  }
  return ExitCode::ok;
}

Result<ExitCode> run(const Context& context, const PushCommand& command) {
  const auto receipt = Push{context, command}.run();
  if (!receipt) {
    return fail(receipt.error());
  }
  if (auto printed = context.console.print(context.console.json() ? receipt->dump() + "\n" : text_of_receipt(*receipt));
      !printed) {
    return fail(std::move(printed.error()));
  }
  return ExitCode::ok;
}

}  // namespace rowprint::cli
