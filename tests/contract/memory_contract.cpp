#include "tests/contract/contracted_stores.hpp"

#include "store/memory/memory_catalog.hpp"
#include "store/memory/memory_store.hpp"

namespace rowprint::test {
namespace {

class ContractedMemory final : public ContractedStore {
 public:
  Store& store() override { return store_; }
  Catalog& catalog() override { return catalog_; }
  void tamper(const Content& content) override { EXPECT_TRUE(store_.damage(content.location)); }

 private:
  MemoryStore store_;
  MemoryCatalog catalog_;
};

}  // namespace

std::unique_ptr<ContractedStore> make_contracted_memory() {
  return std::make_unique<ContractedMemory>();
}

}  // namespace rowprint::test
