#include "tests/contract/contracted_stores.hpp"

namespace rowprint::test {

std::vector<RegisteredStore> registered_stores() {
  return {
      {"memory", make_contracted_memory},
      {"sqlite", make_contracted_sqlite},
      {"sqlite_files", make_contracted_sqlite_files},
  };
}

}  // namespace rowprint::test
