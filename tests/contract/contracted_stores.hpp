#pragma once

#include "tests/contract/store_contract.hpp"

#include <memory>

namespace rowprint::test {

std::unique_ptr<ContractedStore> make_contracted_memory();
/// A data directory as it is by default, and one in which every content is a file of its own.
std::unique_ptr<ContractedStore> make_contracted_sqlite();
std::unique_ptr<ContractedStore> make_contracted_sqlite_files();

}  // namespace rowprint::test
