#include "store/sqlite/catalog_tables.hpp"

#include "store/sqlite/catalog_rows.hpp"

#include <fmt/format.h>

#include <utility>

namespace rowprint::sqlite {
namespace {

Error not_found(std::string reason) {
  Error error;
  error.code = ErrorCode::not_found;
  error.reason = std::move(reason);
  return error;
}

Error no_version(const std::string& dataset, std::uint64_t number) {
  return not_found(number == 0 ? "there is no dataset " + dataset
                               : fmt::format("dataset {} has no version {}", dataset, number));
}

}  // namespace

Result<std::optional<std::int64_t>> CatalogTables::content_id(const hashing::Fingerprint& fingerprint) {
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

Result<void> CatalogTables::insert_content(const Content& content, bool with_multiset) {
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
  auto segment = statements_.use("INSERT INTO segments(content, ordinal, location) VALUES (?, 0, ?)");
  if (!segment) {
    return fail(std::move(segment.error()));
  }
  (*segment)->bind(1, database_.last_rowid());
  (*segment)->bind(2, content.location);
  return (*segment)->run();
}

Result<void> CatalogTables::learn_multiset(std::int64_t content, const hashing::Fingerprint& multiset, bool must) {
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

Result<bool> CatalogTables::is_location_of(std::int64_t content, const std::string& location) {
  auto segment = statements_.use("SELECT 1 FROM segments WHERE content = ? AND location = ?");
  if (!segment) {
    return fail(std::move(segment.error()));
  }
  (*segment)->bind(1, content);
  (*segment)->bind(2, location);
  return (*segment)->step();
}

Result<Published> CatalogTables::alias(const NewVersion& version, const hashing::Fingerprint& fingerprint) {
  return add_version(version, fingerprint, true);
}

Result<Published> CatalogTables::publish(const NewVersion& version, const Content& content) {
  const bool set = version.order == Order::set && content.multiset.has_value();
  const hashing::Fingerprint& asked = set ? *content.multiset : content.sequence;
  auto found = content_id(asked);
  const bool by_multiset = set && found && *found;
  if (found && !*found && set) {
    found = content_id(content.sequence);
  }
  if (!found) {
    return fail(std::move(found.error()));
  }
  if (!*found) {
    bool with_multiset = content.multiset.has_value();
    if (with_multiset && !set) {
      auto taken = content_id(*content.multiset);
      if (!taken) {
        return fail(std::move(taken.error()));
      }
      with_multiset = !*taken;
    }
    if (auto inserted = insert_content(content, with_multiset); !inserted) {
      return fail(std::move(inserted.error()));
    }
    return add_version(version, asked, false);
  }
  if (content.multiset && !by_multiset) {
    if (auto learned = learn_multiset(**found, *content.multiset, set); !learned) {
      return fail(std::move(learned.error()));
    }
  }
  // Who asks again because the outcome was unknown must not take its own file for a second copy.
  auto own = is_location_of(**found, content.location);
  if (!own) {
    return fail(std::move(own.error()));
  }
  return add_version(version, asked, !*own);
}

Result<Published> CatalogTables::add_version(const NewVersion& version, const hashing::Fingerprint& fingerprint,
                                             bool reused) {
  auto dataset = statements_.use("INSERT OR IGNORE INTO datasets(name, last_number) VALUES (?, 0)");
  if (!dataset) {
    return fail(std::move(dataset.error()));
  }
  (*dataset)->bind(1, version.dataset);
  if (auto inserted = (*dataset)->run(); !inserted) {
    return fail(std::move(inserted.error()));
  }
  // Number and content are looked up by the statement that inserts: no content, no row.
  auto insert = statements_.use(
      fmt::format("INSERT INTO versions(dataset, number, row_order, fingerprint, content, ingest, sealed_us, reused)"
                  " SELECT d.id, d.last_number + 1, ?2, ?3, c.id, ?4, ?5, ?6 FROM contents c, datasets d WHERE d.name "
                  "= ?1 AND c.{} = ?3",
                  is_multiset(fingerprint) ? "rp1m" : "rp1s"));
  if (!insert) {
    return fail(std::move(insert.error()));
  }
  const std::string asked = fingerprint.text();
  (*insert)->bind(1, version.dataset);
  (*insert)->bind(2, to_string(version.order));
  (*insert)->bind(3, asked);
  (*insert)->bind(4, version.ingest);
  (*insert)->bind(5, std::int64_t{system_now().time_since_epoch().count()});
  (*insert)->bind(6, std::int64_t{reused});
  if (auto inserted = (*insert)->run(); !inserted) {
    return fail(std::move(inserted.error()));
  }
  if (database_.changes() == 0) {
    return fail(not_found("there is no content " + asked));
  }
  auto count = statements_.use("UPDATE datasets SET last_number = last_number + 1 WHERE name = ?");
  if (!count) {
    return fail(std::move(count.error()));
  }
  (*count)->bind(1, version.dataset);
  if (auto counted = (*count)->run(); !counted) {
    return fail(std::move(counted.error()));
  }
  return this->version(version.dataset, 0);
}

Result<std::optional<Content>> CatalogTables::find_content(const hashing::Fingerprint& fingerprint) {
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

Result<std::vector<DatasetSummary>> CatalogTables::datasets() {
  auto rows =
      statements_.use(select_published() +
                      "WHERE v.number = (SELECT max(number) FROM versions a WHERE a.dataset = d.id) ORDER BY d.name");
  if (!rows) {
    return fail(std::move(rows.error()));
  }
  std::vector<DatasetSummary> summaries;
  auto read = (*rows)->each([&]() -> Result<void> {
    auto published = read_published(**rows);
    if (!published) {
      return fail(std::move(published.error()));
    }
    std::string name = published->version.dataset;
    summaries.push_back({std::move(name), read_version_count(**rows), std::move(*published)});
    return {};
  });
  return read ? Result<std::vector<DatasetSummary>>{std::move(summaries)} : fail(std::move(read.error()));
}

Result<std::vector<Published>> CatalogTables::versions(const std::string& dataset) {
  auto rows = statements_.use(select_published() + "WHERE d.name = ? ORDER BY v.number DESC");
  if (!rows) {
    return fail(std::move(rows.error()));
  }
  (*rows)->bind(1, dataset);
  std::vector<Published> all;
  auto read = (*rows)->each([&]() -> Result<void> {
    auto published = read_published(**rows);
    if (!published) {
      return fail(std::move(published.error()));
    }
    all.push_back(std::move(*published));
    return {};
  });
  return read ? Result<std::vector<Published>>{std::move(all)} : fail(std::move(read.error()));
}

Result<Published> CatalogTables::version(const std::string& dataset, std::uint64_t number) {
  auto found = statements_.use(select_published() + (number == 0 ? "WHERE d.name = ?1 ORDER BY v.number DESC LIMIT 1"
                                                                 : "WHERE d.name = ?1 AND v.number = ?2"));
  if (!found) {
    return fail(std::move(found.error()));
  }
  (*found)->bind(1, dataset);
  if (number != 0) {
    (*found)->bind(2, static_cast<std::int64_t>(number));
  }
  auto row = (*found)->step();
  if (!row) {
    return fail(std::move(row.error()));
  }
  return *row ? read_published(**found) : fail(no_version(dataset, number));
}

Result<std::vector<std::int64_t>> CatalogTables::contents_of(const std::string& dataset, std::uint64_t number) {
  auto rows = statements_.use(
      "SELECT DISTINCT v.content FROM versions v JOIN datasets d ON d.id = v.dataset"
      " WHERE d.name = ?1 AND (?2 = 0 OR v.number = ?2)");
  if (!rows) {
    return fail(std::move(rows.error()));
  }
  (*rows)->bind(1, dataset);
  (*rows)->bind(2, static_cast<std::int64_t>(number));
  std::vector<std::int64_t> contents;
  auto read = (*rows)->each([&]() -> Result<void> {
    contents.push_back((*rows)->integer(0));
    return {};
  });
  return read ? Result<std::vector<std::int64_t>>{std::move(contents)} : fail(std::move(read.error()));
}

Result<Released> CatalogTables::remove(const std::string& dataset, std::uint64_t number) {
  auto contents = contents_of(dataset, number);
  if (!contents) {
    return fail(std::move(contents.error()));
  }
  if (contents->empty()) {
    return fail(no_version(dataset, number));
  }
  auto versions = statements_.use(
      "DELETE FROM versions WHERE dataset = (SELECT id FROM datasets WHERE name = ?1) AND (?2 = 0 OR number = ?2)");
  if (!versions) {
    return fail(std::move(versions.error()));
  }
  (*versions)->bind(1, dataset);
  (*versions)->bind(2, static_cast<std::int64_t>(number));
  if (auto removed = (*versions)->run(); !removed) {
    return fail(std::move(removed.error()));
  }
  Released released;
  released.versions = static_cast<std::uint64_t>(database_.changes());
  for (const std::int64_t content : *contents) {
    if (auto gone = release(content, released); !gone) {
      return fail(std::move(gone.error()));
    }
  }
  return released;
}

Result<void> CatalogTables::release(std::int64_t content, Released& released) {
  const std::size_t before = released.locations.size();
  {
    auto locations = statements_.use(
        "SELECT location FROM segments WHERE content = ?1 AND NOT EXISTS (SELECT 1 FROM versions WHERE content = ?1)");
    if (!locations) {
      return fail(std::move(locations.error()));
    }
    (*locations)->bind(1, content);
    auto read = (*locations)->each([&]() -> Result<void> {
      released.locations.emplace_back((*locations)->text(0));
      return {};
    });
    if (!read) {
      return read;
    }
  }
  return released.locations.size() == before ? Result<void>{} : release_rows(content);
}

Result<void> CatalogTables::release_rows(std::int64_t content) {
  for (const std::string_view sql : {"DELETE FROM segments WHERE content = ?", "DELETE FROM contents WHERE id = ?"}) {
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

Result<std::vector<std::string>> CatalogTables::locations() {
  auto rows = statements_.use("SELECT location FROM segments");
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

}  // namespace rowprint::sqlite
