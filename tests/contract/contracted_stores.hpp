#pragma once

#include "tests/contract/store_contract.hpp"

#include <memory>

namespace rowprint::test {

std::unique_ptr<ContractedStore> make_contracted_memory();
std::unique_ptr<ContractedStore> make_contracted_sqlite();

}  // namespace rowprint::test
