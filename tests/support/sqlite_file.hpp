#pragma once

#include "tests/support/temporary_folder.hpp"

#include <string>

struct sqlite3;

namespace rowprint::test {

/// A new SQLite file in a folder of its own, and a connection through which a test writes to it: somebody else's, as
/// far as the code under test is concerned.
///
/// Lifecycle: the destructor removes the folder. Thread safety: none. Throws std::runtime_error with SQLite's words.
class SqliteFile {
 public:
  /// `setup` is executed first: pragmas that a new file needs before it has tables.
  explicit SqliteFile(const std::string& setup = "");
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;
  ~SqliteFile();

  std::string folder() const { return folder_.path().string(); }
  const std::string& path() const { return path_; }
  std::string url() const { return "sqlite:///" + path_; }
  sqlite3* connection() const { return connection_; }

  /// Any number of statements.
  void execute(const std::string& sql);
  /// The first value of the first row, as text; empty where there is none.
  std::string ask(const std::string& sql);
  /// Whether this process has the file, or a file next to it, open anywhere but in connection().
  bool is_open_elsewhere() const;
  /// Lets go of the file.
  void close();

 private:
  TemporaryFolder folder_;
  std::string path_;
  sqlite3* connection_ = nullptr;
};

}  // namespace rowprint::test
