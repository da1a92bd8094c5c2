#pragma once

#include "ingest/catalog.hpp"
#include "store/sqlite/database.hpp"

#include <string>

/// What the catalog's queries select, and how it is read.
namespace rowprint::sqlite {

/// `SELECT … FROM contents c JOIN segments s …`: ends where a WHERE begins.
const std::string& select_content();
/// The content that a row of it is. Errors: corrupt.
Result<Content> read_content(const Statement& row);

/// `SELECT … FROM datasets d JOIN versions v … JOIN contents c …`: ends where a WHERE begins.
const std::string& select_published();
Result<Published> read_published(const Statement& row);
/// How many versions the dataset of the row has.
std::uint64_t read_version_count(const Statement& row);

bool is_multiset(const hashing::Fingerprint& fingerprint);

}  // namespace rowprint::sqlite
