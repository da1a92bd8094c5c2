#include "tests/unit/store/sqlite/fixture.hpp"

#include <fmt/format.h>

#include <sqlite3.h>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace rowprint::sqlite::test {

awaitable<Result<Content>> store_rows(Store& store, std::vector<Row> rows, std::size_t batch_rows, Schema declared) {
  StoreTicket ticket;
  ticket.ingest = new_ingest_id();
  ticket.memory_bytes_max = 1U << 20U;
  auto transaction = co_await store.begin(std::move(ticket));
  if (!transaction) {
    co_return fail(std::move(transaction.error()));
  }
  Tee tee{std::move(*transaction), RowHash{declared, std::nullopt}};
  rowprint::test::RowsSource source{std::move(rows), batch_rows, declared};
  for (;;) {
    auto next = co_await source.next();
    if (!next) {
      co_return fail(std::move(next.error()));
    }
    if (!*next) {
      break;
    }
    Batch batch = std::move(**next);
    if (auto encoded = batch.encode(64U << 20U); !encoded) {
      co_return fail(std::move(encoded.error()));
    }
    auto inserted = co_await tee.insert(batch);
    if (!inserted) {
      co_return fail(std::move(inserted.error()));
    }
  }
  auto summary = tee.summary();
  if (!summary) {
    co_return fail(std::move(summary.error()));
  }
  auto stored = co_await tee.seal(summary->sequence, summary->schema);
  if (!stored) {
    co_return fail(std::move(stored.error()));
  }
  Content content;
  content.sequence = summary->sequence;
  content.schema = summary->schema;
  content.rows = summary->rows;
  content.location = stored->location;
  content.stored_bytes = stored->bytes;
  co_return content;
}

awaitable<Result<std::vector<Row>>> read_rows(Store& store, Content content) {
  auto reader = co_await store.read(std::move(content));
  if (!reader) {
    co_return fail(std::move(reader.error()));
  }
  auto rows = co_await rowprint::test::drain(**reader);
  co_return rows;
}

awaitable<Result<hashing::Fingerprint>> recompute(Store& store, Content content) {
  auto reader = co_await store.read(std::move(content));
  if (!reader) {
    co_return fail(std::move(reader.error()));
  }
  RowHash hash{(*reader)->declared(), std::nullopt};
  for (;;) {
    auto next = co_await (*reader)->next();
    if (!next) {
      co_return fail(std::move(next.error()));
    }
    if (!*next) {
      break;
    }
    if (auto encoded = (*next)->encode(64U << 20U); !encoded) {
      co_return fail(std::move(encoded.error()));
    }
    if (auto added = hash.add(**next); !added) {
      co_return fail(std::move(added.error()));
    }
  }
  auto summary = hash.summary();
  if (!summary) {
    co_return fail(std::move(summary.error()));
  }
  co_return summary->sequence;
}

Content made_up_content(std::uint8_t seed) {
  Content content;
  content.sequence.digest.fill(seed);
  content.schema.columns = {{"a, \"b\"", Type::integer}, {"c", Type::any}};
  content.rows = seed;
  content.stored_bytes = 1000U + seed;
  content.location = fmt::format("rp1s-{}.{}.sqlite", seed, new_ingest_id());
  content.hash_state = std::string{"state\0with a zero", 17};
  content.inference_state = "inference";
  return content;
}

std::string by_another_program(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  std::string out;
  const auto take = [](void* into, int count, char** values, char**) {
    auto& text = *static_cast<std::string*>(into);
    text += text.empty() ? "" : "\n";
    for (int index = 0; index < count; ++index) {
      text += index == 0 ? "" : "|";
      text += values[index] != nullptr ? values[index] : "NULL";
    }
    return 0;
  };
  if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK ||
      sqlite3_exec(database, sql.c_str(), take, &out, nullptr) != SQLITE_OK) {
    out = fmt::format("error: {}", sqlite3_errmsg(database));
  }
  sqlite3_close(database);
  return out;
}

}  // namespace rowprint::sqlite::test
