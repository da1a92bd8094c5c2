#include "cli/interrupt.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <thread>

namespace rowprint::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Interrupt, SignalIsSeenAndStaysToBeSeen) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const Interrupt interrupt;
    EXPECT_FALSE(interrupt.raised());
    ::raise(signal);
    EXPECT_TRUE(interrupt.raised());
    EXPECT_TRUE(interrupt.wait(milliseconds{60'000}));
  }
}

TEST(Interrupt, SignalEndsAWait) {
  const Interrupt interrupt;
  std::thread raiser{[] {
    std::this_thread::sleep_for(milliseconds{50});
    ::kill(::getpid(), SIGINT);
  }};
  const auto began = steady_clock::now();
  EXPECT_TRUE(interrupt.wait(milliseconds{60'000}));
  EXPECT_LT(steady_clock::now() - began, milliseconds{30'000});
  raiser.join();
}

TEST(Interrupt, WaitEndsWithoutASignal) {
  const Interrupt interrupt;
  const auto began = steady_clock::now();
  EXPECT_FALSE(interrupt.wait(milliseconds{30}));
  EXPECT_GE(steady_clock::now() - began, milliseconds{30});
}

TEST(Interrupt, SecondSignalEndsTheProgram) {
  const auto twice = [] {
    const Interrupt interrupt;
    ::raise(SIGINT);
    ::raise(SIGINT);
  };
  EXPECT_EXIT(twice(), testing::KilledBySignal(SIGINT), "");
}

TEST(Interrupt, SignalsAreAsBeforeOnceItIsGone) {
  const auto after = [] {
    { const Interrupt interrupt; }
    ::raise(SIGTERM);
  };
  EXPECT_EXIT(after(), testing::KilledBySignal(SIGTERM), "");
}

TEST(Interrupt, SignalThatIsIgnoredStaysIgnored) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  {
    const Interrupt interrupt;
    ::raise(SIGHUP);
    EXPECT_FALSE(interrupt.raised());
  }
  std::signal(SIGHUP, before);
}

}  // namespace
}  // namespace rowprint::cli
