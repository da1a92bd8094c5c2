#include "store/sqlite/content_writer.hpp"

#include "store/sqlite/batch_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace rowprint::sqlite {
namespace {

constexpr std::size_t kPageBytes = 16U << 10U;
constexpr std::size_t kCacheBytesMin = 256U << 10U;

}  // namespace

Result<std::unique_ptr<ContentWriter>> ContentWriter::begin(const Vfs& vfs, const ContentFolders& folders,
                                                            StoreTicket ticket) {
  const std::string path = fmt::format("{}/{}.sqlite", folders.staging, ticket.ingest);
  auto database = Database::open(vfs, path, Database::Access::create);
  if (!database) {
    // SQLite reads the header of what it has just created; when that fails, the file is there.
    static_cast<void>(vfs.disk().remove(path));
    return fail(std::move(database.error()));
  }
  std::unique_ptr<ContentWriter> writer{
      new ContentWriter{vfs.disk(), folders, std::move(ticket.ingest), std::move(*database)}};
  // Half for the pages: the other half is for statements and what SQLite keeps beside.
  const std::size_t cache_bytes = std::max(ticket.memory_bytes_max / 2, kCacheBytesMin);
  const std::string settings = fmt::format(
      "PRAGMA page_size={}; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
      "PRAGMA secure_delete=OFF; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cache_size=-{};"
      "PRAGMA application_id={}; PRAGMA user_version={}; BEGIN EXCLUSIVE",
      kPageBytes, cache_bytes >> 10U, kContentApplicationId, kContentFormat);
  if (auto set = writer->database_.execute(settings); !set) {
    return fail(std::move(set.error()));
  }
  return writer;
}

ContentWriter::ContentWriter(Disk& disk, const ContentFolders& folders, std::string ingest, Database database)
    : disk_(disk),
      folders_(folders),
      ingest_(std::move(ingest)),
      path_(database.path()),
      database_(std::move(database)) {}

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
    close();
    static_cast<void>(disk_.remove(path_));
  } catch (const std::exception&) {
    // Left for recover().
  }
}

void ContentWriter::close() {
  insert_batch_ = {};
  static_cast<void>(database_.close());
}

Result<void> ContentWriter::insert_rows_of(const Batch& batch) {
  if (batch.empty()) {
    return {};
  }
  if (auto few = check_columns(batch); !few) {
    return few;
  }
  columns_ = batch.shared_columns();
  if (auto wide = widen(columns_->size()); !wide) {
    return wide;
  }
  batch_table_.show(batch, rows_ + 1);
  if (auto inserted = insert_batch_.run(); !inserted) {
    return inserted;
  }
  rows_ += batch.rows();
  return {};
}

Result<void> ContentWriter::widen(std::size_t columns) {
  const std::size_t wanted = std::max<std::size_t>(columns, 1);
  if (wanted <= batch_table_.columns()) {
    return {};
  }
  insert_batch_ = {};
  if (batch_table_.columns() == 0) {
    if (auto made = database_.execute(create_rows_table(wanted)); !made) {
      return made;
    }
  }
  for (std::size_t ordinal = batch_table_.columns(); ordinal != 0 && ordinal < wanted; ++ordinal) {
    if (auto added = database_.execute("ALTER TABLE rowprint_rows ADD COLUMN " + column_name(ordinal)); !added) {
      return added;
    }
  }
  if (auto declared = batch_table_.declare(database_, wanted); !declared) {
    return declared;
  }
  auto insert = database_.prepare(insert_batch(wanted));
  if (!insert) {
    return fail(std::move(insert.error()));
  }
  insert_batch_ = std::move(*insert);
  return {};
}

Result<std::vector<std::uint32_t>> ContentWriter::place_columns(const Schema& schema) {
  std::vector<std::uint32_t> ordinals;
  ordinals.reserve(schema.columns.size());
  std::size_t end = columns_ ? columns_->size() : 0;
  for (const Column& column : schema.columns) {
    const auto known = columns_ ? columns_->find(column.name) : std::nullopt;
    ordinals.push_back(known ? *known : static_cast<std::uint32_t>(end++));
  }
  if (end > kColumnsMax) {
    return fail(ErrorCode::limit_exceeded, fmt::format("more than {} columns", kColumnsMax));
  }
  if (auto wide = widen(end); !wide) {
    return fail(std::move(wide.error()));
  }
  return ordinals;
}

