#include "tests/contract/contracted_sources.hpp"

namespace rowprint::test {

std::vector<RegisteredSource> registered_sources() {
  return {
      contracted_memory_list(), contracted_memory_generator(), contracted_ndjson(),
      contracted_ndjson_file(), contracted_postgres(),         contracted_sqlite_file(),
  };
}

}  // namespace rowprint::test
