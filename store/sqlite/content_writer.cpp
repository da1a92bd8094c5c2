#include "store/sqlite/content_writer.hpp"

#include "store/sqlite/batch_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace rowprint::sqlite {
namespace {

constexpr std::size_t kCacheBytesMin = 256U << 10U;

/// N of the cN of every column of the schema; those that no batch had come after those of the batches.
Result<std::vector<std::uint32_t>> place_columns(const Schema& schema, const ColumnTable& known) {
  std::vector<std::uint32_t> ordinals;
  ordinals.reserve(schema.columns.size());
  std::size_t end = known.size();
  for (const Column& column : schema.columns) {
    const auto ordinal = known.find(column.name);
    ordinals.push_back(ordinal ? *ordinal : static_cast<std::uint32_t>(end++));
  }
  if (end > kColumnsMax) {
    return fail(ErrorCode::limit_exceeded, fmt::format("more than {} columns", kColumnsMax));
  }
  return ordinals;
}

Result<void> describe_forms(Database& database, const ColumnForms& forms, const std::vector<std::uint32_t>& ordinals) {
  auto insert = database.prepare("INSERT INTO rowprint_forms(ordinal, from_row, form) VALUES (?, ?, ?)");
  if (!insert) {
    return fail(std::move(insert.error()));
  }
  const auto put = [&](const FormChange& change) {
    insert->bind(1, std::int64_t{change.ordinal});
    insert->bind(2, static_cast<std::int64_t>(change.from_row));
    insert->bind(3, to_string(change.form));
    return insert->run();
  };
  std::vector<bool> has_form(kColumnsMax, false);
  for (const FormChange& change : forms.changes()) {
    has_form[change.ordinal] = has_form[change.ordinal] || change.from_row == 1;
    if (auto inserted = put(change); !inserted) {
      return inserted;
    }
  }
  for (const std::uint32_t ordinal : ordinals) {
    if (!has_form[ordinal]) {
      if (auto inserted = put({ordinal, 1, Form::native}); !inserted) {
        return inserted;
      }
    }
  }
  return {};
}

Result<void> describe_columns(Database& database, const Schema& schema, const std::vector<std::uint32_t>& ordinals) {
  auto column = database.prepare("INSERT INTO rowprint_columns(place, ordinal, name, type) VALUES (?, ?, ?, ?)");
  if (!column) {
    return fail(std::move(column.error()));
  }
  for (std::size_t place = 0; place < schema.columns.size(); ++place) {
    column->bind(1, static_cast<std::int64_t>(place));
    column->bind(2, std::int64_t{ordinals[place]});
    column->bind(3, schema.columns[place].name);
    column->bind(4, to_string(schema.columns[place].type));
    if (auto put = column->run(); !put) {
      return put;
    }
  }
  return {};
}

Result<void> describe_content(Database& database, const hashing::Fingerprint& name, std::uint64_t rows) {
  auto content = database.prepare("INSERT INTO rowprint_content(format, fingerprint, rows) VALUES (?, ?, ?)");
  if (!content) {
    return fail(std::move(content.error()));
  }
  const std::string fingerprint = name.text();
  content->bind(1, kContentFormat);
  content->bind(2, fingerprint);
  content->bind(3, static_cast<std::int64_t>(rows));
  return content->run();
}

/// The image of the file before its first row, and without the side tables.
Result<hashing::ByteBuffer> empty_file(std::size_t columns) {
  auto database = Database::in_memory();
  if (!database) {
    return fail(std::move(database.error()));
  }
  auto made = database->execute(fmt::format("PRAGMA page_size={}; PRAGMA application_id={}; PRAGMA user_version={}; {}",
                                            TablePages::kPageBytes, kContentApplicationId, kContentFormat,
                                            create_rows_table(std::max<std::size_t>(columns, 1))));
  if (!made) {
    return fail(std::move(made.error()));
  }
  return database->image();
}

}  // namespace

Result<std::unique_ptr<ContentWriter>> ContentWriter::begin(const Vfs& vfs, const ContentFolders& folders,
                                                            StoreTicket ticket) {
  std::string path = fmt::format("{}/{}.sqlite", folders.staging, ticket.ingest);
  auto file = vfs.disk().open(path, OpenMode::create_new);
  if (!file) {
    return fail(std::move(file.error()));
  }
  return std::unique_ptr<ContentWriter>{
      new ContentWriter{vfs, folders, std::move(ticket), std::move(path), std::move(*file)}};
}

ContentWriter::ContentWriter(const Vfs& vfs, const ContentFolders& folders, StoreTicket ticket, std::string path,
                             std::unique_ptr<DiskFile> file)
    : vfs_(vfs),
      folders_(folders),
      ticket_(std::move(ticket)),
      path_(std::move(path)),
      file_(std::move(file)),
      pages_(*file_),
      columns_(std::make_shared<const ColumnTable>()) {}

