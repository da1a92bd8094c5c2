#pragma once

#include "ingest/ingestor.hpp"
#include "ingest/tee.hpp"
#include "ingest/wait.hpp"
#include "store/sqlite/data_directory.hpp"
#include "tests/support/rows_source.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rowprint::sqlite::test {

using rowprint::test::Row;
using rowprint::test::TemporaryFolder;

/// Runs coroutines to their end.
class Runner {
 public:
  template <typename T>
  T operator()(awaitable<T> work) {
    return wait(workers_, std::move(work));
  }

 private:
  boost::asio::thread_pool workers_{1};
};

/// Inserts all rows, `batch_rows` at a time, and seals; not published. Columns in `declared` come first.
awaitable<Result<Content>> store_rows(Store& store, std::vector<Row> rows, std::size_t batch_rows = 7,
                                      Schema declared = {});
awaitable<Result<std::vector<Row>>> read_rows(Store& store, Content content);
/// The fingerprint of what reads back.
awaitable<Result<hashing::Fingerprint>> recompute(Store& store, Content content);

/// A content that no rows belong to, for a catalog's tests.
Content made_up_content(std::uint8_t seed);

/// What another program, through SQLite's own VFS, does to a file: its result as text, rows by newline, values by '|'.
/// An error is the text "error: …".
std::string by_another_program(const std::string& path, const std::string& sql);

}  // namespace rowprint::sqlite::test
