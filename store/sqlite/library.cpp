#include "store/sqlite/library.hpp"

#include <sqlite3.h>

namespace rowprint::sqlite {

void start_library() {
  static const int started = [] {
    // Refused (SQLITE_MISUSE) where SQLite runs already: that costs speed only.
    static_cast<void>(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0));
    return sqlite3_initialize();
  }();
  static_cast<void>(started);
}

}  // namespace rowprint::sqlite
