#include "cli/answers.hpp"
#include "cli/local_hash.hpp"
#include "cli/version_upload.hpp"

#include <fmt/format.h>
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
      : context_(context),
        command_(command),
        destination_{command.dataset, command.rows.order, command.conditions},
        line_(context.console.wants_progress()) {}

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
    auto receipt = destination_.refer(context_.client, local->identity.fingerprint);
    if (receipt || receipt.error().code != ErrorCode::not_found) {
      return receipt;
    }
    return send(input, local->identity.bytes, local->identity.fingerprint);
  }

  Result<Json> push_stream(const Input& input) { return send(input, std::nullopt, std::nullopt); }

  Result<Json> send(const Input& input, std::optional<std::uint64_t> size, std::optional<hashing::Fingerprint> expect) {
    const RowOptions& rows = command_.rows;
    return destination_.send(context_.client,
                             {rows.format, rows.schema, input.descriptor(), size, expect, rows.options, rows.coding},
                             line_);
  }

  const Context& context_;
  const PushCommand& command_;
  const VersionUpload destination_;
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
  return print(context.console, value, identity.fingerprint.text() + "\n");
}

Result<ExitCode> run(const Context& context, const PushCommand& command) {
  const auto receipt = Push{context, command}.run();
  if (!receipt) {
    return fail(receipt.error());
  }
  return print_receipt(context.console, *receipt);
}

}  // namespace rowprint::cli
