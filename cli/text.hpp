#pragma once

#include "cli/problem.hpp"
#include "ingest/model/schema.hpp"

#include <string>
#include <vector>

/// What the daemon's answers look like to people. Pure functions; they throw Json::exception where a member of
/// docs/http-api.md is missing.
namespace rowprint::cli {

/// Columns as wide as they must be, two spaces between; the first row is the heading.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

std::string text_of_receipt(const Json& receipt);
std::string text_of_datasets(const Json& list);
std::string text_of_versions(const Json& dataset);
std::string text_of_version(const Json& version);
std::string text_of_verification(const Json& verification);
std::string text_of_ingests(const Json& list);
std::string text_of_sources(const Json& list);
std::string text_of_test(const Json& test);
std::string text_of_status(const Json& status, const Json& ingests);

/// The `schema` member of a version. Errors: internal for a type that is none.
Result<Schema> schema_of(const Json& version);
/// The same in the form that `push --schema` takes. Errors: the same.
Result<std::string> schema_declaration(const Json& version);

}  // namespace rowprint::cli
