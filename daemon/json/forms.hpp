#pragma once

#include "daemon/jobs.hpp"
#include "ingest/catalog.hpp"
#include "ingest/compare.hpp"
#include "ingest/model/error.hpp"
#include "ingest/model/receipt.hpp"
#include "ingest/verify.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

/// The JSON forms of docs/http-api.md. Pure functions.
namespace rowprint::daemon {

using Json = nlohmann::ordered_json;

Json json_of(const Receipt& receipt);
Json json_of(const Content& content);
Json json_of(const Published& published);
Json json_of(const DatasetSummary& dataset);
/// `now` is what the rates of one that runs are reckoned to.
Json json_of(const Job& job, SystemTime now);
Json json_of(const Published& published, const Verification& verification);
Json json_of(const Comparison& comparison);
std::string_view to_string(IngestState state);
/// A problem of RFC 9457.
Json json_of(const Error& error, int status);

/// One line. What is not UTF-8, which only a quoted reason can hold, becomes U+FFFD.
std::string to_text(const Json& json);

/// The status that belongs to a code.
int status_of(ErrorCode code);

}  // namespace rowprint::daemon