ContentWriter::~ContentWriter() {
  discard();
}

Result<void> ContentWriter::check_open() const {
  return state_ == State::open ? Result<void>{} : fail(ErrorCode::internal, path_ + ": the transaction has ended");
}

awaitable<Result<void>> ContentWriter::insert(const Batch& batch) {
  Result<void> inserted = check_open();
  if (inserted) {
    inserted = insert_rows_of(batch);
  }
  if (!inserted) {
    state_ = State::failed;
  }
  co_return inserted;
}

awaitable<Result<StoredContent>> ContentWriter::seal(const hashing::Fingerprint& name, const Schema& schema) {
  if (auto open = check_open(); !open) {
    co_return fail(std::move(open.error()));
  }
  // Failed until it has gone well, so that discard() clears what an error leaves.
  state_ = State::failed;
  auto stored = finish(name, schema);
  if (stored) {
    state_ = State::ended;
  }
  co_return stored;
}

void ContentWriter::discard() noexcept {
  if (state_ == State::ended) {
    return;
  }
  state_ = State::ended;
  try {
    file_.reset();
    static_cast<void>(vfs_.disk().remove(path_));
  } catch (const std::exception&) {
    // Left for recover().
  }
}

Result<void> ContentWriter::insert_rows_of(const Batch& batch) {
  if (batch.empty()) {
    return {};
  }
  if (auto few = check_columns(batch); !few) {
    return few;
  }
  columns_ = batch.shared_columns();
  record_.widen(columns_->size());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const hashing::ByteView record = record_.of(batch.row(row), pages_.rows() + 1);
    if (auto appended = pages_.append(record); !appended) {
      Error error = std::move(appended.error());
      if (error.code == ErrorCode::limit_exceeded) {
        error = batch.at_row(row, std::move(error));
      }
      return fail(std::move(error));
    }
  }
  return {};
}

Result<void> ContentWriter::describe(const hashing::Fingerprint& name, const Schema& schema,
                                     const std::vector<std::uint32_t>& ordinals) {
  auto database = Database::open(vfs_, path_, Database::Access::create);
  if (!database) {
    return fail(std::move(database.error()));
  }
  const std::size_t cache_bytes = std::max(ticket_.memory_bytes_max / 2, kCacheBytesMin);
  auto done = database->execute(
      fmt::format("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                  "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cache_size=-{}; BEGIN EXCLUSIVE; {}",
                  cache_bytes >> 10U, create_side_tables()));
  if (done) {
    done = describe_columns(*database, schema, ordinals);
  }
  if (done) {
    done = describe_forms(*database, record_.forms(), ordinals);
  }
  if (done) {
    done = describe_content(*database, name, pages_.rows());
  }
  if (done && !schema.columns.empty()) {
    done = database->execute(create_view(schema, ordinals));
  }
  if (done) {
    done = database->execute("COMMIT");
  }
  return done ? database->close() : done;
}

Result<StoredContent> ContentWriter::finish(const hashing::Fingerprint& name, const Schema& schema) {
  auto ordinals = place_columns(schema, *columns_);
  if (!ordinals) {
    return fail(std::move(ordinals.error()));
  }
  std::size_t columns = columns_->size();
  for (const std::uint32_t ordinal : *ordinals) {
    columns = std::max<std::size_t>(columns, ordinal + std::size_t{1});
  }
  auto model = empty_file(columns);
  if (!model) {
    return fail(std::move(model.error()));
  }
  if (auto written = pages_.finish(std::move(*model)); !written) {
    return fail(std::move(written.error()));
  }
  if (auto described = describe(name, schema, *ordinals); !described) {
    return fail(std::move(described.error()));
  }
  return move_to_contents(name);
}

Result<StoredContent> ContentWriter::move_to_contents(const hashing::Fingerprint& name) {
  StoredContent stored;
  stored.location = fmt::format("rp1s-{}.{}.sqlite", hashing::to_hex(name.digest), ticket_.ingest);
  if (auto synced = file_->sync(); !synced) {
    return fail(std::move(synced.error()));
  }
  auto bytes = file_->size();
  if (!bytes) {
    return fail(std::move(bytes.error()));
  }
  stored.bytes = *bytes;
  file_.reset();
  std::string sealed = fmt::format("{}/{}", folders_.contents, stored.location);
  if (auto renamed = vfs_.disk().rename(path_, sealed); !renamed) {
    return fail(std::move(renamed.error()));
  }
  path_ = std::move(sealed);
  if (auto synced = vfs_.disk().sync_directory(folders_.contents); !synced) {
    return fail(std::move(synced.error()));
  }
  return stored;
}

}  // namespace rowprint::sqlite
