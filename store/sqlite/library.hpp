#pragma once

namespace rowprint::sqlite {

/// Sets SQLite up once for the process: its memory statistics, which make every allocation take one lock, are off.
/// Where the program has used SQLite before, it stays as it is. Thread safety: from any thread.
void start_library();

}  // namespace rowprint::sqlite
