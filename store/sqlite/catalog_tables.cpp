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

Result<std::optional<VersionTag>> CatalogTables::latest(const std::string& dataset) {
  auto found = statements_.use(
      "SELECT v.number, v.fingerprint FROM versions v JOIN datasets d ON d.id = v.dataset WHERE d.name = ?"
      " ORDER BY v.number DESC LIMIT 1");
  if (!found) {
    return fail(std::move(found.error()));
  }
  (*found)->bind(1, dataset);
  auto row = (*found)->step();
  if (!row) {
    return fail(std::move(row.error()));
  }
  if (!*row) {
    return std::optional<VersionTag>{};
  }
  const auto fingerprint = hashing::Fingerprint::parse((*found)->text(1));
  if (!fingerprint) {
    return fail(ErrorCode::corrupt, "catalog: the latest version of " + dataset + " has no fingerprint");
  }
  return std::optional{VersionTag{static_cast<std::uint64_t>((*found)->integer(0)), *fingerprint}};
}

Result<std::optional<Published>> CatalogTables::answered(const NewVersion& version, const hashing::Fingerprint* asked,
                                                         const std::string* location) {
  if (version.idempotency) {
    auto kept = keys_.find(version.dataset, version.idempotency->key, system_now());
    if (!kept) {
      return fail(std::move(kept.error()));
    }
    if (*kept) {
      return replay(*version.idempotency, **std::move(kept), asked, location);
    }
  }
  if (version.precondition.demand == Precondition::Demand::nothing) {
    return std::optional<Published>{};
  }
  auto found = latest(version.dataset);
  if (!found) {
    return fail(std::move(found.error()));
  }
  if (auto holds = check_precondition(version.precondition, version.dataset, *found); !holds) {
    return fail(std::move(holds.error()));
  }
  return std::optional<Published>{};
}

Result<std::optional<Published>> CatalogTables::replay(const IdempotencyKey& idempotency, Receipt kept,
                                                       const hashing::Fingerprint* asked, const std::string* location) {
  if (asked != nullptr) {
    if (auto same = check_same_identity(idempotency, kept, *asked); !same) {
      return fail(std::move(same.error()));
    }
  }
  Published published{kept.version, kept.content, true, {}};
  if (location != nullptr) {
    auto there = contents_.find_content(kept.content.sequence);
    if (!there) {
      return fail(std::move(there.error()));
    }
    if (*there) {
      published.reused = (*there)->location != *location;
      published.content.digests = (*there)->digests;
    }
  }
  published.earlier = std::make_shared<const Receipt>(std::move(kept));
  return std::optional{std::move(published)};
}

Result<void> CatalogTables::admit(const NewVersion& version) {
  auto answer = answered(version, nullptr, nullptr);
  return answer ? Result<void>{} : fail(std::move(answer.error()));
}

Result<Published> CatalogTables::keep_receipt(const NewVersion& version, Published published) {
  if (version.idempotency) {
    Receipt receipt = version.idempotency->account;
    receipt.ingest = version.ingest;
    receipt.version = published.version;
    receipt.content = published.content;
    receipt.reused = published.reused;
    if (auto kept = keys_.put(version.idempotency->key, receipt); !kept) {
      return fail(std::move(kept.error()));
    }
  }
  return published;
}

Result<Published> CatalogTables::alias(const NewVersion& version, const hashing::Fingerprint& fingerprint) {
  auto answer = answered(version, &fingerprint, nullptr);
  if (!answer) {
    return fail(std::move(answer.error()));
  }
  if (*answer) {
    return **std::move(answer);
  }
  auto published = add_version(version, fingerprint, true);
  return published ? keep_receipt(version, *std::move(published)) : std::move(published);
}

Result<Published> CatalogTables::publish(const NewVersion& version, const Content& content, const std::string* rows) {
  const bool set = version.order == Order::set && content.multiset.has_value();
  const hashing::Fingerprint& asked = set ? *content.multiset : content.sequence;
  auto answer = answered(version, &asked, &content.location);
  if (!answer) {
    return fail(std::move(answer.error()));
  }
  if (*answer) {
    return **std::move(answer);
  }
  auto published = publish_content(version, content, asked, rows);
  if (published && !content.digests.empty()) {
    auto adopted = contents_.adopt_digests(*content.multiset, content.digests);
    if (!adopted) {
      return fail(std::move(adopted.error()));
    }
    if (*adopted) {
      published->content.digests = content.digests;
    }
  }
  return published ? keep_receipt(version, *std::move(published)) : std::move(published);
}

Result<Published> CatalogTables::publish_content(const NewVersion& version, const Content& content,
                                                 const hashing::Fingerprint& asked, const std::string* rows) {
  const bool set = is_multiset(asked);
  auto found = contents_.id_of(asked);
  const bool by_multiset = set && found && *found;
  if (found && !*found && set) {
    found = contents_.id_of(content.sequence);
  }
  if (!found) {
    return fail(std::move(found.error()));
  }
  if (!*found) {
    bool with_multiset = content.multiset.has_value();
    if (with_multiset && !set) {
      auto taken = contents_.id_of(*content.multiset);
      if (!taken) {
        return fail(std::move(taken.error()));
      }
      with_multiset = !*taken;
    }
    if (auto inserted = contents_.insert(content, with_multiset, rows); !inserted) {
      return fail(std::move(inserted.error()));
    }
    return add_version(version, asked, false);
  }
  if (content.multiset && !by_multiset) {
    if (auto learned = contents_.learn_multiset(**found, *content.multiset, set); !learned) {
      return fail(std::move(learned.error()));
    }
  }
  // Who asks again because the outcome was unknown must not take its own file for a second copy.
  auto own = contents_.is_location_of(**found, content.location);
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

Result<CatalogTables::Removal> CatalogTables::remove(const std::string& dataset, std::uint64_t number) {
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
  Removal removal;
  removal.released.versions = static_cast<std::uint64_t>(database_.changes());
  for (const std::int64_t content : *contents) {
    if (auto gone = contents_.release(content, removal.released, removal.digests); !gone) {
      return fail(std::move(gone.error()));
    }
  }
  return removal;
}

}  // namespace rowprint::sqlite
