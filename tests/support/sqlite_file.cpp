#include "tests/support/sqlite_file.hpp"

#include <sqlite3.h>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace rowprint::test {
namespace {

int count_open(const std::string& path) {
  int open = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;
    open += std::filesystem::read_symlink(entry.path(), gone) == path ? 1 : 0;
  }
  return open;
}

}  // namespace

SqliteFile::SqliteFile(const std::string& setup) : path_(folder_.file("data.db")) {
  if (sqlite3_open(path_.c_str(), &connection_) != SQLITE_OK) {
    throw std::runtime_error{sqlite3_errmsg(connection_)};
  }
  execute("PRAGMA synchronous = OFF;" + setup);
}

SqliteFile::~SqliteFile() {
  close();
}

void SqliteFile::execute(const std::string& sql) {
  if (sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error{sqlite3_errmsg(connection_)};
  }
}

std::string SqliteFile::ask(const std::string& sql) {
  std::string answer;
  const auto take = [](void* into, int, char** values, char**) {
    *static_cast<std::string*>(into) = values[0] != nullptr ? values[0] : "";
    return 0;
  };
  if (sqlite3_exec(connection_, sql.c_str(), take, &answer, nullptr) != SQLITE_OK) {
    throw std::runtime_error{sqlite3_errmsg(connection_)};
  }
  return answer;
}

bool SqliteFile::is_open_elsewhere() const {
  // The connection has opened its file once, in the constructor.
  return count_open(path_) > (connection_ != nullptr ? 1 : 0);
}

void SqliteFile::close() {
  sqlite3_close_v2(connection_);
  connection_ = nullptr;
}

}  // namespace rowprint::test
