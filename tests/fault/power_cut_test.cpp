#include "tests/fault/power_cut.hpp"
#include "hashing/multiset_hash.hpp"
#include "tests/support/forgetful_disk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rowprint::test {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

class PowerCut : public ::testing::TestWithParam<NamedScenario> {};

TEST_P(PowerCut, AtAnyOperationKeepsThePromises) {
  const CutOutcome outcome = cut_everywhere(GetParam().make());
  EXPECT_THAT(outcome.broken, IsEmpty());
  // Less would mean that nothing was written at all.
  EXPECT_GE(outcome.operations, 4U);
  RecordProperty("operations", static_cast<int>(outcome.operations));
}

TEST(Scenarios, TheSetThatSpillsDoes) {
  struct Probe final : hashing::SpillFile {
    explicit Probe(bool& was_used) : used(was_used) {}
    std::error_code append(hashing::ByteView) override {
      used = true;
      return {};
    }
    std::error_code read(std::uint64_t, std::span<std::uint8_t>) override { return {}; }
    bool& used;
  };
  bool used = false;
  hashing::MultisetHash hash(DaemonOnDisk::kSortBytes, std::make_unique<Probe>(used));
  const std::size_t rows = spilling_rows().size();
  for (std::size_t i = 0; i < rows; ++i) {
    ASSERT_FALSE(hash.add_row(hashing::as_bytes(std::to_string(i))));
  }
  EXPECT_TRUE(used);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, PowerCut, ::testing::ValuesIn(scenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

TEST(PowerCut, AtAnyOperationOfTheVeryFirstStartKeepsThePromises) {
  CutOptions options;
  options.cut_start = true;
  const CutOutcome outcome = cut_everywhere(first_push_into_nothing(), options);
  EXPECT_THAT(outcome.broken, IsEmpty());
  EXPECT_GE(outcome.operations, 20U);
}

TEST(PowerCut, AtAnyOperationOfAStartThatClearsLeftoversKeepsThePromises) {
  CutOptions options;
  options.cut_start = true;
  const CutOutcome outcome = cut_everywhere(start_after_a_crash(), options);
  EXPECT_THAT(outcome.broken, IsEmpty());
  EXPECT_GE(outcome.operations, 5U);
}

/// Proves that the suite would notice a sync that is missing: without it, some cut breaks a promise.
class PowerCutCanary : public ::testing::TestWithParam<std::pair<ForgetfulDisk::Forgets, const char*>> {};

TEST_P(PowerCutCanary, AForgottenSyncIsNoticed) {
  CutOptions options;
  options.between = [](Disk& inner) {
    return std::make_unique<ForgetfulDisk>(inner, GetParam().first, GetParam().second);
  };
  EXPECT_THAT(cut_everywhere(in_files(first_push()), options).broken, Not(IsEmpty()));
}

TEST(PowerCutCanary, AForgottenSyncOfTheCatalogIsNoticedByAPushThatHasNoFile) {
  CutOptions options;
  options.between = [](Disk& inner) {
    return std::make_unique<ForgetfulDisk>(inner, ForgetfulDisk::Forgets::sync, "/catalog.sqlite");
  };
  EXPECT_THAT(cut_everywhere(first_push(), options).broken, Not(IsEmpty()));
}

using Forgets = ForgetfulDisk::Forgets;
INSTANTIATE_TEST_SUITE_P(Syncs, PowerCutCanary,
                         ::testing::Values(std::pair{Forgets::sync, "/staging/"},
                                           std::pair{Forgets::sync, "/catalog.sqlite"},
                                           std::pair{Forgets::sync_directory, "/contents"}));

TEST(PowerCutCanary, AForgottenSyncOfTheFolderIsNoticedAtTheFirstStart) {
  CutOptions options;
  options.cut_start = true;
  options.between = [](Disk& inner) {
    return std::make_unique<ForgetfulDisk>(inner, Forgets::sync_directory, DaemonOnDisk::kData);
  };
  EXPECT_THAT(cut_everywhere(first_push_into_nothing(), options).broken, Not(IsEmpty()));
}

}  // namespace
}  // namespace rowprint::test
