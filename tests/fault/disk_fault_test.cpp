#include "tests/fault/disk_fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

namespace rowprint::test {
namespace {

using ::testing::IsEmpty;

struct NamedFault {
  const char* name;
  Fault fault;
  Lasting lasting;
};
void PrintTo(const NamedFault& fault, std::ostream* out) {
  *out << fault.name;
}

constexpr NamedFault kFaults[] = {
    {"OneIoError", Fault::io, Lasting::once},
    {"IoErrorsFromThenOn", Fault::io, Lasting::from_then_on},
    {"NoSpaceOnce", Fault::no_space, Lasting::once},
    {"NoSpaceFromThenOn", Fault::no_space, Lasting::from_then_on},
    {"OneShortWrite", Fault::short_write, Lasting::once},
};

class DiskFault : public ::testing::TestWithParam<std::tuple<NamedScenario, NamedFault>> {};

TEST_P(DiskFault, AtAnyOperationKeepsThePromisesAndTheDaemonServesOn) {
  const auto& [scenario, named] = GetParam();
  const FaultOutcome outcome = fail_everywhere(scenario.make(), named.fault, named.lasting);
  EXPECT_THAT(outcome.broken, IsEmpty());
  EXPECT_GE(outcome.operations, 1U);
  EXPECT_GE(outcome.failures, 1U) << "no client ever saw that the disk failed";
  RecordProperty("operations", static_cast<int>(outcome.operations));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, DiskFault,
                         ::testing::Combine(::testing::ValuesIn(scenarios()), ::testing::ValuesIn(kFaults)),
                         [](const auto& tested) {
                           return std::get<0>(tested.param).name + std::get<1>(tested.param).name;
                         });

class StartFault : public ::testing::TestWithParam<NamedFault> {};

TEST_P(StartFault, AtAnyOperationOfTheVeryFirstStartIsToldAndTheNextStartServes) {
  const FaultOutcome outcome = fail_start_everywhere(first_push_into_nothing(), GetParam().fault, GetParam().lasting);
  EXPECT_THAT(outcome.broken, IsEmpty());
  EXPECT_GE(outcome.failures, 1U);
}

TEST_P(StartFault, AtAnyOperationOfAStartThatClearsLeftoversIsToldAndTheNextStartServes) {
  const FaultOutcome outcome = fail_start_everywhere(start_after_a_crash(), GetParam().fault, GetParam().lasting);
  EXPECT_THAT(outcome.broken, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Faults, StartFault, ::testing::ValuesIn(kFaults),
                         [](const auto& tested) { return std::string{tested.param.name}; });

}  // namespace
}  // namespace rowprint::test
