#include "tests/contract/contracted_stores.hpp"

namespace rowprint::test {

std::vector<RegisteredStore> registered_stores() {
  return {
      {"memory", make_contracted_memory},
  };
}

}  // namespace rowprint::test