Result<void> ContentWriter::describe_columns(const Schema& schema, const std::vector<std::uint32_t>& ordinals) {
  auto column = database_.prepare("INSERT INTO rowprint_columns(place, ordinal, name, type) VALUES (?, ?, ?, ?)");
  if (!column) {
    return fail(std::move(column.error()));
  }
  auto form = database_.prepare("INSERT INTO rowprint_forms(ordinal, from_row, form) VALUES (?, ?, ?)");
  if (!form) {
    return fail(std::move(form.error()));
  }
  const auto put_form = [&](std::uint32_t ordinal, std::uint64_t from_row, Form value) {
    form->bind(1, std::int64_t{ordinal});
    form->bind(2, static_cast<std::int64_t>(from_row));
    form->bind(3, to_string(value));
    return form->run();
  };
  std::vector<bool> has_form(batch_table_.columns(), false);
  for (const FormChange& change : batch_table_.forms().changes()) {
    has_form[change.ordinal] = has_form[change.ordinal] || change.from_row == 1;
    if (auto put = put_form(change.ordinal, change.from_row, change.form); !put) {
      return put;
    }
  }
  for (std::size_t place = 0; place < schema.columns.size(); ++place) {
    column->bind(1, static_cast<std::int64_t>(place));
    column->bind(2, std::int64_t{ordinals[place]});
    column->bind(3, schema.columns[place].name);
    column->bind(4, to_string(schema.columns[place].type));
    if (auto put = column->run(); !put) {
      return put;
    }
    if (!has_form[ordinals[place]]) {
      if (auto put = put_form(ordinals[place], 1, Form::native); !put) {
        return put;
      }
    }
  }
  return {};
}

Result<void> ContentWriter::describe(const hashing::Fingerprint& name, const Schema& schema) {
  auto ordinals = place_columns(schema);
  if (!ordinals) {
    return fail(std::move(ordinals.error()));
  }
  if (auto made = database_.execute(std::string{create_side_tables()}); !made) {
    return made;
  }
  if (auto put = describe_columns(schema, *ordinals); !put) {
    return put;
  }
  auto content = database_.prepare("INSERT INTO rowprint_content(format, fingerprint, rows) VALUES (?, ?, ?)");
  if (!content) {
    return fail(std::move(content.error()));
  }
  const std::string fingerprint = name.text();
  content->bind(1, kContentFormat);
  content->bind(2, fingerprint);
  content->bind(3, static_cast<std::int64_t>(rows_));
  if (auto put = content->run(); !put) {
    return put;
  }
  return schema.columns.empty() ? Result<void>{} : database_.execute(create_view(schema, *ordinals));
}

Result<StoredContent> ContentWriter::finish(const hashing::Fingerprint& name, const Schema& schema) {
  if (auto described = describe(name, schema); !described) {
    return fail(std::move(described.error()));
  }
  insert_batch_ = {};
  if (auto committed = database_.execute("COMMIT"); !committed) {
    return fail(std::move(committed.error()));
  }
  if (auto closed = database_.close(); !closed) {
    return fail(std::move(closed.error()));
  }
  return move_to_contents(name);
}

Result<StoredContent> ContentWriter::move_to_contents(const hashing::Fingerprint& name) {
  StoredContent stored;
  stored.location = fmt::format("rp1s-{}.{}.sqlite", hashing::to_hex(name.digest), ingest_);
  {
    auto file = disk_.open(path_, OpenMode::read_write);
    if (!file) {
      return fail(std::move(file.error()));
    }
    if (auto synced = (*file)->sync(); !synced) {
      return fail(std::move(synced.error()));
    }
    auto bytes = (*file)->size();
    if (!bytes) {
      return fail(std::move(bytes.error()));
    }
    stored.bytes = *bytes;
  }
  std::string sealed = fmt::format("{}/{}", folders_.contents, stored.location);
  if (auto renamed = disk_.rename(path_, sealed); !renamed) {
    return fail(std::move(renamed.error()));
  }
  path_ = std::move(sealed);
  if (auto synced = disk_.sync_directory(folders_.contents); !synced) {
    return fail(std::move(synced.error()));
  }
  return stored;
}

}  // namespace rowprint::sqlite
