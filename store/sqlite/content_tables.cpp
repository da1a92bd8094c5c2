#include "store/sqlite/content_tables.hpp"

#include "store/sqlite/catalog_rows.hpp"
#include "store/sqlite/unpublished_rows.hpp"

#include <utility>

namespace rowprint::sqlite {

Result<std::optional<std::int64_t>> ContentTables::id_of(const hashing::Fingerprint& fingerprint) {
  auto found = statements_.use(is_multiset(fingerprint) ? "SELECT id FROM contents WHERE rp1m = ?"
                                                        : "SELECT id FROM contents WHERE rp1s = ?");
  if (!found) {
    return fail(std::move(found.error()));
  }
  const std::string text = fingerprint.text();
  (*found)->bind(1, text);
  auto row = (*found)->step();
  if (!row) {
    return fail(std::move(row.error()));
  }
  return *row ? std::optional{(*found)->integer(0)} : std::nullopt;
}

Result<void> ContentTables::insert(const Content& content, bool with_multiset, const std::string* rows) {
  auto insert = statements_.use(
      "INSERT INTO contents(rp1s, rp1m, schema, rows, stored_bytes, hash_state, inference_state) VALUES (?, ?, ?, ?, "
      "?, ?, ?)");
  if (!insert) {
    return fail(std::move(insert.error()));
  }
  const std::string sequence = content.sequence.text();
  const std::string multiset = with_multiset ? content.multiset->text() : "";
  const std::string schema = format_schema(content.schema);
  Statement& row = **insert;
  row.bind(1, sequence);
  if (with_multiset) {
    row.bind(2, multiset);
  } else {
    row.bind_null(2);
  }
  row.bind(3, schema);
  row.bind(4, static_cast<std::int64_t>(content.rows));
  row.bind(5, static_cast<std::int64_t>(content.stored_bytes));
  row.bind(6, hashing::as_bytes(content.hash_state));
  row.bind(7, hashing::as_bytes(content.inference_state));
  if (auto inserted = row.run(); !inserted) {
    return inserted;
  }
  return insert_segment(database_.last_rowid(), content.location, rows);
}

Result<void> ContentTables::insert_segment(std::int64_t content, const std::string& location, const std::string* rows) {
  auto segment = statements_.use("INSERT INTO segments(content, ordinal, location) VALUES (?, 0, ?)");
  if (!segment) {
    return fail(std::move(segment.error()));
  }
  (*segment)->bind(1, content);
  (*segment)->bind(2, location);
  if (auto inserted = (*segment)->run(); !inserted || !is_small_location(location)) {
    return inserted;
  }
  if (rows == nullptr) {
    return fail(ErrorCode::not_found, "the rows at " + location + " are not there any more");
  }
  auto small = statements_.use("INSERT INTO small_contents(content, rows) VALUES (?, ?)");
  if (!small) {
    return fail(std::move(small.error()));
  }
  (*small)->bind(1, content);
  (*small)->bind(2, hashing::as_bytes(*rows));
  return (*small)->run();
}

Result<void> ContentTables::learn_multiset(std::int64_t content, const hashing::Fingerprint& multiset, bool must) {
  auto update =
      statements_.use("UPDATE OR IGNORE contents SET rp1m = ?1 WHERE id = ?2 AND (rp1m IS NULL OR rp1m = ?1)");
  if (!update) {
    return fail(std::move(update.error()));
  }
  const std::string text = multiset.text();
  (*update)->bind(1, text);
  (*update)->bind(2, content);
  if (auto updated = (*update)->run(); !updated) {
    return updated;
  }
  if (must && database_.changes() == 0) {
    return fail(ErrorCode::corrupt, "the same rows are known under another multiset fingerprint than " + text);
  }
  return {};
}

Result<bool> ContentTables::is_location_of(std::int64_t content, const std::string& location) {
  auto segment = statements_.use("SELECT 1 FROM segments WHERE content = ? AND location = ?");
  if (!segment) {
    return fail(std::move(segment.error()));
  }
  (*segment)->bind(1, content);
  (*segment)->bind(2, location);
  return (*segment)->step();
}

Result<std::optional<Content>> ContentTables::find_content(const hashing::Fingerprint& fingerprint) {
  auto found = statements_.use(select_content() + (is_multiset(fingerprint) ? "WHERE c.rp1m = ?" : "WHERE c.rp1s = ?"));
  if (!found) {
    return fail(std::move(found.error()));
  }
  const std::string text = fingerprint.text();
  (*found)->bind(1, text);
  auto row = (*found)->step();
  if (!row) {
    return fail(std::move(row.error()));
  }
  if (!*row) {
    return std::optional<Content>{};
  }
  auto content = read_content(**found);
  if (!content) {
    return fail(std::move(content.error()));
  }
  return std::optional{std::move(*content)};
}

Result<bool> ContentTables::adopt_digests(const hashing::Fingerprint& multiset, const std::string& file) {
  auto insert =
      statements_.use("INSERT OR IGNORE INTO row_digests(content, file) SELECT id, ?2 FROM contents WHERE rp1m = ?1");
  if (!insert) {
    return fail(std::move(insert.error()));
  }
  const std::string text = multiset.text();
  (*insert)->bind(1, text);
  (*insert)->bind(2, file);
  if (auto inserted = (*insert)->run(); !inserted) {
    return fail(std::move(inserted.error()));
  }
  return database_.changes() != 0;
}

Result<void> ContentTables::release(std::int64_t content, Released& released, std::vector<std::string>& digests) {
  const std::size_t before = released.locations.size();
  auto noted = note_texts(
      "SELECT location FROM segments WHERE content = ?1 AND NOT EXISTS (SELECT 1 FROM versions WHERE content = ?1)",
      content, released.locations);
  if (!noted || released.locations.size() == before) {
    return noted;
  }
  noted = note_texts("SELECT file FROM row_digests WHERE content = ?", content, digests);
  return noted ? release_rows(content) : noted;
}

Result<void> ContentTables::note_texts(std::string_view sql, std::int64_t content, std::vector<std::string>& into) {
  auto rows = statements_.use(sql);
  if (!rows) {
    return fail(std::move(rows.error()));
  }
  (*rows)->bind(1, content);
  return (*rows)->each([&]() -> Result<void> {
    into.emplace_back((*rows)->text(0));
    return {};
  });
}

Result<void> ContentTables::release_rows(std::int64_t content) {
  for (const std::string_view sql :
       {"DELETE FROM row_digests WHERE content = ?", "DELETE FROM small_contents WHERE content = ?",
        "DELETE FROM segments WHERE content = ?", "DELETE FROM contents WHERE id = ?"}) {
    auto removal = statements_.use(sql);
    if (!removal) {
      return fail(std::move(removal.error()));
    }
    (*removal)->bind(1, content);
    if (auto removed = (*removal)->run(); !removed) {
      return removed;
    }
  }
  return {};
}

Result<std::vector<std::string>> ContentTables::locations() {
  return texts("SELECT location FROM segments");
}

Result<std::vector<std::string>> ContentTables::digest_files() {
  return texts("SELECT file FROM row_digests");
}

Result<std::vector<std::string>> ContentTables::texts(std::string_view sql) {
  auto rows = statements_.use(sql);
  if (!rows) {
    return fail(std::move(rows.error()));
  }
  std::vector<std::string> all;
  auto read = (*rows)->each([&]() -> Result<void> {
    all.emplace_back((*rows)->text(0));
    return {};
  });
  return read ? Result<std::vector<std::string>>{std::move(all)} : fail(std::move(read.error()));
}

Result<std::optional<std::string>> ContentTables::small_rows(const std::string& location) {
  auto found =
      statements_.use("SELECT r.rows FROM segments s JOIN small_contents r USING (content) WHERE s.location = ?");
  if (!found) {
    return fail(std::move(found.error()));
  }
  (*found)->bind(1, location);
  auto row = (*found)->step();
  if (!row) {
    return fail(std::move(row.error()));
  }
  return *row ? std::optional{std::string{hashing::as_text((*found)->bytes(0))}} : std::nullopt;
}

Result<std::vector<std::string>> ContentTables::small_locations() {
  return texts("SELECT s.location FROM segments s JOIN small_contents r USING (content)");
}

Result<void> ContentTables::remove_small_rows(const std::string& location) {
  auto removal =
      statements_.use("DELETE FROM small_contents WHERE content = (SELECT content FROM segments WHERE location = ?)");
  if (!removal) {
    return fail(std::move(removal.error()));
  }
  (*removal)->bind(1, location);
  return (*removal)->run();
}

}  // namespace rowprint::sqlite
